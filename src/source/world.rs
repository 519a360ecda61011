//! What the world held when the guard looked, as values. Reads nothing itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use super::ini::Sections;

/// What the world held when the guard looked: values, read once.
///
/// It has no `Debug`: variables and files hold secrets.
pub struct World {
    /// The environment.
    pub variables: BTreeMap<String, String>,
    /// `~/.aws/config`, or what `AWS_CONFIG_FILE` names.
    pub config: ConfigFile,
    /// `~/.aws/credentials`, or what `AWS_SHARED_CREDENTIALS_FILE` names.
    pub credentials: ConfigFile,
    /// When that was.
    pub now: SystemTime,
}

/// One of the two shared files as found.
pub struct ConfigFile {
    /// Where it is, or would be.
    pub path: PathBuf,
    /// The variable that named it, if one did.
    pub named_by: Option<&'static str>,
    /// What was found there.
    pub contents: Contents,
}

/// What was found in the place of a shared file.
pub enum Contents {
    /// There is no such file.
    Missing,
    /// It could not be read, and why.
    Unreadable(String),
    /// It is not UTF-8.
    NotUtf8,
    /// Its text, parsed.
    Text(Sections),
}

/// What the command line asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`, not yet parsed.
    pub region: Option<String>,
}

/// A variable as the AWS CLI looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable<'w> {
    Absent,
    /// Set to nothing. White space is something, and wrong.
    Blank,
    Set(&'w str),
}

impl World {
    pub(crate) fn variable(&self, name: &str) -> Variable<'_> {
        match self.variables.get(name) {
            None => Variable::Absent,
            Some(value) if value.is_empty() => Variable::Blank,
            Some(value) => Variable::Set(value),
        }
    }

    /// The variable's value, where it is not blank.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        match self.variable(name) {
            Variable::Set(value) => Some(value),
            Variable::Absent | Variable::Blank => None,
        }
    }
}
