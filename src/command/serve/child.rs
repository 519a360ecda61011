//! The command below: its signals, and its end, which becomes ours.

use std::io;
use std::process::{Command, ExitStatus};

use crate::output::Exit;

/// Runs the command to its end.
pub(super) async fn run(command: Command) -> Result<ExitStatus, (Exit, io::Error)> {
    let failed = |why| (Exit::NotStarted, why);
    // Before it is there, so that none is lost; it does not inherit what is caught.
    #[cfg(unix)]
    let caught = super::signals::Caught::now().map_err(failed)?;
    #[cfg(not(unix))]
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let mut child = tokio::process::Command::from(command)
        .spawn()
        .map_err(|why| (Exit::of_start(&why), why))?;
    #[cfg(unix)]
    caught.pass_on_to(child.id());
    child.wait().await.map_err(failed)
}

/// Ends as the command ended: what is returned is its code. Where a signal ended it, we die of the same.
#[cfg(unix)]
pub(super) fn end(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    if let Some(code) = status.code() {
        return code;
    }
    let signal = status.signal().unwrap_or_default();
    super::signals::die_of(signal);
    // As a shell says it: the first process of a container survives signals that it sends itself.
    128 + signal
}

/// Ends as the command ended.
#[cfg(not(unix))]
pub(super) fn end(status: ExitStatus) -> i32 {
    status.code().unwrap_or(Exit::NotExecutable.code())
}
