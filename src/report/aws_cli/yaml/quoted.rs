//! A string in YAML: plain if possible, otherwise in single quotes, or in double quotes if it needs escapes.
//! Lines are folded at spaces behind column 80.

use super::plain::is_other_type;

/// The column behind which lines are folded.
const COLUMNS: usize = 80;

/// A key in YAML.
pub(super) enum Written {
    /// The key on one line.
    OneLine(String),
    /// The key needs several lines.
    Lines,
}

/// A string, which may have several lines.
pub(super) fn text(text: &str, indent: usize, column: usize) -> String {
    match Style::of(text) {
        Style::Plain => fold(text, indent, column, ""),
        Style::Single => format!("'{}'", fold(text, indent, column + 1, "'")),
        Style::Double => double(text),
    }
}

/// A key on one line, if that is possible.
pub(super) fn key(key: &str) -> Written {
    if key.contains(|c| is_break(c) || matches!(c, '\r' | '\u{85}')) {
        return Written::Lines;
    }
    Written::OneLine(match Style::of(key) {
        Style::Plain => key.to_owned(),
        Style::Single => format!("'{}'", key.replace('\'', "''")),
        Style::Double => double(key),
    })
}

enum Style {
    Plain,
    Single,
    Double,
}

impl Style {
    fn of(text: &str) -> Self {
        let is_before_blank = |(at, _): &(usize, char)| {
            text.split_at(*at).0.ends_with(is_break) && text.split_at(*at).1.starts_with(' ')
        };
        let is_behind_blank =
            |(at, c): &(usize, char)| is_break(*c) && text.split_at(*at).0.ends_with(' ');
        if text.contains(is_special) || text.char_indices().any(|it| is_behind_blank(&it)) {
            return Self::Double;
        }
        let at_an_end = text.starts_with([' ', '\n']) || text.ends_with(' ');
        let has_break =
            text.contains(is_break) || text.char_indices().any(|it| is_before_blank(&it));
        let is_plain = !at_an_end && !has_break && !is_indicator(text) && !is_other_type(text);
        if is_plain { Self::Plain } else { Self::Single }
    }
}

/// Whether the text contains an indicator of YAML, outside of brackets.
fn is_indicator(text: &str) -> bool {
    let is_blank =
        |c: Option<char>| c.is_none_or(|c| " \t\r\n\0\u{85}\u{2028}\u{2029}".contains(c));
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let after = characters.peek().copied();
        let is_indicator = match (before, c) {
            (None, c) if "#,[]{}&*!|>'\"%@`".contains(c) => true,
            (None, '?' | ':' | '-') | (Some(_), ':') => is_blank(after),
            (Some(before), '#') => is_blank(Some(before)),
            _ => false,
        };
        if is_indicator {
            return true;
        }
        before = Some(c);
    }
    false
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

/// Whether a character is written as an escape.
fn is_special(c: char) -> bool {
    let is_printable =
        matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}');
    !is_printable || c == '\u{feff}'
}

/// The text with `quote` doubled, line breaks as blank lines, and long lines folded.
fn fold(text: &str, indent: usize, column: usize, quote: &str) -> String {
    let margin = " ".repeat(indent);
    let (mut folded, mut column) = (String::new(), column);
    for (at, piece) in pieces(text) {
        let is_inside = at > 0 && at + piece.len() < text.len();
        if piece == " " && is_inside && column > COLUMNS {
            folded.push('\n');
            folded.push_str(&margin);
            column = indent;
        } else if piece.starts_with(is_break) {
            if piece.starts_with('\n') {
                folded.push('\n');
            }
            folded.push_str(piece);
            folded.push_str(&margin);
            column = indent;
        } else {
            let written =
                if quote.is_empty() { piece.to_owned() } else { piece.replace(quote, "''") };
            column += written.chars().count();
            folded.push_str(&written);
        }
    }
    folded
}

/// Words, spaces and line breaks, each with its position.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let kind = |c: char| (c == ' ', is_break(c));
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().copied();
        if next.is_some_and(|(_, next)| kind(next) == kind(c)) {
            continue;
        }
        let end = at + c.len_utf8();
        pieces.extend(text.get(start..end).map(|piece| (start, piece)));
        start = end;
    }
    pieces
}

fn double(text: &str) -> String {
    let inside = text.chars().fold(String::new(), |escaped, c| escaped + &escape(c));
    format!("\"{inside}\"")
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        ' '..='~' => return c.to_string(),
        '\u{a1}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' => {
            return c.to_string();
        }
        _ => {
            let code = u32::from(c);
            return match code {
                ..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
