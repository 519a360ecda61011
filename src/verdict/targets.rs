//! The checks of what is about to be touched: images by `registries`, all else by `accounts`.

use super::findings::{region, shown_account};
use super::{Code, Finding, Shown, Subject, Violation};
use crate::identity::{AccountId, Identity};
use crate::policy::{List, Place, Rules};
use crate::target::{Kind, Target};

/// Everything that is found about one target.
pub(super) fn of_target(rules: &Rules<'_>, identity: &Identity, target: &Target) -> Vec<Finding> {
    match target.kind {
        Kind::Image => vec![image(rules, identity, target)],
        Kind::Resource => resource(rules, target),
    }
}

/// The account must be one of `accounts` and not forbidden, the region one of `regions`.
fn resource(rules: &Rules<'_>, target: &Target) -> Vec<Finding> {
    let accounts = rules.accounts();
    let actual = shown_account(rules, target.account);
    let name = target.name.escape_debug();
    let wrong = |rule: &Place, why: String| {
        let message = format!("`{name}` belongs to the account {actual}, which {why}");
        Violation::by(rule, Code::WrongTarget, message)
    };
    let outcome = match (forbidden(rules, target), matching(accounts, target.account)) {
        (Some(rule), _) => wrong(&rule, "is forbidden everywhere".to_owned()),
        (None, Some(place)) => Ok(Some(place)),
        (None, None) => wrong(&accounts.place, format!("{} does not touch", rules.environment())),
    };
    let expected = shown_accounts(rules, accounts);
    let account = Finding { subject: Subject::Target, expected, actual, outcome };
    let place = target.region.as_ref().map(|at| region(rules, Some(at)));
    std::iter::once(account).chain(place).collect()
}

/// An image: its registry must be one of those that may be pushed to, in any region.
fn image(rules: &Rules<'_>, identity: &Identity, target: &Target) -> Finding {
    let account = shown_account(rules, target.account);
    let (expected, outcome) = match registry(rules, identity, target) {
        Ok((registries, place)) => (shown_accounts(rules, registries), Ok(Some(place))),
        Err(Refusal { expected, rule, why }) => {
            let name = target.name.escape_debug();
            let message = format!("`{name}` is in a registry of {account}, {why}");
            (expected, Err(Violation { code: Code::WrongRegistry, rule, message }))
        }
    };
    let actual = match target.partition {
        partition if partition == identity.partition() => account,
        partition => Shown::plain(format!("{account} in {partition}")),
    };
    Finding { subject: Subject::Registry, expected, actual, outcome }
}

/// Why a registry may not be pushed to, what might, and the rule that says so.
struct Refusal {
    expected: Vec<Shown>,
    rule: Option<Place>,
    why: String,
}

/// The registries that may be pushed to, and the place among them that allows this one.
fn registry<'a>(
    rules: &Rules<'a>,
    identity: &Identity,
    target: &Target,
) -> Result<(&'a List<AccountId>, Place), Refusal> {
    let environment = rules.environment();
    let Some(registries) = rules.registries() else {
        return Err(Refusal {
            expected: vec![Shown::plain("none of AWS's")],
            rule: rules.emulator().map(|list| list.place.clone()),
            why: format!("which is AWS's own, and {environment} is an emulator"),
        });
    };
    if let Some(rule) = forbidden(rules, target) {
        return Err(Refusal {
            expected: vec![Shown::plain("any that is not forbidden")],
            rule: Some(rule),
            why: "which is forbidden everywhere".to_owned(),
        });
    }
    let place = matching(registries, target.account).ok_or_else(|| Refusal {
        expected: shown_accounts(rules, registries),
        rule: Some(registries.place.clone()),
        why: format!("which {environment} does not push to"),
    })?;
    let (theirs, own) = (target.partition, identity.partition());
    if theirs == own {
        return Ok((registries, place));
    }
    // ECR gives nobody a token across partitions.
    Err(Refusal {
        expected: vec![Shown::plain(format!("one in {own}"))],
        rule: None,
        why: format!("in partition {theirs}, and the identity belongs to {own}"),
    })
}

/// The rule that forbids a target's account in every environment.
fn forbidden(rules: &Rules<'_>, target: &Target) -> Option<Place> {
    matching(rules.forbidden_accounts()?, target.account)
}

fn matching(list: &List<AccountId>, account: AccountId) -> Option<Place> {
    let item = list.items.iter().find(|item| item.value == account)?;
    Some(item.place.clone())
}

fn shown_accounts(rules: &Rules<'_>, list: &List<AccountId>) -> Vec<Shown> {
    list.values().map(|&account| shown_account(rules, account)).collect()
}
