//! Parses patterns. A pattern that can match no name in IAM is an error, with a hint at the correct form.

use super::{Kind, Name, Pattern, Scope};
use crate::arn::{Arn, NotAnArn};
use crate::iam;
use crate::identity::{AccountId, permission_set};
use crate::partition::Partition;
use crate::policy::ProblemCode;
use crate::policy::problem::{Fault, did_you_mean, plain, quoted};

/// More bytes than an ARN of IAM can have: its path has at most 512 characters, its name at most 64.
const LONGEST: usize = 1024;

impl Kind {
    /// The resource type in an ARN, before the path and the name.
    fn resource(self) -> &'static str {
        match self {
            Self::Role | Self::PermissionSet => "role",
            Self::User => "user",
        }
    }

    /// The kind in a sentence: `a role`.
    pub(in crate::policy) fn noun(self) -> &'static str {
        match self {
            Self::Role => "a role",
            Self::User => "a user",
            Self::PermissionSet => "a permission set",
        }
    }

    /// The most characters that a name of this kind has.
    pub(in crate::policy) fn longest_name(self) -> usize {
        match self {
            Self::Role | Self::User => iam::LONGEST_NAME,
            Self::PermissionSet => iam::LONGEST_PERMISSION_SET,
        }
    }
}

impl Pattern {
    /// Parses a pattern: a name with wildcards or, except for permission sets, an ARN with wildcards.
    pub(in crate::policy) fn parse(kind: Kind, text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            let message = format!("a pattern of {} bytes matches nothing", text.len());
            return Err(Fault::new(ProblemCode::PatternLength, message)
                .hint(format!("shorten it: ARNs of IAM have at most {LONGEST} bytes")));
        }
        if text.contains("**") {
            return Err(double_star(text));
        }
        let (scope, name) = match kind {
            Kind::PermissionSet => (None, set(text)?),
            Kind::Role | Kind::User if text.contains(':') => arn(kind, text)?,
            Kind::Role | Kind::User => (None, named(kind, text)?),
        };
        Ok(Self { text: text.to_owned(), kind, scope, name: Name::parse(name)? })
    }
}

fn named(kind: Kind, text: &str) -> Result<&str, Fault> {
    if text.contains('/') {
        let message =
            format!("{} has a path, which is only allowed in an ARN pattern", quoted(text));
        let name = text.rsplit('/').next().unwrap_or_default();
        return Err(Fault::new(ProblemCode::PathWithoutArn, message).hint(format!(
            "write only the name, {}, or an ARN, `arn:aws:iam::*:{}/…`",
            quoted(name),
            kind.resource()
        )));
    }
    check_characters(kind, text)?;
    Ok(text)
}

fn set(text: &str) -> Result<&str, Fault> {
    if let Some(rest) = text.strip_prefix("AWSReservedSSO_") {
        let name = permission_set(text)
            .unwrap_or_else(|| rest.rsplit_once('_').map_or(rest, |(name, _)| name));
        let message = format!("{} is the name of a role, not of its permission set", quoted(text));
        return Err(Fault::new(ProblemCode::PermissionSetRole, message)
            .hint(format!("write {} here, or move the role name to `roles`", quoted(name))));
    }
    if text.starts_with("arn:") {
        let message = format!("{} is an ARN, not the name of a permission set", quoted(text));
        return Err(Fault::new(ProblemCode::PermissionSetArn, message)
            .hint("write the name of the permission set, or the ARN of its role in `roles`"));
    }
    check_characters(Kind::PermissionSet, text)?;
    Ok(text)
}

/// Parses an ARN pattern into its scope and its name: the name of a role, or the path and name of a user.
fn arn(kind: Kind, text: &str) -> Result<(Option<Scope>, &str), Fault> {
    let arn = Arn::parse(text).map_err(|why| invalid_arn(kind, text, why))?;
    if arn.service == "sts" {
        return Err(session(kind, text, &arn));
    }
    if arn.service != "iam" {
        let message = format!("{} is an ARN of {}", quoted(text), quoted(arn.service));
        return Err(Fault::new(ProblemCode::ArnService, message)
            .hint("write `iam` as the service: roles and users belong to IAM"));
    }
    if !arn.region.is_empty() {
        let message = format!("{} has the region {}", quoted(text), quoted(arn.region));
        return Err(Fault::new(ProblemCode::ArnRegion, message).hint(
            "leave the region empty, because IAM is global; use `regions` to limit regions",
        ));
    }
    let scope = Scope { partition: partition(arn.partition)?, account: account(arn.account)? };
    let rest = resource(kind, text, &arn)?;
    if kind == Kind::User {
        return Ok((Some(scope), rest));
    }
    let Some((_, name)) = rest.rsplit_once('/') else { return Ok((Some(scope), rest)) };
    if scope.account.is_none() || rest.contains(['*', '?']) {
        return Err(path(text, name));
    }
    Ok((Some(scope), name))
}

fn partition(field: &str) -> Result<Partition, Fault> {
    if let Some(partition) = Partition::named(field) {
        return Ok(partition);
    }
    let fault =
        Fault::new(ProblemCode::ArnPartition, format!("unknown partition {}", quoted(field)));
    if field.contains(['*', '?']) {
        return Err(
            fault.hint("write one pattern for each partition: wildcards are not allowed here")
        );
    }
    match did_you_mean(field, Partition::ALL.map(Partition::name)) {
        Some(hint) => Err(fault.hint(hint)),
        None => Err(fault),
    }
}

fn account(field: &str) -> Result<Option<AccountId>, Fault> {
    if field == "*" {
        return Ok(None);
    }
    if let Ok(id) = AccountId::parse(field) {
        return Ok(Some(id));
    }
    let message = format!("{} is not an account of an ARN pattern", quoted(field));
    Err(Fault::new(ProblemCode::ArnAccount, message)
        .hint("write 12 digits, or `*` for every account"))
}

/// The path and name after `role/` or `user/`.
fn resource<'t>(kind: Kind, text: &str, arn: &Arn<'t>) -> Result<&'t str, Fault> {
    let expected = kind.resource();
    let rest = match arn.resource.split_once('/') {
        Some((resource, rest)) if resource == expected => rest,
        _ => {
            let message = format!("{} is not the ARN of {}", quoted(text), kind.noun());
            return Err(Fault::new(ProblemCode::ArnResource, message)
                .hint(format!("write an ARN that ends with `:{expected}/NAME`")));
        }
    };
    if rest.split('/').any(str::is_empty) {
        let message = format!("{} has an empty path or name", quoted(text));
        return Err(Fault::new(ProblemCode::ArnName, message)
            .hint(format!("write a name after `:{expected}/`, or `*` for any name")));
    }
    for segment in rest.split('/') {
        check_characters(kind, segment)?;
    }
    Ok(rest)
}

fn check_characters(kind: Kind, text: &str) -> Result<(), Fault> {
    let Some(foreign) = text.chars().find(|&c| !is_character(c)) else { return Ok(()) };
    let message = format!(
        "{} cannot be the name of {}: {} is not allowed in names",
        quoted(text),
        kind.noun(),
        quoted(foreign.encode_utf8(&mut [0; 4]))
    );
    Err(Fault::new(ProblemCode::PatternCharacter, message)
        .hint("use letters, digits and `+=,.@_-`; the wildcards are `*` and `?`"))
}

/// Whether the character may be in a pattern of names.
fn is_character(c: char) -> bool {
    iam::is_name_character(c) || matches!(c, '*' | '?')
}

fn double_star(text: &str) -> Fault {
    Fault::new(ProblemCode::DoubleStar, format!("{} contains `**`", quoted(text)))
        .hint("write one `*`, which never matches `:` or `/`")
}

fn invalid_arn(kind: Kind, text: &str, why: NotAnArn) -> Fault {
    let resource = kind.resource();
    Fault::new(ProblemCode::InvalidArn, format!("{} is not an ARN pattern: {why}", quoted(text)))
        .hint(format!("write a name, or `arn:aws:iam::ACCOUNT:{resource}/NAME`"))
}

/// The fault of the ARN of a session. Patterns match roles and users, not their sessions.
fn session(kind: Kind, text: &str, arn: &Arn<'_>) -> Fault {
    let fault =
        Fault::new(ProblemCode::SessionArn, format!("{} is the ARN of a session", quoted(text)));
    let mut fields = arn.resource.split('/');
    match (kind, fields.next(), fields.next()) {
        (Kind::Role, Some("assumed-role"), Some(name)) if !name.is_empty() => {
            let role = format!("arn:{}:iam::{}:role/{name}", arn.partition, arn.account);
            fault.hint(format!("write the ARN of its role: {}", quoted(&role)))
        }
        _ => fault.hint(format!("write `arn:aws:iam::ACCOUNT:{}/NAME`", kind.resource())),
    }
}

fn path(text: &str, name: &str) -> Fault {
    let message = format!(
        "{} has a path and a wildcard, but STS does not report the path of a role",
        quoted(text)
    );
    Fault::new(ProblemCode::PathAndWildcard, message).hint(format!(
        "remove the path, `…:role/{}`, or write one role of one account",
        plain(name)
    ))
}
