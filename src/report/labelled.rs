//! Lines of a label and a text, wrapped to the usual width of a terminal: `  label    text`.

use super::text::{Colour, Paint, harmless, pad, wrap};

/// The width to which text is wrapped.
pub(super) const COLUMNS: usize = 80;

/// The indent in front of the labels.
const INDENT: usize = 2;

/// The columns of lines that belong together.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// The width of the labels and the space behind them.
    pub(super) label: usize,
    /// How far the continuation of a text is indented below its first line.
    pub(super) hanging: usize,
}

impl Layout {
    /// The columns that are left for the text.
    pub(super) fn room(self) -> usize {
        COLUMNS - INDENT - self.label - self.hanging
    }

    /// A label and a text, which may come from outside: its control characters are escaped.
    pub(super) fn lines(self, label: &str, text: &str, colour: Colour) -> Vec<String> {
        self.painted(label, text, None, colour)
    }

    /// A label and a text in this colour.
    pub(super) fn painted(
        self,
        label: &str,
        text: &str,
        paint: Option<Paint>,
        colour: Colour,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in wrap(&harmless(text), self.room()) {
            let piece = paint.map_or_else(|| piece.clone(), |paint| colour.paint(&piece, paint));
            let start = if !lines.is_empty() {
                " ".repeat(self.label + self.hanging)
            } else if label.is_empty() {
                " ".repeat(self.label)
            } else {
                colour.paint(&pad(label, self.label), Paint::Quiet)
            };
            lines.push(format!("{}{start}{piece}", " ".repeat(INDENT)));
        }
        lines
    }

    /// Several texts below one label, each of them on a new line.
    pub(super) fn list(self, label: &str, texts: &[String], colour: Colour) -> Vec<String> {
        let labels = std::iter::once(label).chain(std::iter::repeat(""));
        labels.zip(texts).flat_map(|(label, text)| self.lines(label, text, colour)).collect()
    }
}
