//! `exec --serve`: while the command runs, it gets its credentials from an endpoint on the loopback
//! interface.

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

/// An endpoint that listens, and answers once the command is started.
pub(crate) struct Endpoint {
    listener: TcpListener,
    address: SocketAddr,
    uri: String,
    token: Secret,
    no_proxy: [Option<String>; 2],
}

impl Endpoint {
    /// Listens on a free port of the loopback.
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

    /// How the command reaches the endpoint.
    pub(crate) fn delivery(&self) -> Delivery<'_> {
        let no_proxy = self.no_proxy.each_ref().map(Option::as_deref);
        Delivery::Endpoint { uri: &self.uri, token: &self.token, no_proxy }
    }

    /// Runs the command and answers its requests until it ends. Returns the exit code of the command; if a
    /// signal ended it, the same signal ends this process.
    fn run(self, command: Command, renewals: Renewals) -> Result<i32, (Exit, io::Error)> {
        // From here on the command handles them.
        process::leave_signals();
        let Self { listener, address, token, .. } = self;
        let server = Server { address, token, renewals: Arc::new(renewals) };
        let failed = |why| (Exit::NotStarted, why);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let status = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
            let open = tokio::spawn(endpoint::serve(listener, Arc::new(server)));
            let status = child::run(command).await;
            open.abort();
            status
        });
        // A renewal that still runs has no reader left.
        runtime.shutdown_background();
        status.map(child::end)
    }
}
