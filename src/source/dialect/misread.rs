//! Why the tools of a dialect do not read a header or a key that other tools read: a sentence with the
//! file, the line and the text to write instead.

use std::path::{Path, PathBuf};

use super::{Dialect, FileKind, is_js_space, is_name_character};

/// A line that the tools of a dialect do not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The file.
    pub(crate) path: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Which tools do not read what, and why.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) hint: String,
}

/// Where a header stands.
pub(crate) struct Header<'f> {
    /// The file.
    pub(crate) path: &'f Path,
    /// The file's contents.
    pub(crate) bytes: &'f [u8],
    /// Counted from 1.
    pub(crate) line: usize,
}

impl Misread {
    /// A header that other tools read; `wanted` is how every tool reads it.
    pub(crate) fn of_header(
        dialect: Dialect,
        kind: FileKind,
        header: &Header<'_>,
        wanted: &str,
    ) -> Option<Self> {
        let Header { path, bytes, line } = *header;
        let text = String::from_utf8_lossy(bytes);
        let raw = text.split('\n').nth(line.checked_sub(1)?)?.trim_end_matches('\r');
        let shown = shown(raw);
        let reason = reason(raw, kind);
        let place = super::super::shared_files::line(path, line);
        let message = format!("{} `{shown}` ({place}): {reason}", dialect.do_not_read());
        let is_spelled_alike = wanted.chars().all(|c| is_name_character(c) || "[] ".contains(c))
            && wanted.split(' ').count() <= 2;
        let hint = if is_spelled_alike {
            format!("write `{wanted}`, without other text in the line")
        } else {
            "rename it: only letters, digits and `_-/.%@:+` are read by every tool".to_owned()
        };
        Some(Self { path: path.to_owned(), line, message, hint })
    }

    /// A key that other tools read.
    pub(crate) fn of_key(dialect: Dialect, path: &Path, key: &str, line: usize) -> Self {
        let place = super::super::shared_files::line(path, line);
        let message = format!("{} the line {place} as `{key}`", dialect.do_not_read());
        let hint =
            format!("write `{key} = …` in lower case, in a line of its own, without indentation");
        Self { path: path.to_owned(), line, message, hint }
    }
}

/// The header up to its last bracket: what follows may be a secret.
fn shown(raw: &str) -> String {
    let bare = raw.trim_matches(is_js_space);
    let header = bare.rsplit_once(']').map_or(bare, |(before, _)| before);
    let cut: String = header.chars().take(60).collect();
    let rest = if bare.len() > header.len() + 1 { " …" } else { "" };
    format!("{}]{rest}", cut.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}

/// What is odd about a header, as a noun.
fn reason(raw: &str, kind: FileKind) -> String {
    let bare = raw.trim_matches(is_js_space);
    let Some((inside, behind)) = bare.strip_prefix('[').and_then(|rest| rest.rsplit_once(']'))
    else {
        return "its brackets".to_owned();
    };
    let words: Vec<_> = inside.split([' ', '\t']).collect();
    if raw.starts_with('\u{feff}') {
        "a byte order mark before it".to_owned()
    } else if !behind.is_empty() {
        "text behind the bracket".to_owned()
    } else if inside.contains(['"', '\'']) {
        "quotation marks around the name".to_owned()
    } else if raw.starts_with([' ', '\t']) {
        "indentation".to_owned()
    } else if inside.contains('\t') {
        "a tab inside of the brackets".to_owned()
    } else if words.first().is_some_and(|it| it.is_empty()) || words.last() == Some(&"") {
        "a space beside a bracket".to_owned()
    } else if words.iter().any(|word| word.is_empty()) {
        "two spaces".to_owned()
    } else if words.len() > 2 || (kind == FileKind::Credentials && words.len() > 1) {
        "a space in the name".to_owned()
    } else if let Some(odd) = inside.chars().find(|c| !is_name_character(*c) && *c != ' ') {
        format!("the character `{}`", odd.escape_debug())
    } else {
        "its spelling".to_owned()
    }
}
