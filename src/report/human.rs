//! The report for people: the first line is for grep, the rest for the person on call.

use super::text::{Colour, Paint, harmless, pad, width, wrap};
use super::{Cell, FindingReport, Report, TargetReport, VerdictWord, ViolationReport};

/// Where prose is broken.
const COLUMNS: usize = 80;
/// The width of the labels below the table: `caller   `.
const LABEL: usize = 9;
/// Between the two columns of the table.
const GAP: usize = 4;
/// A second column that is narrower is not worth breaking its text for.
const READABLE: usize = 28;

/// Renders a report: one line where all is well, the table and its explanation where not.
pub fn human(report: &Report, colour: Colour) -> Vec<u8> {
    let mut lines = vec![first_line(report, colour)];
    if report.verdict == VerdictWord::Denied {
        lines.push(String::new());
        lines.extend(table(&distinct(&report.findings), colour));
    }
    if report.verdict == VerdictWord::Allowed {
        lines.extend(tools(&report.tools, colour));
        lines.extend(targets(&report.targets, colour));
        lines.extend(report.notes.iter().flat_map(|note| labelled("note", note, colour)));
    } else {
        lines.push(String::new());
        lines.extend(explanation(report, colour));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

/// What was found, in one line.
pub fn first_line(report: &Report, colour: Colour) -> String {
    let (word, paint) = match report.verdict {
        VerdictWord::Allowed => ("ALLOWED", Paint::Good),
        VerdictWord::Denied => ("DENIED", Paint::Bad),
        VerdictWord::Unknown => ("UNKNOWN", Paint::Doubt),
    };
    let environment = harmless(&report.environment);
    let head =
        if environment.is_empty() { word.to_owned() } else { format!("{word} {environment}") };
    format!("{}: {}", colour.paint(&head, paint), harmless(&report.summary))
}

/// Each finding once: several images may be in one registry.
fn distinct(findings: &[FindingReport]) -> Vec<&FindingReport> {
    let mut distinct: Vec<&FindingReport> = Vec::new();
    for finding in findings {
        if !distinct.contains(&finding) {
            distinct.push(finding);
        }
    }
    distinct
}

/// Allowed and actual: side by side where that fits a terminal, one below the other where not.
fn table(findings: &[&FindingReport], colour: Colour) -> Vec<String> {
    let subjects = findings.iter().map(|finding| width(finding.subject)).max().unwrap_or(0);
    let rows: Vec<Row> = findings.iter().map(|it| Row::of(it)).collect();
    let cells = rows.iter().flat_map(|row| &row.allowed).map(|text| width(text));
    let allowed = cells.max().unwrap_or(0).max(width("allowed"));
    let indent = 2 + subjects + 4;
    let room = COLUMNS.saturating_sub(indent + allowed + GAP);
    if rows.iter().any(|row| !row.fits(room)) {
        let heading = colour.paint(&format!("{}allowed", " ".repeat(indent)), Paint::Quiet);
        let rows = findings.iter().flat_map(|it| stacked(it, subjects, colour));
        return std::iter::once(heading).chain(rows).collect();
    }
    let heading = format!("{}{}    you have", " ".repeat(indent), pad("allowed", allowed));
    std::iter::once(colour.paint(&heading, Paint::Quiet))
        .chain(rows.iter().flat_map(|row| {
            let actual = wrap(&row.actual, room);
            let lines = row.allowed.len().max(actual.len());
            (0..lines).map(move |at| {
                let head = row.head(at, subjects, colour);
                let text = row.allowed.get(at).map_or("", String::as_str);
                match actual.get(at) {
                    Some(it) => {
                        format!("{head}{}    {}", pad(text, allowed), row.paint(it, colour))
                    }
                    None => format!("{head}{text}"),
                }
            })
        }))
        .collect()
}

/// A finding whose two columns would be too wide: what is allowed, and below it what is.
fn stacked(finding: &FindingReport, subjects: usize, colour: Colour) -> Vec<String> {
    let row = Row::of(finding);
    let indent = 2 + subjects + 4;
    let room = COLUMNS.saturating_sub(indent);
    let is_narrow = row.allowed.iter().all(|text| width(text) <= room);
    let plain = || finding.expected.iter().map(|cell| shown(cell, 0)).collect();
    let allowed: Vec<String> = if is_narrow { row.allowed.clone() } else { plain() };
    let allowed = allowed.iter().flat_map(|text| wrap(text, room)).enumerate();
    let allowed = allowed.map(|(at, text)| format!("{}{text}", row.head(at, subjects, colour)));
    let actual = wrap(&row.actual, room).into_iter().enumerate().map(|(at, text)| {
        let label = pad(if at == 0 { "  you have" } else { "" }, indent);
        format!("{}{}", colour.paint(&label, Paint::Quiet), row.paint(&text, colour))
    });
    allowed.chain(actual).collect()
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

    /// Whether the second column has room for what is: on one line, or broken where that reads well.
    fn fits(&self, room: usize) -> bool {
        let longest = self.actual.split(' ').map(width).max().unwrap_or(0);
        width(&self.actual) <= room || (room >= READABLE && longest <= room)
    }

    /// The subject and its mark, on the first line of the row.
    fn head(&self, line: usize, subjects: usize, colour: Colour) -> String {
        let (mark, paint) = if self.holds { ("✓", Paint::Good) } else { ("✗", Paint::Bad) };
        match line {
            0 => format!("  {} {}  ", pad(self.subject, subjects), colour.paint(mark, paint)),
            _ => " ".repeat(2 + subjects + 4),
        }
    }

    fn paint(&self, text: &str, colour: Colour) -> String {
        if self.holds { text.to_owned() } else { colour.paint(text, Paint::Bad) }
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
    let endpoint = report.endpoint.as_ref().filter(|_| report.verdict == VerdictWord::Unknown);
    let code = report.error.as_ref().map(|error| error.code);
    let code = code.or(report.violations.first().map(|violation| violation.code));
    let mut lines = Vec::new();
    let say = |lines: &mut Vec<String>, label: &str, text: Option<String>| {
        lines.extend(text.into_iter().flat_map(|text| labelled(label, &text, colour)));
    };
    say(&mut lines, "code", code.map(str::to_owned));
    say(&mut lines, "caller", caller);
    say(
        &mut lines,
        "source",
        report.source.as_ref().map(|source| source_line(&source.detail, &source.shadows)),
    );
    say(&mut lines, "endpoint", endpoint.cloned());
    lines.extend(tools(&report.tools, colour));
    if report.verdict == VerdictWord::Denied {
        lines.extend(targets(&report.targets, colour));
    }
    for violation in further(report) {
        say(&mut lines, "also", Some(further_line(violation)));
    }
    say(&mut lines, "rule", report.violations.first().and_then(rule_line));
    for note in &report.notes {
        say(&mut lines, "note", Some(note.clone()));
    }
    say(&mut lines, "next", report.next.clone());
    lines
}

/// Who would deploy: on one line, or each on a line of its own where that is too long.
fn tools(tools: &[String], colour: Colour) -> Vec<String> {
    let line = tools.join(" · ");
    if tools.is_empty() {
        return Vec::new();
    }
    if width(&line) <= COLUMNS - LABEL - 2 {
        return labelled("tools", &line, colour);
    }
    listed("tools", tools.iter().map(String::as_str), colour)
}

/// What is about to be touched, each with the name of its account.
fn targets(targets: &[TargetReport], colour: Colour) -> Vec<String> {
    let shown = targets.iter().map(|target| match &target.account_name {
        Some(name) => format!("{} ({name})", target.name),
        None => target.name.clone(),
    });
    let shown: Vec<String> = shown.collect();
    listed("targets", shown.iter().map(String::as_str), colour)
}

/// Texts under one label, each on a line of its own or broken into several.
fn listed<'a>(label: &str, texts: impl Iterator<Item = &'a str>, colour: Colour) -> Vec<String> {
    let room = COLUMNS - LABEL - 4;
    let lines = texts.flat_map(|text| {
        let pieces = wrap(&harmless(text), room).into_iter().enumerate();
        pieces.map(|(at, piece)| if at == 0 { piece } else { format!("  {piece}") })
    });
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    let painted = |label| colour.paint(&pad(label, LABEL), Paint::Quiet);
    labels.zip(lines).map(|(name, line)| format!("  {}{line}", painted(name))).collect()
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
