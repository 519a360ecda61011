//! What to do now: one sentence for each violation, for a person or for a pipeline.

use crate::identity::AccountId;
use crate::policy::Rules;
use crate::source::is_plain_name;
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Code, Violation};

/// How the user gets other credentials, depending on the source of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// In a pipeline: by the step that obtains them.
    Pipeline,
    /// At a terminal, where the environment holds these.
    Environment,
    /// At a terminal, where a profile leads to these.
    Profile,
    /// At a terminal, where an argument names their role.
    Role,
}

impl Remedy {
    fn words(self) -> &'static str {
        match self {
            Self::Pipeline => "correct the step of this job that obtains them",
            Self::Environment => {
                "unset AWS_ACCESS_KEY_ID and its like, or name a profile with --profile"
            }
            Self::Profile => "name another profile with --profile",
            Self::Role => "name another role with --role-arn",
        }
    }
}

/// The next step where the identity is unknown. A pipeline has neither profiles nor logins of its
/// own: it has a step that obtains credentials, or lacks one.
pub(super) fn after(why: &Unknown, way: Remedy) -> Option<String> {
    let said: Vec<String> = remedy(why, way).into_iter().chain(why.way_out.clone()).collect();
    (!said.is_empty()).then(|| said.join("; or "))
}

fn remedy(why: &Unknown, way: Remedy) -> Option<String> {
    let step = match why.code {
        ErrorCode::NoCredentials => {
            "obtain credentials in this job, before this step: in GitHub Actions by \
             aws-actions/configure-aws-credentials"
        }
        ErrorCode::ExpiredCredentials => {
            "obtain the credentials closer to this step, or for longer"
        }
        ErrorCode::UnknownProfile => {
            "correct the step of this job that names the profile, or add one that writes it"
        }
        _ => return why.hint.clone(),
    };
    match why.code {
        _ if way == Remedy::Pipeline => Some(step.to_owned()),
        ErrorCode::ExpiredCredentials if way == Remedy::Environment => Some(
            "get new ones, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
             AWS_SESSION_TOKEN anew"
                .to_owned(),
        ),
        _ => why.hint.clone(),
    }
}

/// Whether other credentials would do.
fn is_about_who(first: &Violation) -> bool {
    !matches!(
        first.code,
        Code::WrongRegion
            | Code::WrongTarget
            | Code::WrongRegistry
            | Code::OtherTool
            | Code::RealCredentials
    )
}

/// What to do where one tool would deploy as somebody else, or elsewhere. A profile of the command
/// line is no help: it is checked, and the tool does not know of it.
fn agree(way: Remedy) -> String {
    let how = match way {
        Remedy::Pipeline => way.words(),
        Remedy::Environment | Remedy::Profile | Remedy::Role => {
            "keep either the keys of the environment or AWS_PROFILE, and set AWS_REGION and \
             AWS_DEFAULT_REGION alike"
        }
    };
    format!(
        "let all tools agree: {how}; or name those that deploy, with --for or `tools` in the policy"
    )
}

/// The next step after a refusal.
pub(super) fn step(
    rules: &Rules<'_>,
    first: &Violation,
    way: Remedy,
    fitting_profile: Option<&str>,
) -> String {
    if let (Some(profile), true) = (fitting_profile, way != Remedy::Pipeline && is_about_who(first))
    {
        let environment = rules.environment();
        let how = if is_plain_name(profile) {
            format!("account-guard check {environment} --profile {profile}")
        } else {
            "name it with --profile".to_owned()
        };
        return format!("profile `{}` is for {environment}: {how}", profile.escape_debug());
    }
    if let Some(next) = &first.next {
        return next.clone();
    }
    if first.code == Code::OtherTool {
        return agree(way);
    }
    let way = way.words();
    match first.code {
        Code::WrongAccount | Code::ForbiddenAccount | Code::OtherTool | Code::Contradiction => {
            format!("use credentials of {}: {}", accounts(rules), way)
        }
        Code::WrongRole | Code::WrongUser | Code::NotARole => format!(
            "use a principal that {} allows: {}; or allow this one in the policy",
            rules.environment(),
            way
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
        Code::WrongPartition => {
            format!("use credentials and a region of one partition: correct AWS_REGION, or {way}")
        }
        Code::ShortLifetime => format!("get fresh credentials: {way}"),
        Code::WrongTarget => "correct what is deployed, or the environment's `accounts`".to_owned(),
        Code::WrongRegistry => "correct the registry".to_owned(),
        Code::RealCredentials => {
            "use keys of the emulator's own, such as AWS_ACCESS_KEY_ID=test: a tool that does not \
             ask the emulator would use these for real"
                .to_owned()
        }
    }
}

fn accounts(rules: &Rules<'_>) -> String {
    let is_forbidden = |id: AccountId| {
        rules.forbidden_accounts().is_some_and(|list| list.values().any(|&other| other == id))
    };
    let callers = rules.callers().values().copied().filter(|&id| !is_forbidden(id));
    let shown = callers.map(|id| match rules.policy().account_name(id) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_string(),
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { "another account".to_owned() } else { shown.join(" or ") }
}
