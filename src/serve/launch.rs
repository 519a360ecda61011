//! Starts the command of `exec`: in place of this process, or with `--serve` as its child.

use std::ffi::OsString;
use std::io;
use std::process::Command;

use super::{Endpoint, Renewals};
use crate::handoff::environment::Changes;
use crate::output::Exit;
use crate::process;

/// A command that a verdict allows.
pub struct Launch {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// The changes to the environment of the command.
    pub(crate) changes: Changes,
    /// The endpoint of `--serve`, and the renewals of its credentials; `None` without `--serve`.
    pub(crate) serving: Option<(Endpoint, Renewals)>,
}

impl Launch {
    /// Starts the command. Returns its exit code if it ran as a child.
    ///
    /// # Errors
    ///
    /// The command could not be started: the exit code, and the reason.
    pub fn run(self) -> Result<i32, (Exit, String)> {
        let Self { program, arguments, changes, serving } = self;
        let mut command = Command::new(&program);
        command.args(arguments);
        for name in &changes.unset {
            command.env_remove(name);
        }
        for (name, value) in &changes.set {
            command.env(name, value.expose());
        }
        let name = program.to_string_lossy();
        let ended = if let Some((endpoint, renewals)) = serving {
            endpoint.run(command, renewals)
        } else {
            process::end_all();
            replace_process(&mut command).map_err(|why| (Exit::of_start(&why), why))
        };
        match ended {
            Ok(code) => Ok(code),
            Err((Exit::NotFound, _)) => {
                Err((Exit::NotFound, format!("could not find the command `{name}`")))
            }
            Err((exit, why)) => Err((exit, format!("could not run the command `{name}`: {why}"))),
        }
    }
}

/// Replaces this process. The command keeps its process ID, its terminal and its signals.
#[cfg(unix)]
fn replace_process(command: &mut Command) -> io::Result<i32> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// Runs the command as a child, because this system cannot replace a process.
#[cfg(not(unix))]
fn replace_process(command: &mut Command) -> io::Result<i32> {
    let status = command.status()?;
    Ok(status.code().unwrap_or(Exit::NotExecutable.code()))
}
