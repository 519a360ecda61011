//! The policy: the accounts and principals that each environment allows. Parses text into a valid policy.

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

/// The text of a policy file, with the name to print for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The path of the file, relative to the working directory where possible.
    pub name: String,
    /// The complete text.
    pub text: String,
}

/// A position in the policy: a file and a range of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// An index into [`Policy::texts`].
    pub file: usize,
    /// The range of bytes in that text.
    pub span: Range<usize>,
}

/// A value with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The parsed value.
    pub value: T,
    /// The position of the value.
    pub place: Place,
}

/// A list in the policy. Never empty, without duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    /// The position of key and value: `accounts = ["prod"]`.
    pub place: Place,
    /// The items, in the order of the file.
    pub items: Vec<Placed<T>>,
}

impl<T> List<T> {
    /// The items without their positions.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|item| &item.value)
    }
}

/// A position for messages: file, line and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The text of the line, trimmed.
    pub text: &'a str,
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

/// A valid policy. Only [`Policy::read`] creates one.
#[derive(Clone, Debug)]
pub struct Policy {
    texts: Vec<Text>,
    accounts: Vec<account::Named>,
    forbidden: build::Forbidden,
    defaults: environment::Keys,
    environments: Vec<environment::Environment>,
}

impl Policy {
    /// Parses a policy. Expects exactly one text. The error contains all problems, not only the first.
    pub fn read(texts: Vec<Text>) -> Result<Self, Invalid> {
        build::read(texts)
    }

    /// Warnings about settings that are valid but probably unintended, in the order of the file.
    pub fn lint(&self) -> Vec<Problem> {
        lint::lint(self)
    }

    /// The rules of one environment, including `[forbidden]` and `[defaults]`.
    pub fn rules(&self, environment: &str) -> Result<Rules<'_>, UnknownEnvironment> {
        Rules::of(self, environment)
    }

    /// The names of the environments, in the order of the file.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.environments.iter().map(|environment| environment.name.value.as_str())
    }

    /// The name of an account in `[accounts]`; `None` for an account without a name.
    pub fn account_name(&self, id: AccountId) -> Option<&str> {
        let named = self.accounts.iter().find(|named| named.id.value == id)?;
        Some(named.name.as_str())
    }

    /// The file, line and column of a position.
    pub fn locate(&self, place: &Place) -> Location<'_> {
        locate(&self.texts, place)
    }

    /// The texts from which the policy was parsed.
    pub fn texts(&self) -> &[Text] {
        &self.texts
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
