//! Splits a command line into words like botocore. Source: `compat_shell_split` in `botocore/compat.py`.

use std::iter::Peekable;
use std::str::Chars;

/// Splits like Python's `shlex.split`; `None` for an unclosed quotation mark or a backslash at the end.
pub(super) fn posix(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\'' | '"' => word.get_or_insert_default().push_str(&quoted(&mut chars, c)?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

fn quoted(chars: &mut Chars<'_>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            c if c == quote => return Some(text),
            '\\' if quote == '"' => match chars.next()? {
                c @ ('"' | '\\') => text.push(c),
                c => text.extend(['\\', c]),
            },
            c => text.push(c),
        }
    }
}

/// Splits like the Windows C runtime; `None` for an unclosed quotation mark. Only double quotes quote, and a
/// backslash escapes only before a double quote.
pub(super) fn windows(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let is_escaped = backslashes(&mut chars, word.get_or_insert_default());
                is_quoted ^= is_escaped == Some(false);
            }
            '"' => {
                word.get_or_insert_default();
                is_quoted = !is_quoted;
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if is_quoted { None } else { Some(words) }
}

/// Reads the rest of a run of backslashes and the quotation mark after it. Returns whether the mark was escaped;
/// `None` if there is no mark.
fn backslashes(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<bool> {
    let mut count = 1;
    while chars.next_if_eq(&'\\').is_some() {
        count += 1;
    }
    if chars.next_if_eq(&'"').is_none() {
        word.extend(std::iter::repeat_n('\\', count));
        return None;
    }
    word.extend(std::iter::repeat_n('\\', count / 2));
    let is_escaped = count % 2 == 1;
    if is_escaped {
        word.push('"');
    }
    Some(is_escaped)
}
