//! Roles that are assumed with a web identity token, from the environment or from a profile.

use std::path::PathBuf;

use super::claim::Claim;
use super::kind::{Kind, WebIdentity};
use super::profile::Profile;
use super::world::{Variable, World};
use super::{Misconfiguration, Note, Origin, Source, quoted};
use crate::tool::Family;
use crate::unknown::ErrorCode;

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// The web identity in the environment; `None` if `AWS_WEB_IDENTITY_TOKEN_FILE` is unset. As in botocore, the
/// profile may contain the session name.
pub(crate) fn web_identity_of_environment(
    profile: &Profile<'_>,
    world: &World,
    notes: &mut Vec<Note>,
) -> Result<Option<Source>, Misconfiguration> {
    let file = match world.variable(TOKEN_FILE) {
        Variable::Absent => return Ok(None),
        Variable::Blank if profile.files.family == Family::Rust => {
            let message = format!("{TOKEN_FILE} is blank: the AWS SDK for Rust fails on it");
            let origin = Origin::Variable(TOKEN_FILE);
            return Err(invalid(message, &origin).hint(format!("unset {TOKEN_FILE}")));
        }
        Variable::Blank => {
            notes.push(Note(format!("{TOKEN_FILE} is blank, which account-guard treats as unset")));
            return Ok(None);
        }
        Variable::Set(file) => file,
    };
    let origin = Origin::Variable(TOKEN_FILE);
    if file.trim().is_empty() {
        let message = format!("{TOKEN_FILE} is blank");
        return Err(invalid(message, &origin).hint(format!("unset {TOKEN_FILE}")));
    }
    let Some(role_arn) = world.value(ROLE_ARN) else {
        let message = format!("{TOKEN_FILE} is set but {ROLE_ARN} is not");
        return Err(
            invalid(message, &origin).hint(format!("set {ROLE_ARN}, or unset {TOKEN_FILE}"))
        );
    };
    let claim = Claim::of_role(role_arn, ROLE_ARN, &Origin::Variable(ROLE_ARN))?;
    let kind = Kind::WebIdentity(WebIdentity {
        token_file: PathBuf::from(file),
        role_arn: role_arn.to_owned(),
        session_name: session_name(profile, world)?,
        duration: None,
    });
    Ok(Some(Source { kind, origin, claims: vec![claim] }))
}

/// The web identity in the profile; `None` for a profile without `web_identity_token_file`. A variable that
/// overrides only one of its values is an error.
pub(crate) fn web_identity_of_profile(
    profile: &Profile<'_>,
    world: &World,
) -> Result<Option<Source>, Misconfiguration> {
    let Some(file) = profile.get("web_identity_token_file")? else { return Ok(None) };
    if file.is_blank() {
        let message = "`web_identity_token_file` is blank";
        return Err(
            invalid(message, &file.origin).hint("write the path of the file, or remove the key")
        );
    }
    let Some(role_arn) = profile.get("role_arn")? else {
        let message = "`web_identity_token_file` without `role_arn`";
        return Err(invalid(message, &file.origin).hint("add `role_arn` to the profile"));
    };
    let claim = Claim::of_role(role_arn.text, "role_arn", &role_arn.origin)?;
    if !profile.is_explicit {
        refuse_override(role_arn.text, world)?;
    }
    let kind = Kind::WebIdentity(WebIdentity {
        token_file: PathBuf::from(file.text),
        role_arn: role_arn.text.to_owned(),
        session_name: session_name(profile, world)?,
        duration: None,
    });
    Ok(Some(Source { kind, origin: role_arn.origin, claims: vec![claim] }))
}

/// Refuses variables that override one value of the profile. botocore reads each value from the environment first,
/// so that a single variable changes the identity of a profile.
fn refuse_override(role_arn: &str, world: &World) -> Result<(), Misconfiguration> {
    let (name, message) = match (world.variable(TOKEN_FILE), world.variables.get(ROLE_ARN)) {
        (Variable::Blank, _) => {
            let message = format!("{TOKEN_FILE} is blank and overrides `web_identity_token_file`");
            (TOKEN_FILE, message)
        }
        (Variable::Absent, Some(other)) if other != role_arn => {
            let [other, own] = [other, role_arn].map(quoted);
            let message = format!("{ROLE_ARN} is {other}, but `role_arn` of the profile is {own}");
            (ROLE_ARN, message)
        }
        _ => return Ok(()),
    };
    let hint = format!("unset {name}, because some tools use it and others use the profile");
    Err(invalid(message, &Origin::Variable(name)).hint(hint))
}

fn session_name(profile: &Profile<'_>, world: &World) -> Result<Option<String>, Misconfiguration> {
    if !profile.is_explicit
        && let Some(name) = world.value(SESSION_NAME)
    {
        return Ok(Some(name.to_owned()));
    }
    match profile.get("role_session_name")? {
        Some(name) if !name.is_blank() => Ok(Some(name.text.to_owned())),
        _ => Ok(None),
    }
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
