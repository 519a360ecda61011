//! Accounts and the names that the policy gives them. Never guesses: a name is known or refused.

use super::problem::{Fault, Problems, Reported, code, did_you_mean};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Refusal, Table, unquoted_account};
use super::{Place, Placed};
use crate::identity::AccountId;

/// An account that has a name, at the place of that name and its ID.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) id: Placed<AccountId>,
}

/// A line of `[accounts]`, valid or not: a name whose ID was refused is still no unknown name.
struct Line {
    name: String,
    name_place: Place,
    id: Result<Placed<AccountId>, Reported>,
}

/// The table `[accounts]`, while the rest of the file is read with its help.
#[derive(Default)]
pub(super) struct Names {
    lines: Vec<Line>,
    /// The table as a whole was refused.
    refused: Option<Reported>,
}

impl Names {
    /// Reads the table, and reports what is wrong with its names and IDs.
    pub(super) fn read(
        table: Result<Option<Table<'_>>, Reported>,
        problems: &mut Problems,
    ) -> Self {
        let table = match table {
            Ok(Some(table)) => table,
            Ok(None) => return Self::default(),
            Err(reported) => return Self { refused: Some(reported), ..Self::default() },
        };
        let mut names = Self::default();
        for entry in table.entries() {
            let line = names.line(entry, problems);
            names.lines.push(line);
        }
        names
    }

    fn line(&self, entry: &Entry<'_>, problems: &mut Problems) -> Line {
        let named = check_name(entry, "an account", problems);
        let single = self.refuse_similar(entry, problems);
        let id = entry.text(problems, |text| Ok(account_id(text)?));
        let id = id.and_then(|id| self.refuse_second_name(entry, id.value, problems));
        Line {
            name: entry.key.to_owned(),
            name_place: entry.key_place.clone(),
            id: named.and(single).and(id),
        }
    }

    fn refuse_similar(&self, entry: &Entry<'_>, problems: &mut Problems) -> Result<(), Reported> {
        let similar = |line: &&Line| line.name.eq_ignore_ascii_case(entry.key);
        let Some(first) = self.lines.iter().find(similar) else { return Ok(()) };
        let (name, other) = (code(entry.key), code(&first.name));
        let fault = Fault::new(
            ProblemCode::SimilarNames,
            format!("{name} and {other} differ only in letter case"),
        )
        .hint("rename one of them")
        .also(&first.name_place, "first named here");
        Err(problems.report(fault, &entry.key_place))
    }

    fn refuse_second_name(
        &self,
        entry: &Entry<'_>,
        id: AccountId,
        problems: &mut Problems,
    ) -> Result<Placed<AccountId>, Reported> {
        let same = |line: &&Line| line.id.as_ref().is_ok_and(|other| other.value == id);
        let Some(first) = self.lines.iter().find(same) else {
            return Ok(Placed { value: id, place: entry.place() });
        };
        let (name, other) = (code(entry.key), code(&first.name));
        let fault =
            Fault::new(ProblemCode::TwoNames, format!("{name} and {other} name one account, {id}"))
                .hint("an account has one name: keep it")
                .also(&first.name_place, "first named here");
        Err(problems.report(fault, &entry.place()))
    }

    /// The account of this name or ID.
    pub(super) fn find(&self, text: &str) -> Result<AccountId, Refusal> {
        let not_an_id = match account_id(text) {
            Ok(id) => return Ok(id),
            Err(fault) => fault,
        };
        if let Some(line) = self.lines.iter().find(|line| line.name == text) {
            return line.id.as_ref().map(|id| id.value).map_err(|&seen| Refusal::Reported(seen));
        }
        if has_wildcard(text) {
            let hint = "list each account, so that a new one is never allowed by accident";
            return Err(wildcard(text).hint(hint).into());
        }
        if text.chars().all(is_of_an_id) {
            return Err(not_an_id.into());
        }
        Err(self.unknown(text))
    }

    fn unknown(&self, text: &str) -> Refusal {
        if let Some(reported) = self.refused {
            return Refusal::Reported(reported);
        }
        let fault =
            Fault::new(ProblemCode::UnknownAccount, format!("unknown account {}", code(text)))
                .label("not in `[accounts]`");
        let known = self.lines.iter().map(|line| line.name.as_str());
        let hint = did_you_mean(text, known)
            .unwrap_or_else(|| "name it in `[accounts]`, or write its quoted ID".to_owned());
        fault.hint(hint).into()
    }

    /// Those that are valid, in the order of the file.
    pub(super) fn into_named(self) -> Vec<Named> {
        let named = |line: Line| Some(Named { name: line.name, id: line.id.ok()? });
        self.lines.into_iter().filter_map(named).collect()
    }
}

/// Names of accounts and environments go into messages and command lines.
pub(super) fn check_name(
    entry: &Entry<'_>,
    whose: &str,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let rest = entry.key.strip_prefix(|c: char| c.is_ascii_alphabetic());
    let is_rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if rest.is_some_and(|rest| rest.chars().all(is_rest)) {
        return Ok(());
    }
    let fault =
        Fault::new(ProblemCode::InvalidName, format!("{} cannot name {whose}", code(entry.key)))
            .hint("a name is a letter, then letters, digits, `.`, `_` and `-`");
    Err(problems.report(fault, &entry.key_place))
}

/// The fault of an account ID that is written without quotes, where `token` is one.
pub(super) fn unquoted(token: &str) -> Option<Fault> {
    let digits: String = token.chars().filter(|&c| c != '-').collect();
    let is_number = digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit());
    let is_account = digits.starts_with('0') && digits == token || digits.len() == 12;
    (is_number && is_account).then(|| unquoted_account(&digits))
}

/// Whether a text contains a wildcard. Neither account IDs nor account names can.
pub(super) fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The fault of a wildcard in a list of accounts, without a hint.
pub(super) fn wildcard(text: &str) -> Fault {
    Fault::new(
        ProblemCode::AccountWildcard,
        format!("wildcards are not allowed here: {}", code(text)),
    )
}

fn account_id(text: &str) -> Result<AccountId, Fault> {
    AccountId::parse(text).map_err(|why| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let fault = Fault::new(ProblemCode::InvalidAccount, why.to_string());
        if digits.len() == 12 && text.chars().all(is_of_an_id) {
            return fault.hint(format!("write `\"{digits}\"`"));
        }
        fault.hint("`aws sts get-caller-identity` shows the ID of an account")
    })
}

fn is_of_an_id(c: char) -> bool {
    c.is_numeric() || c.is_whitespace() || matches!(c, '-' | ',' | '_')
}
