//! Exit codes.

use std::io;

use crate::cli::Reader;

/// The exit code as a type. Every value except `Allowed` blocks a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: a verdict allowed it, or the command judges nobody.
    Allowed,
    /// 1: the identity is known, and the policy denies it.
    Denied,
    /// 2: the question is wrong: usage, policy file, unknown environment.
    Question,
    /// 3: the identity is unknown, or the output could not be written.
    Unknown,
    /// 1, of `docker-credential`: docker gets no login, whatever the reason.
    NotGiven,
    /// 125, of `exec`: the command was not started, whatever the reason.
    NotStarted,
    /// 126, of `exec`: the command cannot be run.
    NotExecutable,
    /// 127, of `exec`: the command is not found.
    NotFound,
}

impl Exit {
    /// The code for a command that could not be started.
    pub(crate) fn of_start(why: &io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            _ => Self::NotExecutable,
        }
    }

    /// The code for a run whose output could not be written.
    pub(crate) fn unwritten_for(reader: Reader) -> Self {
        match reader {
            Reader::Person => Self::Unknown,
            Reader::ExecCaller => Self::NotStarted,
            Reader::Docker => Self::NotGiven,
        }
    }

    /// The code for arguments that clap refused.
    pub(crate) fn usage_for(reader: Reader) -> Self {
        match reader {
            Reader::Person => Self::Question,
            other => Self::unwritten_for(other),
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
