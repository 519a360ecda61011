//! Warnings about settings of a valid policy that are probably unintended.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::problem::{Fault, Problem, quoted, sorted};
use super::problem_code::ProblemCode;
use super::{List, Place, Placed, Policy, PullRegistries, Rules};
use crate::identity::AccountId;

/// Account IDs of AWS's documentation, and `000000000000`, which emulators use.
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

/// The end of a hint: whose pushes IAM must deny, and why account-guard cannot.
const DOCKER_REASON: &str = "to the roles of this environment: docker does not tell its credential helper \
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

/// Account IDs that were copied from documentation. In an environment with an emulator they are intended.
fn examples(policy: &Policy, rules: &[Rules<'_>]) -> Vec<Problem> {
    let named = policy.accounts.iter().map(|named| &named.id);
    let forbidden = policy.forbidden.accounts.iter().flat_map(|list| &list.items);
    let used = rules.iter().flat_map(used);
    let mut first_places = BTreeMap::new();
    for Placed { value, place } in named.chain(forbidden).chain(used) {
        first_places.entry(*value).or_insert(place);
    }
    let mut problems = Vec::new();
    for (id, place) in first_places {
        let is_example = EXAMPLES.iter().any(|example| AccountId::parse(example) == Ok(id));
        if !is_example || rules.iter().any(|it| it.emulator().is_some() && uses(it, id)) {
            continue;
        }
        let message = format!("account {id} is an AWS documentation example account");
        let fault = Fault::new(ProblemCode::DocumentationAccount, message)
            .hint("replace it by the ID of your own account");
        problems.push(fault.warning(place));
    }
    problems
}

/// Named accounts that no rule uses.
fn unused(policy: &Policy, rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for named in &policy.accounts {
        let id = named.id.value;
        if is_forbidden(policy, id) || rules.iter().any(|rules| uses(rules, id)) {
            continue;
        }
        let message = format!("account {} is defined but not used", quoted(&named.name));
        let fault = Fault::new(ProblemCode::UnusedAccount, message)
            .hint("remove it, or add it to an environment or to `[forbidden]`");
        problems.push(fault.warning(&named.id.place));
    }
    problems
}

/// Whether `[forbidden]` contains the account, in a list or in a pattern.
fn is_forbidden(policy: &Policy, id: AccountId) -> bool {
    if let Some(accounts) = &policy.forbidden.accounts
        && contains(accounts, id)
    {
        return true;
    }
    let Some(roles) = &policy.forbidden.roles else { return false };
    roles.values().any(|pattern| pattern.account() == Some(id))
}

/// Callers that two environments share, if no patterns separate the environments.
fn shared(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut before: Vec<(&Rules<'_>, &Placed<AccountId>)> = Vec::new();
    let mut problems = Vec::new();
    for rules in rules.iter().filter(|rules| rules.emulator().is_none()) {
        let callers = &rules.callers().items;
        for caller in callers {
            for &(other, first) in &before {
                if first.value == caller.value && are_alike(rules, other) {
                    problems.push(same_caller(rules, caller, other, first));
                    break;
                }
            }
        }
        before.extend(callers.iter().map(|caller| (rules, caller)));
    }
    once_per_place(problems)
}

/// Whether the patterns of two environments allow the same identity of a shared caller.
fn are_alike(one: &Rules<'_>, other: &Rules<'_>) -> bool {
    if one.patterns().next().is_none() || other.patterns().next().is_none() {
        return true;
    }
    one.patterns().any(|ours| other.patterns().any(|theirs| theirs.value == ours.value))
}

fn same_caller(
    rules: &Rules<'_>,
    caller: &Placed<AccountId>,
    other: &Rules<'_>,
    first: &Placed<AccountId>,
) -> Problem {
    let (name, other) = (quoted(rules.environment()), quoted(other.environment()));
    let message =
        format!("credentials of account {} are allowed in {other} and {name}", caller.value);
    Fault::new(ProblemCode::SharedAccount, message)
        .hint("use different accounts or different patterns for each environment")
        .also(&first.place, format!("in {other}"))
        .warning(&caller.place)
}

/// Accounts that are both in an environment and in `[forbidden]`.
fn forbidden_accounts(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rules in rules {
        let forbidden = rules.forbidden_accounts().map_or(&[][..], |list| &list.items);
        for account in used(rules) {
            let Some(other) = forbidden.iter().find(|other| other.value == account.value) else {
                continue;
            };
            let id = account.value;
            let message = format!("account {id} is allowed here but forbidden by `[forbidden]`");
            let fault = Fault::new(ProblemCode::AccountAlsoForbidden, message)
                .hint("remove it from one of the lists")
                .also(&other.place, "forbidden here");
            problems.push(fault.warning(&account.place));
        }
    }
    once_per_place(problems)
}

/// Callers for which no pattern can match.
fn callers(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rules in rules {
        for caller in &rules.callers().items {
            if is_reachable(rules, caller.value) {
                continue;
            }
            let (id, environment) = (caller.value, quoted(rules.environment()));
            let message = format!("no pattern of {environment} matches identities of account {id}");
            let fault = Fault::new(ProblemCode::UnreachableCaller, message)
                .hint("add a pattern for the account, or remove the account from the callers");
            problems.push(fault.warning(&caller.place));
        }
    }
    once_per_place(problems)
}

/// Whether a pattern can match an identity of the account. Without patterns every identity passes.
fn is_reachable(rules: &Rules<'_>, id: AccountId) -> bool {
    let mut patterns = rules.patterns().peekable();
    patterns.peek().is_none()
        || patterns.any(|pattern| pattern.value.account().is_none_or(|account| account == id))
}

/// A pattern in one of the environments that use it. A pattern of `[defaults]` may have several.
type Use<'a> = (&'a Rules<'a>, &'a Placed<Pattern>);

/// Patterns that match nothing in every environment that uses them.
fn patterns(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut uses: BTreeMap<(usize, usize), Vec<Use<'_>>> = BTreeMap::new();
    for rules in rules {
        for pattern in rules.patterns() {
            let key = (pattern.place.file, pattern.place.span.start);
            uses.entry(key).or_default().push((rules, pattern));
        }
    }
    let mut problems = Vec::new();
    for uses in uses.into_values() {
        let faults: Option<Vec<Fault>> =
            uses.iter().map(|(rules, pattern)| dead(rules, &pattern.value)).collect();
        if let (Some(faults), Some((_, pattern))) = (faults, uses.first()) {
            problems.extend(faults.into_iter().next().map(|fault| fault.warning(&pattern.place)));
        }
    }
    problems
}

/// Why a pattern matches nothing in one environment; `None` if it may match.
fn dead(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    too_long(pattern)
        .or_else(|| of_other_account(rules, pattern))
        .or_else(|| of_other_partition(rules, pattern))
        .or_else(|| also_forbidden(rules, pattern))
}

fn too_long(pattern: &Pattern) -> Option<Fault> {
    let longest = pattern.kind().longest_name();
    if pattern.shortest_name() <= longest {
        return None;
    }
    let noun = pattern.kind().noun();
    let message = format!("{} matches nothing: its name is too long", quoted(pattern.text()));
    let fault = Fault::new(ProblemCode::NameTooLong, message)
        .hint(format!("shorten it: the name of {noun} has at most {longest} characters"));
    Some(fault)
}

fn of_other_account(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let account = pattern.account()?;
    let callers = rules.callers();
    if contains(callers, account) {
        return None;
    }
    let message = format!(
        "{} matches nothing: account {account} is not a caller of {}",
        quoted(pattern.text()),
        quoted(rules.environment())
    );
    let fault = Fault::new(ProblemCode::PatternOfOtherAccount, message)
        .hint("correct the account, or add it to `callers`")
        .also(&callers.place, "the callers");
    Some(fault)
}

fn of_other_partition(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let partition = pattern.partition()?;
    let regions = rules.regions()?;
    if regions.values().any(|region| region.partition() == partition) {
        return None;
    }
    let message = format!(
        "{} matches nothing: no region of {} is in the partition `{partition}`",
        quoted(pattern.text()),
        quoted(rules.environment())
    );
    let fault = Fault::new(ProblemCode::PatternOfOtherPartition, message)
        .hint("correct the partition or the regions")
        .also(&regions.place, "the regions");
    Some(fault)
}

fn also_forbidden(rules: &Rules<'_>, pattern: &Pattern) -> Option<Fault> {
    let mut all = rules.forbidden_roles()?.items.iter();
    let forbidden = all.find(|forbidden| forbidden.value.forbids_all_of(pattern))?;
    let message =
        format!("{} is allowed here but forbidden by `[forbidden]`", quoted(pattern.text()));
    Some(
        Fault::new(ProblemCode::PatternAlsoForbidden, message)
            .hint("remove it, or narrow the pattern in `[forbidden]`")
            .also(&forbidden.place, "forbidden here"),
    )
}

/// Accounts in `pull_registries` to which docker could also push by mistake.
fn pulls(rules: &[Rules<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for own in rules {
        match own.pull_registries() {
            None => {}
            Some(PullRegistries::Any(place)) => problems.push(pull_from_any(place)),
            Some(PullRegistries::Accounts(list)) => {
                for account in &list.items {
                    problems.extend(pull_from_other(rules, own, account));
                }
            }
        }
    }
    once_per_place(problems)
}

fn pull_from_any(place: &Place) -> Problem {
    let message = "`[\"*\"]` also lets docker push to every ECR registry where IAM allows it";
    Fault::new(ProblemCode::PullFromAnyAccount, message)
        .hint(format!(
            "list the accounts that you pull from, or deny `ecr:PutImage` {DOCKER_REASON}"
        ))
        .warning(place)
}

fn pull_from_other(
    rules: &[Rules<'_>],
    own: &Rules<'_>,
    account: &Placed<AccountId>,
) -> Option<Problem> {
    let id = account.value;
    if contains(own.accounts(), id) || own.registries().is_some_and(|list| contains(list, id)) {
        return None;
    }
    let other = rules.iter().find(|other| contains(other.accounts(), id))?;
    let (name, theirs) = (quoted(own.environment()), quoted(other.environment()));
    let message =
        format!("docker in {name} can also push to account {id} of {theirs} where IAM allows it");
    let fault = Fault::new(ProblemCode::PullFromOtherEnvironment, message)
        .hint(format!("deny `ecr:PutImage` in that account {DOCKER_REASON}"))
        .also(&other.accounts().place, format!("the accounts of {theirs}"));
    Some(fault.warning(&account.place))
}

fn contains(list: &List<AccountId>, id: AccountId) -> bool {
    list.values().any(|&other| other == id)
}

/// The accounts that an environment uses, including those of `[defaults]`.
fn used<'a>(rules: &Rules<'a>) -> impl Iterator<Item = &'a Placed<AccountId>> + use<'a> {
    let lists = [Some(rules.accounts()), Some(rules.callers()), rules.registries()];
    let pulled = rules.pull_registries().into_iter().flat_map(PullRegistries::accounts);
    lists.into_iter().flatten().flat_map(|list| &list.items).chain(pulled)
}

fn uses(rules: &Rules<'_>, id: AccountId) -> bool {
    used(rules).any(|account| account.value == id)
        || rules.patterns().any(|pattern| pattern.value.account() == Some(id))
}

/// Keeps the first problem of each position: a value in `[defaults]` would be reported for each environment.
fn once_per_place(problems: Vec<Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        if !kept.iter().any(|other| other.place == problem.place) {
            kept.push(problem);
        }
    }
    kept
}
