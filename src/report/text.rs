//! Text for a terminal: foreign text escaped, width measured, lines wrapped, colours.

use std::fmt::Write;

use owo_colors::{OwoColorize, Style};
use unicode_width::UnicodeWidthStr;

/// Whether to print colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Print escape sequences.
    On,
    /// Print plain text.
    Off,
}

/// The meaning of a text, which determines its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Allowed, or a check that passed.
    Good,
    /// Denied, or a check that failed.
    Bad,
    /// Unknown, or unexpected.
    Doubt,
    /// Labels and headings.
    Quiet,
    /// The most important line.
    Strong,
}

impl Colour {
    /// The text in the colour of its meaning; unchanged if colours are off.
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

/// A foreign text with escapes in place of the characters that move the cursor, change colours or turn the
/// direction of writing.
pub fn harmless(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            // Writing to a String does not fail.
            let _ = write!(clean, "{}", c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// Whether a terminal may execute a character instead of showing it.
pub(super) fn is_harmful(c: char) -> bool {
    c.is_control() || is_direction(c)
}

/// The characters that change the direction of writing, and the separators of lines and paragraphs.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// The number of columns that a text occupies.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, padded with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text in lines of at most `columns`, broken at spaces. Longer words are not broken.
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
