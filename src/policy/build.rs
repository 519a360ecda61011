//! Parses the policy file, key by key. Collects all errors before it fails.

use toml::de::DeTable;

use super::account::{Names, check_name, unquoted};
use super::environment::{Claim, Environment, Keys, refuse_half_emulated};
use super::pattern::{Kind, Pattern};
use super::problem::{Fault, Invalid, Problems, Reported, plain};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Table};
use super::{List, Place, Policy, Text};
use crate::identity::AccountId;

/// The supported version of the file format.
const VERSION: i64 = 1;

/// `[forbidden]`: refused in every environment.
#[derive(Clone, Debug, Default)]
pub(super) struct Forbidden {
    pub(super) accounts: Option<List<AccountId>>,
    pub(super) roles: Option<List<Pattern>>,
}

/// The parsed tables of a policy.
struct Contents {
    names: Names,
    forbidden: Forbidden,
    defaults: Keys,
    environments: Vec<Environment>,
}

pub(super) fn read(texts: Vec<Text>) -> Result<Policy, Invalid> {
    let mut problems = Problems::default();
    let contents = read_contents(&texts, &mut problems);
    let problems = problems.into_sorted();
    match contents {
        Ok(Contents { names, forbidden, defaults, environments }) if problems.is_empty() => {
            let accounts = names.into_named();
            Ok(Policy { texts, accounts, forbidden, defaults, environments })
        }
        _ => Err(Invalid { texts, problems }),
    }
}

fn read_contents(texts: &[Text], problems: &mut Problems) -> Result<Contents, Reported> {
    let [text] = texts else {
        let message = format!("expected one policy text, got {}", texts.len());
        return Err(problems.report(Fault::new(ProblemCode::OneText, message), &Place::default()));
    };
    let (toml, errors) = DeTable::parse_recoverable(&text.text);
    if let Some(error) = errors.first() {
        // An unclosed bracket causes many errors, of which only the first helps the user.
        let span = error.span().unwrap_or_default();
        let fault = syntax(&text.text, &span, error.message());
        return Err(problems.report(fault, &Place { file: 0, span }));
    }
    contents(Table::root(0, toml.get_ref()), problems)
}

/// The fault of a syntax error. An unquoted account ID is a common cause and has its own fault.
fn syntax(text: &str, span: &std::ops::Range<usize>, message: &str) -> Fault {
    let (before, after) = text.split_at(text.floor_char_boundary(span.start));
    let (_, head) = before.split_at(before.trim_end_matches(is_part_of_token).len());
    let (tail, _) = after.split_at(after.find(|c| !is_part_of_token(c)).unwrap_or(after.len()));
    if let Some(fault) = unquoted(&format!("{head}{tail}")) {
        return fault;
    }
    Fault::new(ProblemCode::Syntax, format!("invalid TOML: {}", plain(message)))
        .hint("fix this first; the rest of the file was not checked")
}

/// Whether the character may be a part of a key or a number without quotation marks.
fn is_part_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+')
}

fn contents(mut root: Table<'_>, problems: &mut Problems) -> Result<Contents, Reported> {
    let version = version(&mut root, problems)?;
    let accounts = root.table("accounts", problems);
    let names = Names::read(accounts, problems);
    let forbidden = forbidden(&mut root, &names, problems);
    let defaults = defaults(&mut root, &names, problems);
    let environments = environments(&mut root, &names, &defaults, problems);
    root.close(problems);
    version?;
    Ok(Contents { names, forbidden: forbidden?, defaults: defaults?, environments: environments? })
}

/// Checks the version. If it is missing or has the wrong type, parsing continues to find more problems (the
/// inner error). If it is not supported, parsing ends (the outer error), because the keys may have another
/// meaning.
fn version(
    root: &mut Table<'_>,
    problems: &mut Problems,
) -> Result<Result<(), Reported>, Reported> {
    let Some(entry) = root.take("version") else {
        let fault = Fault::new(ProblemCode::MissingVersion, "the policy has no `version`")
            .hint(format!("add `version = {VERSION}` as the first line"));
        return Ok(Err(problems.report(fault, &Place::default())));
    };
    match entry.integer(problems) {
        Err(reported) => Ok(Err(reported)),
        Ok(version) if version.value == VERSION => Ok(Ok(())),
        Ok(version) => {
            let message = format!("version {} is not supported", version.value);
            let fault = Fault::new(ProblemCode::UnsupportedVersion, message)
                .hint(format!("write `version = {VERSION}`, or install a newer account-guard"));
            Err(problems.report(fault, &version.place))
        }
    }
}

fn forbidden(
    root: &mut Table<'_>,
    names: &Names,
    problems: &mut Problems,
) -> Result<Forbidden, Reported> {
    let Some(mut table) = root.table("forbidden", problems)? else {
        return Ok(Forbidden::default());
    };
    let accounts = table.list("accounts", problems, |text| names.find(text));
    let roles = table.list("roles", problems, |text| Ok(Pattern::parse(Kind::Role, text)?));
    table.close(problems);
    Ok(Forbidden { accounts: accounts?, roles: roles? })
}

fn defaults(
    root: &mut Table<'_>,
    names: &Names,
    problems: &mut Problems,
) -> Result<Keys, Reported> {
    let Some(mut table) = root.table("defaults", problems)? else {
        return Ok(Keys::default());
    };
    let keys = Keys::defaults(&mut table, names, problems);
    table.close(problems);
    keys
}

fn environments(
    root: &mut Table<'_>,
    names: &Names,
    defaults: &Result<Keys, Reported>,
    problems: &mut Problems,
) -> Result<Vec<Environment>, Reported> {
    let Some(table) = root.table("environments", problems)? else {
        return Err(no_environments(problems));
    };
    if table.entries().is_empty() {
        return Err(no_environments(problems));
    }
    let mut claims: Vec<Claim> = Vec::new();
    let mut environments = Vec::new();
    for entry in table.entries() {
        if let Some((claim, read)) = environment(entry, names, problems) {
            claims.push(claim);
            environments.push(read);
        }
    }
    refuse_half_emulated(&claims, defaults.as_ref().ok(), problems);
    environments.into_iter().collect()
}

/// Parses one environment; `None` if it is not a table, which is reported as a problem.
fn environment(
    entry: &Entry<'_>,
    names: &Names,
    problems: &mut Problems,
) -> Option<(Claim, Result<Environment, Reported>)> {
    let name = check_name(entry, "an environment", problems);
    let mut table = entry.table(problems).ok()?;
    let (claim, environment) = Environment::read(entry, &mut table, names, problems);
    table.close(problems);
    Some((claim, name.and(environment)))
}

fn no_environments(problems: &mut Problems) -> Reported {
    let fault = Fault::new(ProblemCode::NoEnvironments, "the policy has no environments")
        .hint("add a table `[environments.NAME]` with the allowed `accounts`");
    problems.report(fault, &Place::default())
}
