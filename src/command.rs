//! The subcommands: values in, an answer out. Here the world is read; nothing is decided.

mod answers;
mod blame;
mod ca_bundle;
pub mod check;
pub mod completions;
pub mod credentials;
pub mod destination;
pub mod docker;
pub mod exec;
mod groups;
mod hints;
pub mod identity;
mod inquiry;
pub mod lint;
pub mod man;
mod mfa;
mod obtain;
mod question;
mod remarks;
mod runtime;
mod serve;
mod session;
mod shared;
mod shown;
mod token;
mod watch;
mod whoami;

use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::process;
use crate::report;
use crate::report::text::Colour;
use crate::wrong::Wrong;

/// How to show what is found, decided by the terminals.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    /// For stdout.
    pub stdout: Colour,
    /// For stderr.
    pub stderr: Colour,
}

/// Ends what was started for this run and has not ended. The program's last act, whatever its answer.
pub fn leave_nothing_running() {
    process::end_all();
}

/// The exit code, as a type. Everything but the first blocks a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: a verdict allowed it, or there was nothing to refuse.
    Allowed,
    /// 1: the identity is known, and the policy refuses it.
    Denied,
    /// 2: the question is wrong: usage, policy file, unknown environment.
    Question,
    /// 3: the identity is unknown, or the answer could not be written.
    Unknown,
    /// 1, of `docker-credential`: docker is given nothing, whatever the reason.
    NotGiven,
    /// 125, of `exec`: the command was not started, whatever the reason.
    NotStarted,
    /// 126, of `exec`: the command cannot be run.
    NotExecutable,
    /// 127, of `exec`: the command is not found.
    NotFound,
}

impl Exit {
    /// Why a command could not be started.
    pub fn of_start(why: &io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            _ => Self::NotExecutable,
        }
    }

    /// The number that the process ends with.
    pub fn code(self) -> i32 {
        match self {
            Self::Allowed => 0,
            Self::Denied | Self::NotGiven => 1,
            Self::Question => 2,
            Self::Unknown => 3,
            Self::NotStarted => 125,
            Self::NotExecutable => 126,
            Self::NotFound => 127,
        }
    }
}

/// Bytes for a file.
#[derive(Debug)]
pub enum FileToWrite {
    /// The whole of a file that the user named, written before the streams.
    Whole(PathBuf, Vec<u8>),
    /// Lines for a file of a workflow's job, added last of all.
    Lines(PathBuf, Vec<u8>),
}

impl FileToWrite {
    /// Writes it.
    pub fn write(&self) -> io::Result<()> {
        match self {
            Self::Whole(path, bytes) => files::write(path, bytes),
            Self::Lines(path, lines) => files::append(path, lines),
        }
    }

    /// Takes back what was written, where that can be done.
    pub fn take_back(&self) {
        if let Self::Whole(path, _) = self {
            discard(path);
        }
    }
}

/// Empties a file that the user named, if it is there: what an earlier run wrote to it must not be taken
/// for an answer of this one. One that cannot be emptied could not have been written either.
pub fn discard(path: &Path) {
    let _ = files::empty(path);
}

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

/// Why a command has no result.
pub(crate) enum Failure {
    /// The question is wrong.
    Wrong(Wrong),
    /// The identity is unknown or cannot be printed; one sentence with a code in parentheses.
    Unknown(String),
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl Failure {
    /// The output cannot be written, and a result that nobody can read is not a result.
    pub(crate) fn unwritable(what: &str) -> Self {
        Self::Unknown(format!("{what} (output)"))
    }
}

impl Output {
    /// Text for stdout, if all of it can be written.
    pub(crate) fn done(stdout: Vec<u8>) -> Self {
        Self { exit: Exit::Allowed, stdout, stderr: Vec::new(), files: Vec::new() }
    }

    /// The reason why there is no result, on stderr. Problems of the policy are drawn in this colour.
    pub(crate) fn failed(failure: &Failure, colour: Colour) -> Self {
        let (exit, stderr) = match failure {
            Failure::Wrong(wrong) => (Exit::Question, report::wrong::wrong(wrong, colour)),
            Failure::Unknown(why) => (Exit::Unknown, format!("UNKNOWN: {why}\n").into_bytes()),
        };
        Self { exit, stdout: Vec::new(), stderr, files: Vec::new() }
    }
}
