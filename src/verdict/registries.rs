//! The checks of ECR registries: an image to push by `registries`, a login for docker by `registries` and
//! `pull_registries`.

use super::findings::shown_account;
use super::targets::{forbidden, matching};
use super::{Code, Finding, Label, Subject, Violation};
use crate::identity::{AccountId, Identity};
use crate::policy::{List, Place, PullRegistries, Rules};
use crate::target::{Kind, Target};

/// Checks an image or a login: its registry's account must be listed, in the partition of the caller.
/// Its region does not matter.
pub(super) fn registry(rules: &Rules<'_>, identity: &Identity, target: &Target) -> Finding {
    let account = shown_account(rules, target.account);
    let (expected, outcome) = match allowing(rules, identity, target) {
        Ok(place) => (allowed(rules, target), Ok(Some(place))),
        Err(Refusal { expected, rule, why, next }) => {
            let name = target.name.escape_debug();
            let message = format!("`{name}` belongs to account {account}, {why}");
            let code = Code::WrongRegistry;
            (expected, Err(Violation { code, rule, message, next: Some(next) }))
        }
    };
    let actual = match target.partition {
        partition if partition == identity.partition() => account,
        partition => Label::plain(format!("{account} in {partition}")),
    };
    Finding { subject: Subject::Registry, expected, actual, outcome }
}

/// Why a registry is refused, what would be allowed, the rule that decided, and the next step.
struct Refusal {
    expected: Vec<Label>,
    rule: Option<Place>,
    why: String,
    next: String,
}

/// The place in the policy that allows a registry.
fn allowing(rules: &Rules<'_>, identity: &Identity, target: &Target) -> Result<Place, Refusal> {
    let Some(registries) = rules.registries() else { return Err(at_emulator(rules, target)) };
    if let Some(rule) = forbidden(rules, target) {
        return Err(Refusal {
            expected: vec![Label::plain("any that is not forbidden")],
            rule: Some(rule),
            why: "which is forbidden in every environment".to_owned(),
            next: "use a registry of another account: `[forbidden]` applies to every environment"
                .to_owned(),
        });
    }
    if let Some(emulator) = rules.emulated_in(target.account) {
        return Err(Refusal {
            expected: allowed(rules, target),
            rule: None,
            why: format!("which is emulated in {emulator}"),
            next: "use a registry of another account: this one exists at an emulator only"
                .to_owned(),
        });
    }
    let place = matching(registries, target.account).or_else(|| pulled(rules, target));
    let place = place.ok_or_else(|| unlisted(rules, registries, target))?;
    if target.partition == identity.partition() {
        return Ok(place);
    }
    Err(in_other_partition(identity, target))
}

/// The rule that allows docker to pull from a registry. Never allows an image of `--image`: that one is
/// about to be pushed.
fn pulled(rules: &Rules<'_>, target: &Target) -> Option<Place> {
    match pull_registries(rules, target)? {
        PullRegistries::Any(place) => Some(place.clone()),
        PullRegistries::Accounts(list) => matching(list, target.account),
    }
}

fn pull_registries<'a>(rules: &Rules<'a>, target: &Target) -> Option<&'a PullRegistries> {
    match target.kind {
        Kind::Registry => rules.pull_registries(),
        Kind::Image | Kind::Resource => None,
    }
}

/// What is allowed here, each account once.
fn allowed(rules: &Rules<'_>, target: &Target) -> Vec<Label> {
    let pulls = pull_registries(rules, target);
    if let Some(PullRegistries::Any(_)) = pulls {
        return vec![Label::plain("any that is not forbidden")];
    }
    let mut accounts: Vec<AccountId> =
        rules.registries().into_iter().flat_map(List::values).copied().collect();
    for pull in pulls.into_iter().flat_map(PullRegistries::accounts) {
        if !accounts.contains(&pull.value) {
            accounts.push(pull.value);
        }
    }
    accounts.into_iter().map(|account| shown_account(rules, account)).collect()
}

fn at_emulator(rules: &Rules<'_>, target: &Target) -> Refusal {
    let next = match target.kind {
        Kind::Registry => {
            "run docker without account-guard, or for an environment without `emulator`: an \
             emulator has no ECR registries"
        }
        Kind::Image | Kind::Resource => {
            "remove --image: an image that is pushed to an emulator's registry does not reach AWS"
        }
    };
    Refusal {
        expected: vec![Label::plain("no ECR registry")],
        rule: rules.emulator().map(|list| list.place.clone()),
        why: format!("in AWS, but {} is an emulator", rules.environment()),
        next: next.to_owned(),
    }
}

/// ECR issues no token across partitions.
fn in_other_partition(identity: &Identity, target: &Target) -> Refusal {
    let (theirs, own) = (target.partition, identity.partition());
    Refusal {
        expected: vec![Label::plain(format!("one in partition {own}"))],
        rule: None,
        why: format!("in partition {theirs}, but the credentials are for partition {own}"),
        next: format!("use a registry in partition {own}, or credentials of partition {theirs}"),
    }
}

fn unlisted(rules: &Rules<'_>, registries: &List<AccountId>, target: &Target) -> Refusal {
    let environment = rules.environment();
    let account = rules.policy().account_name(target.account);
    let account = account.map_or_else(|| target.account.to_string(), str::to_owned);
    let (key, unset) = if registries.place == rules.accounts().place {
        ("accounts", " (unset: it defaults to `accounts`, so list those too)")
    } else {
        ("registries", "")
    };
    let (rule, why, next) = match target.kind {
        Kind::Registry => (
            rules.pull_registries().map(PullRegistries::place),
            format!("which is in neither `{key}` nor `pull_registries` of {environment}"),
            format!(
                "if you only pull images of this account, add `\"{account}\"` to `pull_registries` of \
                 {environment}; if you push them, add it to `registries`{unset}"
            ),
        ),
        Kind::Image | Kind::Resource => (
            None,
            format!("which is not in `{key}` of {environment}"),
            format!(
                "correct the image, or add `\"{account}\"` to `registries` of {environment}{unset}"
            ),
        ),
    };
    let rule = Some(rule.unwrap_or(&registries.place).clone());
    Refusal { expected: allowed(rules, target), rule, why, next }
}
