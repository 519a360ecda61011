//! The document for people: the first line says who, the rest where from and what else.

use std::time::Duration;

use super::super::build::short;
use super::super::text::{Colour, Paint, harmless, pad, wrap};
use super::super::{IdentityReport, PrincipalReport};
use super::{LifetimeReport, ToolReport, Whoami};

/// Where prose is broken.
const COLUMNS: usize = 80;
/// The width of the labels: `environments  `.
const LABEL: usize = 14;

/// Renders an answer.
pub fn human(whoami: &Whoami, colour: Colour) -> Vec<u8> {
    let Some(identity) = &whoami.identity else { return Vec::new() };
    let mut lines =
        vec![colour.paint(&harmless(&first_line(identity)), Paint::Strong), String::new()];
    lines.extend(rows(whoami, identity).iter().flat_map(|row| row.lines(colour)));
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

/// `deploy-ci in prod (111111111111)`
fn first_line(identity: &IdentityReport) -> String {
    let PrincipalReport { kind, name, permission_set } = &identity.principal;
    let name = permission_set.as_deref().or(name.as_deref()).unwrap_or(kind);
    match &identity.account_name {
        Some(known) => format!("{name} in {known} ({})", identity.account),
        None => format!("{name} in {}", identity.account),
    }
}

/// A label and what it stands for.
struct Row {
    label: &'static str,
    text: String,
    /// Whether it is something else than the eye expects.
    is_doubtful: bool,
}

impl Row {
    fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, text: text.into(), is_doubtful: false }
    }

    fn doubtful(label: &'static str, text: impl Into<String>) -> Self {
        Self { is_doubtful: true, ..Self::new(label, text) }
    }

    /// `  label         text`, broken at the terminal's usual width, and continued a little further in.
    fn lines(&self, colour: Colour) -> Vec<String> {
        const FURTHER: usize = 2;
        let lines = wrap(&harmless(&self.text), COLUMNS - LABEL - 2 - FURTHER).into_iter();
        let line = |(index, line): (_, String)| {
            let line =
                if self.is_doubtful { colour.paint(&line, Paint::Doubt) } else { line.clone() };
            match index {
                0 if self.label.is_empty() => format!("  {}{line}", " ".repeat(LABEL)),
                0 => format!("  {}{line}", colour.paint(&pad(self.label, LABEL), Paint::Quiet)),
                _ => format!("  {}{line}", " ".repeat(LABEL + FURTHER)),
            }
        };
        lines.enumerate().map(line).collect()
    }
}

fn rows(whoami: &Whoami, identity: &IdentityReport) -> Vec<Row> {
    let account = match &identity.account_name {
        Some(name) => format!("{} ({name})", identity.account),
        None => identity.account.clone(),
    };
    let region = whoami.region.as_deref().unwrap_or("none is configured");
    let source = whoami.source.as_ref();
    let shadows = source.map(|source| source.shadows.join(", ")).filter(|text| !text.is_empty());
    let elsewhere = whoami.endpoint.as_ref().filter(|_| !whoami.endpoint_is_aws);
    let mut rows =
        vec![Row::new("account", account), Row::new("principal", principal(&identity.principal))];
    rows.extend(identity.session.as_ref().map(|session| Row::new("session", session)));
    rows.extend([
        Row::new("arn", &identity.arn),
        Row::new("user id", &identity.user_id),
        Row::new("region", region),
    ]);
    rows.extend(source.map(|source| Row::new("source", &source.detail)));
    rows.extend(shadows.map(|shadows| Row::new("hides", shadows)));
    rows.extend(whoami.lifetime.map(|lifetime| Row::new("expires", expires(lifetime, whoami))));
    rows.extend(whoami.environments.as_ref().map(|it| Row::new("environments", environments(it))));
    rows.extend(tools(&whoami.tools, whoami.region.as_deref()));
    let nobody = |url| format!("{url}, for which nobody vouches");
    rows.extend(elsewhere.map(|url| Row::doubtful("endpoint", nobody(url))));
    rows.extend(whoami.notes.iter().map(|note| Row::new("note", note)));
    rows
}

fn principal(principal: &PrincipalReport) -> String {
    let PrincipalReport { kind, name, permission_set } = principal;
    match (*kind, name, permission_set) {
        (_, Some(name), Some(set)) => format!("permission set {set} (role {name})"),
        ("federated-user", Some(name), _) => format!("federated user {name}"),
        (kind, Some(name), _) => format!("{kind} {name}"),
        ("root", ..) => "the root user of the account".to_owned(),
        _ => "of a kind that is not known here".to_owned(),
    }
}

fn expires(lifetime: LifetimeReport, whoami: &Whoami) -> String {
    match (lifetime, &whoami.expires_at, whoami.lifetime_seconds) {
        (LifetimeReport::Endless, ..) => "never: they are long-term keys".to_owned(),
        (LifetimeReport::Limited, Some(at), Some(left)) => {
            format!("in {} ({at})", short(Duration::from_secs(left)))
        }
        _ => "at a time that nobody says".to_owned(),
    }
}

fn environments(names: &[String]) -> String {
    if names.is_empty() { "none would accept this identity".to_owned() } else { names.join(", ") }
}

/// The families that would do the same together on a line, with the tools that people know.
fn tools(tools: &[ToolReport], region: Option<&str>) -> Vec<Row> {
    let mut groups: Vec<(String, &ToolReport, Vec<String>)> = Vec::new();
    for tool in tools {
        let choice = choice(tool, region);
        let names = match tool.tools {
            [] => tool.family.to_owned(),
            known => format!("{} ({})", tool.family, known.join(", ")),
        };
        match groups.iter_mut().find(|(other, ..)| *other == choice) {
            Some((.., families)) => families.push(names),
            None => groups.push((choice, tool, vec![names])),
        }
    }
    let labels = std::iter::once("tools").chain(std::iter::repeat(""));
    let row = |(label, (choice, tool, families)): (_, (String, &ToolReport, Vec<String>))| {
        let text = format!("{}: {choice}", families.join(", "));
        if tool.is_same { Row::new(label, text) } else { Row::doubtful(label, text) }
    };
    labels.zip(groups).map(row).collect()
}

fn choice(tool: &ToolReport, region: Option<&str>) -> String {
    let place = match &tool.region {
        Some(other) if Some(other.as_str()) != region => format!(", region {other}"),
        None if region.is_some() && tool.error.is_none() => ", no region".to_owned(),
        _ => String::new(),
    };
    match (&tool.error, &tool.source) {
        (Some(error), _) => format!("none, {}", error.message),
        (None, Some(_)) if tool.is_same => format!("these credentials{place}"),
        (None, source) => format!("{}{place}", source.as_deref().unwrap_or_default()),
    }
}
