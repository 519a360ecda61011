//! The environment, the files and the machine as they were when account-guard looked, as values. Does
//! not read them itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use super::dialect::{Dialect, Fault, FileKind, Sections};
use super::paths::Lookup;

/// Everything that the choice of credentials depends on, read once.
///
/// It has no `Debug`: variables and files hold secrets.
pub struct World {
    /// The environment. Of a variable that is set twice, the first value, which is the one that tools
    /// read.
    pub variables: BTreeMap<String, String>,
    /// Variables that are set twice with two values.
    pub repeated: BTreeSet<String>,
    /// Facts about the machine and the user.
    pub machine: Machine,
    /// The files that a tool may read, by the path under which it opens them.
    pub files: BTreeMap<PathBuf, File>,
    /// When the environment was read.
    pub now: SystemTime,
}

/// Facts about the machine and the user.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The home directory in the password file; `None` where the user has no entry.
    pub password_home: Option<PathBuf>,
    /// Whether the program runs on Windows.
    pub is_windows: bool,
    /// Whether the machine's firmware calls it an EC2 instance.
    pub is_ec2: bool,
}

/// A file, with what each dialect reads in it.
#[derive(Default)]
pub struct File {
    contents: Contents,
    readings: [[OnceLock<Result<Sections, Fault>>; 2]; Dialect::ALL.len()],
}

/// What was found at a path.
#[derive(Default)]
pub enum Contents {
    /// There is no such file.
    #[default]
    Missing,
    /// The file could not be read; the reason.
    Unreadable(String),
    /// The bytes of the file.
    Bytes(Vec<u8>),
}

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`, not yet parsed.
    pub region: Option<String>,
    /// Whose choice of credentials is judged.
    pub audience: Audience,
}

/// Whose choice of credentials is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Every tool in scope: each resolves for itself afterwards.
    #[default]
    EveryTool,
    /// account-guard alone: the credentials that it judges are handed over.
    OurselvesOnly,
}

/// A variable as tools look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable<'w> {
    Absent,
    /// Set to the empty string. White space is a value, and wrong.
    Blank,
    Set(&'w str),
}

impl File {
    /// A file with these contents.
    pub fn new(contents: Contents) -> Self {
        Self { contents, ..Self::default() }
    }

    /// What was found.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The bytes; `None` where there is no file or it could not be read.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.contents {
            Contents::Bytes(bytes) => Some(bytes),
            Contents::Missing | Contents::Unreadable(_) => None,
        }
    }

    /// What a dialect reads in it; `None` where there is no file or it could not be read.
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

    /// The variable's value, where it is not blank.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        match self.variable(name) {
            Variable::Set(value) => Some(value),
            Variable::Absent | Variable::Blank => None,
        }
    }

    /// Where tools look for their files.
    pub(crate) fn lookup(&self) -> Lookup<'_> {
        Lookup { variables: &self.variables, machine: &self.machine }
    }

    /// The file at this path, if it was read.
    pub(crate) fn file(&self, path: &Path) -> Option<&File> {
        self.files.get(path)
    }
}
