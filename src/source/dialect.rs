//! Readers of the shared config and credentials files, one for each dialect. Each returns exactly the sections, keys
//! and values that its tools read.

mod botocore;
mod go;
mod js_v2;
mod js_v3;
mod misread;
mod rust;

use std::collections::BTreeMap;

pub(crate) use misread::{Header, Misread};

use crate::tool::Family;

/// The kind of a shared file. The two kinds have different rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// The config file: `~/.aws/config`.
    Config,
    /// The credentials file: `~/.aws/credentials`.
    Credentials,
}

/// The rules by which tools read the shared files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Python's `RawConfigParser` and botocore's `configloader`: AWS CLI, boto3, SAM.
    Botocore,
    /// The AWS SDK for JavaScript, version 3: CDK too.
    JsV3,
    /// The AWS SDK for JavaScript, version 2: Serverless 3.
    JsV2,
    /// The AWS SDK for Go, version 2, with the parser that it has had since the end of 2023: Terraform,
    /// SST.
    Go,
    /// The AWS SDK for Rust.
    Rust,
}

/// A section of a shared file as a dialect reads it. It has no `Debug`, because it may contain secrets.
#[derive(Clone, Default)]
pub struct Section {
    /// The line of its first header, counted from 1.
    pub line: usize,
    /// Its keys, each once, with the value that counts.
    pub entries: Vec<Entry>,
    /// Lines below the header that begin with a bracket but are not headers in this dialect. The keys below them
    /// belong to this section.
    pub ignored_headers: Vec<usize>,
    /// Why the tools do not reliably read this section; `None` if they do.
    pub fault: Option<Fault>,
}

/// A key of a section. It has no `Debug`, because it may contain a secret.
#[derive(Clone)]
pub struct Entry {
    /// The key, in lower case if the dialect ignores letter case.
    pub key: String,
    /// The value; empty if the key has a group of indented keys instead.
    pub value: String,
    /// The indented keys below it.
    pub nested: Vec<Entry>,
    /// The line, from 1.
    pub line: usize,
}

/// A line because of which the tools of a dialect do not read a whole file or section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The fault, as the predicate of a sentence whose subject is the line.
    pub reason: &'static str,
}

/// The sections of one file as a dialect reads them.
#[derive(Clone, Default)]
pub struct Sections {
    /// The profiles, by name.
    pub profiles: BTreeMap<String, Section>,
    /// The sections `[sso-session NAME]` of the config file, by name.
    pub sso_sessions: BTreeMap<String, Section>,
    /// The sections `[services NAME]` of the config file, by name.
    pub services: BTreeMap<String, Section>,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] = [Self::Botocore, Self::JsV3, Self::JsV2, Self::Go, Self::Rust];

    /// The dialect of a family.
    pub fn of(family: Family) -> Self {
        match family {
            Family::AwsCli | Family::Boto3 => Self::Botocore,
            Family::Go | Family::Sst => Self::Go,
            Family::Js | Family::Cdk => Self::JsV3,
            Family::Serverless => Self::JsV2,
            Family::Rust => Self::Rust,
        }
    }

    /// A stable name in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Botocore => "botocore",
            Self::JsV3 => "js-v3",
            Self::JsV2 => "js-v2",
            Self::Go => "go",
            Self::Rust => "rust",
        }
    }

    /// The tools of the dialect, as the subject of a sentence.
    pub fn tools(self) -> &'static str {
        match self {
            Self::Botocore => "AWS CLI, boto3 and SAM",
            Self::JsV3 => "JavaScript tools",
            Self::JsV2 => "Serverless 3",
            Self::Go => "Go tools",
            Self::Rust => "the Rust SDK",
        }
    }

    /// The beginning of a sentence about text that the tools ignore: `Go tools do not read`.
    pub(crate) fn do_not_read(self) -> String {
        let verb = if matches!(self, Self::JsV2 | Self::Rust) { "does" } else { "do" };
        format!("{} {verb} not read", self.tools())
    }

    /// Reads a whole file. Bytes that are not UTF-8 are errors of the file in some dialects and
    /// replaced in others.
    ///
    /// # Errors
    ///
    /// The first line that makes the tools fail on the whole file or treat it as empty.
    pub fn read(self, bytes: &[u8], kind: FileKind) -> Result<Sections, Fault> {
        let text = String::from_utf8_lossy(bytes);
        if let Err(error) = std::str::from_utf8(bytes)
            && matches!(self, Self::Botocore | Self::Rust)
        {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            return Err(Fault { line, reason: "contains bytes that are not UTF-8" });
        }
        match self {
            Self::Botocore => botocore::read(&text, kind),
            Self::JsV3 => js_v3::read(&text, kind),
            Self::JsV2 => js_v2::read(&text, kind),
            Self::Go => go::read(&text, kind),
            Self::Rust => rust::read(&text, kind),
        }
    }
}

impl Section {
    fn at(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// The entry of this key with a value; `None` if there is none.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key && entry.nested.is_empty())
    }

    /// The entry of this key with a group of indented keys; `None` if there is none.
    pub fn group(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key && !entry.nested.is_empty())
    }

    /// Sets a key; an earlier value of the same key is replaced.
    fn set(&mut self, key: &str, value: &str, line: usize) {
        set(&mut self.entries, key, value, line);
    }
}

impl Entry {
    /// The entry of this key among the indented keys; `None` if there is none.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.nested.iter().find(|entry| entry.key == key)
    }
}

/// Sets a key among entries; an earlier value of the same key is replaced, with its place.
fn set(entries: &mut Vec<Entry>, key: &str, value: &str, line: usize) {
    let entry = Entry { key: key.to_owned(), value: value.to_owned(), nested: Vec::new(), line };
    match entries.iter_mut().find(|existing| existing.key == key && existing.nested.is_empty()) {
        Some(existing) => *existing = entry,
        None => entries.push(entry),
    }
}

/// The text between two quotation marks of the same kind; without them, the text itself.
fn unquoted(text: &str) -> &str {
    for mark in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(mark)
            && let Some(inside) = rest.strip_suffix(mark)
        {
            return inside;
        }
    }
    text
}

/// Whether every SDK accepts the character in the name of a profile. JavaScript and Rust accept no others.
fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c)
}

/// Whether Python treats the character as white space: that of Unicode, and four ASCII separators.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Whether JavaScript treats the character as white space: that of Unicode without NEL, and the byte order mark.
fn is_js_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}
