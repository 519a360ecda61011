//! `exec --serve`: serves credentials to the command from an endpoint on the loopback interface while it runs.

mod child;
mod endpoint;
mod launch;
mod renewals;
#[cfg(unix)]
mod signals;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;

use self::endpoint::Server;
pub(crate) use self::launch::Launch;
pub(crate) use self::renewals::Renewals;
use crate::handoff::environment::Delivery;
use crate::output::Exit;
use crate::source::Secret;
use crate::{process, random};

/// An endpoint on which clients can connect. It answers after the command has started.
pub(crate) struct Endpoint {
    listener: TcpListener,
    address: SocketAddr,
    uri: String,
    token: Secret,
    no_proxy: [Option<String>; 2],
}

impl Endpoint {
    /// Listens on a free port of the loopback interface.
    pub(crate) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            uri: format!("http://{address}{}", endpoint::PATH),
            token: random::token()?,
            no_proxy: ["NO_PROXY", "no_proxy"].map(|name| std::env::var(name).ok()),
        })
    }

    /// The variables of the command through which it finds the endpoint.
    pub(crate) fn delivery(&self) -> Delivery<'_> {
        let no_proxy = self.no_proxy.each_ref().map(Option::as_deref);
        Delivery::Endpoint { uri: &self.uri, token: &self.token, no_proxy }
    }

    /// Runs the command and answers its requests until it ends. Returns the exit code of the command; if a
    /// signal ended it, the same signal ends this process.
    fn run(self, command: Command, renewals: Renewals) -> Result<i32, (Exit, io::Error)> {
        // From now on signals are passed on to the command.
        process::leave_signals();
        let Self { listener, address, token, .. } = self;
        let server = Server { address, token, renewals: Arc::new(renewals) };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(child::not_started)?;
        let status = runtime.block_on(async {
            let listener =
                tokio::net::TcpListener::from_std(listener).map_err(child::not_started)?;
            let answers = tokio::spawn(endpoint::serve(listener, Arc::new(server)));
            let status = child::run(command).await;
            answers.abort();
            status
        });
        // Does not wait for a renewal that still runs, because its client has ended.
        runtime.shutdown_background();
        status.map(child::end)
    }
}
