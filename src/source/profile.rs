//! A profile, with the values that the tools of a family read in the two shared files. Every value has its file
//! and line.

use super::dialect::{Dialect, Entry, FileKind, Section};
use super::precedence::{Blank, Choice};
use super::shared_files::{KINDS, Named, SharedFiles, line_of};
use super::world::{Asked, Audience, Variable, World};
use super::{Misconfiguration, Note, Origin, quoted};
use crate::unknown::ErrorCode;

/// A profile. It exists if a setting names it.
pub(crate) struct Profile<'w> {
    pub(crate) name: String,
    /// The setting that names the profile; `None` for `default` if no setting names a profile.
    pub(crate) named_by: Option<Origin>,
    /// Whether an option, the tool's own setting or another profile names the profile. The sources in the environment
    /// then do not count.
    pub(crate) is_explicit: bool,
    pub(crate) files: SharedFiles<'w>,
}

/// A value of a profile, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value<'w> {
    pub(crate) text: &'w str,
    pub(crate) origin: Origin,
}

impl Value<'_> {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The name of a profile, with the setting that names it.
pub(crate) struct Choosing {
    pub(crate) name: String,
    /// `None` for `default` if no setting names a profile.
    pub(crate) named_by: Option<Origin>,
    /// Whether an option or the tool's own setting names it.
    pub(crate) is_explicit: bool,
}

impl<'w> Profile<'w> {
    /// The profile with this name. A missing profile is an error if a setting names it.
    pub(crate) fn of(files: SharedFiles<'w>, choosing: Choosing) -> Result<Self, Misconfiguration> {
        files.check_readable()?;
        let Choosing { name, named_by, is_explicit } = choosing;
        match &named_by {
            Some(by) if !files.has_profile(&name) => Err(unknown(files, &name, by)),
            _ => Ok(Self { name, named_by, is_explicit, files }),
        }
    }

    /// The profile `default`, regardless of the chosen profile.
    pub(crate) fn default_of(files: SharedFiles<'w>) -> Self {
        Self { name: "default".to_owned(), named_by: None, is_explicit: false, files }
    }

    /// The profile that another profile names. It must exist.
    pub(crate) fn named_in(files: SharedFiles<'w>, name: &Value<'_>) -> Self {
        let named_by = Some(name.origin.clone());
        Self { name: name.text.to_owned(), named_by, is_explicit: true, files }
    }

    /// Whether the profile has a section in this file.
    pub(crate) fn has_section(&self, kind: FileKind) -> bool {
        self.section(kind).is_some()
    }

    /// Whether the profile has one of these keys in either file.
    pub(crate) fn has_any(&self, keys: &[&str]) -> bool {
        for kind in KINDS {
            let Some(section) = self.section(kind) else { continue };
            if keys.iter().any(|key| section.get(key).is_some()) {
                return true;
            }
        }
        false
    }

    /// Whether the profile has an access key ID or a secret access key.
    pub(crate) fn has_keys(&self) -> Result<bool, Misconfiguration> {
        let [id, secret] = ["aws_access_key_id", "aws_secret_access_key"];
        Ok(self.get(id)?.is_some() || self.get(secret)?.is_some())
    }

    /// Fails if the tools do not reliably read the sections of the profile.
    pub(crate) fn check_sections(&self) -> Result<(), Misconfiguration> {
        for kind in KINDS {
            let Some(section) = self.section(kind) else { continue };
            let Some(fault) = &section.fault else { continue };
            let origin = self.origin(kind, fault.line);
            return Err(Misconfiguration::new(
                ErrorCode::AmbiguousConfiguration,
                format!("{} {}", place(&origin), fault.reason),
            )
            .at(&origin)
            .hint("keep one section for the profile"));
        }
        Ok(())
    }

    /// The value of a key: from the credentials file, else from the config file; `None` if neither has the key.
    pub(crate) fn get(&self, key: &str) -> Result<Option<Value<'w>>, Misconfiguration> {
        match self.get_in(FileKind::Credentials, key)? {
            Some(value) => Ok(Some(value)),
            None => self.get_in(FileKind::Config, key),
        }
    }

    /// The value of a key in one of the files; `None` if the file does not have the key.
    pub(crate) fn get_in(
        &self,
        kind: FileKind,
        key: &str,
    ) -> Result<Option<Value<'w>>, Misconfiguration> {
        match self.section(kind) {
            Some(section) => self.value(kind, section, key),
            None => Ok(None),
        }
    }

    /// The position of the first key with this prefix; `None` if there is none.
    pub(crate) fn first(&self, prefix: &str) -> Option<Origin> {
        for kind in [FileKind::Credentials, FileKind::Config] {
            let Some(section) = self.section(kind) else { continue };
            for entry in &section.entries {
                if entry.key.starts_with(prefix) {
                    return Some(self.origin(kind, entry.line));
                }
            }
        }
        None
    }

    /// A section of the config file that the profile refers to: an `[sso-session]` or `[services]`.
    pub(crate) fn related(&self, named: Named<'_>) -> Option<&'w Section> {
        self.files.section(FileKind::Config, named)
    }

    /// The value of a key in a section; `None` if the section does not have the key.
    pub(crate) fn value(
        &self,
        kind: FileKind,
        section: &'w Section,
        key: &str,
    ) -> Result<Option<Value<'w>>, Misconfiguration> {
        if let Some(entry) = section.get(key) {
            return Ok(Some(self.value_of(kind, entry)));
        }
        let Some(group) = section.group(key) else { return Ok(None) };
        let message = format!("`{key}` has indented keys below it, but a value is expected");
        Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
            .at(&self.origin(kind, group.line))
            .hint("write the value after the `=`"))
    }

    /// The value of an entry, with its position.
    pub(crate) fn value_of(&self, kind: FileKind, entry: &'w Entry) -> Value<'w> {
        Value { text: &entry.value, origin: self.origin(kind, entry.line) }
    }

    pub(crate) fn origin(&self, kind: FileKind, line: usize) -> Origin {
        let path = self.files.place(kind).path.unwrap_or_default();
        line_of(&path, line, Some(&self.name))
    }

    fn section(&self, kind: FileKind) -> Option<&'w Section> {
        self.files.section(kind, Named::Profile(&self.name))
    }

    /// Notes about lines that look like headers, but that these tools do not read as headers. The keys below them
    /// belong to this profile.
    pub(crate) fn ignored_headers(&self) -> Vec<Note> {
        let do_not_read = Dialect::of(self.files.family).do_not_read();
        let profile = quoted(&self.name);
        let mut notes = Vec::new();
        for kind in KINDS {
            let Some(section) = self.section(kind) else { continue };
            for line in &section.ignored_headers {
                let place = place(&self.origin(kind, *line));
                notes.push(Note(format!(
                    "{do_not_read} {place} as a section: the keys below it belong to profile {profile}"
                )));
            }
        }
        notes
    }
}

/// The position of an origin: `file:line` for a line.
fn place(origin: &Origin) -> String {
    match origin {
        Origin::Line { file, line, .. } => super::shared_files::line(file, *line),
        other => other.to_string(),
    }
}

/// The profile name from the options, else from the environment, else `default`.
pub(crate) fn choose(
    world: &World,
    asked: &Asked,
    choices: &[Choice],
) -> Result<Choosing, Misconfiguration> {
    if let Some(name) = &asked.profile {
        return Ok(Choosing { is_explicit: true, ..named(name, Origin::Flag("--profile"))? });
    }
    for Choice { variable, blank } in choices {
        match world.variable(variable) {
            Variable::Absent => {}
            Variable::Blank if counts_as_unset(*blank, asked.audience) => {}
            Variable::Blank => return named("", Origin::Variable(variable)),
            Variable::Set(name) => return named(name, Origin::Variable(variable)),
        }
    }
    Ok(Choosing { name: "default".to_owned(), named_by: None, is_explicit: false })
}

/// Whether a blank variable counts as unset. If account-guard hands over the credentials, it unsets the variable
/// anyway.
pub(crate) fn counts_as_unset(blank: Blank, audience: Audience) -> bool {
    blank == Blank::Absent || audience == Audience::OurselvesOnly
}

pub(crate) fn named(name: &str, by: Origin) -> Result<Choosing, Misconfiguration> {
    if !name.trim().is_empty() {
        return Ok(Choosing { name: name.to_owned(), named_by: Some(by), is_explicit: false });
    }
    let error = Misconfiguration::new(ErrorCode::BlankProfile, format!("{by} is blank")).at(&by);
    Err(match by {
        Origin::Variable(name) => error.hint(format!("unset {name}, or set it to a profile")),
        _ => error.hint("write the name of a profile"),
    })
}

fn unknown(files: SharedFiles<'_>, name: &str, by: &Origin) -> Misconfiguration {
    if let Some(error) = files.missing() {
        return error;
    }
    let (message, hint) = if let Some(misread) = files.misread(Named::Profile(name)) {
        let message = format!("{by} names the profile {}, but {}", quoted(name), misread.message);
        (message, misread.hint)
    } else {
        let message = format!("{by} names the profile {}, which does not exist", quoted(name));
        (message, misplaced(files, name).unwrap_or_else(|| known(files, name)))
    };
    Misconfiguration::new(ErrorCode::UnknownProfile, message).at(by).hint(hint)
}

/// The hint for a header that would define this profile in the other file or without quotation marks; `None` if
/// there is no such header.
fn misplaced(files: SharedFiles<'_>, name: &str) -> Option<String> {
    KINDS.into_iter().find_map(|kind| misplaced_in(files, kind, name))
}

fn misplaced_in(files: SharedFiles<'_>, kind: FileKind, name: &str) -> Option<String> {
    let path = files.place(kind).path?;
    let text = String::from_utf8_lossy(files.world.file(&path)?.bytes()?);
    let wrong = match kind {
        FileKind::Config => [format!("[{name}]"), format!("[\"{name}\"]")],
        FileKind::Credentials => [format!("[profile {name}]"), format!("[\"{name}\"]")],
    };
    for (index, line) in text.lines().enumerate() {
        let header = line.trim();
        if !wrong.iter().any(|it| header == it) {
            continue;
        }
        let right = Named::Profile(name).header(kind);
        let marks =
            if header.contains('"') { ": quotation marks are part of the name" } else { "" };
        let place = super::shared_files::line(&path, index + 1);
        return Some(format!("write `{right}` instead of `{header}` at {place}{marks}"));
    }
    None
}

/// The hint with the defined profiles, the most similar one first.
fn known(files: SharedFiles<'_>, name: &str) -> String {
    const SHOWN: usize = 8;
    let mut names = files.profiles();
    names.sort_by_key(|known| (strsim::damerau_levenshtein(known, name), known.clone()));
    let Some(nearest) = names.first() else {
        return "add the profile to ~/.aws/config: no profile is configured".to_owned();
    };
    let is_near = strsim::damerau_levenshtein(nearest, name) <= 1 + name.chars().count() / 4;
    let question =
        if is_near { format!("did you mean {}? ", quoted(nearest)) } else { String::new() };
    let shown: Vec<_> = names.iter().take(SHOWN).map(|known| quoted(known)).collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    format!("{question}defined: {}{more}", shown.join(", "))
}
