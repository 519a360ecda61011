//! The `credential_process` of a profile: how each family splits its command line into words, and whether all
//! families run the same words. Runs nothing itself.

mod shell;
mod split;
#[cfg(test)]
mod tests;

use super::kind::{Kind, Process, Runner, Secret};
use super::profile::Profile;
use super::sso::filled;
use super::{Misconfiguration, Source};

/// The platform whose rules apply to a command line. botocore and shells use other rules on Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `shlex.split` in botocore, `sh -c` in the SDKs.
    Posix,
    /// botocore's own splitting, `cmd.exe /C` in the SDKs.
    Windows,
}

impl Platform {
    /// The platform that this program was built for.
    pub const HERE: Self = if cfg!(windows) { Self::Windows } else { Self::Posix };

    /// Splits a command line like botocore; `None` for an incomplete quotation or escape, for which botocore raises
    /// `ValueError`.
    pub fn words(self, line: &str) -> Option<Vec<String>> {
        match self {
            Self::Posix => split::posix(line),
            Self::Windows => split::windows(line),
        }
    }

    /// Whether the platform's shell certainly runs the same words as botocore. One run then serves every family.
    /// `false` may also mean that it is uncertain, which only costs a second run.
    pub fn is_same_in_shell(self, line: &str) -> bool {
        match self {
            Self::Posix => shell::posix_runs_same(line),
            Self::Windows => shell::windows_runs_same(line),
        }
    }
}

/// The source of a profile with a `credential_process`; `None` for a profile without one.
pub(crate) fn process(
    profile: &Profile<'_>,
    runner: Runner,
) -> Result<Option<Source>, Misconfiguration> {
    let Some(command) = filled(profile, "credential_process")? else { return Ok(None) };
    let is_same = Platform::HERE.is_same_in_shell(command.text);
    let runner = if is_same { Runner::Words } else { runner };
    let kind = Kind::Process(Process { command: Secret::new(command.text), runner });
    Ok(Some(Source { kind, origin: command.origin, claims: Vec::new() }))
}
