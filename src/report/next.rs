//! What to do now: one sentence for each violation, for a person or for a workflow.

use crate::policy::Rules;
use crate::verdict::{Code, Violation};

/// How other credentials are to be had, from where these came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In a pipeline: by the step that obtains them.
    Workflow,
    /// At a terminal, where the environment holds these.
    Environment,
    /// At a terminal, where a profile leads to these.
    Profile,
}

impl Way {
    fn words(self) -> &'static str {
        match self {
            Self::Workflow => "correct the step of this workflow that obtains them",
            Self::Environment => {
                "unset AWS_ACCESS_KEY_ID and its like, or name a profile with --profile"
            }
            Self::Profile => "name another profile with --profile",
        }
    }
}

/// The next step after a refusal.
pub(super) fn step(rules: &Rules<'_>, first: &Violation, way: Way) -> String {
    let way = way.words();
    match first.code {
        Code::WrongAccount | Code::ForbiddenAccount | Code::OtherTool | Code::Contradiction => {
            format!("use credentials of {}: {way}", accounts(rules))
        }
        Code::WrongRole | Code::WrongUser | Code::NotARole => format!(
            "use a principal that {} allows: {way}; or allow this one in the policy",
            rules.environment()
        ),
        Code::ForbiddenRole | Code::RootUser | Code::UnknownPrincipal => {
            format!("use a role that is meant for deploys: {way}")
        }
        Code::WrongRegion => match rules.regions() {
            Some(regions) => {
                let names: Vec<_> = regions.items.iter().map(|item| item.value.name()).collect();
                format!("set AWS_REGION to {}, or name it with --region", names.join(" or "))
            }
            None => "set AWS_REGION, or name the region with --region".to_owned(),
        },
        Code::WrongPartition => "set AWS_REGION to a region of the identity's partition".to_owned(),
        Code::ShortLifetime => format!("get fresh credentials: {way}"),
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
