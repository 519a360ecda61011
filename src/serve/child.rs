//! Runs the command as a child process: its signals, and its exit code, which this process ends with.

use std::io;
use std::process::{Command, ExitStatus};

use crate::output::Exit;

/// Runs the command until it ends.
pub(super) async fn run(command: Command) -> Result<ExitStatus, (Exit, io::Error)> {
    // Signals are caught before the command starts, so that none is lost. The command does not inherit the handlers.
    #[cfg(unix)]
    let caught = super::signals::Caught::now().map_err(not_started)?;
    #[cfg(not(unix))]
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let mut child = tokio::process::Command::from(command)
        .spawn()
        .map_err(|why| (Exit::of_start(&why), why))?;
    #[cfg(unix)]
    caught.pass_on_to(child.id());
    child.wait().await.map_err(not_started)
}

/// The error for a command that account-guard did not start, or whose end it could not await.
pub(super) fn not_started(why: io::Error) -> (Exit, io::Error) {
    (Exit::NotStarted, why)
}

/// The exit code of the command. If a signal ended it, the same signal ends this process.
#[cfg(unix)]
pub(super) fn end(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    if let Some(code) = status.code() {
        return code;
    }
    let signal = status.signal().unwrap_or_default();
    super::signals::die_of(signal);
    // Process 1 of a container survives a signal that it sends to itself. Shells use this exit code for a signal.
    128 + signal
}

/// The exit code of the command.
#[cfg(not(unix))]
pub(super) fn end(status: ExitStatus) -> i32 {
    status.code().unwrap_or(Exit::NotExecutable.code())
}
