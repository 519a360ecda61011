//! A report as GitHub Actions reads it: workflow commands in the log, outputs of the step, a summary.
//! Source of the forms: GitHub's documentation, "Workflow commands for GitHub Actions".

use std::collections::BTreeSet;

use super::human::human;
use super::text::{Colour, harmless};
use super::{FindingReport, Report, VerdictWord};

/// The most that GitHub takes of a step's summary, in bytes, with room to spare.
const LONGEST_SUMMARY: usize = 256 << 10;

/// A report in the three forms that a step of a workflow leaves.
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
    /// A random text. GitHub obeys no commands between two occurrences in the log, and it ends an output.
    pub token: &'a str,
    /// Whether to mask account IDs in the logs of this step and all later ones.
    pub mask: bool,
    /// The colours of the log.
    pub colour: Colour,
}

impl Workflow {
    /// Renders a report.
    pub fn of(report: &Report, style: WorkflowStyle<'_>) -> Self {
        Self { log: log(report, style), output: output(report, style), summary: summary(report) }
    }
}

/// Masks come before anything else, since GitHub masks what is printed after them. What people read
/// stands where commands are not obeyed: it holds names that others chose.
fn log(report: &Report, style: WorkflowStyle<'_>) -> String {
    let text = human(report, style.colour);
    let text = String::from_utf8_lossy(&text);
    let document = serde_json::to_string(report).unwrap_or_default();
    let masks = if style.mask { masks(&[&document, &text]) } else { String::new() };
    let token = style.token;
    let shown = format!("::stop-commands::{token}\n{text}::{token}::\n");
    [masks, shown].into_iter().chain(annotations(report)).collect()
}

/// The commands that mask every account ID of these texts: GitHub masks a text wherever it stands.
pub fn masks(texts: &[&str]) -> String {
    let runs = texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    let accounts: BTreeSet<_> = runs.filter(|digits| digits.len() == 12).collect();
    accounts.into_iter().flat_map(|account| ["::add-mask::", account, "\n"]).collect()
}

/// An error on each line of the policy that decided; or one of the run, where no line did.
fn annotations(report: &Report) -> Vec<String> {
    if let Some(error) = &report.error {
        let next = report.next.iter().map(|next| format!("\nnext: {next}"));
        let message: String = std::iter::once(report.summary.clone()).chain(next).collect();
        return vec![command(&[("title", &title(report, error.code))], &message)];
    }
    let of_violation = report.violations.iter().map(|violation| {
        let title = title(report, violation.code);
        let line = violation.line.map(|line| line.to_string());
        let place = violation.file.as_deref().zip(line.as_deref());
        let mut properties: Vec<(&str, &str)> = Vec::new();
        properties.extend(place.into_iter().flat_map(|(file, at)| [("file", file), ("line", at)]));
        properties.push(("title", &title));
        command(&properties, &violation.message)
    });
    of_violation.collect()
}

fn title(report: &Report, code: &str) -> String {
    format!("account-guard {}: {code}", report.environment)
}

/// `::error file=…,line=…,title=…::MESSAGE`
fn command(properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<_> =
        properties.iter().map(|(name, value)| format!("{name}={}", of_property(value))).collect();
    let lines: Vec<_> = message.split('\n').map(harmless).collect();
    format!("::error {}::{}\n", properties.join(","), of_data(&lines.join("\n")))
}

fn of_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn of_property(text: &str) -> String {
    of_data(&harmless(text)).replace(':', "%3A").replace(',', "%2C")
}

/// The outputs, each between two tokens: a value may hold what would begin another.
fn output(report: &Report, WorkflowStyle { token, .. }: WorkflowStyle<'_>) -> String {
    let identity = report.identity.as_ref();
    let result = match report.verdict {
        VerdictWord::Allowed => "allowed",
        VerdictWord::Denied => "denied",
        VerdictWord::Unknown => "unknown",
    };
    let codes = report.violations.iter().map(|it| it.code);
    let codes = codes.chain(report.error.as_ref().map(|error| error.code)).collect::<Vec<_>>();
    let name = identity.and_then(|it| it.account_name.clone());
    let outputs = [
        ("result", result.to_owned()),
        ("environment", report.environment.clone()),
        ("aws-account-id", identity.map(|it| it.account.clone()).unwrap_or_default()),
        ("account-name", name.unwrap_or_default()),
        ("authenticated-arn", identity.map(|it| it.arn.clone()).unwrap_or_default()),
        ("violations", codes.join(",")),
    ];
    let output =
        |(name, value): (&str, String)| format!("{name}<<{token}\n{}\n{token}\n", harmless(&value));
    outputs.map(output).concat()
}

/// What happened, as a page of Markdown: one line, a table where something is judged, what to do.
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
    let caller = report.identity.as_ref().map(|it| ("caller", it.arn.clone()));
    let source = report.source.as_ref().map(|it| ("source", it.detail.clone()));
    let first = report.violations.first();
    let rule = first.and_then(|it| Some((it.file.clone()?, it.line?, it.rule.clone()?)));
    let rule = rule.map(|(file, line, text)| ("rule", format!("{file}:{line} {}", text.trim())));
    let next = report.next.clone().map(|next| ("next", next));
    let lines = [caller, source, rule, next].into_iter().flatten();
    page.extend(lines.map(|(label, text)| format!("\n**{label}** {}\n", escaped(&text))));
    if page.len() > LONGEST_SUMMARY {
        let end = page.floor_char_boundary(LONGEST_SUMMARY);
        page.truncate(end);
        page.push('\n');
    }
    page
}

fn row(finding: &FindingReport) -> String {
    let mark = if finding.holds { "✓" } else { "✗" };
    let shown = |text: &str, detail: Option<&str>| match detail {
        Some(detail) => escaped(&format!("{text} ({detail})")),
        None => escaped(text),
    };
    let expected: Vec<_> =
        finding.expected.iter().map(|cell| shown(&cell.text, cell.detail.as_deref())).collect();
    let expected = if expected.is_empty() { "any".to_owned() } else { expected.join("<br>") };
    let actual = shown(&finding.actual.text, finding.actual.detail.as_deref());
    format!("| {} | {mark} | {expected} | {actual} |\n", finding.subject)
}

/// A text that Markdown takes for itself: all that it or HTML would obey is written as a character's
/// number.
fn escaped(text: &str) -> String {
    let obeyed = |c: char| c.is_ascii_punctuation() && !" .,;-/'()".contains(c);
    harmless(text).chars().fold(String::new(), |text, c| match c {
        c if obeyed(c) => format!("{text}&#{};", u32::from(c)),
        c => format!("{text}{c}"),
    })
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
