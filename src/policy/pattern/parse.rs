//! Text to pattern: what IAM could never name is refused, with what to write instead.

use super::{Kind, Name, Pattern, Scope};
use crate::arn::{Arn, NotAnArn};
use crate::iam;
use crate::identity::{AccountId, permission_set};
use crate::partition::Partition;
use crate::policy::ProblemCode;
use crate::policy::problem::{Fault, code, did_you_mean, plain};

/// Longer than any ARN of IAM, whose paths end at 512 characters and names at 64.
const LONGEST: usize = 1024;

impl Kind {
    /// What stands before the name in an ARN.
    fn resource(self) -> &'static str {
        match self {
            Self::Role | Self::PermissionSet => "role",
            Self::User => "user",
        }
    }

    /// `a role`
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
    /// Reads a pattern: a name, or but for permission sets an ARN, with wildcards.
    pub(in crate::policy) fn parse(kind: Kind, text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            let message = format!("a pattern of {} bytes matches nothing", text.len());
            return Err(Fault::new(ProblemCode::PatternLength, message)
                .hint(format!("no ARN of IAM is longer than {LONGEST}")));
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
        let message = format!("{} has a path, which a pattern of names has not", code(text));
        let name = text.rsplit('/').next().unwrap_or_default();
        return Err(Fault::new(ProblemCode::PathWithoutArn, message).hint(format!(
            "write the name alone, {}, or an ARN, `arn:aws:iam::*:{}/…`",
            code(name),
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
        let message = format!("{} is the name of a role, not of its permission set", code(text));
        return Err(Fault::new(ProblemCode::PermissionSetRole, message)
            .hint(format!("write {} here, or the whole under `roles`", code(name))));
    }
    if text.starts_with("arn:") {
        let message = format!("{} is an ARN, not the name of a permission set", code(text));
        return Err(Fault::new(ProblemCode::PermissionSetArn, message)
            .hint("write the name of the set, or the ARN of its role under `roles`"));
    }
    check_characters(Kind::PermissionSet, text)?;
    Ok(text)
}

/// The scope of an ARN pattern, and its name field: a role's name, or a user's path and name.
fn arn(kind: Kind, text: &str) -> Result<(Option<Scope>, &str), Fault> {
    let arn = Arn::parse(text).map_err(|why| no_arn(kind, text, why))?;
    if arn.service == "sts" {
        return Err(session(kind, text, &arn));
    }
    if arn.service != "iam" {
        let message = format!("{} is an ARN of {}", code(text), code(arn.service));
        return Err(
            Fault::new(ProblemCode::ArnService, message).hint("roles and users are of `iam`")
        );
    }
    if !arn.region.is_empty() {
        let message = format!("{} names the region {}", code(text), code(arn.region));
        return Err(Fault::new(ProblemCode::ArnRegion, message)
            .hint("IAM has no regions: leave the field empty, and use `regions`"));
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
    Partition::named(field).ok_or_else(|| {
        let fault =
            Fault::new(ProblemCode::ArnPartition, format!("unknown partition {}", code(field)));
        if field.contains(['*', '?']) {
            return fault.hint("no wildcards among partitions: write one pattern for each");
        }
        let hint = did_you_mean(field, Partition::ALL.map(Partition::name));
        fault.hint(hint.unwrap_or_default())
    })
}

fn account(field: &str) -> Result<Option<AccountId>, Fault> {
    if field == "*" {
        return Ok(None);
    }
    AccountId::parse(field).map(Some).map_err(|_| {
        let message = format!("the account of an ARN pattern cannot be {}", code(field));
        Fault::new(ProblemCode::ArnAccount, message)
            .hint("write 12 digits, or `*` for every account")
    })
}

/// What follows `role/` or `user/`.
fn resource<'t>(kind: Kind, text: &str, arn: &Arn<'t>) -> Result<&'t str, Fault> {
    let wanted = kind.resource();
    let rest = match arn.resource.split_once('/') {
        Some((resource, rest)) if resource == wanted => rest,
        _ => {
            let message = format!("{} is not the ARN of {}", code(text), kind.noun());
            return Err(Fault::new(ProblemCode::ArnResource, message)
                .hint(format!("such an ARN ends with `:{wanted}/` and a name")));
        }
    };
    if rest.split('/').any(str::is_empty) {
        let message = format!("{} has an empty path or name", code(text));
        return Err(Fault::new(ProblemCode::ArnName, message)
            .hint(format!("write the name after `:{wanted}/`, `*` for any")));
    }
    for segment in rest.split('/') {
        check_characters(kind, segment)?;
    }
    Ok(rest)
}

fn check_characters(kind: Kind, text: &str) -> Result<(), Fault> {
    let is_known = |c: char| iam::is_name_character(c) || matches!(c, '*' | '?');
    let Some(foreign) = text.chars().find(|&c| !is_known(c)) else { return Ok(()) };
    let message = format!(
        "{} cannot be the name of {}: no name has {}",
        code(text),
        kind.noun(),
        code(foreign.encode_utf8(&mut [0; 4]))
    );
    Err(Fault::new(ProblemCode::PatternCharacter, message)
        .hint("names have letters, digits and `+=,.@_-`; the wildcards are `*` and `?`"))
}

fn double_star(text: &str) -> Fault {
    Fault::new(ProblemCode::DoubleStar, format!("`**` in {}", code(text)))
        .hint("write one `*`: it never crosses `:` or `/`")
}

fn no_arn(kind: Kind, text: &str, why: NotAnArn) -> Fault {
    let resource = kind.resource();
    Fault::new(ProblemCode::InvalidArn, format!("{} is not an ARN pattern: {why}", code(text)))
        .hint(format!("write a name, or `arn:aws:iam::ACCOUNT:{resource}/NAME`"))
}

/// An ARN of STS names a session, and the policy is about what the session is of.
fn session(kind: Kind, text: &str, arn: &Arn<'_>) -> Fault {
    let fault =
        Fault::new(ProblemCode::SessionArn, format!("{} is the ARN of a session", code(text)));
    let mut fields = arn.resource.split('/');
    match (kind, fields.next(), fields.next()) {
        (Kind::Role, Some("assumed-role"), Some(name)) if !name.is_empty() => {
            let role = format!("arn:{}:iam::{}:role/{name}", arn.partition, arn.account);
            fault.hint(format!("write the ARN of its role: {}", code(&role)))
        }
        _ => fault.hint(format!("write `arn:aws:iam::ACCOUNT:{}/NAME`", kind.resource())),
    }
}

fn path(text: &str, name: &str) -> Fault {
    let message = format!(
        "{} has a path and a wildcard, but STS does not report the path of a role",
        code(text)
    );
    Fault::new(ProblemCode::PathAndWildcard, message).hint(format!(
        "leave the path out, `…:role/{}`, or name one role of one account",
        plain(name)
    ))
}
