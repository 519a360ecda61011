//! The AWS SDK for JavaScript, version 2 (2.1693): `util.ini.parse` and its `IniLoader`.

use std::collections::{BTreeMap, BTreeSet};

use super::js_v3::{INHERITED, uncommented};
use super::{Fault, FileKind, Section, Sections, is_js_space};

/// Reads a file. A forbidden or repeated name is an error of the whole file.
pub(super) fn read(text: &str, kind: FileKind) -> Result<Sections, Fault> {
    let mut map: BTreeMap<String, Section> = BTreeMap::new();
    let mut current: Option<String> = None;
    let mut stored: BTreeSet<String> = BTreeSet::new();
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bare = uncommented(line).trim_matches(is_js_space);
        if let Some(header) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if header == "__proto__" || header.split(is_js_space).nth(1) == Some("__proto__") {
                return Err(Fault { line: number, reason: "is a section with a forbidden name" });
            }
            if header.is_empty() {
                current = None;
                continue;
            }
            current = Some(header.to_owned());
            map.entry(header.to_owned()).or_insert_with(|| Section::at(number));
        } else if let Some(key) = &current
            && let Some(section) = map.get_mut(key)
            && property(section, bare, number)
        {
            stored.insert(key.clone());
        }
    }
    // The SDK creates a section when it stores the first key.
    map.retain(|key, _| stored.contains(key));
    let mut sections = match kind {
        FileKind::Config => of_config(map)?,
        FileKind::Credentials => Sections { profiles: map, ..Sections::default() },
    };
    sections.profiles.retain(|name, _| !INHERITED.contains(&name.as_str()));
    Ok(sections)
}

/// Sets a key that has text on both sides of its `=`; returns whether the line has one. Indentation does
/// not count.
fn property(section: &mut Section, bare: &str, number: usize) -> bool {
    if bare.starts_with('[') {
        section.ignored_headers.push(number);
    }
    let Some((key, value)) = bare.split_once('=') else { return false };
    if key.is_empty() || value.is_empty() {
        return false;
    }
    let [key, value] = [key, value].map(|it| it.trim_matches(is_js_space));
    // JavaScript does not store a key of this name in an object.
    if key != "__proto__" {
        section.set(key, value, number);
    }
    true
}

/// Every section is a profile, with `profile` and one white space taken off its name.
fn of_config(map: BTreeMap<String, Section>) -> Result<Sections, Fault> {
    let mut sections = Sections::default();
    for (header, section) in map {
        if let Some(name) = after(&header, "sso-session") {
            sections.sso_sessions.insert(name.to_owned(), section);
            continue;
        }
        let name = after(&header, "profile").unwrap_or(&header).to_owned();
        let line = section.line;
        if let Some(other) = sections.profiles.insert(name, section) {
            return Err(Fault {
                line: line.max(other.line),
                reason: "describes a profile that another section describes",
            });
        }
    }
    Ok(sections)
}

fn after<'h>(header: &'h str, prefix: &str) -> Option<&'h str> {
    header.strip_prefix(prefix)?.strip_prefix(is_js_space)
}
