//! Credential sources: those that are configured, the order in which each tool tries them, and errors in their
//! configuration. Works on the values in a [`World`].

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
pub(crate) use hint::account_of_key;
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

/// A configured credential source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The kind of source, with everything that is needed to obtain the credentials.
    pub kind: Kind,
    /// The position of the configuration.
    pub origin: Origin,
    /// The account and role that the configuration claims.
    pub claims: Vec<Claim>,
}

impl Source {
    /// The source whose credentials are used to obtain this one; `None` for sources that need no others.
    pub fn from(&self) -> Option<&Self> {
        match &self.kind {
            Kind::Role(call) => Some(&call.from),
            Kind::Session(call) => Some(&call.from),
            _ => None,
        }
    }

    /// This source and the sources that it needs, in the order in which they are obtained.
    pub fn layers(&self) -> Vec<&Self> {
        let mut layers: Vec<_> = std::iter::successors(Some(self), |layer| layer.from()).collect();
        layers.reverse();
        layers
    }

    /// The MFA device whose code is required to obtain this source; `None` if no code is required.
    pub fn mfa_serial(&self) -> Option<&str> {
        match &self.kind {
            Kind::Role(call) => call.request.mfa_serial.as_deref(),
            Kind::Session(call) => Some(&call.request.mfa_serial),
            _ => None,
        }
    }
}

/// The origin of a value, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment variable with this name.
    Variable(&'static str),
    /// A line of a shared file.
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile that contains the line.
        profile: String,
    },
    /// The command-line option with this name.
    Flag(&'static str),
    /// The metadata service of the machine.
    Machine,
    /// A default that is built into the tool.
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

/// An error in the configuration. It never makes account-guard try the next source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfiguration {
    /// The code of the error.
    pub code: ErrorCode,
    /// One line in lower case, without a full stop.
    pub message: String,
    /// The position of the error; `None` if it has none.
    pub origin: Option<Origin>,
    /// The next step; begins with a verb.
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

/// A note for the report. It does not affect the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

/// User input in backticks, escaped to one line.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", text.escape_debug())
}

/// Whether a shell reads the text as one word without special characters, so that a suggested command may
/// contain it.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !name.starts_with('-')
}
