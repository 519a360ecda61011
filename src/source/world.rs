//! The environment, the files and the machine as values. Does not read them itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use super::dialect::{Dialect, Fault, FileKind, Sections};
use super::paths::Lookup;

/// All inputs of the choice of credentials, read once.
///
/// It has no `Debug`, because variables and files contain secrets.
pub struct World {
    /// The environment variables. For a variable that is set twice, the first value, which tools read too.
    pub variables: BTreeMap<String, String>,
    /// The variables that are set twice with different values.
    pub repeated: BTreeSet<String>,
    /// Facts about the machine and the user.
    pub machine: Machine,
    /// The files that a tool may read, by the path under which it opens them.
    pub files: BTreeMap<PathBuf, File>,
    /// The time at which the environment was read.
    pub now: SystemTime,
}

/// Facts about the machine and the user.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The home directory in the password file; `None` where the user has no entry.
    pub password_home: Option<PathBuf>,
    /// Whether the program runs on Windows.
    pub is_windows: bool,
    /// Whether the firmware identifies the machine as an EC2 instance.
    pub is_ec2: bool,
}

/// A file, with the sections that each dialect reads in it.
#[derive(Default)]
pub struct File {
    contents: Contents,
    readings: [[OnceLock<Result<Sections, Fault>>; 2]; Dialect::ALL.len()],
}

/// The contents of a file.
#[derive(Default)]
pub enum Contents {
    /// The file does not exist.
    #[default]
    Missing,
    /// The file could not be read, for this reason.
    Unreadable(String),
    /// The bytes of the file.
    Bytes(Vec<u8>),
}

/// The options of the command line that select credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The value of `--profile`.
    pub profile: Option<String>,
    /// The value of `--region`, not yet parsed.
    pub region: Option<String>,
    /// The programs whose choice of credentials is judged.
    pub audience: Audience,
}

/// The programs whose choice of credentials is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Every tool in scope, because each tool will choose its credentials itself.
    #[default]
    EveryTool,
    /// account-guard only, because it hands over the credentials that it judges.
    OurselvesOnly,
}

/// The state of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable<'w> {
    Absent,
    /// Set to the empty string. White space is a value, which is not valid.
    Blank,
    Set(&'w str),
}

impl File {
    /// A file with these contents.
    pub fn new(contents: Contents) -> Self {
        Self { contents, ..Self::default() }
    }

    /// The contents of the file.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The bytes; `None` if the file does not exist or could not be read.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.contents {
            Contents::Bytes(bytes) => Some(bytes),
            Contents::Missing | Contents::Unreadable(_) => None,
        }
    }

    /// The sections that a dialect reads; `None` if the file does not exist or could not be read.
    pub(crate) fn read(
        &self,
        dialect: Dialect,
        kind: FileKind,
    ) -> Option<&Result<Sections, Fault>> {
        let bytes = self.bytes()?;
        let reading = self.readings.get(dialect as usize)?.get(kind as usize)?;
        Some(reading.get_or_init(|| dialect.read(bytes, kind)))
    }
}

impl World {
    pub(crate) fn variable(&self, name: &str) -> Variable<'_> {
        match self.variables.get(name) {
            None => Variable::Absent,
            Some(value) if value.is_empty() => Variable::Blank,
            Some(value) => Variable::Set(value),
        }
    }

    /// The value of a variable; `None` if it is unset or blank.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        match self.variable(name) {
            Variable::Set(value) => Some(value),
            Variable::Absent | Variable::Blank => None,
        }
    }

    /// The values that determine the paths of files.
    pub(crate) fn lookup(&self) -> Lookup<'_> {
        Lookup { variables: &self.variables, machine: &self.machine }
    }

    /// The file at this path, if it was read.
    pub(crate) fn file(&self, path: &Path) -> Option<&File> {
        self.files.get(path)
    }
}
