//! The report as text: the first line is for grep, the rest explains it.

mod table;

use super::labelled::Layout;
use super::text::{Colour, Paint, harmless, width};
use super::{Report, TargetReport, VerdictWord, ViolationReport};
use table::table;

/// The lines below the table.
const LINES: Layout = Layout { label: 9, hanging: 0 };

/// The lines below the table in which each text is an item of a list.
const ITEMS: Layout = Layout { label: 9, hanging: 2 };

/// Renders a report: one line and its notes if allowed, otherwise the reason and the next step too.
pub fn human(report: &Report, colour: Colour) -> Vec<u8> {
    let mut lines = vec![first_line(report, colour)];
    match report.verdict {
        VerdictWord::Allowed => {
            lines.extend(tools(&report.tools, colour));
            lines.extend(targets(&report.targets, colour));
            lines.extend(notes(report, colour));
        }
        VerdictWord::Denied => {
            lines.push(String::new());
            lines.extend(table(&report.findings, colour));
            lines.push(String::new());
            lines.extend(explanation(report, colour));
        }
        VerdictWord::Unknown => {
            lines.push(String::new());
            lines.extend(explanation(report, colour));
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

/// `DENIED prod: these credentials are for staging`
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

/// The lines below the table, or below the first line if the identity is unknown.
fn explanation(report: &Report, colour: Colour) -> Vec<String> {
    let is_unknown = report.verdict == VerdictWord::Unknown;
    let first = report.violations.first();
    let code = report.error.as_ref().map(|error| error.code).or(first.map(|it| it.code));
    let mut lines = Vec::new();
    let mut add = |label: &str, text: &str| lines.extend(LINES.lines(label, text, colour));
    if let Some(code) = code {
        add("code", code);
    }
    if let Some(identity) = &report.identity {
        add("caller", &identity.arn);
    }
    if let Some(source) = &report.source {
        add("source", &source_line(&source.detail, &source.shadows));
    }
    if let Some(endpoint) = report.endpoint.as_ref().filter(|_| is_unknown) {
        add("endpoint", endpoint);
    }
    lines.extend(tools(&report.tools, colour));
    if !is_unknown {
        lines.extend(targets(&report.targets, colour));
    }
    // The first line of the output is about the first violation.
    for violation in report.violations.iter().skip(1) {
        lines.extend(LINES.lines("also", &further_line(violation), colour));
    }
    if let Some(rule) = first.and_then(rule_line) {
        lines.extend(LINES.lines("rule", &rule, colour));
    }
    lines.extend(notes(report, colour));
    if let Some(next) = &report.next {
        lines.extend(LINES.lines("next", next, colour));
    }
    lines
}

fn notes(report: &Report, colour: Colour) -> Vec<String> {
    report.notes.iter().flat_map(|note| LINES.lines("note", note, colour)).collect()
}

/// The tools and the identity that each would use: on one line, or one line each if that is too long.
fn tools(tools: &[String], colour: Colour) -> Vec<String> {
    let line = tools.join(" · ");
    if tools.is_empty() {
        return Vec::new();
    }
    if width(&line) <= LINES.room() {
        return LINES.lines("tools", &line, colour);
    }
    ITEMS.list("tools", tools, colour)
}

/// The targets, each with the policy's name for its account.
fn targets(targets: &[TargetReport], colour: Colour) -> Vec<String> {
    let mut texts = Vec::new();
    for target in targets {
        texts.push(match &target.account_name {
            Some(name) => format!("{} ({name})", target.name),
            None => target.name.clone(),
        });
    }
    ITEMS.list("targets", &texts, colour)
}

/// `us-east-1 is not a region that prod allows (wrong-region, account-guard.toml:18)`
fn further_line(violation: &ViolationReport) -> String {
    let place = match (&violation.file, violation.line) {
        (Some(file), Some(line)) => format!(", {file}:{line}"),
        _ => String::new(),
    };
    format!("{} ({}{place})", violation.message, violation.code)
}

/// `AWS_ACCESS_KEY_ID in the environment; overrides profile `acme-prod` (~/.aws/config:2)`
fn source_line(detail: &str, overridden: &[String]) -> String {
    match overridden {
        [] => detail.to_owned(),
        overridden => format!("{detail}; overrides {}", overridden.join(", ")),
    }
}

/// `account-guard.toml:15  accounts = ["prod"]`
fn rule_line(violation: &ViolationReport) -> Option<String> {
    let file = violation.file.as_ref()?;
    let line = violation.line?;
    Some(format!("{file}:{line}  {}", violation.rule.as_deref().unwrap_or_default()))
}
