//! Ends the child processes when a signal ends this process. Each child has its own process group, so that it receives
//! neither Ctrl-C from the terminal nor the signal with which a pipeline cancels a job.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures_util::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether other code handles the signals.
pub(super) static LEFT: AtomicBool = AtomicBool::new(false);

/// Starts a thread that ends all groups, then this process, when a signal arrives.
pub(super) fn watch() -> io::Result<()> {
    static WATCHED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    if LEFT.load(Ordering::SeqCst) {
        return Ok(());
    }
    let watched = WATCHED.get_or_init(|| listen().map_err(|why| why.kind()));
    watched.map_err(io::Error::from)
}

fn listen() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = Vec::new();
    {
        let _entered = runtime.enter();
        for kind in kinds {
            signals.push((kind, signal(kind)?));
        }
    }
    thread::Builder::new().spawn(move || {
        loop {
            let waiting = signals.iter_mut().map(|(kind, signal)| Box::pin(wait(*kind, signal)));
            let (kind, ..) = runtime.block_on(select_all(waiting));
            if !LEFT.load(Ordering::SeqCst) {
                super::end_all();
                // Shells use the same exit code for a program that a signal ended.
                std::process::exit(128 + kind.as_raw_value());
            }
        }
    })?;
    Ok(())
}

async fn wait(kind: SignalKind, signal: &mut Signal) -> SignalKind {
    signal.recv().await;
    kind
}
