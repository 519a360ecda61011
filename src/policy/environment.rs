//! One environment, and the keys that `[defaults]` may hold for it. Text in, valid or refused.

use std::time::Duration;

use super::account::Names;
use super::emulator::Emulator;
use super::pattern::{Kind, Pattern};
use super::problem::{Fault, Problems, Reported, code, did_you_mean};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Refusal, Table};
use super::registries::{PullRegistries, Registries};
use super::{List, Place, Placed};
use crate::iam;
use crate::identity::AccountId;
use crate::partition::Region;
use crate::tool::Tool;

/// An environment as the file has it, without the defaults.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) name: Placed<String>,
    pub(super) accounts: List<AccountId>,
    pub(super) emulator: Option<List<Emulator>>,
    pub(super) keys: Keys,
}

/// The keys that an environment may take from `[defaults]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    pub(super) callers: Option<List<AccountId>>,
    pub(super) registries: Option<List<AccountId>>,
    pub(super) pull_registries: Option<PullRegistries>,
    pub(super) roles: Option<List<Pattern>>,
    pub(super) users: Option<List<Pattern>>,
    pub(super) permission_sets: Option<List<Pattern>>,
    pub(super) regions: Option<List<Region>>,
    pub(super) tools: Option<List<Tool>>,
    pub(super) min_lifetime: Option<Placed<Duration>>,
}

/// What an environment says about accounts, known even where the rest of it is refused.
pub(super) struct Claim {
    pub(super) environment: String,
    pub(super) is_emulated: bool,
    pub(super) accounts: Vec<Placed<AccountId>>,
    /// The lists of accounts that `[defaults]` supplies: the environment does not set them.
    defaulted: Vec<AccountsKey>,
}

/// A list of accounts that `[defaults]` may contain.
#[derive(Clone, Copy)]
enum AccountsKey {
    Callers,
    Registries,
    PullRegistries,
}

impl Environment {
    /// Reads one `[environments.NAME]`.
    pub(super) fn read(
        name: &Entry<'_>,
        table: &mut Table<'_>,
        names: &Names,
        problems: &mut Problems,
    ) -> (Claim, Result<Self, Reported>) {
        let accounts = table.list("accounts", problems, |text| names.find(text));
        let accounts = accounts.and_then(|list| list.ok_or_else(|| missing(table, problems)));
        let emulator = table.list("emulator", problems, |text| Ok(Emulator::parse(text)?));
        let callers = table.list("callers", problems, |text| names.find(text));
        let is_emulated = !matches!(emulator, Ok(None));
        let mut registries = Registries::read(table, names, problems);
        if is_emulated {
            registries = registries.refuse_emulated(name, problems);
        }
        let rest = Keys::read_but_accounts(table, problems);
        let lists = accounts.iter().chain(callers.iter().flatten());
        let lists = lists.chain(registries.push.iter().flatten()).map(|list| &*list.items);
        let lists = lists.chain(registries.pull.iter().flatten().map(PullRegistries::accounts));
        let claim = Claim {
            environment: name.key.to_owned(),
            is_emulated,
            accounts: lists.flatten().cloned().collect(),
            defaulted: defaulted(is_emulated, &callers, &registries),
        };
        let name = Placed { value: name.key.to_owned(), place: name.key_place.clone() };
        let read = || {
            let Registries { push, pull } = registries;
            let keys =
                Keys { callers: callers?, registries: push?, pull_registries: pull?, ..rest? };
            Ok(Self { name, accounts: accounts?, emulator: emulator?, keys })
        };
        (claim, read())
    }
}

impl Keys {
    /// Reads `[defaults]`.
    pub(super) fn defaults(
        table: &mut Table<'_>,
        names: &Names,
        problems: &mut Problems,
    ) -> Result<Self, Reported> {
        let accounts = refuse_default(table, "accounts", "an account would be allowed", problems);
        let emulator = refuse_default(table, "emulator", "AWS would be left", problems);
        let callers = table.list("callers", problems, |text| names.find(text));
        let Registries { push, pull } = Registries::read(table, names, problems);
        let rest = Self::read_but_accounts(table, problems);
        accounts.and(emulator)?;
        Ok(Self { callers: callers?, registries: push?, pull_registries: pull?, ..rest? })
    }

    fn accounts_of(&self, key: AccountsKey) -> &[Placed<AccountId>] {
        let found = match key {
            AccountsKey::Callers => self.callers.as_ref().map(|list| &*list.items),
            AccountsKey::Registries => self.registries.as_ref().map(|list| &*list.items),
            AccountsKey::PullRegistries => {
                self.pull_registries.as_ref().map(PullRegistries::accounts)
            }
        };
        found.unwrap_or_default()
    }

    fn read_but_accounts(table: &mut Table<'_>, problems: &mut Problems) -> Result<Self, Reported> {
        let pattern = |kind| move |text: &str| Ok(Pattern::parse(kind, text)?);
        let roles = table.list("roles", problems, pattern(Kind::Role));
        let users = table.list("users", problems, pattern(Kind::User));
        let sets = table.list("permission_sets", problems, pattern(Kind::PermissionSet));
        let regions = table.list("regions", problems, region);
        let tools = table.list("tools", problems, tool);
        let min_lifetime = table.text(("min_lifetime", "30m"), problems, lifetime);
        Ok(Self {
            callers: None,
            registries: None,
            pull_registries: None,
            roles: roles?,
            users: users?,
            permission_sets: sets?,
            regions: regions?,
            tools: tools?,
            min_lifetime: min_lifetime?,
        })
    }
}

fn missing(table: &Table<'_>, problems: &mut Problems) -> Reported {
    let message = format!("{} has no `accounts`", code(table.path()));
    let fault = Fault::new(ProblemCode::MissingAccounts, message)
        .hint("name the accounts that it allows: `accounts = [\"…\"]`");
    problems.report(fault, table.place())
}

/// The lists that an environment takes from `[defaults]`. One with an emulator takes no registries.
fn defaulted(
    is_emulated: bool,
    callers: &Result<Option<List<AccountId>>, Reported>,
    registries: &Registries,
) -> Vec<AccountsKey> {
    [
        (AccountsKey::Callers, matches!(callers, Ok(None))),
        (AccountsKey::Registries, !is_emulated && matches!(registries.push, Ok(None))),
        (AccountsKey::PullRegistries, !is_emulated && matches!(registries.pull, Ok(None))),
    ]
    .into_iter()
    .filter_map(|(key, is_defaulted)| is_defaulted.then_some(key))
    .collect()
}

fn refuse_default(
    table: &mut Table<'_>,
    key: &'static str,
    why: &str,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let Some(entry) = table.take(key) else { return Ok(()) };
    let message = format!("`{key}` has no default: {why} where nobody wrote so");
    let fault = Fault::new(ProblemCode::NotADefault, message)
        .hint(format!("write `{key}` in each environment that it is for"));
    Err(problems.report(fault, &entry.place()))
}

fn region(text: &str) -> Result<Region, Refusal> {
    if text.contains(['*', '?']) {
        let message = format!("no wildcards among regions: {}", code(text));
        return Err(Fault::new(ProblemCode::RegionWildcard, message)
            .hint("name each region")
            .into());
    }
    Region::parse(text).map_err(|why| {
        let meant = text.trim().to_ascii_lowercase();
        let meant = meant.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let hint = match Region::parse(meant) {
            Ok(region) => format!("did you mean `{region}`?"),
            Err(_) => "write it as AWS does: `eu-west-1`".to_owned(),
        };
        Fault::new(ProblemCode::InvalidRegion, why.to_string()).hint(hint).into()
    })
}

fn tool(text: &str) -> Result<Tool, Refusal> {
    Tool::named(text).map_err(|_| {
        let fault = Fault::new(
            ProblemCode::UnknownTool,
            format!("{} is no tool that is known", code(text)),
        );
        match did_you_mean(text, Tool::all().map(Tool::name).collect::<Vec<_>>()) {
            Some(hint) => fault.hint(hint).into(),
            None => fault.into(),
        }
    })
}

fn lifetime(text: &str) -> Result<Duration, Refusal> {
    // A number that long is no lifetime, and the sum of two makes the parser overflow.
    let is_short = text.bytes().filter(u8::is_ascii_digit).count() <= 10;
    let duration = is_short.then(|| humantime::parse_duration(text).ok()).flatten();
    let Some(duration) = duration else {
        let fault =
            Fault::new(ProblemCode::InvalidDuration, format!("{} is not a duration", code(text)));
        return Err(fault.hint("write a number and its unit: `\"30m\"`, `\"1h 30m\"`").into());
    };
    let fault =
        |message| Fault::new(ProblemCode::LifetimeRange, format!("{} {message}", code(text)));
    if duration.is_zero() {
        return Err(fault("is no time at all").hint("remove the key to ask for none").into());
    }
    if duration > iam::LONGEST_SESSION {
        return Err(fault("is longer than 36 hours, the longest that AWS gives")
            .hint("minutes are `m`, hours are `h`")
            .into());
    }
    Ok(duration)
}

/// Refuses accounts that stand in environments with an emulator and in others without one.
pub(super) fn refuse_half_emulated(
    claims: &[Claim],
    defaults: Option<&Keys>,
    problems: &mut Problems,
) {
    let accounts = |claim: &'_ Claim| {
        let keys = defaults
            .into_iter()
            .flat_map(|keys| claim.defaulted.iter().map(move |&key| (keys, key)));
        let by_default = keys.flat_map(|(keys, key)| keys.accounts_of(key));
        claim.accounts.iter().chain(by_default).cloned().collect::<Vec<_>>()
    };
    let real: Vec<_> = claims.iter().filter(|claim| !claim.is_emulated).collect();
    for emulated in claims.iter().filter(|claim| claim.is_emulated) {
        let mut seen: Vec<AccountId> = Vec::new();
        for account in accounts(emulated) {
            let other = real.iter().find_map(|claim| {
                let mut items = accounts(claim).into_iter();
                let item = items.find(|item| item.value == account.value)?;
                Some((claim.environment.as_str(), item.place))
            });
            let Some(other) = other.filter(|_| !seen.contains(&account.value)) else { continue };
            seen.push(account.value);
            let fault = half_emulated(&emulated.environment, account.value, &other);
            problems.report(fault, &account.place);
        }
    }
}

fn half_emulated(emulated: &str, account: AccountId, (real, place): &(&str, Place)) -> Fault {
    let message =
        format!("account {account} is emulated in {}, and real in {}", code(emulated), code(real));
    Fault::new(ProblemCode::HalfEmulated, message)
        .hint("give the emulator an account of its own, `000000000000`, and its own `callers`")
        .also(place, format!("without an emulator in {}", code(real)))
}
