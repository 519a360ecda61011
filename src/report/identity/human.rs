//! The document as text: the caller on the first line, below it one line for each fact.

use std::time::Duration;

use super::super::build::in_account;
use super::super::labelled::Layout;
use super::super::text::{Colour, Paint, harmless};
use super::super::{IdentityReport, PrincipalReport};
use super::{IdentityDocument, LifetimeReport, ToolReport};
use crate::time::brief;

/// The lines below the first.
const LINES: Layout = Layout { label: 14, hanging: 2 };

/// Renders an answer. Empty without an identity: the reason is then printed on stderr.
pub fn human(document: &IdentityDocument, colour: Colour) -> Vec<u8> {
    let Some(identity) = &document.identity else { return Vec::new() };
    let first_line = harmless(&first_line(identity));
    let mut text = format!("{}\n\n", colour.paint(&first_line, Paint::Strong));
    for Row { label, value, is_unexpected } in rows(document, identity) {
        let paint = is_unexpected.then_some(Paint::Doubt);
        for line in LINES.painted(label, &value, paint, colour) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text.into_bytes()
}

/// `deploy-ci in prod (111111111111)`
fn first_line(identity: &IdentityReport) -> String {
    let PrincipalReport { kind, name, permission_set } = &identity.principal;
    let name = permission_set.as_deref().or(name.as_deref()).unwrap_or(kind);
    in_account(name, identity.account_name.as_deref(), &identity.account)
}

/// A fact.
struct Row {
    label: &'static str,
    value: String,
    /// Whether the value is painted, because it differs from what is usual.
    is_unexpected: bool,
}

impl Row {
    fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), is_unexpected: false }
    }

    fn unexpected(label: &'static str, value: impl Into<String>) -> Self {
        Self { is_unexpected: true, ..Self::new(label, value) }
    }
}

fn rows(document: &IdentityDocument, identity: &IdentityReport) -> Vec<Row> {
    let mut rows = caller(identity);
    rows.push(Row::new("region", document.region.as_deref().unwrap_or("not set")));
    if let Some(source) = &document.source {
        rows.push(Row::new("source", &source.detail));
        if !source.shadows.is_empty() {
            rows.push(Row::new("overrides", source.shadows.join(", ")));
        }
    }
    if let Some(lifetime) = document.lifetime {
        rows.push(Row::new("expires", expires(lifetime, document)));
    }
    if let Some(names) = &document.environments {
        rows.push(Row::new("environments", environments(names)));
    }
    rows.extend(tools(&document.tools, document.region.as_deref()));
    if let Some(url) = document.endpoint.as_ref().filter(|_| !document.endpoint_is_aws) {
        rows.push(Row::unexpected("endpoint", format!("{url} (not an AWS endpoint)")));
    }
    rows.extend(document.notes.iter().map(|note| Row::new("note", note)));
    rows
}

/// The answer of STS.
fn caller(identity: &IdentityReport) -> Vec<Row> {
    let account = match &identity.account_name {
        Some(name) => format!("{} ({name})", identity.account),
        None => identity.account.clone(),
    };
    let mut rows =
        vec![Row::new("account", account), Row::new("principal", principal(&identity.principal))];
    rows.extend(identity.session.as_ref().map(|session| Row::new("session", session)));
    rows.push(Row::new("arn", &identity.arn));
    rows.push(Row::new("user id", &identity.user_id));
    rows
}

fn principal(principal: &PrincipalReport) -> String {
    let PrincipalReport { kind, name, permission_set } = principal;
    match (*kind, name, permission_set) {
        (_, Some(name), Some(set)) => format!("permission set {set} (role {name})"),
        ("federated-user", Some(name), _) => format!("federated user {name}"),
        (kind, Some(name), _) => format!("{kind} {name}"),
        ("root", ..) => "root user of the account".to_owned(),
        _ => "unknown kind of principal".to_owned(),
    }
}

fn expires(lifetime: LifetimeReport, document: &IdentityDocument) -> String {
    match (lifetime, &document.expires_at, document.lifetime_seconds) {
        (LifetimeReport::Endless, ..) => "never (long-term keys)".to_owned(),
        (LifetimeReport::Limited, Some(at), Some(left)) => {
            format!("in {} ({at})", brief(Duration::from_secs(left)))
        }
        _ => "unknown".to_owned(),
    }
}

fn environments(names: &[String]) -> String {
    if names.is_empty() { "none allows this identity".to_owned() } else { names.join(", ") }
}

/// Families that would use the same credentials in the same region.
struct Families<'a> {
    choice: String,
    is_same: bool,
    names: Vec<&'a ToolReport>,
}

/// One line for each choice of credentials and region: `aws-cli, go (terraform): these credentials`.
fn tools(tools: &[ToolReport], region: Option<&str>) -> Vec<Row> {
    let mut groups: Vec<Families<'_>> = Vec::new();
    for tool in tools {
        let choice = choice(tool, region);
        match groups.iter_mut().find(|group| group.choice == choice) {
            Some(group) => group.names.push(tool),
            None => groups.push(Families { choice, is_same: tool.is_same, names: vec![tool] }),
        }
    }
    let mut rows = Vec::new();
    for Families { choice, is_same, names } in groups {
        let label = if rows.is_empty() { "tools" } else { "" };
        let names: Vec<String> = names.into_iter().map(family).collect();
        let value = format!("{}: {choice}", names.join(", "));
        rows.push(if is_same { Row::new(label, value) } else { Row::unexpected(label, value) });
    }
    rows
}

/// `go (terraform, tofu)`
fn family(tool: &ToolReport) -> String {
    match tool.tools {
        [] => tool.family.to_owned(),
        tools => format!("{} ({})", tool.family, tools.join(", ")),
    }
}

/// The credentials that a family would use, and its region if it differs from that of the document.
fn choice(tool: &ToolReport, region: Option<&str>) -> String {
    if let Some(error) = &tool.error {
        return format!("error: {}", error.message);
    }
    let credentials = match &tool.source {
        Some(source) if !tool.is_same => source,
        _ => "these credentials",
    };
    match &tool.region {
        Some(other) if Some(other.as_str()) != region => format!("{credentials}, region {other}"),
        None if region.is_some() => format!("{credentials}, no region"),
        _ => credentials.to_owned(),
    }
}
