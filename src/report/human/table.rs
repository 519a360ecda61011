//! The table of a refusal: what is allowed beside what was found.

use super::super::labelled::COLUMNS;
use super::super::text::{Colour, Paint, harmless, pad, width, wrap};
use super::super::{Cell, FindingReport};

/// The space between the two columns.
const GAP: usize = 4;

/// The indent in front of the subjects.
const INDENT: usize = 2;

/// The mark behind a subject and the space around it.
const MARK: usize = 4;

/// The least width of the second column at which its text is wrapped rather than put below.
const READABLE: usize = 28;

/// The table: allowed and found side by side, or one below the other if a terminal is too narrow.
pub(super) fn table(findings: &[FindingReport], colour: Colour) -> Vec<String> {
    let findings = distinct(findings);
    let rows: Vec<Row> = findings.iter().map(|finding| Row::of(finding)).collect();
    let subject = findings.iter().map(|finding| width(finding.subject)).max().unwrap_or(0);
    let cells = rows.iter().flat_map(|row| &row.allowed).map(|text| width(text));
    let allowed = cells.max().unwrap_or(0).max(width("allowed"));
    let widths = Widths { subject, allowed };
    if rows.iter().all(|row| row.fits(widths.actual())) {
        side_by_side(&rows, widths, colour)
    } else {
        stacked(&findings, widths, colour)
    }
}

/// The findings without repetitions: several images may be in one registry.
fn distinct(findings: &[FindingReport]) -> Vec<&FindingReport> {
    let mut distinct: Vec<&FindingReport> = Vec::new();
    for finding in findings {
        if !distinct.contains(&finding) {
            distinct.push(finding);
        }
    }
    distinct
}

/// The widths of the columns.
#[derive(Clone, Copy)]
struct Widths {
    subject: usize,
    allowed: usize,
}

impl Widths {
    /// The column in which the texts begin.
    fn indent(self) -> usize {
        INDENT + self.subject + MARK
    }

    /// The room for the second column.
    fn actual(self) -> usize {
        COLUMNS.saturating_sub(self.indent() + self.allowed + GAP)
    }
}

fn side_by_side(rows: &[Row], widths: Widths, colour: Colour) -> Vec<String> {
    let gap = " ".repeat(GAP);
    let heading =
        format!("{}{}{gap}you have", " ".repeat(widths.indent()), pad("allowed", widths.allowed));
    let mut lines = vec![colour.paint(&heading, Paint::Quiet)];
    for row in rows {
        let actual = wrap(&row.actual, widths.actual());
        for at in 0..row.allowed.len().max(actual.len()) {
            let head = row.head(at, widths, colour);
            let allowed = row.allowed.get(at).map_or("", String::as_str);
            lines.push(match actual.get(at) {
                Some(actual) => {
                    let actual = row.paint(actual, colour);
                    format!("{head}{}{gap}{actual}", pad(allowed, widths.allowed))
                }
                None => format!("{head}{allowed}"),
            });
        }
    }
    lines
}

/// The table in one column: what is allowed, and below it what was found.
fn stacked(findings: &[&FindingReport], widths: Widths, colour: Colour) -> Vec<String> {
    let indent = widths.indent();
    let room = COLUMNS.saturating_sub(indent);
    let mut lines = vec![colour.paint(&format!("{}allowed", " ".repeat(indent)), Paint::Quiet)];
    for finding in findings {
        let row = Row::of(finding);
        let is_narrow = row.allowed.iter().all(|text| width(text) <= room);
        let allowed = if is_narrow { row.allowed.clone() } else { texts(&finding.expected, 0) };
        for (at, text) in allowed.iter().flat_map(|text| wrap(text, room)).enumerate() {
            lines.push(format!("{}{text}", row.head(at, widths, colour)));
        }
        for (at, text) in wrap(&row.actual, room).iter().enumerate() {
            let label = pad(if at == 0 { "  you have" } else { "" }, indent);
            let painted = colour.paint(&label, Paint::Quiet);
            lines.push(format!("{painted}{}", row.paint(text, colour)));
        }
    }
    lines
}

/// A finding as text.
struct Row {
    subject: &'static str,
    holds: bool,
    allowed: Vec<String>,
    actual: String,
}

impl Row {
    fn of(finding: &FindingReport) -> Self {
        let names = finding.expected.iter().map(|cell| width(&harmless(&cell.text))).max();
        let allowed = texts(&finding.expected, names.unwrap_or(0));
        Self {
            subject: finding.subject,
            holds: finding.holds,
            allowed: if allowed.is_empty() { vec!["any".to_owned()] } else { allowed },
            actual: text(&finding.actual, 0),
        }
    }

    /// Whether the second column has room for the text, on one line or wrapped.
    fn fits(&self, room: usize) -> bool {
        let longest = self.actual.split(' ').map(width).max().unwrap_or(0);
        width(&self.actual) <= room || (room >= READABLE && longest <= room)
    }

    /// The start of a line: subject and mark on the row's first line, spaces on the others.
    fn head(&self, line: usize, widths: Widths, colour: Colour) -> String {
        let (mark, paint) = if self.holds { ("✓", Paint::Good) } else { ("✗", Paint::Bad) };
        match line {
            0 => format!("  {} {}  ", pad(self.subject, widths.subject), colour.paint(mark, paint)),
            _ => " ".repeat(widths.indent()),
        }
    }

    fn paint(&self, text: &str, colour: Colour) -> String {
        if self.holds { text.to_owned() } else { colour.paint(text, Paint::Bad) }
    }
}

fn texts(cells: &[Cell], names: usize) -> Vec<String> {
    cells.iter().map(|cell| text(cell, names)).collect()
}

/// A cell with its detail in brackets: `prod    (111111111111)`, the name padded to `names` columns.
fn text(cell: &Cell, names: usize) -> String {
    let name = harmless(&cell.text);
    match &cell.detail {
        Some(detail) => format!("{} ({})", pad(&name, names), harmless(detail)),
        None => name,
    }
}
