//! A section of a table: its title, its columns, its rows, and how wide they are.

use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;

use super::Unprintable;

/// What stands around the text of a cell.
const PADDING: usize = 4;
/// The lines at both ends.
const BORDER: usize = 2;

/// A section.
pub(super) struct Section {
    pub(super) title: String,
    /// How many sections it is in.
    pub(super) depth: usize,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// The width of the widest text of each column.
    widths: Vec<usize>,
    /// How many columns there are, once anything has said so.
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
            return Err(Unprintable("lists of several lengths have no form in --output table"));
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

    /// Puts the headers of a single row beside its values.
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

    /// How wide it must be.
    pub(super) fn width(&self) -> usize {
        let outside = BORDER + 2 * self.depth;
        let cells: usize = self.widths.iter().map(|width| width + PADDING).sum();
        (columns(&self.title) + outside).max(cells + outside)
    }

    /// How wide each column is where the section is `width` wide: in proportion, and what rounding
    /// leaves over is taken from the first columns or given to the last.
    pub(super) fn column_widths(&self, width: usize) -> Vec<usize> {
        let own: Vec<usize> = self.widths.iter().map(|width| width + PADDING).collect();
        let sum: usize = own.iter().sum();
        let mut scaled: Vec<usize> = own.iter().map(|own| scale(*own, width, sum)).collect();
        let total: usize = scaled.iter().sum();
        let columns = 0..scaled.len();
        for at in columns.clone().cycle().take(total.saturating_sub(width)) {
            scaled.get_mut(at).into_iter().for_each(|column| *column = column.saturating_sub(1));
        }
        for at in columns.rev().cycle().take(width.saturating_sub(total)) {
            scaled.get_mut(at).into_iter().for_each(|column| *column += 1);
        }
        scaled
    }
}

/// Rounds to the nearest, from the middle to the even one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "columns of a screen, which are few"
)]
fn scale(own: usize, width: usize, sum: usize) -> usize {
    let factor = width as f64 / sum.max(1) as f64;
    (factor * own as f64).round_ties_even() as usize
}

/// How many columns the AWS CLI counts for a text: two for wide characters and for those that are wide
/// in some fonts, one for all others.
pub(super) fn columns(text: &str) -> usize {
    let width = CodePointMapData::<EastAsianWidth>::new();
    let columns = |c| match width.get(c) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth | EastAsianWidth::Ambiguous => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}
