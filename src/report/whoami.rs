//! Who somebody is, and why: what `identity` has to say, as one plain document.

mod human;

use std::time::SystemTime;

use serde::Serialize;

use super::build::{Known, identity};
use super::next;
use super::{ErrorReport, IdentityReport, PolicyReport, SourceReport};
use crate::source::{Misconfiguration, Source, Winner};
use crate::tool::Family;
use crate::unknown::Unknown;

pub use human::human;

/// Everything that is shown of a run of `identity`, in the order of the JSON document.
///
/// Its schema ships as `schema/identity-1.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Whoami {
    /// The version of this document: 1.
    pub version: u32,
    /// Why the identity is unknown; `null` where it is known.
    pub error: Option<ErrorReport>,
    /// STS's answer; `null` where it is not known.
    pub identity: Option<IdentityReport>,
    /// Where the credentials came from; `null` where none were found.
    pub source: Option<SourceReport>,
    /// The region of the AWS CLI here; `null` where none is configured.
    pub region: Option<String>,
    /// The URL that STS was asked at.
    pub endpoint: Option<String>,
    /// Whether that is AWS's own, found under its certificate.
    pub endpoint_is_aws: bool,
    /// How long the credentials live: `endless`, `limited` or `unknown`; `null` where they are.
    pub lifetime: Option<LifetimeReport>,
    /// When the credentials end, in RFC 3339; `null` where they do not or nobody says.
    pub expires_at: Option<String>,
    /// How long they still live, in whole seconds.
    pub lifetime_seconds: Option<u64>,
    /// What each family of tools would use here, without the options of this command.
    pub tools: Vec<ToolReport>,
    /// The environments of the policy that would accept this identity; `null` without a policy.
    pub environments: Option<Vec<String>>,
    /// What is worth knowing besides.
    pub notes: Vec<String>,
    /// The policy that the names are from.
    pub policy: Option<PolicyReport>,
    /// What to do now.
    pub next: Option<String>,
}

/// How long credentials live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LifetimeReport {
    /// Long-term keys.
    Endless,
    /// Until a time that is known.
    Limited,
    /// Nobody says.
    Unknown,
}

/// What a family of tools would use.
#[derive(Clone, Debug, Serialize)]
pub struct ToolReport {
    /// `aws-cli`, `go`, …
    pub family: &'static str,
    /// The tools of the family that are known by name.
    pub tools: &'static [&'static str],
    /// Whether it would use these very credentials.
    pub is_same: bool,
    /// Which variable, file and line; `null` where it would find none.
    pub source: Option<String>,
    /// The region that the family would use.
    pub region: Option<String>,
    /// Why it would find none.
    pub error: Option<ErrorReport>,
}

impl ToolReport {
    /// What a family would use, beside the source that was asked about. Another source can lead to the same
    /// identity.
    pub fn of(family: Family, winner: &Result<Winner, Misconfiguration>, asked: &Source) -> Self {
        let (family, tools) = (family.name(), family.tools());
        match winner {
            Ok(Winner { source, region, .. }) => Self {
                family,
                tools,
                is_same: source == asked,
                source: Some(source.origin.to_string()),
                region: region.as_ref().map(ToString::to_string),
                error: None,
            },
            Err(why) => {
                let error =
                    Some(ErrorReport { code: why.code.name(), message: why.message.clone() });
                Self { family, tools, is_same: false, source: None, region: None, error }
            }
        }
    }
}

/// What is known besides of the one who asks.
#[derive(Clone, Debug, Default)]
pub struct Besides {
    /// Whether STS was asked at AWS's own endpoint.
    pub endpoint_is_aws: bool,
    /// How long the credentials live.
    pub lifetime: Option<LifetimeReport>,
    /// What other tools would use.
    pub tools: Vec<ToolReport>,
    /// The environments that would accept the identity.
    pub environments: Option<Vec<String>>,
}

impl Whoami {
    /// The document of an answer, or of what was known when there was none.
    pub fn of(known: Known, besides: Besides) -> Self {
        let end = |at: SystemTime| humantime::format_rfc3339_seconds(at).to_string();
        Self {
            version: 1,
            error: None,
            identity: known.identity.as_ref().map(|it| identity(it, known.account_name.clone())),
            source: known.source.map(|source| SourceReport {
                kind: source.kind,
                detail: source.detail,
                shadows: source.shadows,
            }),
            region: known.region,
            endpoint: known.endpoint,
            endpoint_is_aws: besides.endpoint_is_aws,
            lifetime: besides.lifetime,
            expires_at: known.expires_at.map(end),
            lifetime_seconds: known.left.map(|left| left.as_secs()),
            tools: besides.tools,
            environments: besides.environments,
            notes: known.notes,
            policy: Some(known.policy).filter(|policy| !policy.path.is_empty()),
            next: None,
        }
    }

    /// The document of a run without an answer.
    pub fn unknown(known: Known, why: &Unknown) -> Self {
        let error = ErrorReport { code: why.code.name(), message: why.message.clone() };
        let next = next::after(why, known.way());
        Self { error: Some(error), next, ..Self::of(known, Besides::default()) }
    }
}
