//! The subcommands: values in, an answer out. Here the world is read; nothing is decided.

mod answers;
mod blame;
mod ca_bundle;
pub mod check;
mod cli_input;
pub mod completions;
pub mod credentials;
pub mod destination;
mod discovery;
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
mod targets;
mod token;
mod watch;
mod whoami;
mod world;

use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::process;
use crate::report::text::Colour;

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

/// What a command has to say, complete before any of it is written.
#[derive(Debug)]
pub struct Answer {
    /// The exit code, if all of it can be written.
    pub exit: Exit,
    /// For stdout.
    pub stdout: Vec<u8>,
    /// For stderr.
    pub stderr: Vec<u8>,
    /// Files besides.
    pub files: Vec<FileToWrite>,
}

impl Answer {
    /// The question is wrong: one line on stderr, and what to do.
    pub fn question(message: &str, hint: Option<&str>) -> Self {
        let hint = hint.map_or_else(String::new, |hint| format!("\n  next: {hint}"));
        let text = format!("error: {message}{hint}\n");
        Self::question_bytes(text.into_bytes())
    }

    /// The question is wrong, as somebody else has put it already.
    pub fn question_bytes(stderr: Vec<u8>) -> Self {
        Self { exit: Exit::Question, stdout: Vec::new(), stderr, files: Vec::new() }
    }
}

/// A question that is wrong, on its way out of a command.
pub struct Wrong(pub Answer);

impl Wrong {
    /// With a hint what to do.
    pub fn new(message: &str, hint: &str) -> Self {
        Self(Answer::question(message, Some(hint)))
    }
}
