//! Exit codes.

use std::io;

use crate::cli::Reader;
use crate::handoff::Grant;
use crate::verdict::Verdict;

/// The exit code as a type. Every value except `Allowed` and `Done` blocks a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0, of a command with a verdict: the verdict allows the credentials.
    Allowed(AllowedBy),
    /// 0, of a command or an option without a verdict: `identity`, `policy lint`, `--help`.
    Done,
    /// 1: the identity is known, and the policy denies it.
    Denied,
    /// 2: usage or configuration error: arguments, policy file, unknown environment.
    Question,
    /// 3: the identity is unknown, or the output could not be written.
    Unknown,
    /// 1, of `docker-credential`: docker gets no login, for any reason.
    NotGiven,
    /// 125, of `exec`: account-guard did not start the command.
    NotStarted,
    /// 126, of `exec`: the command cannot be run.
    NotExecutable,
    /// 127, of `exec`: the command is not found.
    NotFound,
}

/// The proof that a verdict allows the credentials. Only [`AllowedBy::verdict`] and [`AllowedBy::grant`] create it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedBy(());

impl AllowedBy {
    /// The proof for a verdict; `None` if the verdict does not allow the credentials.
    pub(crate) fn verdict(verdict: &Verdict) -> Option<Self> {
        verdict.is_allowed().then_some(Self(()))
    }

    /// The proof for a grant. A grant exists only if a verdict allows the credentials.
    pub(crate) fn grant(_: &Grant) -> Self {
        Self(())
    }
}

impl Exit {
    /// The code for a verdict.
    pub(crate) fn of_verdict(verdict: &Verdict) -> Self {
        AllowedBy::verdict(verdict).map_or(Self::Denied, Self::Allowed)
    }

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
            Self::Allowed(_) | Self::Done => 0,
            Self::Denied | Self::NotGiven => 1,
            Self::Question => 2,
            Self::Unknown => 3,
            Self::NotStarted => 125,
            Self::NotExecutable => 126,
            Self::NotFound => 127,
        }
    }
}
