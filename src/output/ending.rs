//! Ends the program without a result of a command: after help, after arguments that clap refused, and after a panic.

use super::Exit;
use super::deliver::{discard, refuse};
use super::destination::Destination;
use super::streams::{flush_stdout, stdout_is_terminal, to_stderr, to_stdout};
use crate::cli::{self, RawArguments, Reader};
use crate::handoff::docker::NOT_FOUND;
use crate::process;
use crate::report::text::harmless;

/// Ends the process and its child processes.
pub fn end(code: i32) -> ! {
    // `main` does not return, because other threads can still wait for a response.
    process::exit(code)
}

/// Ends the process after a panic with the exit code and the text that the caller expects.
pub fn end_on_panic(arguments: RawArguments) {
    std::panic::set_hook(Box::new(move |panic| {
        // The message of a panic can contain secrets, so that only its location is printed.
        let location = match panic.location() {
            Some(at) => format!(" at {}:{}", at.file(), at.line()),
            None => String::new(),
        };
        let text = format!("UNKNOWN: account-guard failed{location} (internal)\n");
        let _ = to_stderr(text.as_bytes());
        let exit = Exit::unwritten_for(arguments.reader());
        let _ = to_stdout(refusal(arguments.reader()));
        if let Some(form) = arguments.form() {
            refuse(&Destination::of(form), exit);
        }
        end(exit.code());
    }));
}

/// Prints the help, the version, or the error in the arguments.
pub fn explain(usage: &clap::Error, arguments: &RawArguments) -> Exit {
    let reader = arguments.reader();
    if !usage.use_stderr() {
        return match usage.print().and_then(|()| flush_stdout()) {
            Ok(()) => Exit::Done,
            Err(_) => Exit::unwritten_for(reader),
        };
    }
    arguments.reports().iter().for_each(|path| discard(path));
    // No program evaluates the output on a terminal.
    if let Some(form) = arguments.form().filter(|_| !stdout_is_terminal()) {
        let destination = Destination::of(form);
        let _ = to_stdout(destination.opening().as_bytes());
        refuse(&destination, Exit::Question);
    }
    // The message quotes the arguments, which can contain foreign text such as the name of a branch.
    let lines: Vec<_> = cli::message(usage, arguments.words()).split('\n').map(harmless).collect();
    let explained = to_stderr(lines.join("\n").as_bytes());
    match to_stdout(refusal(reader)).and(explained) {
        Ok(()) => Exit::usage_for(reader),
        Err(_) => Exit::unwritten_for(reader),
    }
}

/// The text on stdout of a run without a result.
fn refusal(reader: Reader) -> &'static [u8] {
    if reader == Reader::Docker { NOT_FOUND } else { b"" }
}
