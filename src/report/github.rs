//! The report for GitHub Actions: workflow commands in the log, step outputs, a job summary.
//!
//! Source of the formats: GitHub's documentation, "Workflow commands for GitHub Actions".

use std::collections::BTreeSet;
use std::fmt::Write;

use super::human::human;
use super::text::{Colour, harmless};
use super::{Cell, FindingReport, Report, VerdictWord, ViolationReport};

/// The longest summary of a step in bytes; GitHub's own limit is 1 MiB.
const LONGEST_SUMMARY: usize = 256 << 10;

/// A report in the three forms that a step of a workflow writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// For the log, on standard output.
    pub log: String,
    /// For the file that `GITHUB_OUTPUT` names.
    pub output: String,
    /// For the file that `GITHUB_STEP_SUMMARY` names.
    pub summary: String,
}

/// How a report is written for a workflow.
#[derive(Clone, Copy, Debug)]
pub struct WorkflowStyle<'a> {
    /// A random text, which no foreign text contains. It ends outputs, and it ends the part of the log in
    /// which GitHub executes no commands.
    pub token: &'a str,
    /// Whether account IDs are masked in the log of this step and of all later steps.
    pub mask: bool,
    /// The colour of the log.
    pub colour: Colour,
}

impl Workflow {
    /// Renders a report.
    pub fn of(report: &Report, style: WorkflowStyle<'_>) -> Self {
        Self {
            log: log(report, style),
            output: output(report, style.token),
            summary: summary(report),
        }
    }
}

/// The log. Masks come first, since GitHub masks only what is printed after them. The text contains names
/// from outside, so it is printed where GitHub executes no commands.
fn log(report: &Report, style: WorkflowStyle<'_>) -> String {
    let bytes = human(report, style.colour);
    let text = String::from_utf8_lossy(&bytes);
    let mut log = String::new();
    if style.mask {
        let document = serde_json::to_string(report).unwrap_or_default();
        log.push_str(&masks(&[&document, &text]));
    }
    let token = style.token;
    // Writing to a String does not fail, here and below.
    let _ = write!(log, "::stop-commands::{token}\n{text}::{token}::\n");
    log.extend(annotations(report));
    log
}

/// The commands that mask every account ID in these texts. GitHub masks a text wherever it occurs.
pub fn masks(texts: &[&str]) -> String {
    let runs = texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    let accounts: BTreeSet<_> = runs.filter(|digits| digits.len() == 12).collect();
    accounts.into_iter().flat_map(|account| ["::add-mask::", account, "\n"]).collect()
}

/// One error for the run if the identity is unknown, otherwise one for each violation, on the line of the
/// policy that decided.
fn annotations(report: &Report) -> Vec<String> {
    let Some(error) = &report.error else {
        return report.violations.iter().map(|it| annotation(report, it)).collect();
    };
    let message = match &report.next {
        Some(next) => format!("{}\nnext: {next}", report.summary),
        None => report.summary.clone(),
    };
    vec![command(&[("title", &title(report, error.code))], &message)]
}

fn annotation(report: &Report, violation: &ViolationReport) -> String {
    let title = title(report, violation.code);
    match (&violation.file, violation.line) {
        (Some(file), Some(line)) => {
            let line = line.to_string();
            let properties = [("file", file.as_str()), ("line", &line), ("title", &title)];
            command(&properties, &violation.message)
        }
        _ => command(&[("title", &title)], &violation.message),
    }
}

fn title(report: &Report, code: &str) -> String {
    format!("account-guard {}: {code}", report.environment)
}

/// `::error file=…,line=…,title=…::MESSAGE`
fn command(properties: &[(&str, &str)], message: &str) -> String {
    let mut written = Vec::new();
    for (name, value) in properties {
        written.push(format!("{name}={}", escaped_property(value)));
    }
    let lines: Vec<_> = message.split('\n').map(harmless).collect();
    format!("::error {}::{}\n", written.join(","), escaped_data(&lines.join("\n")))
}

fn escaped_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escaped_property(text: &str) -> String {
    escaped_data(&harmless(text)).replace(':', "%3A").replace(',', "%2C")
}

/// The step outputs. Each value is between two tokens, since it may contain what looks like another output.
fn output(report: &Report, token: &str) -> String {
    let result = match report.verdict {
        VerdictWord::Allowed => "allowed",
        VerdictWord::Denied => "denied",
        VerdictWord::Unknown => "unknown",
    };
    let mut codes: Vec<&str> = report.violations.iter().map(|it| it.code).collect();
    codes.extend(report.error.as_ref().map(|error| error.code));
    let (mut account, mut name, mut arn) = ("", "", "");
    if let Some(identity) = &report.identity {
        (account, arn) = (&identity.account, &identity.arn);
        name = identity.account_name.as_deref().unwrap_or_default();
    }
    let mut output = String::new();
    for (key, value) in [
        ("result", result),
        ("environment", &report.environment),
        ("aws-account-id", account),
        ("account-name", name),
        ("authenticated-arn", arn),
        ("violations", &codes.join(",")),
    ] {
        let _ = write!(output, "{key}<<{token}\n{}\n{token}\n", harmless(value));
    }
    output
}

/// The summary in Markdown: the verdict, a table of the checks, and what explains them.
fn summary(report: &Report) -> String {
    let (mark, word) = match report.verdict {
        VerdictWord::Allowed => ("✅", "allowed"),
        VerdictWord::Denied => ("❌", "denied"),
        VerdictWord::Unknown => ("❓", "unknown"),
    };
    let environment = escaped(&report.environment);
    let mut page = format!("### {mark} {environment}: {word}\n\n{}\n", escaped(&report.summary));
    if !report.findings.is_empty() {
        page.push_str("\n| | | allowed | you have |\n| --- | --- | --- | --- |\n");
        page.extend(report.findings.iter().map(row));
    }
    for (label, text) in facts(report) {
        let _ = write!(page, "\n**{label}** {}\n", escaped(&text));
    }
    if page.len() > LONGEST_SUMMARY {
        let end = page.floor_char_boundary(LONGEST_SUMMARY);
        page.truncate(end);
        page.push('\n');
    }
    page
}

/// The labelled lines below the table.
fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(report.identity.as_ref().map(|it| ("caller", it.arn.clone())));
    facts.extend(report.source.as_ref().map(|it| ("source", it.detail.clone())));
    if let Some(ViolationReport { file: Some(file), line: Some(line), rule: Some(rule), .. }) =
        report.violations.first()
    {
        facts.push(("rule", format!("{file}:{line} {}", rule.trim())));
    }
    facts.extend(report.next.clone().map(|next| ("next", next)));
    facts
}

/// A row of the table.
fn row(finding: &FindingReport) -> String {
    let mark = if finding.holds { "✓" } else { "✗" };
    let cells: Vec<_> = finding.expected.iter().map(cell).collect();
    let expected = if cells.is_empty() { "any".to_owned() } else { cells.join("<br>") };
    format!("| {} | {mark} | {expected} | {} |\n", finding.subject, cell(&finding.actual))
}

fn cell(cell: &Cell) -> String {
    match &cell.detail {
        Some(detail) => escaped(&format!("{} ({detail})", cell.text)),
        None => escaped(&cell.text),
    }
}

/// A text without Markdown and HTML: punctuation that could be either is written as a character reference.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in harmless(text).chars() {
        if c.is_ascii_punctuation() && !" .,;-/'()".contains(c) {
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_workflow_command_obeys_is_escaped() {
        let hostile = "a%0A::set-output name=x::y,\r\n::error::z";
        let said = command(&[("file", hostile)], hostile);
        assert_eq!(said.matches('\n').count(), 1, "{said}");
        assert!(!said.contains('\r') && said.starts_with("::error file="), "{said}");
        let (properties, data) = said.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        assert!(!properties.contains([',', ':']), "{properties}");
        assert!(properties.contains("a%250A%3A%3Aset-output name=x%3A%3Ay%2C"), "{properties}");
        assert!(data.starts_with("a%250A::set-output name=x::y,"), "{data}");
    }

    #[test]
    fn what_markdown_obeys_is_escaped() {
        let text = escaped("a|b <script> [x](y) `c` *d* #e &amp; \u{1b}[31m");
        for c in ['|', '<', '>', '[', ']', '`', '*', '\u{1b}'] {
            assert!(!text.contains(c), "{c}: {text}");
        }
        assert!(text.starts_with("a&#124;b &#60;script&#62; "), "{text}");
    }
}
