//! The AWS SDK for JavaScript, version 3: `parseIni` and `getConfigData` of its shared file loader.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Entry, Fault, FileKind, Section, Sections, is_js_space, is_name_character, set, unquoted,
};

/// Prefixes of a header that the SDK accepts.
const PREFIXES: [&str; 3] = ["profile", "sso-session", "services"];

/// Names of properties that every JavaScript object has. The SDK loses a profile with such a name.
pub(super) const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Reads a file. With a forbidden name the SDK treats the whole file as empty.
pub(super) fn read(text: &str, kind: FileKind) -> Result<Sections, Fault> {
    let mut parser = Parser::default();
    for (index, line) in text.split('\n').enumerate() {
        parser.line(line.strip_suffix('\r').unwrap_or(line), index + 1)?;
    }
    let Parser { mut map, stored, .. } = parser;
    map.retain(|key, _| stored.contains(key));
    let mut sections = match kind {
        FileKind::Config => of_config(map),
        FileKind::Credentials => Sections { profiles: map, ..Sections::default() },
    };
    sections.profiles.retain(|name, _| !INHERITED.contains(&name.as_str()));
    Ok(sections)
}

#[derive(Default)]
struct Parser {
    /// The sections by the SDK's own key: `profile.NAME`, or the unchanged header.
    map: BTreeMap<String, Section>,
    /// The keys of sections with a value: the SDK creates a section when it stores the first one.
    stored: BTreeSet<String>,
    /// The section of the next keys; `None` below a header that the SDK ignores.
    current: Option<String>,
    /// The key without a value whose group the next keys belong to.
    group: Option<Group>,
}

struct Group {
    key: String,
    line: usize,
}

impl Parser {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Fault> {
        let bare = uncommented(line).trim_matches(is_js_space);
        if let Some(header) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return self.begin(header, number);
        }
        let Some(current) = &self.current else { return Ok(()) };
        let Some(section) = self.map.get_mut(current) else { return Ok(()) };
        if bare.starts_with('[') {
            section.ignored_headers.push(number);
        }
        let Some((key, value)) = bare.split_once('=') else { return Ok(()) };
        if key.is_empty() {
            return Ok(());
        }
        let [key, value] = [key, value].map(|it| it.trim_matches(is_js_space));
        if value.is_empty() {
            self.group = Some(Group { key: key.to_owned(), line: number });
            return Ok(());
        }
        if !line.starts_with(is_js_space) {
            self.group = None;
        }
        self.stored.insert(current.clone());
        match &self.group {
            // JavaScript does not store a key of this name in an object.
            None if key == "__proto__" => {}
            Some(group) => nest(section, &group.key, group.line, (key, value, number)),
            // The SDK stores a nested key as `group.key`, so that a key with a dot is one.
            None => match key.split_once('.') {
                Some((group, key)) => nest(section, group, number, (key, value, number)),
                None => section.set(key, value, number),
            },
        }
        Ok(())
    }

    fn begin(&mut self, header: &str, number: usize) -> Result<(), Fault> {
        self.group = None;
        self.current = match prefixed(header) {
            Some((prefix, name)) if PREFIXES.contains(&prefix) => Some(format!("{prefix}.{name}")),
            Some(_) => None,
            None if header.is_empty() => None,
            None => Some(header.to_owned()),
        };
        if ["__proto__", "profile __proto__"].contains(&header) {
            return Err(Fault { line: number, reason: "is a section with a forbidden name" });
        }
        if let Some(key) = &self.current {
            self.map.entry(key.clone()).or_insert_with(|| Section::at(number));
        }
        Ok(())
    }
}

fn nest(section: &mut Section, group: &str, line: usize, (key, value, at): (&str, &str, usize)) {
    for existing in &mut section.entries {
        if existing.key == group && !existing.nested.is_empty() {
            set(&mut existing.nested, key, value, at);
            return;
        }
    }
    let mut nested = Vec::new();
    set(&mut nested, key, value, at);
    section.entries.push(Entry { key: group.to_owned(), value: String::new(), nested, line });
}

/// The line before the first `#` or `;` that begins it or follows white space.
pub(super) fn uncommented(line: &str) -> &str {
    let mut before: Option<(usize, char)> = None;
    for (at, c) in line.char_indices() {
        if matches!(c, '#' | ';') {
            match before {
                None => return "",
                Some((start, space)) if is_js_space(space) => {
                    return line.get(..start).unwrap_or_default();
                }
                Some(_) => {}
            }
        }
        before = Some((at, c));
    }
    line
}

/// `prefix name` or `prefix "name"`, with exactly one white space and names of the SDK's characters.
fn prefixed(header: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = header.split_once(is_js_space)?;
    let name = unquoted(rest);
    if prefix.is_empty() || name.is_empty() {
        return None;
    }
    if prefix.chars().all(is_prefix_character) && name.chars().all(is_name_character) {
        return Some((prefix, name));
    }
    None
}

fn is_prefix_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// `getConfigData`: `[profile default]` replaces `[default]`.
fn of_config(map: BTreeMap<String, Section>) -> Sections {
    let mut sections = Sections::default();
    if let Some(default) = map.get("default") {
        sections.profiles.insert("default".to_owned(), default.clone());
    }
    for (key, section) in map {
        let Some((prefix, name)) = key.split_once('.') else { continue };
        let name = name.to_owned();
        match prefix {
            "profile" => sections.profiles.insert(name, section),
            "sso-session" => sections.sso_sessions.insert(name, section),
            "services" => sections.services.insert(name, section),
            _ => continue,
        };
    }
    // The SDK keeps such names in the same map as the names of profiles.
    sections
        .profiles
        .retain(|name, _| !name.starts_with("sso-session.") && !name.starts_with("services."));
    sections
}
