//! Texts on their way to a terminal: made harmless, measured, wrapped and painted.

use std::fmt::Write;

use owo_colors::{OwoColorize, Style};
use unicode_width::UnicodeWidthStr;

/// Whether to paint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With escape sequences.
    On,
    /// Plain text.
    Off,
}

/// What a text means, and so how it is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Allowed, and what holds.
    Good,
    /// Denied, and what does not hold.
    Bad,
    /// Unknown.
    Doubt,
    /// Labels and headings.
    Quiet,
    /// What the eye should find first.
    Strong,
}

impl Colour {
    /// The text, painted or as it is.
    pub fn paint(self, text: &str, paint: Paint) -> String {
        let style = match paint {
            Paint::Good => Style::new().green().bold(),
            Paint::Bad => Style::new().red().bold(),
            Paint::Doubt => Style::new().yellow().bold(),
            Paint::Quiet => Style::new().dimmed(),
            Paint::Strong => Style::new().bold(),
        };
        match self {
            Self::On => text.style(style).to_string(),
            Self::Off => text.to_owned(),
        }
    }
}

/// A foreign text without anything that moves the cursor, changes colours or turns the direction of
/// writing: such characters are shown as escapes.
pub fn harmless(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut clean, c| {
        if is_harmful(c) {
            // Writing to a String does not fail.
            let _ = write!(clean, "{}", c.escape_unicode());
        } else {
            clean.push(c);
        }
        clean
    })
}

/// Whether a terminal might obey a character instead of showing it.
pub(super) fn is_harmful(c: char) -> bool {
    c.is_control() || is_direction(c)
}

/// The characters that change the direction of writing, and the two that break lines unseen.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, and spaces up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Breaks prose at spaces into lines of at most `columns`; a word that is longer stays whole.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_survives() {
        assert_eq!(harmless("plain ä 日本"), "plain ä 日本");
        assert_eq!(harmless("\u{1b}[31mred\r\n"), "\\u{1b}[31mred\\u{d}\\u{a}");
        assert_eq!(harmless("a\u{202e}b\u{9b}c"), "a\\u{202e}b\\u{9b}c");
    }

    #[test]
    fn wraps_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn pads_by_what_a_terminal_shows() {
        assert_eq!(pad("日本", 6), "日本  ");
        assert_eq!(pad("long", 2), "long");
    }
}
