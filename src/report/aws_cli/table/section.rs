//! A section of a table: title, headers, rows, and the widths of its columns.

use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;

use super::Unprintable;

/// The columns around the text of a cell.
const PADDING: usize = 4;
/// The columns of the lines at both ends.
const BORDER: usize = 2;

/// A section: the values of one object or list.
pub(super) struct Section {
    pub(super) title: String,
    /// The number of sections around this one.
    pub(super) depth: usize,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// The width of the widest text of each column.
    widths: Vec<usize>,
    /// The number of columns. `None` until a header or a row is added.
    columns: Option<usize>,
}

impl Section {
    pub(super) fn new(title: &str, depth: usize) -> Self {
        let (headers, rows, widths) = (Vec::new(), Vec::new(), Vec::new());
        Self { title: title.to_owned(), depth, headers, rows, widths, columns: None }
    }

    pub(super) fn add_header(&mut self, headers: &[&String]) {
        self.headers = headers.iter().map(|header| (*header).clone()).collect();
        self.columns.get_or_insert(headers.len());
        self.widen(&self.headers.clone());
    }

    pub(super) fn add_row(&mut self, cells: Vec<String>) -> Result<(), Unprintable> {
        if *self.columns.get_or_insert(cells.len()) != cells.len() {
            return Err(Unprintable("--output table cannot print lists of different lengths"));
        }
        self.widen(&cells);
        self.rows.push(cells);
        Ok(())
    }

    fn widen(&mut self, cells: &[String]) {
        if self.widths.is_empty() {
            self.widths = vec![0; cells.len()];
        }
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = (*width).max(columns(cell));
        }
    }

    /// Puts the headers beside the values if there is a single row.
    pub(super) fn turn(&mut self) {
        let ([row], [_, ..]) = (self.rows.as_slice(), self.headers.as_slice()) else { return };
        let mut turned = Self::new(&self.title, self.depth);
        turned.rows =
            self.headers.iter().zip(row).map(|(h, c)| vec![h.clone(), c.clone()]).collect();
        for row in turned.rows.clone() {
            turned.widen(&row);
        }
        *self = turned;
    }

    /// The least width of the section.
    pub(super) fn width(&self) -> usize {
        let outside = BORDER + 2 * self.depth;
        let cells: usize = self.widths.iter().map(|width| width + PADDING).sum();
        (columns(&self.title) + outside).max(cells + outside)
    }

    /// The widths of the columns in a section of this width: in proportion to their text. The difference that
    /// rounding makes is taken from the first columns or added to the last ones.
    pub(super) fn column_widths(&self, width: usize) -> Vec<usize> {
        let own: Vec<usize> = self.widths.iter().map(|width| width + PADDING).collect();
        let sum: usize = own.iter().sum();
        let mut scaled: Vec<usize> = own.iter().map(|own| scale(*own, width, sum)).collect();
        let total: usize = scaled.iter().sum();
        let columns = 0..scaled.len();
        for at in columns.clone().cycle().take(total.saturating_sub(width)) {
            if let Some(column) = scaled.get_mut(at) {
                *column = column.saturating_sub(1);
            }
        }
        for at in columns.rev().cycle().take(width.saturating_sub(total)) {
            if let Some(column) = scaled.get_mut(at) {
                *column += 1;
            }
        }
        scaled
    }
}

/// Scales a width and rounds half to even, as Python does.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of columns are small"
)]
fn scale(own: usize, width: usize, sum: usize) -> usize {
    let factor = width as f64 / sum.max(1) as f64;
    (factor * own as f64).round_ties_even() as usize
}

/// The number of columns that the AWS CLI counts for a text: two for characters that are wide or ambiguous, one
/// for all others.
pub(super) fn columns(text: &str) -> usize {
    let width = CodePointMapData::<EastAsianWidth>::new();
    let columns = |c| match width.get(c) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth | EastAsianWidth::Ambiguous => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}
