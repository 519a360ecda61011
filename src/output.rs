//! Writes all output: exit codes, streams, reports, credentials and the files of GitHub Actions. If a part of the output
//! cannot be written, the exit code reports it.

mod deliver;
pub(crate) mod destination;
mod ending;
mod exit;
pub(crate) mod reports;
mod streams;

pub use deliver::{FileToWrite, deliver, hand_over};
pub use destination::{Destination, HandedOver};
pub use ending::{end, end_on_panic, explain};
pub(crate) use exit::AllowedBy;
pub use exit::Exit;
pub use streams::{Colours, Reply, Screen, could_not_start, reply};
pub(crate) use streams::{debug_line, notice};

use std::io;

use crate::report;
use crate::report::text::Colour;
use crate::wrong::Wrong;

/// Everything that a command writes, complete before any of it is written.
#[derive(Debug)]
pub struct Output {
    /// The exit code if everything can be written.
    pub exit: Exit,
    /// The bytes for stdout.
    pub stdout: Vec<u8>,
    /// The bytes for stderr.
    pub stderr: Vec<u8>,
    /// Files to write besides the streams.
    pub files: Vec<FileToWrite>,
}

impl Output {
    /// The output of a command without a verdict: text for stdout, and exit code 0 if it can be written.
    pub(crate) fn done(stdout: Vec<u8>) -> Self {
        Self { exit: Exit::Done, stdout, stderr: Vec::new(), files: Vec::new() }
    }

    /// The output of a command without a result: the reason on stderr. `colour` applies to problems of the policy.
    pub(crate) fn failed(failure: &Failure, colour: Colour) -> Self {
        let (exit, stderr) = match failure {
            Failure::Wrong(wrong) => (Exit::Question, report::wrong::wrong(wrong, colour)),
            Failure::Unknown(why) => (Exit::Unknown, format!("UNKNOWN: {why}\n").into_bytes()),
        };
        Self { exit, stdout: Vec::new(), stderr, files: Vec::new() }
    }
}

/// Why a command has no result.
pub(crate) enum Failure {
    /// A usage or configuration error.
    Wrong(Wrong),
    /// The identity is unknown or cannot be printed. One sentence with a code in parentheses.
    Unknown(String),
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl Failure {
    /// Output that could not be written. `message` is one sentence.
    pub(crate) fn unwritable(message: &str) -> Self {
        Self::Unknown(format!("{message} (output)"))
    }

    /// A bug in account-guard.
    pub(crate) fn internal() -> Self {
        Self::Unknown("account-guard failed (internal)".to_owned())
    }

    /// A document that cannot be serialized.
    pub(crate) fn unserializable(why: &serde_json::Error) -> Self {
        Self::unwritable(&format!("could not write the report: {why}"))
    }
}

impl From<io::Error> for Failure {
    fn from(why: io::Error) -> Self {
        Self::unwritable(&why.to_string())
    }
}
