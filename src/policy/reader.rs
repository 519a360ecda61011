//! TOML, read with its places. Remembers which keys were asked for; knows none of their meanings.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::{Fault, Problems, Reported, code, did_you_mean, plain};
use super::problem_code::ProblemCode;
use super::{List, Place, Placed};

/// Why an item was refused: for a reason of its own, or for one that was reported elsewhere.
pub(super) enum Refusal {
    /// A fault of the item.
    Fault(Fault),
    /// The item leans on something that was found faulty already.
    Reported(Reported),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A value under a key.
#[derive(Clone)]
pub(super) struct Entry<'t> {
    /// The key itself.
    pub key: &'t str,
    /// Where the key stands.
    pub key_place: Place,
    /// The key with those of the tables around it: `environments.prod`.
    path: String,
    value: Value<'t>,
}

#[derive(Clone)]
struct Value<'t> {
    toml: &'t DeValue<'t>,
    place: Place,
}

/// A table whose keys are taken one by one; those left over are unknown.
pub(super) struct Table<'t> {
    path: String,
    place: Place,
    entries: Vec<Entry<'t>>,
    asked: BTreeSet<&'static str>,
}

impl<'t> Table<'t> {
    /// The whole of file number `file`.
    pub(super) fn root(file: usize, toml: &'t DeTable<'t>) -> Self {
        Self::new(String::new(), Place { file, span: 0..0 }, toml)
    }

    fn new(path: String, place: Place, toml: &'t DeTable<'t>) -> Self {
        let at = |span| Place { file: place.file, span };
        let mut entries: Vec<_> = toml
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_place: at(key.span()),
                path: join(&path, key.get_ref()),
                value: Value { toml: value.get_ref(), place: at(value.span()) },
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_place.span.start);
        Self { path, place, entries, asked: BTreeSet::new() }
    }

    /// Where the table begins: its header.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// `environments.prod`
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// All entries, in the order of the file. For tables whose keys are names.
    pub(super) fn entries(&self) -> &[Entry<'t>] {
        &self.entries
    }

    /// The entry of that key. Whoever asks makes the key a known one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.asked.insert(key);
        self.entries.iter().find(|entry| entry.key == key).cloned()
    }

    /// The table under a key; an absent one is `None`.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Result<Option<Table<'t>>, Reported> {
        self.take(key).map(|entry| entry.table(problems)).transpose()
    }

    /// The list under a key, each item made by `make`; an absent one is `None`.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        make: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Result<Option<List<T>>, Reported> {
        self.take(key).map(|entry| entry.list(problems, make)).transpose()
    }

    /// The text under a key, made by `make`, its place spanning key and value. `like` is the key
    /// and a text that it takes, for a hint.
    pub(super) fn text<T>(
        &mut self,
        (key, like): (&'static str, &'static str),
        problems: &mut Problems,
        make: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Option<Placed<T>>, Reported> {
        let Some(entry) = self.take(key) else { return Ok(None) };
        let text = entry.value.text(&entry.path, Wanted::Like(like), problems)?;
        let value = entry.value.made(make(text), problems)?.value;
        Ok(Some(Placed { value, place: entry.place() }))
    }

    /// Refuses every key that nobody asked for.
    pub(super) fn close(self, problems: &mut Problems) {
        for entry in self.entries.iter().filter(|entry| !self.asked.contains(entry.key)) {
            let within = match self.path.as_str() {
                "" => String::new(),
                path => format!(" in {}", code(path)),
            };
            let mut fault = Fault::new(
                ProblemCode::UnknownKey,
                format!("unknown key {}{within}", code(entry.key)),
            );
            if let Some(hint) = did_you_mean(entry.key, self.asked.iter().copied()) {
                fault = fault.hint(hint);
            }
            problems.report(fault, &entry.key_place);
        }
    }
}

impl<'t> Entry<'t> {
    /// Key and value: `accounts = ["prod"]`.
    pub(super) fn place(&self) -> Place {
        let Range { start, end } = self.key_place.span;
        let value = &self.value.place.span;
        let span = start.min(value.start)..end.max(value.end);
        Place { file: self.key_place.file, span }
    }

    /// The integer, as it stands in the file.
    pub(super) fn integer(&self, problems: &mut Problems) -> Result<Placed<i64>, Reported> {
        let number = match self.value.toml {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match number {
            Some(value) => Ok(Placed { value, place: self.value.place.clone() }),
            None => Err(self.wrong_type(Wanted::Number, problems)),
        }
    }

    /// The text, made into a value.
    pub(super) fn text<T>(
        &self,
        problems: &mut Problems,
        make: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Placed<T>, Reported> {
        let text = self.value.text(&self.path, Wanted::Text, problems)?;
        self.value.made(make(text), problems)
    }

    /// The table under this key.
    pub(super) fn table(&self, problems: &mut Problems) -> Result<Table<'t>, Reported> {
        match self.value.toml {
            DeValue::Table(toml) => Ok(Table::new(self.path.clone(), self.place(), toml)),
            _ => Err(self.wrong_type(Wanted::Table, problems)),
        }
    }

    fn list<T: PartialEq>(
        &self,
        problems: &mut Problems,
        mut make: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Result<List<T>, Reported> {
        let DeValue::Array(array) = self.value.toml else {
            return Err(self.wrong_type(Wanted::Texts, problems));
        };
        let mut items: Vec<(&str, Placed<T>)> = Vec::new();
        let mut broken = None;
        for item in array {
            let place = Place { file: self.key_place.file, span: item.span() };
            let value = Value { toml: item.get_ref(), place };
            let read = value.text(&self.path, Wanted::Text, problems).and_then(|text| {
                let item = value.made(make(text), problems)?;
                refuse_twin(&items, text, &item, problems)?;
                Ok((text, item))
            });
            match read {
                Ok(item) => items.push(item),
                Err(reported) => broken = Some(reported),
            }
        }
        if let Some(reported) = broken {
            return Err(reported);
        }
        if items.is_empty() {
            return Err(self.empty_list(problems));
        }
        let items = items.into_iter().map(|(_, item)| item).collect();
        Ok(List { place: self.place(), items })
    }

    fn empty_list(&self, problems: &mut Problems) -> Reported {
        let fault =
            Fault::new(ProblemCode::EmptyList, format!("{} is an empty list", code(&self.path)))
                .hint("name at least one, or remove the key");
        problems.report(fault, &self.place())
    }

    fn wrong_type(&self, wanted: Wanted, problems: &mut Problems) -> Reported {
        self.value.wrong_type(&self.path, wanted, problems)
    }
}

impl<'t> Value<'t> {
    fn text(
        &self,
        path: &str,
        wanted: Wanted,
        problems: &mut Problems,
    ) -> Result<&'t str, Reported> {
        match self.toml {
            DeValue::String(text) if text.is_empty() => {
                let fault =
                    Fault::new(ProblemCode::EmptyText, format!("an empty text in {}", code(path)))
                        .hint("write what is meant, or remove it");
                Err(problems.report(fault, &self.place))
            }
            DeValue::String(text) => Ok(text),
            DeValue::Integer(number) if number.as_str().len() == 12 && number.radix() == 10 => {
                Err(problems.report(unquoted_account(number.as_str()), &self.place))
            }
            _ => Err(self.wrong_type(path, wanted, problems)),
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

    fn wrong_type(&self, path: &str, wanted: Wanted, problems: &mut Problems) -> Reported {
        let (noun, kind) = (wanted.noun(), kind(self.toml));
        let fault =
            Fault::new(ProblemCode::WrongType, format!("{} takes {noun}, not {kind}", code(path)))
                .label(kind)
                .hint(wanted.hint(self.toml));
        problems.report(fault, &self.place)
    }
}

/// What stands where something else was found.
#[derive(Clone, Copy)]
enum Wanted {
    Number,
    Text,
    /// A text such as this one.
    Like(&'static str),
    Texts,
    Table,
}

impl Wanted {
    fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text | Self::Like(_) => "a text",
            Self::Texts => "a list of texts",
            Self::Table => "a table",
        }
    }

    fn hint(self, found: &DeValue<'_>) -> String {
        match (self, found) {
            (Self::Like(text), _) => format!("write it in quotes: `\"{text}\"`"),
            (Self::Text, DeValue::Integer(number)) => format!("quote it: `\"{number}\"`"),
            (Self::Texts, DeValue::String(text)) => format!("write `[\"{}\"]`", plain(text)),
            (Self::Number, DeValue::String(_)) => "write it without quotes".to_owned(),
            _ => format!("write {}", self.noun()),
        }
    }
}

/// An account ID that TOML takes for a number, or would if it did not begin with a zero.
pub(super) fn unquoted_account(digits: &str) -> Fault {
    Fault::new(
        ProblemCode::UnquotedAccount,
        format!("the account ID {} is not quoted", code(digits)),
    )
    .hint(format!("quote it: `\"{}\"`", plain(digits)))
}

fn refuse_twin<T: PartialEq>(
    before: &[(&str, Placed<T>)],
    text: &str,
    item: &Placed<T>,
    problems: &mut Problems,
) -> Result<(), Reported> {
    let Some((first, twin)) = before.iter().find(|(_, other)| other.value == item.value) else {
        return Ok(());
    };
    let message = if *first == text {
        format!("{} stands here twice", code(text))
    } else {
        format!("{} and {} are the same", code(text), code(first))
    };
    let fault = Fault::new(ProblemCode::Duplicate, message)
        .hint("remove one of them")
        .also(&twin.place, "first here");
    Err(problems.report(fault, &item.place))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
