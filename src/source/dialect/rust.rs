//! The AWS SDK for Rust: `env_config` of aws-runtime 1.10.

use std::collections::BTreeMap;

use super::{Entry, Fault, FileKind, Section, Sections, is_name_character, set};

const SPACES: [char; 2] = [' ', '\t'];
const COMMENTS: [char; 2] = ['#', ';'];

/// Reads a file; the first line that the SDK cannot parse is an error of the whole file.
pub(super) fn read(text: &str, kind: FileKind) -> Result<Sections, Fault> {
    let mut parser = Parser::default();
    for (index, line) in text.lines().enumerate() {
        parser.line(line, index + 1)?;
    }
    for (_, section) in &mut parser.raw {
        for entry in &mut section.entries {
            nest(entry);
        }
    }
    Ok(sections(parser.raw, kind))
}

#[derive(Default)]
struct Parser {
    /// Header and section, in the order of the file; a header that is repeated is one section.
    raw: Vec<(String, Section)>,
    current: Option<usize>,
    /// The key that an indented line continues, and whether it began without a value.
    key: Option<(String, bool)>,
}

impl Parser {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Fault> {
        if line.trim_matches(SPACES).is_empty() || line.starts_with(COMMENTS) {
            return Ok(());
        }
        if line.starts_with('[') {
            return self.begin(line, number);
        }
        let current = self.current.and_then(|index| self.raw.get_mut(index));
        let Some((_, section)) = current else {
            return Err(Fault { line: number, reason: "is above the first section" });
        };
        if line.starts_with(SPACES) {
            return continued(section, self.key.as_ref(), line, number);
        }
        let (key, value) = property(line, number)?;
        let key = key.to_ascii_lowercase();
        section.set(&key, value, number);
        self.key = Some((key, value.is_empty()));
        Ok(())
    }

    fn begin(&mut self, line: &str, number: usize) -> Result<(), Fault> {
        let bare = before_comment(line, false);
        let header = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let Some(header) = header else {
            return Err(Fault {
                line: number,
                reason: "is a section without a closing bracket at its end",
            });
        };
        let index = self.raw.iter().position(|(known, _)| known == header);
        self.current = Some(index.unwrap_or(self.raw.len()));
        if index.is_none() {
            self.raw.push((header.to_owned(), Section::at(number)));
        }
        self.key = None;
        Ok(())
    }
}

/// An indented line is part of the value above, its comments too.
fn continued(
    section: &mut Section,
    key: Option<&(String, bool)>,
    line: &str,
    number: usize,
) -> Result<(), Fault> {
    let Some((key, is_group)) = key else {
        return Err(Fault { line: number, reason: "is indented below no key" });
    };
    if *is_group {
        property(line, number)?;
    }
    if let Some(entry) = section.entries.iter_mut().find(|entry| entry.key == *key) {
        entry.value.push('\n');
        entry.value.push_str(line.trim_matches(SPACES));
    }
    Ok(())
}

fn property(line: &str, number: usize) -> Result<(&str, &str), Fault> {
    let Some((key, value)) = before_comment(line, true).split_once('=') else {
        return Err(Fault { line: number, reason: "is neither a section nor a key with `=`" });
    };
    let [key, value] = [key, value].map(|it| it.trim_matches(SPACES));
    if key.is_empty() {
        return Err(Fault { line: number, reason: "has a value and no key" });
    }
    Ok((key, value))
}

/// The line before its comment, which white space must precede in a property.
fn before_comment(line: &str, requires_space: bool) -> &str {
    let line = line.trim_matches(SPACES);
    let mut is_after_space = false;
    for (at, c) in line.char_indices() {
        if COMMENTS.contains(&c) && (is_after_space || !requires_space) {
            return line.get(..at).unwrap_or_default().trim_matches(SPACES);
        }
        is_after_space = c.is_whitespace();
    }
    line
}

/// A value that begins with a line break is a group of indented keys. Comments in it stay.
fn nest(entry: &mut Entry) {
    if !entry.value.starts_with('\n') {
        return;
    }
    let text = std::mem::take(&mut entry.value);
    for (index, line) in text.split('\n').enumerate() {
        if let Some((key, value)) = line.split_once('=') {
            let [key, value] = [key, value].map(|it| it.trim_matches(SPACES));
            set(&mut entry.nested, key, value, entry.line + index);
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars().all(is_name_character)
}

/// The sections whose headers the SDK admits. `[profile default]` replaces `[default]`.
fn sections(raw: Vec<(String, Section)>, kind: FileKind) -> Sections {
    let mut sections = Sections::default();
    let has_prefixed_default = raw.iter().any(|(header, _)| is_prefixed_default(header));
    for (header, mut section) in raw {
        let (prefix, name) = pair(&header);
        section.entries.retain(|entry| is_identifier(&entry.key));
        let map = match (kind, prefix.as_deref()) {
            (FileKind::Config, None) if name != "default" || has_prefixed_default => continue,
            (FileKind::Credentials, None) | (FileKind::Config, None | Some("profile")) => {
                &mut sections.profiles
            }
            (FileKind::Config, Some("sso-session")) => &mut sections.sso_sessions,
            (FileKind::Config, Some("services")) => &mut sections.services,
            _ => continue,
        };
        if is_identifier(&name) {
            insert(map, name, section);
        }
    }
    sections
}

fn is_prefixed_default(header: &str) -> bool {
    let (prefix, name) = pair(header);
    prefix.as_deref() == Some("profile") && name == "default"
}

/// `prefix name`, or a name alone.
fn pair(header: &str) -> (Option<String>, String) {
    let header = header.trim_matches(SPACES);
    match header.split_once(SPACES) {
        Some((prefix, name)) => (Some(prefix.trim().to_owned()), name.trim().to_owned()),
        None => (None, header.trim().to_owned()),
    }
}

/// Two spellings of one name are merged in an order that differs from run to run.
fn insert(map: &mut BTreeMap<String, Section>, name: String, section: Section) {
    let Some(existing) = map.get_mut(&name) else {
        map.insert(name, section);
        return;
    };
    let reason =
        "describes what another section describes, in an order that changes from run to run";
    existing.fault = Some(Fault { line: section.line, reason });
    for entry in section.entries {
        existing.entries.retain(|known| known.key != entry.key);
        existing.entries.push(entry);
    }
}
