//! Parses the two lists of ECR registries: `registries` for pushes, `pull_registries` for pulls.

use super::account::{Names, has_wildcard, wildcard};
use super::problem::{Fault, Problems, Reported, quoted};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Refusal, Table};
use super::{List, Place, Placed};
use crate::identity::AccountId;

/// The key of the registries for pushes.
const PUSH: &str = "registries";
/// The key of the registries for pulls.
const PULL: &str = "pull_registries";
/// The item of `pull_registries` that means every account.
const ANY: &str = "*";

/// The accounts whose ECR images may be pulled through docker's credential helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullRegistries {
    /// `["*"]`: every account. Contains the position of key and value.
    Any(Place),
    /// These accounts.
    Accounts(List<AccountId>),
}

impl PullRegistries {
    /// The position of key and value: `pull_registries = ["tooling"]`.
    pub fn place(&self) -> &Place {
        match self {
            Self::Any(place) => place,
            Self::Accounts(list) => &list.place,
        }
    }

    /// The listed accounts; empty for `["*"]`.
    pub fn accounts(&self) -> &[Placed<AccountId>] {
        match self {
            Self::Any(_) => &[],
            Self::Accounts(list) => &list.items,
        }
    }
}

/// Both lists of one table of the policy.
pub(super) struct Registries {
    pub(super) push: Result<Option<List<AccountId>>, Reported>,
    pub(super) pull: Result<Option<PullRegistries>, Reported>,
}

impl Registries {
    pub(super) fn read(table: &mut Table<'_>, names: &Names, problems: &mut Problems) -> Self {
        let push = table.list(PUSH, problems, |text| push_account(names, text));
        let pull = match table.list(PULL, problems, |text| Item::parse(names, text)) {
            Ok(Some(list)) => any_or_accounts(list, problems).map(Some),
            Ok(None) => Ok(None),
            Err(reported) => Err(reported),
        };
        Self { push, pull }
    }

    /// The accounts in both lists; none of a list that is invalid or unset.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &Placed<AccountId>> {
        let push = self.push.iter().flatten().flat_map(|list| &list.items);
        push.chain(self.pull.iter().flatten().flat_map(PullRegistries::accounts))
    }

    /// Refuses both lists in an environment with an emulator: ECR's registries belong to AWS.
    pub(super) fn refuse_emulated(self, name: &Entry<'_>, problems: &mut Problems) -> Self {
        let push = match self.push {
            Ok(Some(list)) => Err(emulated(name, PUSH, &list.place, problems)),
            push => push,
        };
        let pull = match self.pull {
            Ok(Some(list)) => Err(emulated(name, PULL, list.place(), problems)),
            pull => pull,
        };
        Self { push, pull }
    }
}

/// An item of `pull_registries`.
#[derive(PartialEq)]
enum Item {
    Any,
    Account(AccountId),
}

impl Item {
    fn parse(names: &Names, text: &str) -> Result<Self, Refusal> {
        if text == ANY {
            return Ok(Self::Any);
        }
        if has_wildcard(text) {
            let hint = "write `[\"*\"]` for every account, or list each account";
            return Err(wildcard(text).hint(hint).into());
        }
        names.find(text).map(Self::Account)
    }
}

fn push_account(names: &Names, text: &str) -> Result<AccountId, Refusal> {
    if has_wildcard(text) {
        let hint = "list each account that you push to; for images that you only pull, \
                    `pull_registries` accepts `[\"*\"]`";
        return Err(wildcard(text).hint(hint).into());
    }
    names.find(text)
}

/// Refuses `*` together with accounts, because the author may have meant only the accounts.
fn any_or_accounts(list: List<Item>, problems: &mut Problems) -> Result<PullRegistries, Reported> {
    let List { place, items } = list;
    let any = items.iter().find(|item| item.value == Item::Any).map(|item| item.place.clone());
    let accounts: Vec<Placed<AccountId>> = items.into_iter().filter_map(account).collect();
    match (any, accounts.first()) {
        (None, _) => Ok(PullRegistries::Accounts(List { place, items: accounts })),
        (Some(_), None) => Ok(PullRegistries::Any(place)),
        (Some(any), Some(account)) => {
            let message = format!("{} already includes every account", quoted(ANY));
            let fault = Fault::new(ProblemCode::AnyAndAccounts, message)
                .hint("remove `*`, or write `[\"*\"]` alone")
                .also(&account.place, "one of the accounts");
            Err(problems.report(fault, &any))
        }
    }
}

fn account(Placed { value, place }: Placed<Item>) -> Option<Placed<AccountId>> {
    match value {
        Item::Any => None,
        Item::Account(value) => Some(Placed { value, place }),
    }
}

fn emulated(name: &Entry<'_>, key: &str, place: &Place, problems: &mut Problems) -> Reported {
    let message =
        format!("{} names ECR registries, but {} is an emulator", quoted(key), quoted(name.key));
    let fault = Fault::new(ProblemCode::EmulatedRegistries, message)
        .hint("remove the key: an environment with `emulator` has no ECR registries");
    problems.report(fault, place)
}
