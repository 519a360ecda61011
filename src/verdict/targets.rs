//! The checks of targets: ECR registries by the lists of registries, other resources by `accounts`.

use super::findings::{region, shown_account};
use super::registries::registry;
use super::{Code, Finding, Label, Subject, Violation};
use crate::identity::{AccountId, Identity};
use crate::policy::{List, Place, Rules};
use crate::target::{Kind, Target};

/// Everything that is found about one target.
pub(super) fn of_target(rules: &Rules<'_>, identity: &Identity, target: &Target) -> Vec<Finding> {
    match target.kind {
        Kind::Image | Kind::Registry => vec![registry(rules, identity, target)],
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

/// The rule that forbids a target's account in every environment.
pub(super) fn forbidden(rules: &Rules<'_>, target: &Target) -> Option<Place> {
    matching(rules.forbidden_accounts()?, target.account)
}

pub(super) fn matching(list: &List<AccountId>, account: AccountId) -> Option<Place> {
    let item = list.items.iter().find(|item| item.value == account)?;
    Some(item.place.clone())
}

fn shown_accounts(rules: &Rules<'_>, list: &List<AccountId>) -> Vec<Label> {
    list.values().map(|&account| shown_account(rules, account)).collect()
}
