//! The shared config and credentials files, as the tools of one family find and read them, and the reasons why
//! they do not read a part of them.

use std::collections::BTreeSet;
use std::path::Path;

use super::dialect::{Dialect, FileKind, Header, Misread, Section, Sections};
use super::paths::Place;
use super::world::{Contents, File, World};
use super::{Misconfiguration, Origin, quoted};
use crate::tool::Family;
use crate::unknown::ErrorCode;

/// Both kinds of shared file.
pub(crate) const KINDS: [FileKind; 2] = [FileKind::Config, FileKind::Credentials];

/// The shared files of one family.
#[derive(Clone, Copy)]
pub(crate) struct SharedFiles<'w> {
    pub(crate) world: &'w World,
    pub(crate) family: Family,
}

/// A kind of section with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named<'n> {
    Profile(&'n str),
    SsoSession(&'n str),
    Services(&'n str),
}

impl Named<'_> {
    /// The section with this name among the sections that a dialect reads.
    pub(crate) fn find<'s>(&self, sections: &'s Sections) -> Option<&'s Section> {
        match self {
            Self::Profile(name) => sections.profiles.get(*name),
            Self::SsoSession(name) => sections.sso_sessions.get(*name),
            Self::Services(name) => sections.services.get(*name),
        }
    }

    /// The header in the form that every tool reads.
    pub(crate) fn header(&self, kind: FileKind) -> String {
        match (self, kind) {
            (Self::Profile("default"), _) => "[default]".to_owned(),
            (Self::Profile(name), FileKind::Config) => format!("[profile {name}]"),
            (Self::Profile(name), FileKind::Credentials) => format!("[{name}]"),
            (Self::SsoSession(name), _) => format!("[sso-session {name}]"),
            (Self::Services(name), _) => format!("[services {name}]"),
        }
    }
}

impl<'w> SharedFiles<'w> {
    pub(crate) fn of(world: &'w World, family: Family) -> Self {
        Self { world, family }
    }

    /// The path at which the family looks for a file.
    pub(crate) fn place(self, kind: FileKind) -> Place {
        self.world.lookup().shared_file(self.family, kind)
    }

    fn file(self, kind: FileKind) -> Option<&'w File> {
        self.world.file(&self.place(kind).path?)
    }

    /// The sections of a file; `None` if it is missing or the tools fail on it.
    pub(crate) fn sections(self, kind: FileKind) -> Option<&'w Sections> {
        self.file(kind)?.read(Dialect::of(self.family), kind)?.as_ref().ok()
    }

    /// The section with this name in a file.
    pub(crate) fn section(self, kind: FileKind, named: Named<'_>) -> Option<&'w Section> {
        named.find(self.sections(kind)?)
    }

    /// Whether the tools read a profile with this name in either file.
    pub(crate) fn has_profile(self, name: &str) -> bool {
        KINDS.into_iter().any(|kind| self.section(kind, Named::Profile(name)).is_some())
    }

    /// The names of all profiles that the tools read, sorted.
    pub(crate) fn profiles(self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for kind in KINDS {
            if let Some(sections) = self.sections(kind) {
                names.extend(sections.profiles.keys().cloned());
            }
        }
        names.into_iter().collect()
    }

    /// Fails if a file cannot be read or the tools fail on it: such a file may define any profile.
    pub(crate) fn check_readable(self) -> Result<(), Misconfiguration> {
        for kind in KINDS {
            self.check_readable_file(kind)?;
        }
        Ok(())
    }

    fn check_readable_file(self, kind: FileKind) -> Result<(), Misconfiguration> {
        let place = self.place(kind);
        let Some(path) = &place.path else { return Ok(()) };
        let Some(file) = self.world.file(path) else { return Ok(()) };
        if let Contents::Unreadable(reason) = file.contents() {
            let path = quoted(&path.display().to_string());
            let message = format!("could not read the file {path}: {}", reason.escape_debug());
            let error = Misconfiguration::new(ErrorCode::UnreadableConfiguration, message).hint(
                "make the file readable, or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to \
                 other files",
            );
            return Err(match place.named_by {
                Some(variable) => error.at(&Origin::Variable(variable)),
                None => error,
            });
        }
        let Some(Err(fault)) = file.read(Dialect::of(self.family), kind) else { return Ok(()) };
        let origin = line_of(path, fault.line, None);
        let tools = Dialect::of(self.family).tools();
        let reason = fault.reason;
        let message = format!("{} {reason}: {tools} cannot read the file", line(path, fault.line));
        Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message)
            .at(&origin)
            .hint("correct or remove this line"))
    }

    /// The error of a missing file that a variable names; `None` if there is no such error.
    pub(crate) fn missing(self) -> Option<Misconfiguration> {
        for kind in KINDS {
            let place = self.place(kind);
            let Some(variable) = place.named_by else { continue };
            let Some(path) = place.path else {
                let message = format!("{variable} is blank, so {} read no file", self.tools());
                return Some(
                    Misconfiguration::new(ErrorCode::UnreadableConfiguration, message)
                        .at(&Origin::Variable(variable))
                        .hint(format!("unset {variable}")),
                );
            };
            if is_missing(self.world.file(&path)) {
                return Some(self.missing_file(variable, &path));
            }
        }
        None
    }

    /// The error of Serverless with `AWS_SDK_LOAD_CONFIG` and without a config file: version 2 of the AWS SDK for
    /// JavaScript then reads neither file. `None` in all other cases.
    pub(crate) fn missing_config_of_serverless(self) -> Option<Misconfiguration> {
        if self.family != Family::Serverless || !self.world.lookup().loads_config() {
            return None;
        }
        if !is_missing(self.file(FileKind::Config)) {
            return None;
        }
        let message = "AWS_SDK_LOAD_CONFIG is set but the config file is missing, so Serverless 3 \
                       reads no profile";
        Some(
            Misconfiguration::new(ErrorCode::UnreadableConfiguration, message)
                .at(&Origin::Variable("AWS_SDK_LOAD_CONFIG"))
                .hint("unset AWS_SDK_LOAD_CONFIG, or create the config file"),
        )
    }

    fn missing_file(self, variable: &'static str, path: &Path) -> Misconfiguration {
        let written = self.world.value(variable).unwrap_or_default();
        let path = quoted(&path.display().to_string());
        let message = format!("{variable} names the file {path}, which does not exist");
        let tools = self.tools();
        let unexpanded = if written.contains('$') && path.contains('$') {
            Some(format!("only botocore (AWS CLI, boto3, SAM) expands `$`, not {tools}"))
        } else if written.starts_with('~') && path.starts_with("`~") {
            Some(format!("`~` is not expanded by {tools}"))
        } else {
            None
        };
        let hint = match unexpanded {
            Some(why) => format!("set {variable} to an absolute path, because {why}"),
            None => format!("correct or unset {variable}"),
        };
        Misconfiguration::new(ErrorCode::UnreadableConfiguration, message)
            .at(&Origin::Variable(variable))
            .hint(hint)
    }

    /// The family's tools, as the subject of a sentence.
    pub(crate) fn tools(self) -> &'static str {
        Dialect::of(self.family).tools()
    }

    /// The header with this name that only other tools read; `None` if there is none.
    pub(crate) fn misread(self, named: Named<'_>) -> Option<Misread> {
        let own = Dialect::of(self.family);
        KINDS.into_iter().find_map(|kind| {
            let path = self.place(kind).path?;
            let file = self.world.file(&path)?;
            let section = read_by_others(file, own, kind).find_map(|it| named.find(it))?;
            let header = Header { path: &path, bytes: file.bytes()?, line: section.line };
            Misread::of_header(own, kind, &header, &named.header(kind))
        })
    }

    /// The first of these keys that only other tools read in a profile; `None` if there is none.
    pub(crate) fn misread_key(
        self,
        name: &str,
        keys: &[&str],
        kinds: &[FileKind],
    ) -> Option<Misread> {
        kinds.iter().find_map(|kind| self.misread_key_in(*kind, name, keys))
    }

    fn misread_key_in(self, kind: FileKind, name: &str, keys: &[&str]) -> Option<Misread> {
        let own = Dialect::of(self.family);
        let path = self.place(kind).path?;
        let file = self.world.file(&path)?;
        let mine = self.section(kind, Named::Profile(name));
        for sections in read_by_others(file, own, kind) {
            let Some(theirs) = sections.profiles.get(name) else { continue };
            for key in keys {
                if mine.is_some_and(|section| section.get(key).is_some()) {
                    continue;
                }
                if let Some(entry) = theirs.get(key) {
                    return Some(Misread::of_key(own, &path, key, entry.line));
                }
            }
        }
        None
    }

    /// The file with credentials of the profile that only other families open, and the hint how to make these tools
    /// open it; `None` if there is no such file.
    pub(crate) fn elsewhere(self, name: &str, keys: &[&str]) -> Option<(String, String)> {
        let (other, kind) = self.other_with_any(name, keys)?;
        let place = quoted(&other.place(kind).path?.display().to_string());
        let is_unread_config = self.family == Family::Serverless
            && kind == FileKind::Config
            && !self.world.lookup().loads_config();
        let hint = if is_unread_config {
            "set AWS_SDK_LOAD_CONFIG=1, without which Serverless 3 reads no config file".to_owned()
        } else {
            let variable = match kind {
                FileKind::Config => "AWS_CONFIG_FILE",
                FileKind::Credentials => "AWS_SHARED_CREDENTIALS_FILE",
            };
            format!("set HOME, or set {variable} to an absolute path, which every tool opens")
        };
        Some((place, hint))
    }

    /// The first file at another path with one of these keys in the profile, with a family that opens it.
    fn other_with_any(self, name: &str, keys: &[&str]) -> Option<(Self, FileKind)> {
        for family in Family::ALL {
            let other = Self { family, ..self };
            for kind in KINDS {
                if other.place(kind).path == self.place(kind).path {
                    continue;
                }
                let Some(section) = other.section(kind, Named::Profile(name)) else { continue };
                if keys.iter().any(|key| section.get(key).is_some()) {
                    return Some((other, kind));
                }
            }
        }
        None
    }
}

/// Whether a file does not exist; a file that was never looked for counts as missing.
fn is_missing(file: Option<&File>) -> bool {
    match file {
        Some(file) => matches!(file.contents(), Contents::Missing),
        None => true,
    }
}

/// The sections of a file in each of the other dialects.
fn read_by_others(file: &File, own: Dialect, kind: FileKind) -> impl Iterator<Item = &Sections> {
    let others = Dialect::ALL.into_iter().filter(move |other| *other != own);
    others.filter_map(move |other| file.read(other, kind)?.as_ref().ok())
}

/// A position in messages: `path:line`, escaped to one line.
pub(crate) fn line(path: &Path, line: usize) -> String {
    format!("{}:{line}", path.display().to_string().escape_debug())
}

/// The origin of a value in this line of a shared file.
pub(crate) fn line_of(path: &Path, line: usize, profile: Option<&str>) -> Origin {
    let profile = profile.unwrap_or("default").to_owned();
    Origin::Line { file: path.to_owned(), line, profile }
}
