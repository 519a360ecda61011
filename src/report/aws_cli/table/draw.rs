//! Draws the sections of a table, with the colours of the AWS CLI's `--color on`.

use super::section::{Section, columns};
use crate::report::text::Colour;

const RESET: &str = "\u{1b}[0m";
const CELL: &str = "\u{1b}[1m\u{1b}[34m";
const EDGE: &str = "\u{1b}[2m\u{1b}[33m";

/// All sections in one frame of this width.
pub(super) fn draw(sections: &[Section], width: usize, colour: Colour) -> String {
    let mut canvas = Canvas { text: String::new(), colour };
    canvas.piece(&format!("{}\n", "-".repeat(width)));
    for section in sections {
        for line in lines(section, width.saturating_sub(2 * section.depth), colour) {
            canvas.line(&line, section.depth);
        }
    }
    canvas.text
}

/// The table drawn so far.
struct Canvas {
    text: String,
    colour: Colour,
}

impl Canvas {
    /// Adds a line, between the edges of the sections around it.
    fn line(&mut self, line: &str, depth: usize) {
        let edges = painted("|", EDGE, self.colour).repeat(depth);
        for piece in [&edges, line, &edges, "\n"] {
            self.piece(piece);
        }
    }

    /// Adds a text. The AWS CLI resets the colours after each text.
    fn piece(&mut self, piece: &str) {
        self.text.push_str(piece);
        if self.colour == Colour::On {
            self.text.push_str(RESET);
        }
    }
}

fn painted(text: &str, style: &str, colour: Colour) -> String {
    match colour {
        Colour::On => format!("{style}{text}{RESET}"),
        Colour::Off => text.to_owned(),
    }
}

fn lines(section: &Section, width: usize, colour: Colour) -> Vec<String> {
    let widths = section.column_widths(width);
    let border = border(&widths);
    let mut lines = Vec::new();
    if !section.title.is_empty() {
        lines.push(centred("|", &section.title, width));
        if section.headers.is_empty() && section.rows.is_empty() {
            lines.push(format!("+{}+", "-".repeat(width.saturating_sub(2))));
        }
    }
    if !section.headers.is_empty() {
        let mut line = String::new();
        for (at, (width, text)) in widths.iter().zip(&section.headers).enumerate() {
            line.push_str(&centred(edge(at), text, *width));
        }
        lines.extend([border.clone(), line]);
    }
    if !section.rows.is_empty() && !widths.is_empty() {
        lines.push(border.clone());
        for row in &section.rows {
            let mut line = String::new();
            for (at, (width, text)) in widths.iter().zip(row).enumerate() {
                line.push_str(&left(edge(at), text, *width, colour));
            }
            lines.push(line);
        }
        lines.push(border);
    }
    lines
}

/// `+-----+---+`
fn border(widths: &[usize]) -> String {
    let part = |(at, width): (usize, &usize)| match at {
        0 => format!("+{}+", "-".repeat(width.saturating_sub(2))),
        _ => format!("{}+", "-".repeat(width.saturating_sub(1))),
    };
    widths.iter().enumerate().map(part).collect()
}

/// The left edge of a cell: only the first cell of a line has one.
fn edge(column: usize) -> &'static str {
    if column == 0 { "|" } else { "" }
}

fn centred(edge: &str, text: &str, width: usize) -> String {
    let (taken, edge_width) = (columns(text), columns(edge));
    // Negative if the text is wider than the cell: the space to the right then grows.
    let start = (width / 2).checked_signed_diff(taken / 2 + 1).unwrap_or(0);
    let after = width.checked_signed_diff(1 + edge_width + taken).unwrap_or(0) - start;
    format!("{edge}{}{text}{}|", blank(start), blank(after))
}

fn left(edge: &str, text: &str, width: usize, colour: Colour) -> String {
    const INDENT: usize = 2;
    let taken = columns(text);
    let indent = if width > taken + INDENT + columns(edge) { INDENT } else { 0 };
    let after = width.saturating_sub(columns(edge) + indent + taken + 1);
    let text = painted(text, CELL, colour);
    format!("{edge}{}{text}{}|", " ".repeat(indent), " ".repeat(after))
}

fn blank(columns: isize) -> String {
    " ".repeat(usize::try_from(columns).unwrap_or(0))
}
