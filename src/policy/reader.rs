//! Reads TOML values with their positions and checks their types. Reports the keys of a table that were not
//! read as unknown.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Fault, Problems, Reported, did_you_mean, plain, quoted};
use super::problem_code::ProblemCode;
use super::{List, Place, Placed};

/// Why an item is invalid.
pub(super) enum Refusal {
    /// The item itself has a fault, which is not yet reported.
    Fault(Fault),
    /// The item refers to something invalid that was already reported.
    Reported(Reported),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A key with its value.
#[derive(Clone)]
pub(super) struct Entry<'t> {
    /// The key, without the keys of the enclosing tables.
    pub key: &'t str,
    /// The position of the key.
    pub key_place: Place,
    /// The key with the keys of the enclosing tables: `environments.prod`.
    path: String,
    value: Value<'t>,
}

#[derive(Clone)]
struct Value<'t> {
    toml: &'t DeValue<'t>,
    place: Place,
}

/// An item of a list: its text and its parsed value.
struct Item<'t, T> {
    text: &'t str,
    made: Placed<T>,
}

/// A table whose keys are read one by one. [`Table::close`] reports the keys that were not read.
pub(super) struct Table<'t> {
    path: String,
    place: Place,
    entries: Vec<Entry<'t>>,
    read_keys: BTreeSet<&'static str>,
}

impl<'t> Table<'t> {
    /// The root table of the file with this index.
    pub(super) fn root(file: usize, toml: &'t DeTable<'t>) -> Self {
        Self::new(String::new(), Place { file, span: 0..0 }, toml)
    }

    fn new(path: String, place: Place, toml: &'t DeTable<'t>) -> Self {
        let mut entries = Vec::new();
        for (key, value) in toml {
            entries.push(Entry {
                key: key.get_ref(),
                key_place: Place { file: place.file, span: key.span() },
                path: join(&path, key.get_ref()),
                value: Value::new(place.file, value),
            });
        }
        entries.sort_by_key(|entry| entry.key_place.span.start);
        Self { path, place, entries, read_keys: BTreeSet::new() }
    }

    /// The position of the table's header.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The keys to this table: `environments.prod`.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// All entries in the order of the file, for tables whose keys are names.
    pub(super) fn entries(&self) -> &[Entry<'t>] {
        &self.entries
    }

    /// Reads the entry of this key; `None` if it is missing. The key then counts as known.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.read_keys.insert(key);
        self.entries.iter().find(|entry| entry.key == key).cloned()
    }

    /// Reads the table of this key; `None` if it is missing.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Result<Option<Table<'t>>, Reported> {
        let Some(entry) = self.take(key) else { return Ok(None) };
        entry.table(problems).map(Some)
    }

    /// Reads the list of this key and parses each item; `None` if it is missing.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        make: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Result<Option<List<T>>, Reported> {
        let Some(entry) = self.take(key) else { return Ok(None) };
        entry.list(problems, make).map(Some)
    }

    /// Reads the string of this key and parses it; `None` if it is missing. The position spans key and value.
    /// `example` is a valid string for the hint.
    pub(super) fn text<T>(
        &mut self,
        (key, example): (&'static str, &'static str),
        problems: &mut Problems,
        make: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Option<Placed<T>>, Reported> {
        let Some(entry) = self.take(key) else { return Ok(None) };
        let text = entry.value.text(&entry.path, Expected::StringLike(example), problems)?;
        let value = entry.value.made(make(text), problems)?.value;
        Ok(Some(Placed { value, place: entry.place() }))
    }

    /// Reports every key that was not read as unknown.
    pub(super) fn close(self, problems: &mut Problems) {
        for entry in self.entries.iter().filter(|entry| !self.read_keys.contains(entry.key)) {
            let within = match self.path.as_str() {
                "" => String::new(),
                path => format!(" in {}", quoted(path)),
            };
            let mut fault = Fault::new(
                ProblemCode::UnknownKey,
                format!("unknown key {}{within}", quoted(entry.key)),
            );
            if let Some(hint) = did_you_mean(entry.key, self.read_keys.iter().copied()) {
                fault = fault.hint(hint);
            }
            problems.report(fault, &entry.key_place);
        }
    }
}

impl<'t> Entry<'t> {
    /// The position of key and value: `accounts = ["prod"]`.
    pub(super) fn place(&self) -> Place {
        let Range { start, end } = self.key_place.span;
        let value = &self.value.place.span;
        let span = start.min(value.start)..end.max(value.end);
        Place { file: self.key_place.file, span }
    }

    /// Reads an integer.
    pub(super) fn integer(&self, problems: &mut Problems) -> Result<Placed<i64>, Reported> {
        if let DeValue::Integer(number) = self.value.toml
            && let Ok(value) = i64::from_str_radix(number.as_str(), number.radix())
        {
            return Ok(Placed { value, place: self.value.place.clone() });
        }
        Err(self.wrong_type(Expected::Number, problems))
    }

    /// Reads a string and parses it.
    pub(super) fn text<T>(
        &self,
        problems: &mut Problems,
        make: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Placed<T>, Reported> {
        let text = self.value.text(&self.path, Expected::String, problems)?;
        self.value.made(make(text), problems)
    }

    /// Reads a table.
    pub(super) fn table(&self, problems: &mut Problems) -> Result<Table<'t>, Reported> {
        match self.value.toml {
            DeValue::Table(toml) => Ok(Table::new(self.path.clone(), self.place(), toml)),
            _ => Err(self.wrong_type(Expected::Table, problems)),
        }
    }

    fn list<T: PartialEq>(
        &self,
        problems: &mut Problems,
        mut make: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Result<List<T>, Reported> {
        let DeValue::Array(array) = self.value.toml else {
            return Err(self.wrong_type(Expected::Strings, problems));
        };
        let mut before: Vec<Item<'_, T>> = Vec::new();
        let mut invalid = None;
        for item in array {
            let value = Value::new(self.key_place.file, item);
            match self.item(&value, &before, problems, &mut make) {
                Ok(item) => before.push(item),
                Err(reported) => invalid = Some(reported),
            }
        }
        if let Some(reported) = invalid {
            return Err(reported);
        }
        if before.is_empty() {
            return Err(self.empty_list(problems));
        }
        let items = before.into_iter().map(|item| item.made).collect();
        Ok(List { place: self.place(), items })
    }

    /// Reads an item of a list and parses it. An item that is also in `before` is an error.
    fn item<T: PartialEq>(
        &self,
        value: &Value<'t>,
        before: &[Item<'t, T>],
        problems: &mut Problems,
        mut make: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Result<Item<'t, T>, Reported> {
        let text = value.text(&self.path, Expected::String, problems)?;
        let item = Item { text, made: value.made(make(text), problems)? };
        refuse_duplicate(before, &item, problems)?;
        Ok(item)
    }

    fn empty_list(&self, problems: &mut Problems) -> Reported {
        let fault =
            Fault::new(ProblemCode::EmptyList, format!("{} is an empty list", quoted(&self.path)))
                .hint("add an item, or remove the key");
        problems.report(fault, &self.place())
    }

    fn wrong_type(&self, expected: Expected, problems: &mut Problems) -> Reported {
        self.value.wrong_type(&self.path, expected, problems)
    }
}

impl<'t> Value<'t> {
    fn new(file: usize, toml: &'t Spanned<DeValue<'t>>) -> Self {
        Self { toml: toml.get_ref(), place: Place { file, span: toml.span() } }
    }

    fn text(
        &self,
        path: &str,
        expected: Expected,
        problems: &mut Problems,
    ) -> Result<&'t str, Reported> {
        match self.toml {
            DeValue::String(text) if text.is_empty() => {
                let fault =
                    Fault::new(ProblemCode::EmptyText, format!("empty string in {}", quoted(path)))
                        .hint("write a value, or remove it");
                Err(problems.report(fault, &self.place))
            }
            DeValue::String(text) => Ok(text),
            DeValue::Integer(number) if number.as_str().len() == 12 && number.radix() == 10 => {
                Err(problems.report(unquoted_account(number.as_str()), &self.place))
            }
            _ => Err(self.wrong_type(path, expected, problems)),
        }
    }

    fn made<T>(
        &self,
        made: Result<T, Refusal>,
        problems: &mut Problems,
    ) -> Result<Placed<T>, Reported> {
        match made {
            Ok(value) => Ok(Placed { value, place: self.place.clone() }),
            Err(Refusal::Fault(fault)) => Err(problems.report(fault, &self.place)),
            Err(Refusal::Reported(reported)) => Err(reported),
        }
    }

    fn wrong_type(&self, path: &str, expected: Expected, problems: &mut Problems) -> Reported {
        let (noun, kind) = (expected.noun(), kind(self.toml));
        let fault = Fault::new(
            ProblemCode::WrongType,
            format!("{}: expected {noun}, got {kind}", quoted(path)),
        )
        .label(kind)
        .hint(expected.hint(self.toml));
        problems.report(fault, &self.place)
    }
}

/// The expected type of a value.
#[derive(Clone, Copy)]
enum Expected {
    Number,
    String,
    /// A string such as this one.
    StringLike(&'static str),
    Strings,
    Table,
}

impl Expected {
    fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::String | Self::StringLike(_) => "a string",
            Self::Strings => "a list of strings",
            Self::Table => "a table",
        }
    }

    fn hint(self, found: &DeValue<'_>) -> String {
        match (self, found) {
            (Self::StringLike(text), _) => format!("write a quoted string, such as `\"{text}\"`"),
            (Self::String, DeValue::Integer(number)) => format!("quote it: `\"{number}\"`"),
            (Self::Strings, DeValue::String(text)) => format!("write `[\"{}\"]`", plain(text)),
            (Self::Number, DeValue::String(_)) => "remove the quotation marks".to_owned(),
            _ => format!("write {}", self.noun()),
        }
    }
}

/// The fault of an account ID without quotation marks, which TOML reads as a number or, with a leading zero,
/// refuses.
pub(super) fn unquoted_account(digits: &str) -> Fault {
    Fault::new(
        ProblemCode::UnquotedAccount,
        format!("the account ID {} is not quoted", quoted(digits)),
    )
    .hint(format!("quote it: `\"{}\"`", plain(digits)))
}

fn refuse_duplicate<T: PartialEq>(
    before: &[Item<'_, T>],
    item: &Item<'_, T>,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let Some(first) = before.iter().find(|other| other.made.value == item.made.value) else {
        return Ok(());
    };
    let message = if first.text == item.text {
        format!("duplicate item {}", quoted(item.text))
    } else {
        format!("{} and {} are the same", quoted(item.text), quoted(first.text))
    };
    let fault = Fault::new(ProblemCode::Duplicate, message)
        .hint("remove one of them")
        .also(&first.made.place, "first item");
    Err(problems.report(fault, &item.made.place))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
