//! A source of credentials in words.

use super::SourceReport;
use super::next::Remedy;
use crate::source::{Kind, Origin, Source};

/// A source of credentials in words.
#[derive(Clone, Debug)]
pub struct KnownSource {
    /// The kind of the source: `keys`, `sso`, …
    pub kind: &'static str,
    /// A few words for the first line: `environment variables`.
    pub label: String,
    /// The variable, the file and line, or the option.
    pub detail: String,
    /// How to get other credentials at a terminal.
    pub(super) remedy: Remedy,
    /// The sources that this one overrides.
    pub shadows: Vec<String>,
}

impl KnownSource {
    /// Describes a source and the sources that it overrides.
    pub fn of(source: &Source, shadowed: &[Source]) -> Self {
        Self {
            kind: source.kind.name(),
            label: label(source),
            detail: detail(source),
            remedy: match (&source.kind, &source.origin) {
                (Kind::Keys(_), Origin::Variable(_)) => Remedy::Environment,
                (Kind::Role(_), Origin::Flag(_)) => Remedy::Role,
                _ => Remedy::Profile,
            },
            shadows: shadowed.iter().map(|source| source.origin.to_string()).collect(),
        }
    }

    pub(super) fn report(self) -> SourceReport {
        SourceReport { kind: self.kind, detail: self.detail, shadows: self.shadows }
    }
}

fn label(source: &Source) -> String {
    match (&source.kind, &source.origin) {
        (Kind::Keys(_), Origin::Variable(_)) => "environment variables".to_owned(),
        (Kind::Keys(_), Origin::Line { profile, .. }) => format!("profile `{profile}`"),
        (kind, Origin::Line { profile, .. }) => format!("profile `{profile}`, {}", words(kind)),
        (kind, _) => words(kind).to_owned(),
    }
}

/// `profile `deploy` (~/.aws/config:5): role, using profile `base` (~/.aws/config:2)`
fn detail(source: &Source) -> String {
    let origin = &source.origin;
    if matches!(source.kind, Kind::Keys(_) | Kind::Instance) {
        return origin.to_string();
    }
    let mut using = Vec::new();
    let mut below = source.from();
    while let Some(source) = below {
        using.push(source.origin.to_string());
        below = source.from();
    }
    let words = words(&source.kind);
    if using.is_empty() {
        return format!("{origin}: {words}");
    }
    format!("{origin}: {words}, using {}", using.join(", "))
}

fn words(kind: &Kind) -> &'static str {
    match kind {
        Kind::Keys(_) => "keys",
        Kind::Role(_) => "role",
        Kind::Session(_) => "MFA session",
        Kind::WebIdentity(_) => "web identity",
        Kind::Saml(_) => "SAML",
        Kind::Sso(_) => "IAM Identity Center",
        Kind::Login(_) => "`aws login` session",
        Kind::Process(_) => "credential_process",
        Kind::Container(_) => "container credentials",
        Kind::Instance => "instance metadata",
    }
}
