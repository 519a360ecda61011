//! The streams of this process: their colours, their width, and writing to them.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use zeroize::Zeroizing;

use super::Exit;
use crate::cli::ColorArg;
use crate::report::text::{Colour, harmless};

/// Whether each stream shows colours.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    /// The colours of stdout.
    pub stdout: Colour,
    /// The colours of stderr.
    pub stderr: Colour,
}

impl Colours {
    /// The colours that `--color` selects. `auto` depends on the terminals and on `NO_COLOR`.
    pub fn of(choice: ColorArg) -> Self {
        match choice {
            ColorArg::Always => Self { stdout: Colour::On, stderr: Colour::On },
            ColorArg::Never => Self { stdout: Colour::Off, stderr: Colour::Off },
            ColorArg::Auto => Self {
                stdout: colour(AutoStream::choice(&io::stdout())),
                stderr: colour(AutoStream::choice(&io::stderr())),
            },
        }
    }
}

fn colour(choice: ColorChoice) -> Colour {
    match choice {
        ColorChoice::Never => Colour::Off,
        ColorChoice::Auto | ColorChoice::AlwaysAnsi | ColorChoice::Always => Colour::On,
    }
}

/// The layout of text for stdout and stderr.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Whether the streams show colours.
    pub colours: Colours,
    /// The width of stdout in columns: 80 if it is not a terminal.
    pub columns: usize,
}

impl Screen {
    /// The screen of this process.
    pub fn of(choice: ColorArg) -> Self {
        Self { colours: Colours::of(choice), columns: columns() }
    }
}

fn columns() -> usize {
    const DEFAULT: usize = 80;
    #[cfg(unix)]
    let columns = rustix::termios::tcgetwinsize(io::stdout()).map(|size| size.ws_col.into());
    #[cfg(not(unix))]
    let columns: Result<usize, ()> = Err(());
    columns.unwrap_or(DEFAULT)
}

/// The answer for docker's credential helper protocol.
pub struct Reply {
    /// The exit code if stdout can be written.
    pub exit: Exit,
    /// The answer for docker.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The text for the user, which docker passes on.
    pub stderr: Vec<u8>,
}

/// Writes the answer for docker. Docker reads stdout and the exit code, so a failure on stderr is ignored.
pub fn reply(reply: &Reply) -> Exit {
    let _ = to_stderr(&reply.stderr);
    match to_stdout(&reply.stdout) {
        Ok(()) => reply.exit,
        Err(_) => Exit::NotGiven,
    }
}

/// Prints why the command of `exec` could not be started. A failure is ignored, because the exit code reports it, too.
pub fn could_not_start(why: &str) {
    let _ = to_stderr(format!("error: {}\n", harmless(why)).as_bytes());
}

/// Prints one line on stderr. A failure is ignored, so use it only for text that is not a result.
pub(crate) fn notice(line: &str) {
    let _ = to_stderr(format!("{line}\n").as_bytes());
}

/// Prints one line of `--debug` on stderr, with the time since the start of the run.
pub(crate) fn debug_line(after: Duration, text: &str) {
    notice(&format!("[{:>5} ms] {}", after.as_millis(), harmless(text)));
}

/// Writes all bytes and flushes, because an error can occur only when a buffer is written.
pub(super) fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    write(&mut io::stdout(), bytes)
}

/// Flushes stdout after text that other code has written.
pub(super) fn flush_stdout() -> io::Result<()> {
    io::stdout().flush()
}

/// Writes all bytes.
pub(super) fn to_stderr(bytes: &[u8]) -> io::Result<()> {
    write(&mut io::stderr(), bytes)
}

/// Whether stdout is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    stream.write_all(bytes)?;
    stream.flush()
}
