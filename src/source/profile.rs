//! One profile, as the two shared files together describe it. Keeps the file and the line of every
//! value, and refuses to answer where tools would read the files differently.

use super::header::{FileKind, Name, Reading};
use super::ini::{Doubt, Entry, Section};
use super::precedence::{Blank, Choice};
use super::world::{Asked, ConfigFile, Contents, Variable, World};
use super::{Misconfiguration, Origin, quoted};
use crate::unknown::ErrorCode;

/// The chosen profile, found to exist if it was chosen by name.
pub(crate) struct Profile<'w> {
    pub(crate) name: String,
    /// What chose it; nothing where `default` is meant because nobody said otherwise.
    pub(crate) named_by: Option<Origin>,
    world: &'w World,
}

/// One value of a profile.
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

impl<'w> Profile<'w> {
    /// The profile that the arguments, else the environment, choose.
    pub(crate) fn chosen(
        world: &'w World,
        asked: &Asked,
        choices: &[Choice],
    ) -> Result<Self, Misconfiguration> {
        readable(&world.config)?;
        readable(&world.credentials)?;
        let (name, named_by) = choose(world, asked, choices)?;
        let profile = Self { name, named_by, world };
        match &profile.named_by {
            Some(by) if !exists(world, &profile.name) => Err(unknown(world, &profile.name, by)),
            _ => Ok(profile),
        }
    }

    /// The profile that another one names, and that exists.
    pub(crate) fn named_in(world: &'w World, name: &Value<'_>) -> Self {
        Self { name: name.text.to_owned(), named_by: Some(name.origin.clone()), world }
    }

    /// Whether an argument or another profile asked for it, which silences the environment.
    pub(crate) fn is_explicit(&self) -> bool {
        matches!(self.named_by, Some(Origin::Flag(_) | Origin::Line { .. }))
    }

    /// Whether it has any part of a key pair.
    pub(crate) fn has_keys(&self) -> Result<bool, Misconfiguration> {
        let [id, secret] = ["aws_access_key_id", "aws_secret_access_key"];
        Ok(self.get(id)?.is_some() || self.get(secret)?.is_some())
    }

    /// Whether the sections of the profile are beyond doubt.
    pub(crate) fn sound(&self) -> Result<(), Misconfiguration> {
        self.section(FileKind::Config)?;
        self.section(FileKind::Credentials).map(|_| ())
    }

    /// A value of the profile: the credentials file's, else the config file's.
    pub(crate) fn get(&self, key: &str) -> Result<Option<Value<'w>>, Misconfiguration> {
        self.section(FileKind::Config)?;
        match self.get_in(FileKind::Credentials, key)? {
            Some(value) => Ok(Some(value)),
            None => self.get_in(FileKind::Config, key),
        }
    }

    /// A value of the profile in one of the files.
    pub(crate) fn get_in(
        &self,
        kind: FileKind,
        key: &str,
    ) -> Result<Option<Value<'w>>, Misconfiguration> {
        let Some(section) = self.section(kind)? else { return Ok(None) };
        self.value(kind, section.get(key), key)
    }

    /// The first key of the profile that begins so.
    pub(crate) fn first(&self, prefix: &str) -> Result<Option<Origin>, Misconfiguration> {
        for kind in [FileKind::Credentials, FileKind::Config] {
            let Some(section) = self.section(kind)? else { continue };
            let mut entries = section.entries.iter();
            if let Some(entry) = entries.find(|entry| entry.key.starts_with(prefix)) {
                return Ok(Some(self.origin(kind, entry.line)));
            }
        }
        Ok(None)
    }

    /// Another section of the config file: an `[sso-session]` or `[services]`.
    pub(crate) fn related(&self, name: &Name) -> Result<Option<&'w Section>, Misconfiguration> {
        section(&self.world.config, FileKind::Config, name)
            .map_err(|doubt| self.ambiguous(FileKind::Config, doubt))
    }

    /// A value of such a section, or of a group of indented keys in one.
    pub(crate) fn value(
        &self,
        kind: FileKind,
        entry: Result<Option<&'w Entry>, Doubt>,
        key: &str,
    ) -> Result<Option<Value<'w>>, Misconfiguration> {
        let Some(entry) = entry.map_err(|doubt| self.ambiguous(kind, doubt))? else {
            return Ok(None);
        };
        let origin = self.origin(kind, entry.line);
        if !entry.nested.is_empty() {
            let message = format!("`{key}` holds indented keys where a value is expected");
            return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(&origin));
        }
        Ok(Some(Value { text: &entry.value, origin }))
    }

    /// The group of indented keys below a key of a related section.
    pub(crate) fn group(
        &self,
        section: &'w Section,
        key: &str,
    ) -> Result<Option<&'w Entry>, Misconfiguration> {
        section.get(key).map_err(|doubt| self.ambiguous(FileKind::Config, doubt))
    }

    pub(crate) fn origin(&self, kind: FileKind, line: usize) -> Origin {
        let file = file(self.world, kind).path.clone();
        Origin::Line { file, line, profile: self.name.clone() }
    }

    fn section(&self, kind: FileKind) -> Result<Option<&'w Section>, Misconfiguration> {
        section(file(self.world, kind), kind, &Name::Profile(self.name.clone()))
            .map_err(|doubt| self.ambiguous(kind, doubt))
    }

    fn ambiguous(&self, kind: FileKind, doubt: Doubt) -> Misconfiguration {
        let path = file(self.world, kind).path.display().to_string();
        let place = format!("{}:{}", path.escape_debug(), doubt.line);
        Misconfiguration::new(
            ErrorCode::AmbiguousConfiguration,
            format!("{place} {}", doubt.reason),
        )
        .at(&self.origin(kind, doubt.line))
        .hint("AWS tools read this line differently or not at all: rewrite it")
    }
}

fn file(world: &World, kind: FileKind) -> &ConfigFile {
    match kind {
        FileKind::Config => &world.config,
        FileKind::Credentials => &world.credentials,
    }
}

/// The one section of this name, if it and its file are beyond doubt.
fn section<'w>(
    file: &'w ConfigFile,
    kind: FileKind,
    name: &Name,
) -> Result<Option<&'w Section>, Doubt> {
    let Contents::Text(text) = &file.contents else { return Ok(None) };
    if let Some(doubt) = text.doubts.first() {
        return Err(*doubt);
    }
    let mut sections = text.sections.iter().filter(|section| is_named(section, kind, name));
    let Some(section) = sections.next() else { return Ok(None) };
    if let Some(second) = sections.next() {
        let reason = "describes what another section describes already";
        return Err(Doubt { line: second.line, reason });
    }
    let is_disputed = Reading::of(&section.header, kind).is_disputed;
    let reason = "is a section whose name tools read differently";
    let disputed = is_disputed.then_some(Doubt { line: section.line, reason });
    match section.doubts.first().copied().or(disputed) {
        Some(doubt) => Err(doubt),
        None => Ok(Some(section)),
    }
}

fn is_named(section: &Section, kind: FileKind, name: &Name) -> bool {
    let headers = std::iter::once(&section.header).chain(&section.other_header);
    headers.into_iter().any(|header| Reading::of(header, kind).names(name))
}

/// Whether either file describes this profile, however doubtfully.
pub(crate) fn exists(world: &World, name: &str) -> bool {
    let name = Name::Profile(name.to_owned());
    [FileKind::Config, FileKind::Credentials].into_iter().any(|kind| {
        let Contents::Text(text) = &file(world, kind).contents else { return false };
        text.sections.iter().any(|section| is_named(section, kind, &name))
    })
}

/// The error of a file that a variable names and that does not exist.
pub(crate) fn missing(world: &World) -> Option<Misconfiguration> {
    [&world.config, &world.credentials].into_iter().find_map(|file| {
        let (Some(variable), Contents::Missing) = (file.named_by, &file.contents) else {
            return None;
        };
        let path = quoted(&file.path.display().to_string());
        let message = format!("{variable} names the file {path}, which does not exist");
        Some(
            Misconfiguration::new(ErrorCode::UnreadableConfiguration, message)
                .at(&Origin::Variable(variable))
                .hint(format!("correct or unset {variable}")),
        )
    })
}

/// A file that cannot be read may hold anything, so nothing is known without it.
fn readable(file: &ConfigFile) -> Result<(), Misconfiguration> {
    let path = quoted(&file.path.display().to_string());
    let message = match &file.contents {
        Contents::Missing | Contents::Text(_) => return Ok(()),
        Contents::Unreadable(why) => {
            format!("the file {path} cannot be read: {}", why.escape_debug())
        }
        Contents::NotUtf8 => format!("the file {path} is not UTF-8"),
    };
    let error = Misconfiguration::new(ErrorCode::UnreadableConfiguration, message).hint(
        "make it readable, or point AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE elsewhere",
    );
    Err(match file.named_by {
        Some(variable) => error.at(&Origin::Variable(variable)),
        None => error,
    })
}

fn choose(
    world: &World,
    asked: &Asked,
    choices: &[Choice],
) -> Result<(String, Option<Origin>), Misconfiguration> {
    if let Some(name) = &asked.profile {
        return named(name, Origin::Flag("--profile"));
    }
    for Choice { variable, blank } in choices {
        match world.variable(variable) {
            Variable::Absent => {}
            Variable::Blank if *blank == Blank::Absent => {}
            Variable::Blank => return named("", Origin::Variable(variable)),
            Variable::Set(name) => return named(name, Origin::Variable(variable)),
        }
    }
    Ok(("default".to_owned(), None))
}

fn named(name: &str, by: Origin) -> Result<(String, Option<Origin>), Misconfiguration> {
    if !name.trim().is_empty() {
        return Ok((name.to_owned(), Some(by)));
    }
    let error = Misconfiguration::new(ErrorCode::BlankProfile, format!("{by} is blank")).at(&by);
    Err(match by {
        Origin::Variable(name) => error.hint(format!("unset {name}, or name a profile in it")),
        _ => error.hint("name a profile"),
    })
}

fn unknown(world: &World, name: &str, by: &Origin) -> Misconfiguration {
    if let Some(error) = missing(world) {
        return error;
    }
    let message = format!("{by} names the profile {}, which does not exist", quoted(name));
    let error = Misconfiguration::new(ErrorCode::UnknownProfile, message).at(by);
    error.hint(misplaced(world, name).unwrap_or_else(|| known(world, name)))
}

/// A section that would be this profile in the other file.
fn misplaced(world: &World, name: &str) -> Option<String> {
    let prefixed = format!("profile {name}");
    let find = |kind, header: &str, right: &str| {
        let file = file(world, kind);
        let Contents::Text(text) = &file.contents else { return None };
        let section = text.sections.iter().find(|section| section.header == header)?;
        let (path, line) = (file.path.display().to_string(), section.line);
        let [wrong, right] = [header, right].map(|header| quoted(&format!("[{header}]")));
        Some(format!("write {right} instead of {wrong} at {}:{line}", path.escape_debug()))
    };
    find(FileKind::Config, name, &prefixed).or_else(|| find(FileKind::Credentials, &prefixed, name))
}

fn known(world: &World, name: &str) -> String {
    const SHOWN: usize = 8;
    let mut names = profiles(world);
    if names.is_empty() {
        return "no profile is configured here: write this one to ~/.aws/config".to_owned();
    }
    names.sort_by_key(|known| (strsim::damerau_levenshtein(known, name), known.clone()));
    let near = names
        .first()
        .filter(|known| strsim::damerau_levenshtein(known, name) <= 1 + name.chars().count() / 4);
    let near = near.map(|known| format!("did you mean {}? ", quoted(known))).unwrap_or_default();
    let shown: Vec<_> = names.iter().take(SHOWN).map(|known| quoted(known)).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{near}known are {}{more}", shown.join(", "))
}

/// The names of all profiles, sorted.
pub(crate) fn profiles(world: &World) -> Vec<String> {
    let mut names = Vec::new();
    for kind in [FileKind::Config, FileKind::Credentials] {
        let Contents::Text(text) = &file(world, kind).contents else { continue };
        for section in &text.sections {
            if let Some(Name::Profile(name)) = Reading::of(&section.header, kind).cli {
                names.push(name);
            }
        }
    }
    names.sort();
    names.dedup();
    names
}
