//! The policy: which accounts and principals each environment allows. Text in, a valid policy out;
//! reads no files, no environment, no clock, and prints nothing.

use std::fmt;
use std::ops::Range;

use crate::identity::AccountId;

mod account;
mod build;
mod emulator;
mod environment;
mod lint;
mod pattern;
mod problem;
mod problem_code;
mod reader;
mod registries;
mod rules;

pub use emulator::Emulator;
pub use pattern::{Kind, Pattern};
pub use problem::{Invalid, Problem, Severity};
pub use problem_code::ProblemCode;
pub use registries::PullRegistries;
pub use rules::{Rules, UnknownEnvironment};

/// One policy file's text, and the name to show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The path as the user would write it.
    pub name: String,
    /// The whole of the file.
    pub text: String,
}

/// Where something stands: file index and byte span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// An index into [`Policy::texts`].
    pub file: usize,
    /// Bytes of that text.
    pub span: Range<usize>,
}

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A list of the policy: never empty, no item twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    /// Key and value: `accounts = ["prod"]`.
    pub place: Place,
    /// The items, in the order of the file.
    pub items: Vec<Placed<T>>,
}

impl<T> List<T> {
    /// The items without their places.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|item| &item.value)
    }
}

/// A place as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The file's name.
    pub name: &'a str,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// That line, trimmed.
    pub text: &'a str,
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

/// A valid policy.
#[derive(Clone, Debug)]
pub struct Policy {
    texts: Vec<Text>,
    accounts: Vec<account::Named>,
    forbidden: build::Forbidden,
    defaults: environment::Keys,
    environments: Vec<environment::Environment>,
}

impl Policy {
    /// Reads a policy, or says all that is wrong with it. Takes one text.
    pub fn read(texts: Vec<Text>) -> Result<Self, Invalid> {
        build::read(texts)
    }

    /// What is valid, and probably not meant. All of severity [`Severity::Warning`].
    pub fn lint(&self) -> Vec<Problem> {
        lint::lint(self)
    }

    /// The rules of one environment, `[forbidden]` and `[defaults]` in them.
    pub fn rules(&self, environment: &str) -> Result<Rules<'_>, UnknownEnvironment> {
        Rules::of(self, environment)
    }

    /// The names of the environments, in the order of the file.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.environments.iter().map(|environment| environment.name.value.as_str())
    }

    /// The name that `[accounts]` gives to an account.
    pub fn account_name(&self, id: AccountId) -> Option<&str> {
        let named = self.accounts.iter().find(|named| named.id.value == id)?;
        Some(named.name.as_str())
    }

    /// Where a place is, for people.
    pub fn locate(&self, place: &Place) -> Location<'_> {
        locate(&self.texts, place)
    }

    /// The texts that it was read from.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }
}

impl Invalid {
    /// Where a place is, for people.
    pub fn locate(&self, place: &Place) -> Location<'_> {
        locate(&self.texts, place)
    }
}

fn locate<'a>(texts: &'a [Text], place: &Place) -> Location<'a> {
    let Some(Text { name, text }) = texts.get(place.file) else {
        return Location { name: "", line: 1, column: 1, text: "" };
    };
    let start = text.floor_char_boundary(place.span.start);
    let (before, _) = text.split_at(start);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let (_, line) = text.split_at(line_start);
    Location {
        name,
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|&c| c != '\n').count() + 1,
        text: line.split('\n').next().unwrap_or_default().trim(),
    }
}

#[cfg(test)]
mod tests;
