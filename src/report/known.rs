//! From what a run learned, in values, to the words of its report.

use super::build::{Known, KnownSource, KnownWinner};
use super::identity::{IdentityDetails, LifetimeReport, ToolReport};
use super::notes::words;
use super::{PolicyReport, Report, TargetReport};
use crate::outcome::{self, Answered, Identified, Outcome, Trust, WithoutRegion};
use crate::tool::names;
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::Lifetime;

/// The report of an outcome of a command that judges.
pub(crate) fn report(outcome: &Outcome) -> Report {
    let known = known_in_words(&outcome.known);
    match &outcome.answer {
        Answered::Judged(judged) => match judged.policy.rules(&outcome.known.environment) {
            Ok(rules) => known.judged(&rules, &judged.verdict),
            Err(why) => known.unknown(&internal(&why.to_string())),
        },
        Answered::Unknown(why) => known.unknown(why),
        Answered::Identified(_) => known.unknown(&internal("the identity was not judged")),
    }
}

fn internal(message: &str) -> Unknown {
    Unknown::new(ErrorCode::Internal, message)
}

/// What a run learned, as its report shows it.
pub(crate) fn known_in_words(known: &outcome::Known) -> Known {
    let caller = known.caller.as_ref();
    let named = caller.map(|caller| &caller.named);
    let source = known.source.as_ref();
    Known {
        environment: known.environment.clone(),
        policy: known.policy.as_ref().map(policy).unwrap_or_default(),
        source: source.map(|known| KnownSource::of(&known.source, &known.overridden)),
        identity: named.map(|named| named.identity.clone()),
        account_name: named.and_then(|named| named.account_name.clone()),
        region: source.and_then(|known| known.region.as_ref()).map(ToString::to_string),
        endpoint: known.endpoint.as_ref().map(|endpoint| endpoint.url.to_string()),
        expires_at: caller.and_then(|caller| caller.expires_at),
        left: caller.and_then(|caller| caller.left),
        notes: known.notes.iter().map(words).collect(),
        winners: known.winners.iter().map(winner).collect(),
        targets: known.targets.iter().map(target).collect(),
        fitting_profile: known.fitting_profile.clone(),
        is_ci: known.is_ci,
        no_region: known.without_region.as_ref().map(no_region),
    }
}

/// The warnings for stderr, in every format.
pub(crate) fn warnings(known: &outcome::Known) -> Vec<String> {
    let Some(endpoint) = &known.endpoint else { return Vec::new() };
    let host = &endpoint.host;
    match endpoint.trust {
        Trust::Trusted => Vec::new(),
        Trust::NotAws => vec![format!("{host} is not an AWS endpoint; do not trust its answer")],
        Trust::CertificateNotVerified => {
            vec![format!("the certificate of {host} is not verified; do not trust its answer")]
        }
    }
}

fn no_region(tools: &WithoutRegion) -> String {
    match tools {
        WithoutRegion::EveryTool => "no region is set".to_owned(),
        WithoutRegion::Tools(tools) => format!("no region is set for {}", names(tools)),
    }
}

fn policy(file: &outcome::PolicyFile) -> PolicyReport {
    PolicyReport { path: file.path.clone(), sha256: file.sha256.clone() }
}

fn winner(known: &outcome::KnownWinner) -> KnownWinner {
    let winner = KnownWinner::of(&known.tools, &known.winner);
    match &known.identity {
        Some(named) => winner.answered(&named.identity, named.account_name.as_deref()),
        None => winner,
    }
}

fn target(known: &outcome::KnownTarget) -> TargetReport {
    TargetReport::of(&known.target, known.account_name.clone())
}

/// What the report of `identity` contains beside what the run learned.
pub(crate) fn identity_details(identified: &Identified) -> IdentityDetails {
    let families = identified.families.iter();
    IdentityDetails {
        endpoint_is_aws: identified.endpoint_is_aws,
        lifetime: Some(match identified.lifetime {
            Lifetime::Endless => LifetimeReport::Endless,
            Lifetime::Left(_) => LifetimeReport::Limited,
            Lifetime::Unknown => LifetimeReport::Unknown,
        }),
        tools: families
            .map(|(family, winner)| ToolReport::of(*family, winner, &identified.source))
            .collect(),
        environments: identified.environments.clone(),
    }
}
