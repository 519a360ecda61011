//! Parses one environment, and the keys that `[defaults]` may contain.

use std::time::Duration;

use super::account::Names;
use super::emulator::Emulator;
use super::pattern::{Kind, Pattern};
use super::problem::{Fault, Problems, Reported, did_you_mean, quoted};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Refusal, Table};
use super::registries::{PullRegistries, Registries};
use super::{List, Place, Placed};
use crate::iam;
use crate::identity::AccountId;
use crate::partition::Region;
use crate::tool::Tool;

/// An environment as in the file, without the defaults.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) name: Placed<String>,
    pub(super) accounts: List<AccountId>,
    pub(super) emulator: Option<List<Emulator>>,
    pub(super) keys: Keys,
}

/// The keys that an environment and `[defaults]` may contain.
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

/// The accounts that an environment uses. Parsed also if other keys of the environment are invalid, so that
/// conflicts between environments are still found.
pub(super) struct Claim {
    pub(super) environment: String,
    pub(super) is_emulated: bool,
    pub(super) accounts: Vec<Placed<AccountId>>,
    /// The lists of accounts that the environment does not set and takes from `[defaults]`.
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
    /// Parses one `[environments.NAME]`.
    pub(super) fn read(
        name: &Entry<'_>,
        table: &mut Table<'_>,
        names: &Names,
        problems: &mut Problems,
    ) -> (Claim, Result<Self, Reported>) {
        let accounts = required_accounts(table, names, problems);
        let emulator = table.list("emulator", problems, |text| Ok(Emulator::parse(text)?));
        let callers = table.list("callers", problems, |text| names.find(text));
        let is_emulated = !matches!(emulator, Ok(None));
        let mut registries = Registries::read(table, names, problems);
        if is_emulated {
            registries = registries.refuse_emulated(name, problems);
        }
        let rest = Keys::read_but_accounts(table, problems);
        let mut used: Vec<Placed<AccountId>> = Vec::new();
        if let Ok(list) = &accounts {
            used.extend_from_slice(&list.items);
        }
        if let Ok(Some(list)) = &callers {
            used.extend_from_slice(&list.items);
        }
        used.extend(registries.accounts().cloned());
        let claim = Claim {
            environment: name.key.to_owned(),
            is_emulated,
            accounts: used,
            defaulted: defaulted(is_emulated, &callers, &registries),
        };
        let name = Placed { value: name.key.to_owned(), place: name.key_place.clone() };
        let keys = Keys::with_accounts(callers, registries, rest);
        let environment = match (accounts, emulator, keys) {
            (Ok(accounts), Ok(emulator), Ok(keys)) => Ok(Self { name, accounts, emulator, keys }),
            (Err(reported), ..) | (_, Err(reported), _) | (.., Err(reported)) => Err(reported),
        };
        (claim, environment)
    }
}

impl Keys {
    /// Parses `[defaults]`.
    pub(super) fn defaults(
        table: &mut Table<'_>,
        names: &Names,
        problems: &mut Problems,
    ) -> Result<Self, Reported> {
        let accounts = refuse_default(table, "accounts", problems);
        let emulator = refuse_default(table, "emulator", problems);
        let callers = table.list("callers", problems, |text| names.find(text));
        let registries = Registries::read(table, names, problems);
        let rest = Self::read_but_accounts(table, problems);
        accounts?;
        emulator?;
        Self::with_accounts(callers, registries, rest)
    }

    /// Adds the lists of accounts to the other keys.
    fn with_accounts(
        callers: Result<Option<List<AccountId>>, Reported>,
        Registries { push, pull }: Registries,
        rest: Result<Self, Reported>,
    ) -> Result<Self, Reported> {
        Ok(Self { callers: callers?, registries: push?, pull_registries: pull?, ..rest? })
    }

    fn accounts_of(&self, key: AccountsKey) -> &[Placed<AccountId>] {
        let list = match key {
            AccountsKey::Callers => &self.callers,
            AccountsKey::Registries => &self.registries,
            AccountsKey::PullRegistries => match &self.pull_registries {
                Some(registries) => return registries.accounts(),
                None => return &[],
            },
        };
        match list {
            Some(list) => &list.items,
            None => &[],
        }
    }

    fn read_but_accounts(table: &mut Table<'_>, problems: &mut Problems) -> Result<Self, Reported> {
        let roles = patterns(table, ("roles", Kind::Role), problems);
        let users = patterns(table, ("users", Kind::User), problems);
        let sets = patterns(table, ("permission_sets", Kind::PermissionSet), problems);
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

fn patterns(
    table: &mut Table<'_>,
    (key, kind): (&'static str, Kind),
    problems: &mut Problems,
) -> Result<Option<List<Pattern>>, Reported> {
    table.list(key, problems, |text| Ok(Pattern::parse(kind, text)?))
}

fn required_accounts(
    table: &mut Table<'_>,
    names: &Names,
    problems: &mut Problems,
) -> Result<List<AccountId>, Reported> {
    if let Some(list) = table.list("accounts", problems, |text| names.find(text))? {
        return Ok(list);
    }
    let message = format!("{} has no `accounts`", quoted(table.path()));
    let fault = Fault::new(ProblemCode::MissingAccounts, message)
        .hint("list the allowed accounts: `accounts = [\"…\"]`");
    Err(problems.report(fault, table.place()))
}

/// The lists that an environment takes from `[defaults]`. An environment with an emulator has no registries.
fn defaulted(
    is_emulated: bool,
    callers: &Result<Option<List<AccountId>>, Reported>,
    registries: &Registries,
) -> Vec<AccountsKey> {
    let mut keys = Vec::new();
    if matches!(callers, Ok(None)) {
        keys.push(AccountsKey::Callers);
    }
    if !is_emulated && matches!(registries.push, Ok(None)) {
        keys.push(AccountsKey::Registries);
    }
    if !is_emulated && matches!(registries.pull, Ok(None)) {
        keys.push(AccountsKey::PullRegistries);
    }
    keys
}

fn refuse_default(
    table: &mut Table<'_>,
    key: &'static str,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let Some(entry) = table.take(key) else { return Ok(()) };
    let message = format!("`{key}` is not allowed in `[defaults]`");
    let fault = Fault::new(ProblemCode::NotADefault, message)
        .hint(format!("move `{key}` to each environment that needs it"));
    Err(problems.report(fault, &entry.place()))
}

fn region(text: &str) -> Result<Region, Refusal> {
    if text.contains(['*', '?']) {
        let message = format!("wildcards are not allowed here: {}", quoted(text));
        return Err(Fault::new(ProblemCode::RegionWildcard, message)
            .hint("list each region")
            .into());
    }
    let why = match Region::parse(text) {
        Ok(region) => return Ok(region),
        Err(why) => why,
    };
    // An availability zone such as `eu-west-1a` is a common mistake.
    let lower = text.trim().to_ascii_lowercase();
    let without_zone = lower.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let hint = match Region::parse(without_zone) {
        Ok(region) => format!("did you mean `{region}`?"),
        Err(_) => "write a name such as `eu-west-1`".to_owned(),
    };
    Err(Fault::new(ProblemCode::InvalidRegion, why.to_string()).hint(hint).into())
}

fn tool(text: &str) -> Result<Tool, Refusal> {
    if let Ok(tool) = Tool::named(text) {
        return Ok(tool);
    }
    let fault = Fault::new(ProblemCode::UnknownTool, format!("unknown tool {}", quoted(text)));
    match did_you_mean(text, Tool::all().map(Tool::name).collect::<Vec<_>>()) {
        Some(hint) => Err(fault.hint(hint).into()),
        None => Err(fault.into()),
    }
}

fn lifetime(text: &str) -> Result<Duration, Refusal> {
    // humantime overflows when it adds two very large numbers.
    let is_short = text.bytes().filter(u8::is_ascii_digit).count() <= 10;
    let parsed = if is_short { humantime::parse_duration(text).ok() } else { None };
    let Some(duration) = parsed else {
        let fault =
            Fault::new(ProblemCode::InvalidDuration, format!("{} is not a duration", quoted(text)));
        return Err(fault
            .hint("write numbers with units, such as `\"30m\"` or `\"1h 30m\"`")
            .into());
    };
    if duration.is_zero() {
        let message = format!("{} is zero", quoted(text));
        return Err(Fault::new(ProblemCode::LifetimeRange, message)
            .hint("remove the key if no lifetime is required")
            .into());
    }
    if duration > iam::LONGEST_SESSION {
        let message =
            format!("{} is longer than 36 hours, the longest session of AWS", quoted(text));
        return Err(Fault::new(ProblemCode::LifetimeRange, message)
            .hint("use `m` for minutes and `h` for hours")
            .into());
    }
    Ok(duration)
}

/// Refuses accounts that are both in an environment with an emulator and in one without.
pub(super) fn refuse_half_emulated(
    claims: &[Claim],
    defaults: Option<&Keys>,
    problems: &mut Problems,
) {
    let mut real: Vec<(&str, Placed<AccountId>)> = Vec::new();
    for claim in claims.iter().filter(|claim| !claim.is_emulated) {
        for account in claim.all_accounts(defaults) {
            real.push((&claim.environment, account));
        }
    }
    for emulated in claims.iter().filter(|claim| claim.is_emulated) {
        let mut reported: Vec<AccountId> = Vec::new();
        for account in emulated.all_accounts(defaults) {
            let same = real.iter().find(|(_, other)| other.value == account.value);
            let Some((environment, other)) = same else { continue };
            if reported.contains(&account.value) {
                continue;
            }
            reported.push(account.value);
            let place = (*environment, other.place.clone());
            let fault = half_emulated(&emulated.environment, account.value, &place);
            problems.report(fault, &account.place);
        }
    }
}

impl Claim {
    /// The accounts of the environment, including those of `[defaults]`.
    fn all_accounts(&self, defaults: Option<&Keys>) -> Vec<Placed<AccountId>> {
        let mut accounts = self.accounts.clone();
        if let Some(keys) = defaults {
            for key in &self.defaulted {
                accounts.extend_from_slice(keys.accounts_of(*key));
            }
        }
        accounts
    }
}

fn half_emulated(emulated: &str, account: AccountId, (real, place): &(&str, Place)) -> Fault {
    let message = format!(
        "account {account} is emulated in {} but not in {}",
        quoted(emulated),
        quoted(real)
    );
    Fault::new(ProblemCode::HalfEmulated, message)
        .hint("use a separate account for the emulator, such as `000000000000`, also in `callers`")
        .also(place, format!("without an emulator in {}", quoted(real)))
}
