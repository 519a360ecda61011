//! The next step: what to do about each code, at a terminal and in a CI job.

use crate::identity::AccountId;
use crate::policy::Rules;
use crate::source::is_plain_name;
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Code, Violation};

/// How to get other credentials than the ones that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// In a CI job: the step that obtains them.
    Job,
    /// At a terminal, if the credentials are in the environment.
    Environment,
    /// At a terminal, if the credentials come from a profile.
    Profile,
    /// At a terminal, if the credentials are those of `--role-arn`.
    Role,
}

impl Remedy {
    fn words(self) -> &'static str {
        match self {
            Self::Job => "fix the step of this job that obtains the credentials",
            Self::Environment => {
                "unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or choose a \
                 profile with --profile"
            }
            Self::Profile => "choose another profile with --profile",
            Self::Role => "choose another role with --role-arn",
        }
    }
}

/// The next step for one code.
struct Step {
    /// For a person at a terminal.
    person: &'static str,
    /// For a CI job, which has neither profiles nor logins.
    job: &'static str,
}

const fn step(person: &'static str, job: &'static str) -> Step {
    Step { person, job }
}

const fn same(words: &'static str) -> Step {
    Step { person: words, job: words }
}

/// The next step for each violation. `{credentials}` stands for the words of the [`Remedy`],
/// `{accounts}`, `{environment}` and `{regions}` for those of the policy.
#[rustfmt::skip]
fn after_violation(code: Code) -> Step {
    match code {
        Code::WrongAccount | Code::ForbiddenAccount | Code::Contradiction => same(
            "use credentials of {accounts}: {credentials}",
        ),
        Code::WrongRole | Code::WrongUser | Code::NotARole => same(
            "use a role or user that {environment} allows: {credentials}; or allow this one in the policy",
        ),
        Code::ForbiddenRole | Code::RootUser | Code::UnknownPrincipal => same(
            "use a deploy role: {credentials}",
        ),
        Code::WrongPartition => same(
            "use credentials and a region of the same partition: correct AWS_REGION; or {credentials}",
        ),
        Code::WrongRegion => same(
            "set AWS_REGION and AWS_DEFAULT_REGION to {regions}, or choose the region with --region",
        ),
        Code::ShortLifetime => step(
            "get new credentials: {credentials}",
            "get the credentials closer to this step, or request a longer session",
        ),
        Code::OtherTool => step(
            "make all tools agree: keep either the keys in the environment or AWS_PROFILE, and set AWS_REGION and AWS_DEFAULT_REGION to the same region; or list the tools that deploy, with --for or `tools` in the policy",
            "make all tools agree: {credentials}; or list the tools that deploy, with --for or `tools` in the policy",
        ),
        Code::WrongTarget => same(
            "correct the target, or add its account to `accounts` of {environment}",
        ),
        Code::WrongRegistry => same(
            "correct the registry",
        ),
        Code::RealCredentials => same(
            "use keys of the emulator, such as AWS_ACCESS_KEY_ID=test: a tool that does not call the emulator would use these keys on AWS",
        ),
    }
}

/// The next step for errors whose own hint does not fit a CI job.
fn in_job(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::NoCredentials => Some(
            "get credentials in an earlier step of this job; in GitHub Actions with \
             aws-actions/configure-aws-credentials",
        ),
        ErrorCode::ExpiredCredentials => {
            Some("get the credentials closer to this step, or request a longer session")
        }
        ErrorCode::UnknownProfile => Some(
            "correct the step of this job that names the profile, or add a step that writes it",
        ),
        _ => None,
    }
}

/// The next step if the identity is unknown. `None` if there is nothing to suggest.
pub(super) fn of_unknown(why: &Unknown, remedy: Remedy) -> Option<String> {
    let step = match (why.code, remedy) {
        (code, Remedy::Job) => in_job(code),
        (ErrorCode::ExpiredCredentials, Remedy::Environment) => Some(
            "get new credentials, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
             AWS_SESSION_TOKEN to them",
        ),
        _ => None,
    };
    let mut steps: Vec<&str> = Vec::new();
    steps.extend(step.or(why.hint.as_deref()));
    steps.extend(why.way_out.as_deref());
    (!steps.is_empty()).then(|| steps.join("; or "))
}

/// The next step after a violation.
pub(super) fn of_violation(
    rules: &Rules<'_>,
    violation: &Violation,
    remedy: Remedy,
    fitting_profile: Option<&str>,
) -> String {
    if let Some(profile) = fitting_profile
        && remedy != Remedy::Job
        && is_about_caller(violation.code)
    {
        return use_profile(profile, rules.environment());
    }
    match &violation.next {
        Some(next) => next.clone(),
        None => of_code(rules, violation.code, remedy),
    }
}

/// The next step of the table, filled in.
pub(super) fn of_code(rules: &Rules<'_>, code: Code, remedy: Remedy) -> String {
    let Step { person, job } = after_violation(code);
    let words = if remedy == Remedy::Job { job } else { person };
    words
        .replace("{credentials}", remedy.words())
        .replace("{accounts}", &accounts(rules))
        .replace("{environment}", rules.environment())
        .replace("{regions}", &regions(rules))
}

/// Whether different credentials would fix this.
fn is_about_caller(code: Code) -> bool {
    !matches!(
        code,
        Code::WrongRegion
            | Code::WrongTarget
            | Code::WrongRegistry
            | Code::OtherTool
            | Code::RealCredentials
    )
}

fn use_profile(profile: &str, environment: &str) -> String {
    let shown = profile.escape_debug();
    if is_plain_name(profile) {
        return format!(
            "use profile `{shown}` for {environment}: account-guard check {environment} --profile \
             {profile}"
        );
    }
    format!("use profile `{shown}` for {environment}: choose it with --profile")
}

/// The accounts that callers may have: `prod (111111111111) or prod-dr (111111111112)`.
fn accounts(rules: &Rules<'_>) -> String {
    let is_forbidden = |id: AccountId| {
        rules.forbidden_accounts().is_some_and(|list| list.values().any(|&other| other == id))
    };
    let mut shown = Vec::new();
    for &id in rules.callers().values() {
        if is_forbidden(id) {
            continue;
        }
        shown.push(match rules.policy().account_name(id) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        });
    }
    if shown.is_empty() { "another account".to_owned() } else { shown.join(" or ") }
}

/// The regions that the environment allows: `eu-west-1 or eu-west-2`.
fn regions(rules: &Rules<'_>) -> String {
    let Some(regions) = rules.regions() else { return "a region".to_owned() };
    regions.values().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Text};

    const POLICY: &str = r#"version = 1
[environments.prod]
accounts = ["111111111111"]
regions = ["eu-west-1", "eu-west-2"]
"#;

    #[test]
    fn every_code_has_a_next_step_for_a_person_and_for_a_job() {
        let text = Text { name: "account-guard.toml".to_owned(), text: POLICY.to_owned() };
        let policy = Policy::read(vec![text]).unwrap();
        let rules = policy.rules("prod").unwrap();
        for code in Code::ALL {
            for remedy in [Remedy::Job, Remedy::Environment, Remedy::Profile, Remedy::Role] {
                let step = of_code(&rules, code, remedy);
                assert!(!step.is_empty() && !step.contains(['{', '}']), "{code}: {step}");
                assert!(step.starts_with(char::is_lowercase) && !step.ends_with('.'), "{step}");
                assert!(remedy != Remedy::Job || !step.contains("--profile"), "{code}: {step}");
            }
        }
    }

    #[test]
    fn a_job_has_its_own_words() {
        let why = Unknown::new(ErrorCode::NoCredentials, "no credentials").hint("choose a profile");
        assert_eq!(of_unknown(&why, Remedy::Profile).as_deref(), Some("choose a profile"));
        assert!(of_unknown(&why, Remedy::Job).unwrap().contains("this job"));
        let why = Unknown::new(ErrorCode::Dns, "could not resolve");
        assert_eq!(of_unknown(&why, Remedy::Job), None);
    }
}
