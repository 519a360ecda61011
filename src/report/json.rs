//! A document as indented JSON, with a line feed at its end.

use std::fmt::Write;

use serde::Serialize;

use super::text::is_harmful;

/// Renders the document.
pub fn json(report: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = escaped(&serde_json::to_string_pretty(report)?);
    text.push('\n');
    Ok(text.into_bytes())
}

/// Escapes the characters that a terminal would execute. JSON itself escapes those of ASCII only; the others
/// occur within strings alone.
fn escaped(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    for c in document.chars() {
        if c != '\n' && is_harmful(c) {
            // Writing to a String does not fail.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_means_the_same() {
        let hostile = "\u{1b}[31m\u{9b}\u{202e}\u{7f}\u{2028}ä";
        let document = escaped(&serde_json::to_string(hostile).unwrap());
        assert_eq!(document, r#""\u001b[31m\u009b\u202e\u007f\u2028ä""#);
        assert_eq!(serde_json::from_str::<String>(&document).unwrap(), hostile);
    }
}
