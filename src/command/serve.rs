//! `exec --serve`: the command asks an endpoint on the loopback for its credentials, as often as it
//! needs them, for as long as it runs.

mod child;
mod door;
mod renewals;
#[cfg(unix)]
mod signals;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;

use self::door::Door;
pub use self::renewals::Renewals;
use crate::handoff::environment::Delivery;
use crate::output::Exit;
use crate::source::Secret;
use crate::{process, random};

/// An endpoint that listens already, and answers from when the command is started.
pub struct Endpoint {
    listener: TcpListener,
    address: SocketAddr,
    uri: String,
    token: Secret,
    no_proxy: [Option<String>; 2],
}

impl Endpoint {
    /// Listens on a free port of the loopback.
    pub fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            uri: format!("http://{address}{}", door::PATH),
            token: random::token()?,
            no_proxy: ["NO_PROXY", "no_proxy"].map(|name| std::env::var(name).ok()),
        })
    }

    /// How the command gets there.
    pub fn delivery(&self) -> Delivery<'_> {
        let no_proxy = self.no_proxy.each_ref().map(Option::as_deref);
        Delivery::Endpoint { uri: &self.uri, token: &self.token, no_proxy }
    }

    /// Runs the command and answers it until it ends. Ends as it does: with its code, or by its signal.
    pub fn run(self, command: Command, renewals: Renewals) -> Result<i32, (Exit, io::Error)> {
        // From here on they are the command's affair.
        process::leave_signals();
        let Self { listener, address, token, .. } = self;
        let door = Door { address, token, renewals: Arc::new(renewals) };
        let failed = |why| (Exit::NotStarted, why);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let status = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
            let open = tokio::spawn(door::answer(listener, Arc::new(door)));
            let status = child::run(command).await;
            open.abort();
            status
        });
        // A renewal that is under way is nobody's any more.
        runtime.shutdown_background();
        status.map(child::end)
    }
}
