//! The AWS SDK for Go, version 2: `internal/ini` as rewritten at the end of 2023 (Terraform's provider
//! 5.100.0, SST 4.17.1), and the names that `config/shared_config.go` keeps.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Fault, FileKind, Section, Sections, set, unquoted};

const SPACES: [char; 2] = [' ', '\t'];

/// Reads a file. Only a value that is a single quotation mark is an error: the parser panics.
pub(super) fn read(text: &str, kind: FileKind) -> Result<Sections, Fault> {
    let mut parser = Parser::default();
    for (index, line) in text.split('\n').enumerate() {
        parser.line(line, index + 1)?;
    }
    Ok(match kind {
        FileKind::Config => of_config(parser.map),
        FileKind::Credentials => {
            parser.map.retain(|name, _| !name.starts_with("profile "));
            Sections { profiles: parser.map, ..Sections::default() }
        }
    })
}

#[derive(Default)]
struct Parser {
    map: BTreeMap<String, Section>,
    /// The section of the next keys; blank before the first section.
    section: String,
    /// The key that an indented line continues.
    key: Option<String>,
}

/// A key and its value, with their line.
struct Property<'t> {
    key: String,
    value: &'t str,
    line: usize,
}

impl Parser {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Fault> {
        let is_comment = line.trim_start_matches(SPACES).starts_with(['#', ';']);
        if line.trim().is_empty() || is_comment {
            return Ok(());
        }
        if let Some(name) = header(line) {
            self.key = None;
            self.map.entry(name.clone()).or_insert_with(|| Section::at(number));
            self.section = name;
            return Ok(());
        }
        if line.trim_start().starts_with('[')
            && let Some(section) = self.map.get_mut(&self.section)
        {
            section.ignored_headers.push(number);
        }
        if !line.starts_with(SPACES) {
            let text = without_comment(line).trim_end_matches(SPACES);
            let Some(property) = property(text, number)? else { return Ok(()) };
            self.set(property);
            return Ok(());
        }
        let text = line.trim_start_matches(SPACES);
        match property(text, number)? {
            Some(property) => self.indented(property),
            None => self.continued(text),
        }
        Ok(())
    }

    fn set(&mut self, Property { key, value, line }: Property<'_>) {
        let Some(section) = self.map.get_mut(&self.section) else { return };
        if self.section.is_empty() {
            return;
        }
        section.entries.retain(|entry| entry.key != key);
        set(&mut section.entries, &key, value, line);
        self.key = if key.is_empty() { None } else { Some(key) };
    }

    /// A member of the group above, or a key like any other where the line above has a value.
    fn indented(&mut self, property: Property<'_>) {
        if let Some(group) = self.open_entry()
            && group.value.is_empty()
        {
            set(&mut group.nested, &property.key, property.value, property.line);
        } else {
            let value = without_comment(property.value).trim();
            self.set(Property { value, ..property });
        }
    }

    fn continued(&mut self, text: &str) {
        if let Some(entry) = self.open_entry()
            && !entry.value.is_empty()
        {
            entry.value.push('\n');
            entry.value.push_str(text);
        }
    }

    fn open_entry(&mut self) -> Option<&mut Entry> {
        let key = self.key.as_ref()?;
        let section = self.map.get_mut(&self.section)?;
        section.entries.iter_mut().find(|entry| entry.key == *key)
    }
}

/// The section's name: a type and a name with one blank between them, or a name alone.
fn header(line: &str) -> Option<String> {
    let bare = line.split(['#', ';']).next()?.trim();
    let text = bare.strip_prefix('[')?.strip_suffix(']')?.trim();
    Some(match text.split_once(SPACES) {
        Some((kind, name)) => format!("{kind} {}", name.trim_start_matches(SPACES)),
        None => text.to_owned(),
    })
}

/// Removes a comment by searching for one mark after the other, as the SDK does.
fn without_comment(text: &str) -> &str {
    let mut rest = text;
    for mark in [" #", " ;", "\t#", "\t;"] {
        if let Some((before, _)) = rest.split_once(mark) {
            rest = before;
        }
    }
    rest
}

fn property(text: &str, line: usize) -> Result<Option<Property<'_>>, Fault> {
    let Some((key, value)) = text.split_once(['=', ':']) else { return Ok(None) };
    let value = value.trim();
    if matches!(value, "\"" | "'") {
        return Err(Fault { line, reason: "has a single quotation mark as its value" });
    }
    Ok(Some(Property { key: lower_case(key.trim()), value: unquoted(value), line }))
}

/// Go maps letter by letter, so that a dotted capital I becomes a plain one.
fn lower_case(text: &str) -> String {
    let mut lower = String::new();
    for c in text.chars() {
        match c {
            '\u{130}' => lower.push('i'),
            c => lower.extend(c.to_lowercase()),
        }
    }
    lower
}

fn services(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("services")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// Selects the sections. All kinds share one namespace, so that a profile replaces a section of the same name.
fn of_config(map: BTreeMap<String, Section>) -> Sections {
    let mut kept: BTreeMap<String, Section> = BTreeMap::new();
    for (name, section) in &map {
        let is_default = name.eq_ignore_ascii_case("default");
        let is_kept = name.starts_with("sso-session ") || name.starts_with("services");
        if is_default || is_kept {
            kept.insert(name.clone(), section.clone());
        }
    }
    // In the order of names: a renamed profile replaces a section of that name, which is then skipped.
    let mut renamed = BTreeSet::new();
    for (name, section) in map {
        if let Some(new) = name.strip_prefix("profile ")
            && !renamed.contains(&name)
        {
            renamed.insert(new.to_owned());
            kept.insert(new.to_owned(), section);
        }
    }
    let mut sections = Sections::default();
    for (name, section) in &kept {
        if let Some(name) = name.strip_prefix("sso-session ") {
            sections.sso_sessions.insert(name.to_owned(), section.clone());
        } else if let Some(name) = services(name) {
            sections.services.insert(name.to_owned(), section.clone());
        }
    }
    kept.retain(|name, _| !name.starts_with("sso-session ") && services(name).is_none());
    sections.profiles = kept;
    sections
}
