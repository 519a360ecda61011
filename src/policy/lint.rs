//! Warnings about a valid policy: what is probably not meant. Decides nothing.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::problem::{Fault, Problem, code, sorted};
use super::problem_code::ProblemCode;
use super::{List, Place, Placed, Policy, PullRegistries, Rules};
use crate::identity::AccountId;

/// IDs that documentation uses. `000000000000` is the one of emulators.
const EXAMPLES: [&str; 17] = [
    "000000000000",
    "111111111111",
    "222222222222",
    "333333333333",
    "444444444444",
    "555555555555",
    "666666666666",
    "777777777777",
    "888888888888",
    "999999999999",
    "123456789012",
    "111122223333",
    "444455556666",
    "777788889999",
    "012345678901",
    "210987654321",
    "111111111112",
];

/// Who must be denied pushes, and the reason why the guard cannot refuse them.
const UNTOLD: &str = "to the roles of this environment: docker does not tell its credential helper \
                      whether it pulls or pushes";

/// All warnings, in the order of the file.
pub(super) fn lint(policy: &Policy) -> Vec<Problem> {
    let rules: Vec<Rules<'_>> =
        policy.environments().filter_map(|name| policy.rules(name).ok()).collect();
    let mut problems = examples(policy, &rules);
    problems.extend(unused(policy, &rules));
    problems.extend(shared(&rules));
    problems.extend(forbidden_accounts(&rules));
    problems.extend(callers(&rules));
    problems.extend(patterns(&rules));
    problems.extend(pulls(&rules));
    sorted(problems)
}

/// Accounts that are somebody's example, left in place. In an emulator they are right.
fn examples(policy: &Policy, rules: &[Rules<'_>]) -> Vec<Problem> {
    let emulated = |id| rules.iter().any(|rules| rules.emulator().is_some() && uses(rules, id));
    let mut places = BTreeMap::new();
    let named = policy.accounts.iter().map(|named| &named.id);
    let forbidden = policy.forbidden.accounts.iter().flat_map(|list| &list.items);
    let used = rules.iter().flat_map(used);
    for Placed { value, place } in named.chain(forbidden).chain(used) {
        places.entry(*value).or_insert(place);
    }
    let examples = places.into_iter().filter(|(id, _)| {
        EXAMPLES.iter().any(|example| AccountId::parse(example) == Ok(*id)) && !emulated(*id)
    });
    let warn = |(id, place): (AccountId, &Place)| {
        Fault::new(
            ProblemCode::DocumentationAccount,
            format!("account {id} is one of documentation"),
        )
        .hint("write the ID of your own account")
        .warning(place)
    };
    examples.map(warn).collect()
}

/// Names of accounts that nothing uses: a typo, or an environment that was forgotten.
fn unused(policy: &Policy, rules: &[Rules<'_>]) -> Vec<Problem> {
    let forbidden = policy.forbidden.accounts.as_ref();
    let is_forbidden = |id| forbidden.is_some_and(|list| list.values().any(|&other| other == id));
    let patterns = policy.forbidden.roles.as_ref();
    let is_scope = |id| patterns.is_some_and(|list| list.values().any(|p| p.account() == Some(id)));
    let is_used =
        |id| rules.iter().any(|rules| uses(rules, id)) || is_forbidden(id) || is_scope(id);
    let unused = policy.accounts.iter().filter(|named| !is_used(named.id.value));
    let warn = |named: &super::account::Named| {
        let message = format!("account {} is named, and used nowhere", code(&named.name));
        Fault::new(ProblemCode::UnusedAccount, message)
            .hint("remove it, forbid it, or add it to an environment")
            .warning(&named.id.place)
    };
    unused.map(warn).collect()
}

/// Callers that two environments share and no pattern tells apart: the guard cannot either.
fn shared(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut before: Vec<(&Rules<'_>, &Placed<AccountId>)> = Vec::new();
    let mut problems = Vec::new();
    for rules in rules.iter().filter(|rules| rules.emulator().is_none()) {
        let callers = &rules.callers().items;
        for caller in callers {
            let twin = before
                .iter()
                .find(|(other, item)| item.value == caller.value && are_alike(rules, other));
            problems.extend(twin.map(|&(other, item)| same_caller(rules, caller, other, item)));
        }
        before.extend(callers.iter().map(|caller| (rules, caller)));
    }
    once_a_place(problems)
}

/// Whether an identity of a caller that both have could pass in both, for want of a difference.
fn are_alike(one: &Rules<'_>, other: &Rules<'_>) -> bool {
    let has_none = |rules: &Rules<'_>| rules.patterns().next().is_none();
    let is_theirs =
        |pattern: &Placed<Pattern>| other.patterns().any(|theirs| theirs.value == pattern.value);
    has_none(one) || has_none(other) || one.patterns().any(is_theirs)
}

fn same_caller(
    rules: &Rules<'_>,
    caller: &Placed<AccountId>,
    other: &Rules<'_>,
    first: &Placed<AccountId>,
) -> Problem {
    let (name, other) = (code(rules.environment()), code(other.environment()));
    let message = format!("credentials of account {} pass in {other} and in {name}", caller.value);
    Fault::new(ProblemCode::SharedAccount, message)
        .hint("give each environment accounts of its own, or patterns of its own")
        .also(&first.place, format!("in {other}"))
        .warning(&caller.place)
}

/// Accounts that an environment allows and the policy forbids.
fn forbidden_accounts(rules: &[Rules<'_>]) -> Vec<Problem> {
    let warn = |rules: &Rules<'_>, account: &Placed<AccountId>| {
        let mut forbidden = rules.forbidden_accounts()?.items.iter();
        let forbidden = forbidden.find(|forbidden| forbidden.value == account.value)?;
        let message = format!("account {} is allowed, and forbidden: it is refused", account.value);
        let fault = Fault::new(ProblemCode::AccountAlsoForbidden, message)
            .hint("remove it from one of the two")
            .also(&forbidden.place, "forbidden here");
        Some(fault.warning(&account.place))
    };
    let warnings =
        rules.iter().flat_map(|rules| used(rules).filter_map(move |account| warn(rules, account)));
    once_a_place(warnings)
}

/// Callers of whom no pattern could allow a principal.
fn callers(rules: &[Rules<'_>]) -> Vec<Problem> {
    let is_reached = |rules: &Rules<'_>, id| {
        let mut patterns = rules.patterns().peekable();
        patterns.peek().is_none()
            || patterns.any(|pattern| pattern.value.account().is_none_or(|account| account == id))
    };
    let mut problems = Vec::new();
    for rules in rules {
        let unreached = rules.callers().items.iter().filter(|id| !is_reached(rules, id.value));
        problems.extend(unreached.map(|caller| {
            let (id, environment) = (caller.value, code(rules.environment()));
            let message = format!("no pattern of {environment} is for account {id}");
            Fault::new(ProblemCode::UnreachableCaller, message)
                .hint("add a pattern for it, or remove it: every identity of it is refused")
                .warning(&caller.place)
        }));
    }
    once_a_place(problems)
}

/// A pattern, in one of the environments that it is for.
type Use<'a> = (&'a Rules<'a>, &'a Placed<Pattern>);

/// Patterns that match nothing, in any of the environments that they are for.
fn patterns(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut uses: BTreeMap<(usize, usize), Vec<Use<'_>>> = BTreeMap::new();
    for rules in rules {
        for pattern in rules.patterns() {
            let key = (pattern.place.file, pattern.place.span.start);
            uses.entry(key).or_default().push((rules, pattern));
        }
    }
    let warn = |uses: Vec<Use<'_>>| {
        let (_, pattern) = uses.first()?;
        let faults: Option<Vec<Fault>> =
            uses.iter().map(|(rules, pattern)| dead(rules, &pattern.value)).collect();
        Some(faults?.into_iter().next()?.warning(&pattern.place))
    };
    uses.into_values().filter_map(warn).collect()
}

/// Why a pattern matches nothing in one environment.
fn dead(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    too_long(pattern)
        .or_else(|| of_other_account(rules, pattern))
        .or_else(|| of_other_partition(rules, pattern))
        .or_else(|| also_forbidden(rules, pattern))
}

fn too_long(pattern: &Pattern) -> Option<Fault> {
    let longest = pattern.kind().longest_name();
    (pattern.shortest_name() > longest).then(|| {
        let whose = pattern.kind().noun();
        let message = format!("{} matches nothing: its name is too long", code(pattern.text()));
        Fault::new(ProblemCode::NameTooLong, message)
            .hint(format!("the name of {whose} has at most {longest} characters"))
    })
}

fn of_other_account(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let account = pattern.account()?;
    let callers = rules.callers();
    (!callers.values().any(|&caller| caller == account)).then(|| {
        let environment = code(rules.environment());
        let message = format!(
            "{} matches nothing: account {account} is no caller of {environment}",
            code(pattern.text())
        );
        Fault::new(ProblemCode::PatternOfOtherAccount, message)
            .hint("correct its account, or add it to `callers`")
            .also(&callers.place, "the callers")
    })
}

fn of_other_partition(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let partition = pattern.partition()?;
    let regions = rules.regions()?;
    (!regions.values().any(|region| region.partition() == partition)).then(|| {
        let message = format!(
            "{} matches nothing: no region is in the partition `{partition}`",
            code(pattern.text())
        );
        Fault::new(ProblemCode::PatternOfOtherPartition, message)
            .hint("correct its partition, or the regions")
            .also(&regions.place, "the regions")
    })
}

fn also_forbidden(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let mut forbidden = rules.forbidden_roles()?.items.iter();
    let forbidden = forbidden.find(|forbidden| forbidden.value.forbids_all_of(pattern))?;
    let message = format!("{} is allowed, and forbidden: it is refused", code(pattern.text()));
    Some(
        Fault::new(ProblemCode::PatternAlsoForbidden, message)
            .hint("remove it, or narrow what is forbidden")
            .also(&forbidden.place, "forbidden here"),
    )
}

/// Registries that are listed for pulls only, where the token for a pull could push to the wrong account.
fn pulls(rules: &[Rules<'_>]) -> Vec<Problem> {
    let warn = |own: &Rules<'_>| match own.pull_registries() {
        None => Vec::new(),
        Some(PullRegistries::Any(place)) => vec![pull_from_any(place)],
        Some(PullRegistries::Accounts(list)) => {
            list.items.iter().filter_map(|account| pull_from_other(rules, own, account)).collect()
        }
    };
    once_a_place(rules.iter().flat_map(warn))
}

fn pull_from_any(place: &Place) -> Problem {
    let message = "`[\"*\"]` also lets docker push to every ECR registry where IAM allows it";
    Fault::new(ProblemCode::PullFromAnyAccount, message)
        .hint(format!("list the accounts that you pull from, or deny `ecr:PutImage` {UNTOLD}"))
        .warning(place)
}

fn pull_from_other(
    rules: &[Rules<'_>],
    own: &Rules<'_>,
    account: &Placed<AccountId>,
) -> Option<Problem> {
    let names = |list: &List<AccountId>| list.values().any(|&id| id == account.value);
    if names(own.accounts()) || own.registries().is_some_and(names) {
        return None;
    }
    let other = rules.iter().find(|other| names(other.accounts()))?;
    let (name, theirs) = (code(own.environment()), code(other.environment()));
    let id = account.value;
    let message =
        format!("docker in {name} can also push to account {id} of {theirs} where IAM allows it");
    let fault = Fault::new(ProblemCode::PullFromOtherEnvironment, message)
        .hint(format!("deny `ecr:PutImage` in that account {UNTOLD}"))
        .also(&other.accounts().place, format!("the accounts of {theirs}"));
    Some(fault.warning(&account.place))
}

/// The accounts that an environment names, itself or by default.
fn used<'a>(rules: &Rules<'a>) -> impl Iterator<Item = &'a Placed<AccountId>> + use<'a> {
    let lists = [Some(rules.accounts()), Some(rules.callers()), rules.registries()];
    let pulled = rules.pull_registries().into_iter().flat_map(PullRegistries::accounts);
    lists.into_iter().flatten().flat_map(|list| &list.items).chain(pulled)
}

fn uses(rules: &Rules<'_>, id: AccountId) -> bool {
    used(rules).any(|account| account.value == id)
        || rules.patterns().any(|pattern| pattern.value.account() == Some(id))
}

/// Without what was said of the same place before: a default is used by many environments.
fn once_a_place(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        if !kept.iter().any(|other| other.place == problem.place) {
            kept.push(problem);
        }
    }
    kept
}
