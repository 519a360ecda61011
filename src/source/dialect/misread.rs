//! Explains why the tools of a dialect do not read a header or a key that other tools read: a message with the file
//! and line, and a hint with the text to write instead.

use std::path::{Path, PathBuf};

use super::{Dialect, FileKind, is_js_space, is_name_character};

/// A line that the tools of a dialect do not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The file.
    pub(crate) path: PathBuf,
    /// The line, from 1.
    pub(crate) line: usize,
    /// One line: the tools, the text that they do not read, and the reason.
    pub(crate) message: String,
    /// The text to write instead; begins with a verb.
    pub(crate) hint: String,
}

/// The position of a header.
pub(crate) struct Header<'f> {
    /// The file.
    pub(crate) path: &'f Path,
    /// The file's contents.
    pub(crate) bytes: &'f [u8],
    /// The line, from 1.
    pub(crate) line: usize,
}

impl Misread {
    /// The explanation for a header. `portable` is the header in the form that every tool reads.
    pub(crate) fn of_header(
        dialect: Dialect,
        kind: FileKind,
        header: &Header<'_>,
        portable: &str,
    ) -> Option<Self> {
        let Header { path, bytes, line } = *header;
        let text = String::from_utf8_lossy(bytes);
        let raw = text.split('\n').nth(line.checked_sub(1)?)?.trim_end_matches('\r');
        let shown = shown(raw);
        let reason = reason(raw, kind);
        let place = super::super::shared_files::line(path, line);
        let message = format!("{} `{shown}` ({place}): {reason}", dialect.do_not_read());
        let is_portable = portable.chars().all(|c| is_name_character(c) || "[] ".contains(c))
            && portable.split(' ').count() <= 2;
        let hint = if is_portable {
            format!("write `{portable}`, without other text in the line")
        } else {
            "rename it: only letters, digits and `_-/.%@:+` are read by every tool".to_owned()
        };
        Some(Self { path: path.to_owned(), line, message, hint })
    }

    /// The explanation for a key.
    pub(crate) fn of_key(dialect: Dialect, path: &Path, key: &str, line: usize) -> Self {
        let place = super::super::shared_files::line(path, line);
        let message = format!("{} the line {place} as `{key}`", dialect.do_not_read());
        let hint =
            format!("write `{key} = …` in lower case, in a line of its own, without indentation");
        Self { path: path.to_owned(), line, message, hint }
    }
}

/// The header up to its last bracket. The rest of the line may contain a secret.
fn shown(raw: &str) -> String {
    let bare = raw.trim_matches(is_js_space);
    let header = bare.rsplit_once(']').map_or(bare, |(before, _)| before);
    let cut: String = header.chars().take(60).collect();
    let rest = if bare.len() > header.len() + 1 { " …" } else { "" };
    format!("{}]{rest}", cut.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}

/// The reason why a header is not portable, as a noun.
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
        "text after the bracket".to_owned()
    } else if inside.contains(['"', '\'']) {
        "quotation marks around the name".to_owned()
    } else if raw.starts_with([' ', '\t']) {
        "indentation".to_owned()
    } else if inside.contains('\t') {
        "a tab between the brackets".to_owned()
    } else if words.first().is_some_and(|it| it.is_empty()) || words.last() == Some(&"") {
        "a space next to a bracket".to_owned()
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
