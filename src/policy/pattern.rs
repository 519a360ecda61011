//! Patterns of roles, users and permission sets. Matches field by field.

use std::borrow::Cow;
use std::fmt;

use globset::{Glob, GlobBuilder};

use super::ProblemCode;
use super::problem::{Fault, quoted};
use crate::identity::{AccountId, Identity, Principal};
use crate::partition::Partition;

mod parse;

/// The kind of principal that a pattern matches, from the key of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A role; key `roles`.
    Role,
    /// An IAM user; key `users`.
    User,
    /// A permission set of IAM Identity Center; key `permission_sets`.
    PermissionSet,
}

/// A pattern of names or ARNs. `*` matches any characters except `:` and `/`, `?` matches one of them.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    kind: Kind,
    /// The partition and the account of an ARN pattern; `None` for a pattern of names.
    scope: Option<Scope>,
    name: Name,
}

/// The fields of an ARN pattern before the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scope {
    partition: Partition,
    /// `None` for `*`, which matches every account.
    account: Option<AccountId>,
}

/// The name: a literal, or a glob (as written, and in lower case).
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
    /// The text in the policy.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of principal that the pattern matches.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The partition of an ARN pattern; `None` for a pattern of names.
    pub fn partition(&self) -> Option<Partition> {
        self.scope.map(|scope| scope.partition)
    }

    /// The account of an ARN pattern; `None` if the pattern matches every account.
    pub fn account(&self) -> Option<AccountId> {
        self.scope.and_then(|scope| scope.account)
    }

    /// Whether the pattern matches the identity, with the exact letter case.
    pub fn allows(&self, identity: &Identity) -> bool {
        self.matches(identity, Case::Exact)
    }

    /// Whether the pattern matches the identity, ignoring letter case: names in IAM are unique regardless of case.
    pub fn forbids(&self, identity: &Identity) -> bool {
        self.matches(identity, Case::Folded)
    }

    /// The partition of an ARN pattern that would match the identity in that partition; `None` if the pattern
    /// matches, or does not match for another reason.
    pub fn other_partition(&self, identity: &Identity) -> Option<Partition> {
        let scope = self.scope?;
        if scope.partition == identity.partition() || !scope.matches_account(identity) {
            return None;
        }
        if self.matches_name(identity, Case::Exact) { Some(scope.partition) } else { None }
    }

    fn matches(&self, identity: &Identity, case: Case) -> bool {
        self.scope.is_none_or(|scope| scope.matches(identity)) && self.matches_name(identity, case)
    }

    fn matches_name(&self, identity: &Identity, case: Case) -> bool {
        match self.subject(identity) {
            Some(subject) => self.name.matches(&subject, case),
            None => false,
        }
    }

    /// The name of the identity that this kind of pattern matches against; `None` for another kind of principal.
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

    /// The length of the shortest matching name in characters, without the path.
    pub(super) fn shortest_name(&self) -> usize {
        let text = self.name.text();
        let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
        name.chars().filter(|&c| c != '*').count()
    }

    /// Whether this pattern forbids everything that `allowed` allows. The answer `true` is certain; `false` is not.
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
                // Two extreme matches of `allowed`: each `*` matches nothing, or a long text of `~`. No pattern
                // contains `~`, so that only a `*` of this pattern can match it.
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

/// Patterns are equal if they have the same kind and the same text.
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
    fn matches(self, identity: &Identity) -> bool {
        self.partition == identity.partition() && self.matches_account(identity)
    }

    fn matches_account(self, identity: &Identity) -> bool {
        self.account.is_none_or(|account| account == identity.account())
    }
}

impl Name {
    fn parse(text: &str) -> Result<Self, Fault> {
        if !text.contains(['*', '?']) {
            return Ok(Self::Literal(text.to_owned()));
        }
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

fn glob(text: &str) -> Result<Glob, Fault> {
    GlobBuilder::new(text).literal_separator(true).build().map_err(|_| {
        Fault::new(ProblemCode::PatternCharacter, format!("{} is not a name", quoted(text)))
    })
}

#[cfg(test)]
mod tests;
