//! Access keys in the environment and in profiles. Values are not trimmed, and half a pair is an error.

use std::time::{Duration, SystemTime};

use super::claim::Claim;
use super::dialect::FileKind;
use super::kind::{Keys, Kind, Secret};
use super::precedence::Spelling;
use super::profile::{Profile, Value};
use super::world::{Variable, World};
use super::{Misconfiguration, Note, Origin, Source, quoted};
use crate::identity::AccountId;
use crate::unknown::ErrorCode;

const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// The access keys in the environment, in the variables that a family reads.
pub(crate) fn of_environment(
    world: &World,
    spelling: &Spelling,
    notes: &mut Vec<Note>,
) -> Result<Option<Source>, Misconfiguration> {
    let (id_name, id) = first(world, spelling.id);
    let (secret_name, secret) = first(world, spelling.secret);
    let (id, secret) = match (id, secret) {
        (Variable::Set(id), Variable::Set(secret)) => (id, secret),
        (Variable::Set(_), _) => {
            return Err(partial(id_name, secret_name, &Origin::Variable(id_name)));
        }
        (_, Variable::Set(_)) => {
            return Err(partial(secret_name, id_name, &Origin::Variable(secret_name)));
        }
        (Variable::Absent, Variable::Absent) => return Ok(None),
        (Variable::Blank, _) | (_, Variable::Blank) => {
            let names = format!("{id_name} and {secret_name}");
            notes.push(Note(format!("{names} are blank, which account-guard treats as unset")));
            return Ok(None);
        }
    };
    let origin = Origin::Variable(id_name);
    let keys = Keys {
        access_key_id: checked(id, id_name, &origin)?.to_owned(),
        secret_access_key: Secret::new(checked(
            secret,
            secret_name,
            &Origin::Variable(secret_name),
        )?),
        session_token: session_token(world, spelling.token, notes)?,
        expires_at: match expiration(world) {
            Err(_) if !spelling.heeds_expiration => None,
            end => end?,
        },
        account_id: None,
    };
    Ok(Some(Source { kind: Kind::Keys(keys), origin, claims: Vec::new() }))
}

/// The first variable that is neither unset nor blank, else the first one.
fn first<'w>(world: &'w World, names: &[&'static str]) -> (&'static str, Variable<'w>) {
    for name in names {
        if let Variable::Set(value) = world.variable(name) {
            return (name, Variable::Set(value));
        }
    }
    match names.first() {
        Some(name) => (name, world.variable(name)),
        None => ("", Variable::Absent),
    }
}

/// The session token, from the first variable that is set.
fn session_token(
    world: &World,
    names: &[&'static str],
    notes: &mut Vec<Note>,
) -> Result<Option<Secret>, Misconfiguration> {
    let mut tokens = Vec::new();
    for name in names {
        match world.variable(name) {
            Variable::Absent => {}
            Variable::Blank => {
                notes.push(Note(format!("{name} is blank, which account-guard treats as unset")));
            }
            Variable::Set(token) => tokens.push((*name, token)),
        }
    }
    let Some(&(name, token)) = tokens.first() else { return Ok(None) };
    if let Some(&(other_name, other)) = tokens.get(1) {
        let differ = "; the two differ, and other tools use the latter";
        let rest = if other == token { "" } else { differ };
        notes.push(Note(format!("{name} overrides {other_name}{rest}")));
    }
    Ok(Some(Secret::new(checked(token, name, &Origin::Variable(name))?)))
}

fn expiration(world: &World) -> Result<Option<SystemTime>, Misconfiguration> {
    let Some(text) = world.value(EXPIRATION) else { return Ok(None) };
    let origin = Origin::Variable(EXPIRATION);
    let Some(end) = time(text) else {
        let message = format!("{EXPIRATION} is not a time: {}", quoted(text));
        return Err(Misconfiguration::new(ErrorCode::InvalidCredentials, message)
            .at(&origin)
            .hint("write a time such as 2026-11-21T10:00:00Z, or unset the variable"));
    };
    if end <= world.now {
        let message = format!("the credentials in the environment expired at {}", quoted(text));
        return Err(Misconfiguration::new(ErrorCode::ExpiredCredentials, message)
            .at(&origin)
            .hint(format!("renew the credentials; if they are new, unset {EXPIRATION}")));
    }
    Ok(Some(end))
}

/// Parses a time of RFC 3339, with or without an offset; `None` outside of the years 1970 to 9999, which cannot
/// be formatted again.
pub fn time(text: &str) -> Option<SystemTime> {
    let (clock, ahead, behind) = match offset(text) {
        Some(split) => split,
        None => (text.strip_suffix('Z').unwrap_or(text), Duration::ZERO, Duration::ZERO),
    };
    if !clock.bytes().all(|b| b.is_ascii_digit() || b"-T :.".contains(&b)) {
        return None; // humantime ignores the text after a `Z`
    }
    let local = humantime::parse_rfc3339_weak(clock).ok()?;
    let time = local.checked_sub(ahead)?.checked_add(behind)?;
    let last = humantime::parse_rfc3339("9999-12-31T23:59:59Z").ok()?;
    if (SystemTime::UNIX_EPOCH..=last).contains(&time) { Some(time) } else { None }
}

/// Splits an offset such as `+02:00` from the time: the rest, the time ahead of UTC, and the time behind.
fn offset(text: &str) -> Option<(&str, Duration, Duration)> {
    let (rest, minutes) = text.rsplit_once(':')?;
    let (clock, hours) = rest.rsplit_once(['+', '-'])?;
    if !is_pair(hours) || !is_pair(minutes) || !clock.contains('T') {
        return None;
    }
    let minutes = hours.parse::<u64>().ok()? * 60 + minutes.parse::<u64>().ok()?;
    let distance = Duration::from_secs(minutes * 60);
    if rest.strip_prefix(clock)?.starts_with('+') {
        Some((clock, distance, Duration::ZERO))
    } else {
        Some((clock, Duration::ZERO, distance))
    }
}

fn is_pair(digits: &str) -> bool {
    digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The access keys of a profile in one of the files. A pair is never combined from both files.
pub(crate) fn of_profile(
    profile: &Profile<'_>,
    file: FileKind,
    notes: &mut Vec<Note>,
) -> Result<Option<Source>, Misconfiguration> {
    let [id_key, secret_key] = ["aws_access_key_id", "aws_secret_access_key"];
    let (id, secret) = match (profile.get_in(file, id_key)?, profile.get_in(file, secret_key)?) {
        (None, None) => return Ok(None),
        (Some(id), Some(secret)) if !id.is_blank() && !secret.is_blank() => (id, secret),
        (Some(id), _) if !id.is_blank() => {
            return Err(partial("`aws_access_key_id`", "`aws_secret_access_key`", &id.origin));
        }
        (_, Some(secret)) if !secret.is_blank() => {
            return Err(partial("`aws_secret_access_key`", "`aws_access_key_id`", &secret.origin));
        }
        (Some(blank), _) | (_, Some(blank)) => {
            let message = format!("`{id_key}` and `{secret_key}` are blank");
            return Err(Misconfiguration::new(ErrorCode::PartialCredentials, message)
                .at(&blank.origin)
                .hint("write the keys, or remove them"));
        }
    };
    let keys = Keys {
        access_key_id: checked(id.text, id_key, &id.origin)?.to_owned(),
        secret_access_key: Secret::new(checked(secret.text, secret_key, &secret.origin)?),
        session_token: token_of_profile(profile, file, notes)?,
        expires_at: None,
        account_id: None,
    };
    if keys.session_token.is_none() {
        refuse_unread_token(profile, file)?;
    }
    let claims = account_of_profile(profile, file)?.into_iter().collect();
    Ok(Some(Source { kind: Kind::Keys(keys), origin: id.origin, claims }))
}

/// Refuses a session token that only other tools read: temporary keys are not valid without it.
fn refuse_unread_token(profile: &Profile<'_>, file: FileKind) -> Result<(), Misconfiguration> {
    let misread = profile.files.misread_key(&profile.name, &["aws_session_token"], &[file]);
    let Some(misread) = misread else { return Ok(()) };
    Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, misread.message)
        .hint(misread.hint))
}

/// The session token of a profile. botocore prefers `aws_security_token`, even if it is blank.
fn token_of_profile(
    profile: &Profile<'_>,
    file: FileKind,
    notes: &mut Vec<Note>,
) -> Result<Option<Secret>, Misconfiguration> {
    let [security_key, session_key] = ["aws_security_token", "aws_session_token"];
    let security = profile.get_in(file, security_key)?;
    let session = profile.get_in(file, session_key)?;
    let (key, token) = match (security, session) {
        (None, None) => return Ok(None),
        (Some(security), Some(session)) if security.text != session.text => {
            let message = format!("`{security_key}` and `{session_key}` differ");
            return Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message)
                .at(&security.origin)
                .hint(format!("remove `{security_key}`: only some tools read it")));
        }
        (None, Some(token)) => (session_key, token),
        (Some(token), _) => (security_key, token),
    };
    if token.is_blank() {
        notes.push(Note(format!(
            "`{key}` of {} is blank, which account-guard treats as unset",
            token.origin
        )));
        return Ok(None);
    }
    Ok(Some(Secret::new(checked(token.text, key, &token.origin)?)))
}

fn account_of_profile(
    profile: &Profile<'_>,
    file: FileKind,
) -> Result<Option<Claim>, Misconfiguration> {
    let key = "aws_account_id";
    let Some(value) = profile.get_in(file, key)? else { return Ok(None) };
    let account = Some(account(&value, key)?);
    Ok(Some(Claim { account, partition: None, role: None, origin: value.origin, key }))
}

/// Parses the account ID in a key of a profile.
pub(crate) fn account(value: &Value<'_>, key: &str) -> Result<AccountId, Misconfiguration> {
    match AccountId::parse(value.text) {
        Ok(id) => Ok(id),
        Err(why) => {
            let message = format!("`{key}`: {why}");
            Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(&value.origin))
        }
    }
}

fn partial(present: &str, lacking: &str, origin: &Origin) -> Misconfiguration {
    let message = format!("{present} is set but {lacking} is not");
    Misconfiguration::new(ErrorCode::PartialCredentials, message)
        .at(origin)
        .hint(format!("set {lacking}, or {} {present}", removal(origin)))
}

/// The verb for removing a setting: variables are unset, keys of a profile are removed.
fn removal(origin: &Origin) -> &'static str {
    if matches!(origin, Origin::Variable(_)) { "unset" } else { "remove" }
}

/// The unchanged value; an error if it contains characters that no key has, which are usually a mistake in
/// copying. Tools do not trim values either.
fn checked<'t>(value: &'t str, name: &str, origin: &Origin) -> Result<&'t str, Misconfiguration> {
    if [" #", " ;", "\t#", "\t;"].into_iter().any(|mark| value.contains(mark)) {
        let message = format!("`{name}` contains a comment after `#` or `;`");
        return Err(Misconfiguration::new(ErrorCode::InvalidCredentials, message).at(origin).hint(
            "move the comment to a separate line: these tools treat it as part of the value",
        ));
    }
    let unexpected = if value.contains(['\n', '\r']) {
        "a line break"
    } else if value.contains(char::is_whitespace) {
        "white space"
    } else if value.contains(char::is_control) {
        "a control character"
    } else if !value.is_ascii() {
        "a character that is not ASCII"
    } else if value.contains(['"', '\'']) {
        "a quotation mark"
    } else {
        return Ok(value);
    };
    let message = format!("`{name}` contains {unexpected}");
    Err(Misconfiguration::new(ErrorCode::InvalidCredentials, message)
        .at(origin)
        .hint(format!("remove {unexpected}: values are not trimmed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_have_an_offset() {
        let noon = humantime::parse_rfc3339("2026-11-21T12:00:00Z").unwrap();
        for text in [
            "2026-11-21T12:00:00Z",
            "2026-11-21T12:00:00+00:00",
            "2026-11-21T12:00:00-00:00",
            "2026-11-21T14:00:00+02:00",
            "2026-11-21T06:30:00-05:30",
            "2026-11-21T12:00:00.000+00:00",
            "2026-11-21 12:00:00",
        ] {
            assert_eq!(time(text), Some(noon), "{text}");
        }
        for text in [
            "",
            "soon",
            "1700000000",
            "2026-11-21",
            "2026-11-21T12:00:00+",
            "1970-01-01T00:00:00+02:00",
            "9999-12-31T23:59:59-01:00",
            "+00:00",
            "T+00:00",
            "2026-11-21T12:00:00Z+00:00",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
