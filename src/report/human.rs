//! The report for people: the first line is for grep, the rest for the person on call.

use super::text::{Colour, Paint, harmless, pad, width, wrap};
use super::{Answer, Cell, FindingReport, Report, ViolationReport};

/// Where prose is broken.
const COLUMNS: usize = 80;
/// The width of the labels below the table: `caller   `.
const LABEL: usize = 9;

/// Renders a report: one line where all is well, the table and its explanation where not.
pub fn human(report: &Report, colour: Colour) -> Vec<u8> {
    let mut lines = vec![first_line(report, colour)];
    if report.verdict == Answer::Denied {
        lines.push(String::new());
        lines.extend(table(&report.findings, colour));
    }
    if report.verdict == Answer::Allowed {
        lines.extend(report.notes.iter().flat_map(|note| labelled("note", note, colour)));
    } else {
        lines.push(String::new());
        lines.extend(explanation(report, colour));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

fn first_line(report: &Report, colour: Colour) -> String {
    let (word, paint) = match report.verdict {
        Answer::Allowed => ("ALLOWED", Paint::Good),
        Answer::Denied => ("DENIED", Paint::Bad),
        Answer::Unknown => ("UNKNOWN", Paint::Doubt),
    };
    let environment = harmless(&report.environment);
    let head =
        if environment.is_empty() { word.to_owned() } else { format!("{word} {environment}") };
    format!("{}: {}", colour.paint(&head, paint), harmless(&report.summary))
}

/// Allowed and actual, side by side.
fn table(findings: &[FindingReport], colour: Colour) -> Vec<String> {
    let subjects = findings.iter().map(|finding| width(finding.subject)).max().unwrap_or(0);
    let rows: Vec<Row> = findings.iter().map(Row::of).collect();
    let allowed = rows
        .iter()
        .flat_map(|row| &row.allowed)
        .map(|text| width(text))
        .max()
        .unwrap_or(0)
        .max(width("allowed"));
    let indent = " ".repeat(2 + subjects + 4);
    let heading = format!("{indent}{}    you have", pad("allowed", allowed));
    std::iter::once(colour.paint(&heading, Paint::Quiet))
        .chain(rows.iter().flat_map(|row| row.lines(subjects, allowed, colour)))
        .collect()
}

/// A finding on its way into the table.
struct Row {
    subject: &'static str,
    holds: bool,
    allowed: Vec<String>,
    actual: String,
}

impl Row {
    fn of(finding: &FindingReport) -> Self {
        let names = finding.expected.iter().map(|cell| width(&harmless(&cell.text))).max();
        let allowed: Vec<String> =
            finding.expected.iter().map(|cell| shown(cell, names.unwrap_or(0))).collect();
        Self {
            subject: finding.subject,
            holds: finding.holds,
            allowed: if allowed.is_empty() { vec!["any".to_owned()] } else { allowed },
            actual: shown(&finding.actual, 0),
        }
    }

    fn lines(&self, subjects: usize, allowed: usize, colour: Colour) -> Vec<String> {
        let (mark, paint) = if self.holds { ("✓", Paint::Good) } else { ("✗", Paint::Bad) };
        let actual =
            if self.holds { self.actual.clone() } else { colour.paint(&self.actual, Paint::Bad) };
        let indent = " ".repeat(2 + subjects + 4);
        let line = |(index, text): (usize, &String)| match index {
            0 => format!(
                "  {} {}  {}    {actual}",
                pad(self.subject, subjects),
                colour.paint(mark, paint),
                pad(text, allowed),
            ),
            _ => format!("{indent}{text}"),
        };
        self.allowed.iter().enumerate().map(line).collect()
    }
}

fn shown(cell: &Cell, names: usize) -> String {
    let text = harmless(&cell.text);
    match &cell.detail {
        Some(detail) => format!("{} ({})", pad(&text, names), harmless(detail)),
        None => text,
    }
}

/// What stands below the table, or below the first line of an unknown verdict.
fn explanation(report: &Report, colour: Colour) -> Vec<String> {
    let caller = report.identity.as_ref().map(|identity| identity.arn.clone());
    let endpoint = report.endpoint.as_ref().filter(|_| report.verdict == Answer::Unknown);
    let code = report.error.as_ref().map(|error| error.code);
    let code = code.or(report.violations.first().map(|violation| violation.code));
    let mut lines = Vec::new();
    let mut say = |label: &str, text: Option<String>| {
        lines.extend(text.into_iter().flat_map(|text| labelled(label, &text, colour)));
    };
    say("code", code.map(str::to_owned));
    say("caller", caller);
    say(
        "source",
        report.source.as_ref().map(|source| source_line(&source.detail, &source.shadows)),
    );
    say("endpoint", endpoint.cloned());
    say("tools", report.tools.clone());
    for violation in further(report) {
        say("also", Some(further_line(violation)));
    }
    say("rule", report.violations.first().and_then(rule_line));
    for note in &report.notes {
        say("note", Some(note.clone()));
    }
    say("next", report.next.clone());
    lines
}

/// The violations that the first line does not speak of.
fn further(report: &Report) -> impl Iterator<Item = &ViolationReport> {
    report.violations.iter().skip(1)
}

fn further_line(violation: &ViolationReport) -> String {
    let place = match (&violation.file, violation.line) {
        (Some(file), Some(line)) => format!(", {file}:{line}"),
        _ => String::new(),
    };
    format!("{} ({}{place})", violation.message, violation.code)
}

fn source_line(detail: &str, shadows: &[String]) -> String {
    match shadows {
        [] => detail.to_owned(),
        shadows => format!("{detail}; it hides {}", shadows.join(", ")),
    }
}

fn rule_line(violation: &ViolationReport) -> Option<String> {
    let file = violation.file.as_ref()?;
    let line = violation.line?;
    Some(format!("{file}:{line}  {}", violation.rule.as_deref().unwrap_or_default()))
}

/// `  label    text`, broken at the terminal's usual width, with the text below itself.
fn labelled(label: &str, text: &str, colour: Colour) -> Vec<String> {
    let label = colour.paint(&pad(label, LABEL), Paint::Quiet);
    let indent = " ".repeat(LABEL);
    wrap(&harmless(text), COLUMNS - LABEL - 2)
        .into_iter()
        .enumerate()
        .map(|(index, line)| match index {
            0 => format!("  {label}{line}"),
            _ => format!("  {indent}{line}"),
        })
        .collect()
}
