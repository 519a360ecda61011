//! The table `[accounts]`: names of accounts. An undefined name is an error.

use super::problem::{Fault, Problems, Reported, did_you_mean, quoted};
use super::problem_code::ProblemCode;
use super::reader::{Entry, Refusal, Table, unquoted_account};
use super::{Place, Placed};
use crate::identity::AccountId;

/// A named account, with the position of its entry.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) id: Placed<AccountId>,
}

/// An entry of `[accounts]`, valid or not. A name with an invalid ID is kept, so that its uses are not reported
/// as unknown accounts.
struct Line {
    name: String,
    name_place: Place,
    id: Result<Placed<AccountId>, Reported>,
}

impl Line {
    fn has_id(&self, id: AccountId) -> bool {
        match &self.id {
            Ok(own) => own.value == id,
            Err(_) => false,
        }
    }
}

/// The table `[accounts]`, for parsing the lists of accounts in the rest of the file.
#[derive(Default)]
pub(super) struct Names {
    lines: Vec<Line>,
    /// Set if the whole table is invalid.
    refused: Option<Reported>,
}

impl Names {
    /// Parses the table, and reports invalid names and IDs.
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
            let line = names.read_line(entry, problems);
            names.lines.push(line);
        }
        names
    }

    fn read_line(&self, entry: &Entry<'_>, problems: &mut Problems) -> Line {
        let name = check_name(entry, "an account", problems);
        let distinct = self.refuse_similar(entry, problems);
        let id = match entry.text(problems, |text| Ok(account_id(text)?)) {
            Ok(id) => self.refuse_second_name(entry, id.value, problems),
            Err(reported) => Err(reported),
        };
        Line {
            name: entry.key.to_owned(),
            name_place: entry.key_place.clone(),
            id: name.and(distinct).and(id),
        }
    }

    fn refuse_similar(&self, entry: &Entry<'_>, problems: &mut Problems) -> Result<(), Reported> {
        let similar = self.lines.iter().find(|line| line.name.eq_ignore_ascii_case(entry.key));
        let Some(first) = similar else { return Ok(()) };
        let (name, other) = (quoted(entry.key), quoted(&first.name));
        let fault = Fault::new(
            ProblemCode::SimilarNames,
            format!("{name} and {other} differ only in letter case"),
        )
        .hint("rename one of them")
        .also(&first.name_place, "first defined here");
        Err(problems.report(fault, &entry.key_place))
    }

    fn refuse_second_name(
        &self,
        entry: &Entry<'_>,
        id: AccountId,
        problems: &mut Problems,
    ) -> Result<Placed<AccountId>, Reported> {
        let same = self.lines.iter().find(|line| line.has_id(id));
        let Some(first) = same else {
            return Ok(Placed { value: id, place: entry.place() });
        };
        let (name, other) = (quoted(entry.key), quoted(&first.name));
        let fault = Fault::new(
            ProblemCode::TwoNames,
            format!("{name} and {other} are names of the same account {id}"),
        )
        .hint("remove one of the names")
        .also(&first.name_place, "first defined here");
        Err(problems.report(fault, &entry.place()))
    }

    /// The account with this name or ID.
    pub(super) fn find(&self, text: &str) -> Result<AccountId, Refusal> {
        let not_an_id = match account_id(text) {
            Ok(id) => return Ok(id),
            Err(fault) => fault,
        };
        if let Some(line) = self.lines.iter().find(|line| line.name == text) {
            return match &line.id {
                Ok(id) => Ok(id.value),
                Err(reported) => Err(Refusal::Reported(*reported)),
            };
        }
        if has_wildcard(text) {
            let hint = "list each account, so that a new one is never allowed by accident";
            return Err(wildcard(text).hint(hint).into());
        }
        if text.chars().all(is_id_character) {
            return Err(not_an_id.into());
        }
        Err(self.unknown(text))
    }

    fn unknown(&self, text: &str) -> Refusal {
        if let Some(reported) = self.refused {
            return Refusal::Reported(reported);
        }
        let fault =
            Fault::new(ProblemCode::UnknownAccount, format!("unknown account {}", quoted(text)))
                .label("not in `[accounts]`");
        let known = self.lines.iter().map(|line| line.name.as_str());
        match did_you_mean(text, known) {
            Some(hint) => fault.hint(hint).into(),
            None => fault.hint("define it in `[accounts]`, or write its quoted ID").into(),
        }
    }

    /// The valid entries, in the order of the file.
    pub(super) fn into_named(self) -> Vec<Named> {
        let mut named = Vec::new();
        for Line { name, id, .. } in self.lines {
            if let Ok(id) = id {
                named.push(Named { name, id });
            }
        }
        named
    }
}

/// Checks the name of an account or environment. Names occur in messages and command lines, so that only safe
/// characters are allowed.
pub(super) fn check_name(
    entry: &Entry<'_>,
    noun: &str,
    problems: &mut Problems,
) -> Result<(), Reported> {
    if let Some(rest) = entry.key.strip_prefix(|c: char| c.is_ascii_alphabetic())
        && rest.chars().all(is_name_character)
    {
        return Ok(());
    }
    let fault = Fault::new(
        ProblemCode::InvalidName,
        format!("{} is not a valid name for {noun}", quoted(entry.key)),
    )
    .hint("use a letter, followed by letters, digits, `.`, `_` and `-`");
    Err(problems.report(fault, &entry.key_place))
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The fault of an unquoted account ID; `None` if `token` does not look like one.
pub(super) fn unquoted(token: &str) -> Option<Fault> {
    let digits: String = token.chars().filter(|&c| c != '-').collect();
    let is_number = digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit());
    let is_account = digits.starts_with('0') && digits == token || digits.len() == 12;
    if is_number && is_account { Some(unquoted_account(&digits)) } else { None }
}

/// Whether a string contains a wildcard, which neither account IDs nor account names can.
pub(super) fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The fault of a wildcard in a list of accounts. The caller adds a hint.
pub(super) fn wildcard(text: &str) -> Fault {
    Fault::new(
        ProblemCode::AccountWildcard,
        format!("wildcards are not allowed here: {}", quoted(text)),
    )
}

fn account_id(text: &str) -> Result<AccountId, Fault> {
    let why = match AccountId::parse(text) {
        Ok(id) => return Ok(id),
        Err(why) => why,
    };
    let fault = Fault::new(ProblemCode::InvalidAccount, why.to_string());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 12 && text.chars().all(is_id_character) {
        return Err(fault.hint(format!("write `\"{digits}\"`")));
    }
    Err(fault.hint("run `aws sts get-caller-identity` to see the ID of an account"))
}

fn is_id_character(c: char) -> bool {
    c.is_numeric() || c.is_whitespace() || matches!(c, '-' | ',' | '_')
}
