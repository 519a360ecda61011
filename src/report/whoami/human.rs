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
    for (label, text) in rows(whoami, identity) {
        lines.extend(labelled(label, &text, colour));
    }
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

fn rows(whoami: &Whoami, identity: &IdentityReport) -> Vec<(&'static str, String)> {
    let account = match &identity.account_name {
        Some(name) => format!("{} ({name})", identity.account),
        None => identity.account.clone(),
    };
    let source = whoami.source.as_ref();
    let shadows = source.map(|source| source.shadows.join(", ")).filter(|text| !text.is_empty());
    let mut rows = vec![
        ("account", Some(account)),
        ("principal", Some(principal(&identity.principal))),
        ("session", identity.session.clone()),
        ("arn", Some(identity.arn.clone())),
        ("user id", Some(identity.user_id.clone())),
        ("region", Some(whoami.region.clone().unwrap_or_else(|| "none is configured".to_owned()))),
        ("source", source.map(|source| source.detail.clone())),
        ("hides", shadows),
        ("expires", whoami.lifetime.map(|lifetime| expires(lifetime, whoami))),
        ("environments", whoami.environments.as_ref().map(|names| environments(names))),
    ];
    rows.extend(tools(&whoami.tools, whoami.region.as_deref()));
    let elsewhere = whoami.endpoint.as_ref().filter(|_| !whoami.endpoint_is_aws);
    rows.push(("endpoint", elsewhere.map(|url| format!("{url}, for which nobody vouches"))));
    rows.extend(whoami.notes.iter().map(|note| ("note", Some(note.clone()))));
    rows.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
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
fn tools(tools: &[ToolReport], region: Option<&str>) -> Vec<(&'static str, Option<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for tool in tools {
        let choice = choice(tool, region);
        let names = match tool.tools {
            [] => tool.family.to_owned(),
            known => format!("{} ({})", tool.family, known.join(", ")),
        };
        match groups.iter_mut().find(|(other, _)| *other == choice) {
            Some((_, families)) => families.push(names),
            None => groups.push((choice, vec![names])),
        }
    }
    let line =
        |(choice, families): (String, Vec<String>)| format!("{}: {choice}", families.join(", "));
    let labels = std::iter::once("tools").chain(std::iter::repeat(""));
    labels.zip(groups.into_iter().map(line)).map(|(label, line)| (label, Some(line))).collect()
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

/// `  label         text`, broken at the terminal's usual width, and continued a little further in.
fn labelled(label: &str, text: &str, colour: Colour) -> Vec<String> {
    let indent = " ".repeat(LABEL + 2);
    let lines = wrap(&harmless(text), COLUMNS - LABEL - 4).into_iter().enumerate();
    let line = |(index, line)| match index {
        0 => format!("  {}{line}", colour.paint(&pad(label, LABEL), Paint::Quiet)),
        _ => format!("  {indent}{line}"),
    };
    lines.map(line).collect()
}
