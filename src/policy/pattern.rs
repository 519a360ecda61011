//! Patterns of roles, users and permission sets. Matches one field at a time; reads no policy.

use std::borrow::Cow;
use std::fmt;

use globset::{Glob, GlobBuilder};

use super::ProblemCode;
use super::problem::{Fault, code};
use crate::identity::{AccountId, Identity, Principal};
use crate::partition::Partition;

mod parse;

/// What a pattern names, by the key that it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A role, under `roles`.
    Role,
    /// An IAM user, under `users`.
    User,
    /// A permission set of IAM Identity Center, under `permission_sets`.
    PermissionSet,
}

/// A pattern of names, or of ARNs: `*` stands for any characters but `:` and `/`, `?` for one.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    kind: Kind,
    /// Of an ARN pattern.
    scope: Option<Scope>,
    name: Name,
}

/// What an ARN pattern says beside the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scope {
    partition: Partition,
    /// Every account, where it is `*`.
    account: Option<AccountId>,
}

/// One field: a literal, or a glob as written and in lower case.
#[derive(Clone, Debug)]
enum Name {
    Literal(String),
    Wild { text: String, exact: Glob, folded: Glob },
}

#[derive(Clone, Copy)]
enum Case {
    Exact,
    Folded,
}

impl Pattern {
    /// The pattern as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the pattern names.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The partition of an ARN pattern.
    pub fn partition(&self) -> Option<Partition> {
        self.scope.map(|scope| scope.partition)
    }

    /// The one account that an ARN pattern is for.
    pub fn account(&self) -> Option<AccountId> {
        self.scope.and_then(|scope| scope.account)
    }

    /// Whether an identity is meant, by its exact name.
    pub fn allows(&self, identity: &Identity) -> bool {
        self.holds(identity, Case::Exact)
    }

    /// Whether an identity is meant, letter case aside: IAM's names are unique without it.
    pub fn forbids(&self, identity: &Identity) -> bool {
        self.holds(identity, Case::Folded)
    }

    /// The partition of an ARN pattern that differs from the identity in its partition alone.
    pub fn other_partition(&self, identity: &Identity) -> Option<Partition> {
        let scope = self.scope.filter(|scope| scope.partition != identity.partition())?;
        let is_same = scope.holds_account(identity) && self.names(identity, Case::Exact);
        is_same.then_some(scope.partition)
    }

    fn holds(&self, identity: &Identity, case: Case) -> bool {
        self.scope.is_none_or(|scope| scope.holds(identity)) && self.names(identity, case)
    }

    fn names(&self, identity: &Identity, case: Case) -> bool {
        self.subject(identity).is_some_and(|subject| self.name.matches(&subject, case))
    }

    /// The part of an identity that this kind of pattern speaks of.
    fn subject<'i>(&self, identity: &'i Identity) -> Option<Cow<'i, str>> {
        match (self.kind, identity.principal()) {
            (Kind::PermissionSet, principal) => principal.permission_set().map(Cow::from),
            (Kind::User, Principal::User { path, name }) if self.scope.is_some() => {
                let path = path.strip_prefix('/').unwrap_or(path);
                Some(Cow::from(format!("{path}{name}")))
            }
            (Kind::Role, Principal::Role { name, .. })
            | (Kind::User, Principal::User { name, .. }) => Some(Cow::from(name)),
            _ => None,
        }
    }

    /// The length of the shortest name that matches, path aside.
    pub(super) fn shortest_name(&self) -> usize {
        let text = self.name.text();
        let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
        name.chars().filter(|&c| c != '*').count()
    }

    /// Whether everything that `allowed` allows, this pattern forbids. May say no where it is so.
    pub(super) fn forbids_all_of(&self, allowed: &Self) -> bool {
        let covers = match (self.scope, allowed.scope) {
            (None, _) => true,
            (Some(ours), Some(theirs)) => {
                ours.partition == theirs.partition
                    && (ours.account.is_none() || ours.account == theirs.account)
            }
            (Some(_), None) => false,
        };
        let names = match allowed.name.text() {
            text if text.contains(['*', '?']) => {
                // A `*` of theirs may be nothing or much: `~`, which is in no pattern, needs a `*`.
                let long = "~".repeat(text.len() + self.text.len());
                vec![text.replace('*', ""), text.replace('*', &long)]
            }
            text => vec![text.to_owned()],
        };
        covers
            && self.kind == allowed.kind
            && names.iter().all(|name| self.name.matches(name, Case::Folded))
    }
}

/// Two patterns are one if they are written alike.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.text) == (other.kind, &other.text)
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Scope {
    fn holds(self, identity: &Identity) -> bool {
        self.partition == identity.partition() && self.holds_account(identity)
    }

    fn holds_account(self, identity: &Identity) -> bool {
        self.account.is_none_or(|account| account == identity.account())
    }
}

impl Name {
    fn parse(text: &str) -> Result<Self, Fault> {
        if !text.contains(['*', '?']) {
            return Ok(Self::Literal(text.to_owned()));
        }
        let glob = |text: &str| {
            let glob = GlobBuilder::new(text).literal_separator(true).build();
            glob.map_err(|_| {
                Fault::new(ProblemCode::PatternCharacter, format!("{} is no name", code(text)))
            })
        };
        let (exact, folded) = (glob(text)?, glob(&text.to_ascii_lowercase())?);
        Ok(Self::Wild { text: text.to_owned(), exact, folded })
    }

    fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Wild { text, .. } => text,
        }
    }

    fn matches(&self, name: &str, case: Case) -> bool {
        match (self, case) {
            (Self::Literal(text), Case::Exact) => text == name,
            (Self::Literal(text), Case::Folded) => text.eq_ignore_ascii_case(name),
            (Self::Wild { exact, .. }, Case::Exact) => exact.compile_matcher().is_match(name),
            (Self::Wild { folded, .. }, Case::Folded) => {
                folded.compile_matcher().is_match(name.to_ascii_lowercase())
            }
        }
    }
}

#[cfg(test)]
mod tests;
