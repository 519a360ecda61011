//! The document of `identity`: the caller, the source of the credentials, and what other tools would use.

mod human;

use serde::Serialize;

use super::build::{Known, KnownSource, identity};
use super::next;
use super::{ErrorReport, IdentityReport, PolicyReport, SourceReport};
use crate::source::{Misconfiguration, Source, Winner};
use crate::time::timestamp;
use crate::tool::Family;
use crate::unknown::Unknown;

pub use human::human;

/// The output of `identity`, in the order of the JSON document.
///
/// Its schema ships as `schema/identity-1.json`.
#[derive(Clone, Debug, Serialize)]
pub struct IdentityDocument {
    /// The version of this document: 1.
    pub version: u32,
    /// Why the identity is unknown; `null` if it is known.
    pub error: Option<ErrorReport>,
    /// The answer of STS; `null` if it is unknown.
    pub identity: Option<IdentityReport>,
    /// The source of the credentials; `null` if none were found.
    pub source: Option<SourceReport>,
    /// The region that the AWS CLI would use; `null` if none is set.
    pub region: Option<String>,
    /// The URL of the STS endpoint.
    pub endpoint: Option<String>,
    /// Whether this is an AWS endpoint, with a verified certificate.
    pub endpoint_is_aws: bool,
    /// How long the credentials are valid; `null` if there are none.
    pub lifetime: Option<LifetimeReport>,
    /// When the credentials expire, in RFC 3339; `null` if never or unknown.
    pub expires_at: Option<String>,
    /// The time until then in whole seconds.
    pub lifetime_seconds: Option<u64>,
    /// What each family of tools would use, without the options of this command.
    pub tools: Vec<ToolReport>,
    /// The environments of the policy that allow this identity; `null` without a policy.
    pub environments: Option<Vec<String>>,
    /// Facts that do not decide.
    pub notes: Vec<String>,
    /// The policy that the names come from.
    pub policy: Option<PolicyReport>,
    /// The next step.
    pub next: Option<String>,
}

/// How long credentials are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LifetimeReport {
    /// They do not expire: long-term keys.
    Endless,
    /// They expire at a known time.
    Limited,
    /// They expire at an unknown time.
    Unknown,
}

/// The credentials that a family of tools would use.
#[derive(Clone, Debug, Serialize)]
pub struct ToolReport {
    /// The name of the family: `aws-cli`, `go`, …
    pub family: &'static str,
    /// The tools of the family that have a name of their own.
    pub tools: &'static [&'static str],
    /// Whether the family would use the credentials of this document.
    pub is_same: bool,
    /// The variable, the file and line, or the option; `null` if the family would find no credentials.
    pub source: Option<String>,
    /// The region that the family would use.
    pub region: Option<String>,
    /// Why the family would find no credentials.
    pub error: Option<ErrorReport>,
}

impl ToolReport {
    /// The credentials that a family would use, compared with this source. Different sources can have the same
    /// identity.
    pub fn of(
        family: Family,
        winner: &Result<Winner, Misconfiguration>,
        compared: &Source,
    ) -> Self {
        let (family, tools) = (family.name(), family.tools());
        match winner {
            Ok(Winner { source, region, .. }) => Self {
                family,
                tools,
                is_same: source == compared,
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

/// The facts that only `identity` prints.
#[derive(Clone, Debug, Default)]
pub struct IdentityDetails {
    /// Whether the answer came from an AWS endpoint, with a verified certificate.
    pub endpoint_is_aws: bool,
    /// How long the credentials are valid, judged by the credentials alone.
    pub lifetime: Option<LifetimeReport>,
    /// The credentials that other tools would use.
    pub tools: Vec<ToolReport>,
    /// The environments that allow the identity. `None` without a policy.
    pub environments: Option<Vec<String>>,
}

impl IdentityDocument {
    /// The document of an answer; or, with default details, of a run without one.
    pub fn of(known: Known, details: IdentityDetails) -> Self {
        let identity = known.identity.as_ref().map(|it| identity(it, known.account_name.clone()));
        Self {
            version: 1,
            error: None,
            lifetime: details.lifetime.map(|lifetime| of_caller(lifetime, identity.as_ref())),
            identity,
            source: known.source.map(KnownSource::report),
            region: known.region,
            endpoint: known.endpoint,
            endpoint_is_aws: details.endpoint_is_aws,
            expires_at: known.expires_at.map(timestamp),
            lifetime_seconds: known.left.map(|left| left.as_secs()),
            tools: details.tools,
            environments: details.environments,
            notes: known.notes,
            policy: Some(known.policy).filter(|policy| !policy.path.is_empty()),
            next: None,
        }
    }

    /// The document of a run without an answer.
    pub fn unknown(known: Known, why: &Unknown) -> Self {
        let error = ErrorReport { code: why.code.name(), message: why.message.clone() };
        let next = next::of_unknown(why, known.remedy());
        Self { error: Some(error), next, ..Self::of(known, IdentityDetails::default()) }
    }
}

/// The lifetime, corrected by the caller: roles and federated users have temporary credentials only, even
/// if an emulator issues them without a session token.
fn of_caller(lifetime: LifetimeReport, caller: Option<&IdentityReport>) -> LifetimeReport {
    let is_session =
        caller.is_some_and(|it| matches!(it.principal.kind, "role" | "federated-user"));
    match lifetime {
        LifetimeReport::Endless if is_session => LifetimeReport::Unknown,
        other => other,
    }
}
