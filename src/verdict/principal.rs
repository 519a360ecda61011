//! The check of the principal: who may call, by roles, permission sets and users.

use super::{Code, Finding, Shown, Subject, Violation};
use crate::identity::{Identity, Principal};
use crate::policy::{List, Pattern, Place, Rules};

/// Whether the principal matches a rule, where there are rules.
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
            let name = known.name().unwrap_or_default().escape_debug();
            let (code, kind) = lists.mismatch(known);
            (code, format!("`{name}` is not a {kind} that {} allows", rules.environment()))
        }),
    };
    Finding {
        subject,
        expected: lists.shown(),
        actual: shown_principal(identity),
        outcome: outcome.map_err(|(code, message)| Violation {
            code,
            rule: lists.place(code),
            message,
        }),
    }
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
        [("", self.roles), ("permission set ", self.permission_sets), ("user ", self.users)]
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

    fn shown(&self) -> Vec<Shown> {
        self.lists()
            .flat_map(|(kind, list)| {
                list.items.iter().map(move |i| Shown::plain(format!("{kind}{}", i.value.text())))
            })
            .collect()
    }

    /// What a principal that matched nothing did wrong, and what it should have been.
    fn mismatch(&self, principal: &Principal) -> (Code, &'static str) {
        let wants_roles = self.roles.is_some() || self.permission_sets.is_some();
        match principal {
            Principal::Role { .. } => (Code::WrongRole, "role"),
            Principal::User { .. } if self.users.is_some() => (Code::WrongUser, "user"),
            _ if wants_roles => (Code::NotARole, "role"),
            _ => (Code::WrongUser, "user"),
        }
    }

    /// The list to point at: users' for users, else the first that there is.
    fn place(&self, code: Code) -> Option<Place> {
        let first = self.lists().next().map(|(_, list)| list);
        let list = match code {
            Code::WrongUser => self.users.or(first),
            Code::WrongRole | Code::NotARole => first,
            _ => None,
        };
        list.map(|list| list.place.clone())
    }
}

/// A principal by its name; a role of IAM Identity Center by its permission set.
pub(super) fn shown_principal(identity: &Identity) -> Shown {
    let principal = identity.principal();
    let Some(set) = principal.permission_set() else {
        return Shown::plain(principal.name().unwrap_or(match principal {
            Principal::Root => "the root user",
            _ => "an unknown principal",
        }));
    };
    Shown { text: set.to_owned(), detail: Some("permission set".to_owned()) }
}
