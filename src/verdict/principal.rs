//! The checks of who the caller is within an account: role, permission set, user, root.

use super::{Code, Finding, Label, Subject, Violation};
use crate::identity::{Identity, Principal};
use crate::partition::Partition;
use crate::policy::{List, Pattern, Place, Rules};

/// Whether a role, a permission set or a user of the rules is the caller.
pub(super) fn principal(rules: &Rules<'_>, identity: &Identity) -> Finding {
    let lists = PrincipalRules::of(rules);
    let subject = match identity.principal() {
        Principal::Role { .. } => Subject::Role,
        _ => Subject::User,
    };
    let outcome = match identity.principal() {
        Principal::Root if rules.emulator().is_some() => Ok(None),
        Principal::Root => Err((Code::RootUser, "the root user is never allowed".to_owned())),
        Principal::Unknown => Err((
            Code::UnknownPrincipal,
            format!("`{}` names a principal of an unknown kind", identity.arn().escape_debug()),
        )),
        _ if lists.is_empty() => Ok(None),
        known => lists.matching(identity).map(Some).ok_or_else(|| {
            let code = lists.mismatch(known);
            let message = lists
                .partition_message(identity, rules.environment())
                .unwrap_or_else(|| lists.message(code, known, rules.environment()));
            (code, message)
        }),
    };
    let actual = match lists.other_partition(identity) {
        Some(_) if outcome.is_err() => shown_with_partition(identity),
        _ => shown_principal(identity),
    };
    Finding {
        subject,
        expected: lists.shown(subject),
        actual,
        outcome: outcome.map_err(|(code, message)| Violation {
            code,
            rule: lists.place(code, identity.principal()),
            message,
            next: None,
        }),
    }
}

/// Whether the caller is a role that is refused everywhere.
pub(super) fn forbidden_role(rules: &Rules<'_>, identity: &Identity) -> Option<Finding> {
    let forbidden = rules.forbidden_roles()?;
    let item = forbidden.items.iter().find(|item| item.value.forbids(identity))?;
    let name = identity.principal().name().unwrap_or_default();
    let message = format!("the role `{}` is forbidden everywhere", name.escape_debug());
    Some(Finding {
        subject: Subject::Role,
        expected: vec![Label::plain("any that is not forbidden")],
        actual: shown_principal(identity),
        outcome: Violation::by(&item.place, Code::ForbiddenRole, message),
    })
}

/// The three lists that say who may call.
struct PrincipalRules<'a> {
    roles: Option<&'a List<Pattern>>,
    permission_sets: Option<&'a List<Pattern>>,
    users: Option<&'a List<Pattern>>,
}

impl<'a> PrincipalRules<'a> {
    fn of(rules: &Rules<'a>) -> Self {
        Self {
            roles: rules.roles(),
            permission_sets: rules.permission_sets(),
            users: rules.users(),
        }
    }

    fn lists(&self) -> impl Iterator<Item = (&'static str, &'a List<Pattern>)> {
        [("role", self.roles), ("permission set", self.permission_sets), ("user", self.users)]
            .into_iter()
            .filter_map(|(kind, list)| list.map(|list| (kind, list)))
    }

    fn is_empty(&self) -> bool {
        self.lists().next().is_none()
    }

    fn matching(&self, identity: &Identity) -> Option<Place> {
        self.lists()
            .flat_map(|(_, list)| &list.items)
            .find(|item| item.value.allows(identity))
            .map(|item| item.place.clone())
    }

    /// The first pattern that differs from the identity in its partition alone, and that partition.
    fn other_partition(&self, identity: &Identity) -> Option<(&'a Pattern, Partition)> {
        let patterns = self.lists().flat_map(|(_, list)| list.values());
        let mut others =
            patterns.filter_map(|pattern| Some((pattern, pattern.other_partition(identity)?)));
        others.next()
    }

    /// What is wrong with a principal that would match in another partition.
    fn partition_message(&self, identity: &Identity, environment: &str) -> Option<String> {
        let (pattern, allowed) = self.other_partition(identity)?;
        let kind =
            if matches!(identity.principal(), Principal::Role { .. }) { "role" } else { "user" };
        Some(format!(
            "`{}` is a {kind} of partition {}, and {environment} allows it in partition {allowed}: \
             the ARN begins with `arn:{}:`, and the pattern `{}` with `arn:{allowed}:`",
            identity.principal().name().unwrap_or_default().escape_debug(),
            identity.partition(),
            identity.partition(),
            pattern.text().escape_debug()
        ))
    }

    /// The patterns, each with its kind where that is not the row's own.
    fn shown(&self, subject: Subject) -> Vec<Label> {
        let shown = |kind: &str, pattern: &Pattern| match pattern.text() {
            text if kind == subject.name() => Label::plain(text),
            text => Label { text: text.to_owned(), detail: Some(kind.to_owned()) },
        };
        self.lists()
            .flat_map(|(kind, list)| list.values().map(move |pattern| shown(kind, pattern)))
            .collect()
    }

    /// What a principal that matched nothing did wrong.
    fn mismatch(&self, principal: &Principal) -> Code {
        let wants_roles = self.roles.is_some() || self.permission_sets.is_some();
        match principal {
            Principal::Role { .. } => Code::WrongRole,
            Principal::User { .. } if self.users.is_some() => Code::WrongUser,
            _ if wants_roles => Code::NotARole,
            _ => Code::WrongUser,
        }
    }

    /// What is wrong with a principal that matched nothing.
    fn message(&self, code: Code, principal: &Principal, environment: &str) -> String {
        let (kind, name) = match (principal, principal.permission_set()) {
            (_, Some(set)) => ("permission set", set),
            (Principal::Role { name, .. }, None) => ("role", name.as_str()),
            (Principal::FederatedUser { name }, None) => ("federated user", name.as_str()),
            (other, None) => ("user", other.name().unwrap_or_default()),
        };
        let name = name.escape_debug();
        match code {
            Code::NotARole => {
                format!("`{name}` is a {kind}, and {environment} allows only roles")
            }
            Code::WrongRole if self.roles.is_none() && self.permission_sets.is_none() => {
                format!("`{name}` is a {kind}, and {environment} allows only users")
            }
            _ => format!("`{name}` is not a {kind} that {environment} allows"),
        }
    }

    /// The list to point at: the one of the principal's kind, else the first that there is.
    fn place(&self, code: Code, principal: &Principal) -> Option<Place> {
        let first = self.lists().next().map(|(_, list)| list);
        let list = match code {
            Code::WrongUser => self.users.or(first),
            Code::WrongRole if principal.permission_set().is_some() => {
                self.permission_sets.or(first)
            }
            Code::WrongRole | Code::NotARole => first,
            _ => None,
        };
        list.map(|list| list.place.clone())
    }
}

/// A principal by its name and its partition.
fn shown_with_partition(identity: &Identity) -> Label {
    let detail = format!("partition {}", identity.partition());
    Label { detail: Some(detail), ..shown_principal(identity) }
}

/// A principal by its name; a role of IAM Identity Center by its permission set.
pub(super) fn shown_principal(identity: &Identity) -> Label {
    let principal = identity.principal();
    let Some(set) = principal.permission_set() else {
        return Label::plain(principal.name().unwrap_or(match principal {
            Principal::Root => "the root user",
            _ => "an unknown principal",
        }));
    };
    Label { text: set.to_owned(), detail: Some("permission set".to_owned()) }
}
