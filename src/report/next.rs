//! What to do now: one sentence for each violation, for a person or for a workflow.

use super::build::Known;
use crate::policy::Rules;
use crate::verdict::{Code, Violation};

/// The next step after a refusal.
pub(super) fn step(rules: &Rules<'_>, first: &Violation, known: &Known) -> String {
    match first.code {
        Code::WrongAccount | Code::ForbiddenAccount | Code::OtherTool | Code::Contradiction => {
            format!("use credentials of {}: {}", accounts(rules), obtain(known))
        }
        Code::WrongRole | Code::WrongUser | Code::NotARole => format!(
            "use a principal that {} allows: {}; or allow this one in the policy",
            rules.environment(),
            obtain(known)
        ),
        Code::ForbiddenRole | Code::RootUser | Code::UnknownPrincipal => {
            format!("use a role that is meant for deploys: {}", obtain(known))
        }
        Code::WrongRegion => match rules.regions() {
            Some(regions) => {
                let names: Vec<_> = regions.items.iter().map(|item| item.value.name()).collect();
                format!("set AWS_REGION to {}, or name it with --region", names.join(" or "))
            }
            None => "set AWS_REGION, or name the region with --region".to_owned(),
        },
        Code::WrongPartition => "set AWS_REGION to a region of the identity's partition".to_owned(),
        Code::ShortLifetime => format!("get fresh credentials: {}", obtain(known)),
        Code::WrongTarget => "correct what is deployed, or the environment's `accounts`".to_owned(),
        Code::RealCredentials => {
            "use keys of the emulator's own, such as AWS_ACCESS_KEY_ID=test".to_owned()
        }
    }
}

fn accounts(rules: &Rules<'_>) -> String {
    let shown = rules.callers().items.iter().map(|item| {
        let id = item.value;
        match rules.policy().account_name(id) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        }
    });
    shown.collect::<Vec<_>>().join(" or ")
}

/// How other credentials are to be had, from where these came.
fn obtain(known: &Known) -> &'static str {
    let is_environment = known.source.as_ref().is_some_and(|source| source.is_environment);
    match (known.is_ci, is_environment) {
        (true, _) => "correct the step of this workflow that obtains them",
        (false, true) => "unset AWS_ACCESS_KEY_ID and its like, or name a profile with --profile",
        (false, false) => "name another profile with --profile",
    }
}
