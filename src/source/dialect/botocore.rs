//! Python's `configparser.RawConfigParser` as botocore's `configloader` uses it (botocore 1.44).

use std::collections::BTreeMap;

use super::super::process::Platform;
use super::{Entry, Fault, FileKind, Section, Sections, is_python_space, set};

/// The section whose keys Python adds to every other section.
const DEFAULTS: &str = "DEFAULT";

/// Reads a file; the first line that Python or botocore refuses is an error of the whole file.
pub(super) fn read(text: &str, kind: FileKind) -> Result<Sections, Fault> {
    let mut parser = Parser::default();
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    for (index, line) in unix.split('\n').enumerate() {
        parser.line(line, index + 1)?;
    }
    let raw = parser.finish()?;
    Ok(match kind {
        FileKind::Config => of_config(raw),
        FileKind::Credentials => {
            let profiles = raw.into_iter().map(|it| (it.header, it.section)).collect();
            Sections { profiles, ..Sections::default() }
        }
    })
}

/// A header with its section, before the header is split into words.
struct Raw {
    header: String,
    section: Section,
}

#[derive(Default)]
struct Parser {
    raw: Vec<Raw>,
    defaults: Section,
    /// The section of the next keys; `None` before the first header.
    current: Option<Place>,
    /// Whether a key has been read in this section, which indented lines continue.
    has_key: bool,
    indent: usize,
    /// The first line that is neither a header nor a key: Python reads on and fails at the end.
    bad_line: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Section(usize),
    Defaults,
}

impl Parser {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Fault> {
        let value = line.trim_matches(is_python_space);
        if value.starts_with(['#', ';']) {
            return Ok(());
        }
        if value.is_empty() {
            if let Some(entry) = self.open_entry() {
                entry.value.push('\n');
            }
            return Ok(());
        }
        let indent = line.chars().take_while(|c| is_python_space(*c)).count();
        if indent > self.indent
            && let Some(entry) = self.open_entry()
        {
            entry.value.push('\n');
            entry.value.push_str(value);
            return Ok(());
        }
        self.indent = indent;
        match header(value) {
            Some(header) => self.begin(header, number),
            None => self.property(value, number),
        }
    }

    /// The key whose value an indented or empty line continues.
    fn open_entry(&mut self) -> Option<&mut Entry> {
        if !self.has_key {
            return None;
        }
        self.section()?.entries.last_mut()
    }

    fn section(&mut self) -> Option<&mut Section> {
        match self.current? {
            Place::Section(index) => self.raw.get_mut(index).map(|it| &mut it.section),
            Place::Defaults => Some(&mut self.defaults),
        }
    }

    fn begin(&mut self, header: &str, number: usize) -> Result<(), Fault> {
        self.has_key = false;
        if header == DEFAULTS {
            self.current = Some(Place::Defaults);
            return Ok(());
        }
        if self.raw.iter().any(|it| it.header == header) {
            return Err(Fault { line: number, reason: "repeats a section" });
        }
        self.current = Some(Place::Section(self.raw.len()));
        self.raw.push(Raw { header: header.to_owned(), section: Section::at(number) });
        Ok(())
    }

    fn property(&mut self, text: &str, number: usize) -> Result<(), Fault> {
        let bad_line =
            Fault { line: number, reason: "is neither a section nor a key with a value" };
        let Some(section) = self.section() else {
            return Err(Fault { line: number, reason: "is above the first section" });
        };
        let Some((key, value)) = text.split_once(['=', ':']) else {
            self.bad_line.get_or_insert(bad_line);
            return Ok(());
        };
        let key = key.trim_end_matches(is_python_space).to_lowercase();
        if section.entries.iter().any(|entry| entry.key == key) {
            return Err(Fault { line: number, reason: "repeats a key of its section" });
        }
        let value = value.trim_matches(is_python_space).to_owned();
        let is_nameless = key.is_empty();
        section.entries.push(Entry { key, value, nested: Vec::new(), line: number });
        if is_nameless {
            self.bad_line.get_or_insert(bad_line);
        }
        self.has_key = !is_nameless;
        Ok(())
    }

    /// Ends values, adds the defaults and reads groups of indented keys.
    fn finish(mut self) -> Result<Vec<Raw>, Fault> {
        if let Some(fault) = self.bad_line {
            return Err(fault);
        }
        end_values(&mut self.defaults);
        for Raw { section, .. } in &mut self.raw {
            end_values(section);
            for default in &self.defaults.entries {
                if !section.entries.iter().any(|entry| entry.key == default.key) {
                    section.entries.push(default.clone());
                }
            }
            for entry in &mut section.entries {
                nest(entry)?;
            }
        }
        Ok(self.raw)
    }
}

/// Removes the white space at the end of each value.
fn end_values(section: &mut Section) {
    for entry in &mut section.entries {
        entry.value.truncate(entry.value.trim_end_matches(is_python_space).len());
    }
}

/// The name between the first bracket of a line and the last closing one.
fn header(value: &str) -> Option<&str> {
    let (header, _) = value.strip_prefix('[')?.rsplit_once(']')?;
    if header.is_empty() { None } else { Some(header) }
}

/// A key without a value above indented lines is a group of keys.
fn nest(entry: &mut Entry) -> Result<(), Fault> {
    if !entry.value.starts_with('\n') {
        return Ok(());
    }
    let text = std::mem::take(&mut entry.value);
    for (index, line) in lines(&text).enumerate() {
        let line = line.trim_matches(is_python_space);
        if line.is_empty() {
            continue;
        }
        let number = entry.line + index;
        let Some((key, value)) = line.split_once('=') else {
            return Err(Fault { line: number, reason: "is indented and has no `=`" });
        };
        let [key, value] = [key, value].map(|it| it.trim_matches(is_python_space));
        set(&mut entry.nested, key, value, number);
    }
    Ok(())
}

/// Python's `str.splitlines`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_line_break)
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// botocore's `build_profile_map`. A later section of the same name replaces an earlier one.
fn of_config(raw: Vec<Raw>) -> Sections {
    let mut sections = Sections::default();
    for Raw { header, section } in raw {
        if header == "default" {
            sections.profiles.insert(header, section);
        } else if header.starts_with("profile") {
            insert_named(&mut sections.profiles, &header, section);
        } else if header.starts_with("sso-session") {
            insert_named(&mut sections.sso_sessions, &header, section);
        } else if header.starts_with("services") {
            insert_named(&mut sections.services, &header, section);
        }
    }
    sections
}

/// The name is the second of exactly two words, split as a shell would split them.
fn insert_named(map: &mut BTreeMap<String, Section>, header: &str, section: Section) {
    if let Some([_, name]) = Platform::Posix.words(header).as_deref() {
        map.insert(name.clone(), section);
    }
}
