//! Which credential sources are present, in which order tools look at them, and what is wrong with
//! them. Pure: works on a [`World`] of values and touches nothing.

mod claim;
mod dialect;
mod environment;
mod exchange;
mod go_rules;
mod hint;
mod inventory;
mod keys;
mod kind;
mod paths;
mod precedence;
mod process;
mod profile;
mod role;
mod settings;
mod shared_files;
mod sso;
#[cfg(test)]
mod tests;
mod tool_files;
mod web_identity;
mod world;

use std::fmt;
use std::path::PathBuf;

pub use claim::{Claim, Claimed};
pub use dialect::{Dialect, Entry as FileEntry, Fault, FileKind, Section, Sections};
pub use environment::has_boto_credentials;
pub use exchange::{Exchange, Flags};
pub use hint::account_of_key;
pub use inventory::{Entry, Inventory, Winner};
pub use keys::time;
pub use kind::{
    Container, ContainerUri, Keys, Kind, Login, Process, RoleCall, RoleRequest, Runner, Saml,
    Secret, SessionCall, SessionRequest, Sso, WebIdentity,
};
pub use paths::files_of;
pub use process::Platform;
pub use settings::{Service, Setting, Settings};
pub use world::{Asked, Audience, Contents, File, Machine, World};

use crate::unknown::{ErrorCode, Unknown};

/// A credential source that is present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How its credentials are obtained.
    pub kind: Kind,
    /// Where it is configured.
    pub origin: Origin,
    /// What its configuration says of the identity.
    pub claims: Vec<Claim>,
}

impl Source {
    /// The source whose credentials this one is obtained with, if it is obtained with any.
    pub fn from(&self) -> Option<&Self> {
        match &self.kind {
            Kind::Role(call) => Some(&call.from),
            Kind::Session(call) => Some(&call.from),
            _ => None,
        }
    }

    /// This source and those below it, in the order in which they are obtained.
    pub fn layers(&self) -> Vec<&Self> {
        let mut layers: Vec<_> = std::iter::successors(Some(self), |layer| layer.from()).collect();
        layers.reverse();
        layers
    }

    /// The MFA device whose code is needed to obtain this source from the one below.
    pub fn mfa_serial(&self) -> Option<&str> {
        match &self.kind {
            Kind::Role(call) => call.request.mfa_serial.as_deref(),
            Kind::Session(call) => Some(&call.request.mfa_serial),
            _ => None,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable.
    Variable(&'static str),
    /// A line of a shared file.
    Line {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The profile that led there.
        profile: String,
    },
    /// An argument of the command line.
    Flag(&'static str),
    /// The machine itself.
    Machine,
    /// What the tool does by itself.
    BuiltIn,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "{name} in the environment"),
            Self::Line { file, line, profile } => {
                let file = file.display().to_string();
                write!(f, "profile {} ({}:{line})", quoted(profile), file.escape_debug())
            }
            Self::Flag(name) => f.write_str(name),
            Self::Machine => f.write_str("the machine's metadata service"),
            Self::BuiltIn => f.write_str("the tool's own default"),
        }
    }
}

/// A misconfiguration: an error, never a reason to look at the next source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it stands, if it stands anywhere.
    pub origin: Option<Origin>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Misconfiguration {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), origin: None, hint: None }
    }

    pub(crate) fn at(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Misconfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misconfiguration {}

impl From<Misconfiguration> for Unknown {
    fn from(why: Misconfiguration) -> Self {
        let line = match &why.origin {
            Some(Origin::Line { file, line, .. }) => Some(format!("{}:{line}", file.display())),
            _ => None,
        };
        let message = match (line, why.origin) {
            (Some(line), Some(origin)) if !why.message.contains(&line) => {
                format!("{origin}: {}", why.message)
            }
            _ => why.message,
        };
        Self { hint: why.hint, ..Self::new(why.code, message) }
    }
}

/// Something worth knowing that decides nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

/// What the user wrote, in backticks and on one line.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", text.escape_debug())
}

/// Whether a shell would take this for a name and nothing more, so that it may stand in a command that
/// somebody is told to type.
pub fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !name.starts_with('-')
}
