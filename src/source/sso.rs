//! Sources with an interactive sign-in: IAM Identity Center and `aws login`.

use super::claim::{Claim, Claimed};
use super::dialect::{FileKind, Section};
use super::keys::account;
use super::kind::{Kind, Login, Sso};
use super::profile::{Profile, Value};
use super::shared_files::Named;
use super::{Misconfiguration, Origin, Source, is_plain_name, quoted};
use crate::partition::Region;
use crate::tool::Family;
use crate::unknown::ErrorCode;

const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const ACCOUNT: &str = "sso_account_id";
const ROLE: &str = "sso_role_name";

/// The IAM Identity Center source of a profile; `None` for a profile without `sso_` keys. A missing key is an
/// error.
pub(crate) fn sso(profile: &Profile<'_>) -> Result<Option<Source>, Misconfiguration> {
    let Some(origin) = profile.first("sso_") else { return Ok(None) };
    let name = profile.get("sso_session")?;
    let session = match &name {
        Some(name) => Some(session(profile, name)?),
        None => None,
    };
    let found = [
        of_both(profile, session, START_URL)?,
        of_both(profile, session, REGION)?,
        of_both(profile, session, ACCOUNT)?,
        of_both(profile, session, ROLE)?,
    ];
    let [Some(start_url), Some(region), Some(id), Some(role)] = found else {
        return Err(incomplete(profile, &found, &origin));
    };
    let account_id = account(&id, ACCOUNT)?;
    let region = Region::parse(region.text)
        .map_err(|why| invalid(format!("`{REGION}`: {why}"), &region.origin))?;
    let claim = Claim {
        account: Some(account_id),
        partition: Some(region.partition()),
        role: Some(Claimed::PermissionSet(role.text.to_owned())),
        origin: id.origin,
        key: ACCOUNT,
    };
    let kind = Kind::Sso(Sso {
        session: name.map(|name| name.text.to_owned()),
        start_url: start_url.text.to_owned(),
        region,
        account_id,
        role_name: role.text.to_owned(),
    });
    Ok(Some(Source { kind, origin, claims: vec![claim] }))
}

fn session<'w>(profile: &Profile<'w>, name: &Value<'w>) -> Result<&'w Section, Misconfiguration> {
    let named = Named::SsoSession(name.text);
    if let Some(section) = profile.related(named) {
        return Ok(section);
    }
    let header = quoted(&named.header(FileKind::Config));
    if let Some(misread) = profile.files.misread(named) {
        let message = format!("`sso_session` refers to {header}, but {}", misread.message);
        return Err(invalid(message, &name.origin).hint(misread.hint));
    }
    let message = format!("`sso_session` refers to {header}, which does not exist");
    Err(invalid(message, &name.origin).hint("correct the name, or run `aws configure sso-session`"))
}

/// The value of a key in the profile or its `[sso-session]`. Different values in both are an error.
fn of_both<'w>(
    profile: &Profile<'w>,
    session: Option<&'w Section>,
    key: &str,
) -> Result<Option<Value<'w>>, Misconfiguration> {
    let own = profile.get(key)?;
    let shared = match session {
        Some(session) => profile.value(FileKind::Config, session, key)?,
        None => None,
    };
    if let (Some(own), Some(shared)) = (&own, &shared)
        && own.text != shared.text
    {
        let [own_text, shared_text] = [own.text, shared.text].map(quoted);
        let message = format!("`{key}` is {own_text}, but {shared_text} in the sso-session");
        return Err(invalid(message, &own.origin).hint("remove one of them"));
    }
    Ok(own.or(shared).filter(|value| !value.is_blank()))
}

fn incomplete(
    profile: &Profile<'_>,
    found: &[Option<Value<'_>>; 4],
    origin: &Origin,
) -> Misconfiguration {
    let mut missing = Vec::new();
    for (key, value) in [START_URL, REGION, ACCOUNT, ROLE].into_iter().zip(found) {
        if value.is_none() {
            missing.push(quoted(key));
        }
    }
    let (name, missing) = (quoted(&profile.name), missing.join(", "));
    invalid(format!("SSO profile {name}: missing {missing}"), origin)
        .hint("run `aws configure sso` to add them")
}

/// The `login_session` of a profile; `None` for a profile without one.
pub(crate) fn login(profile: &Profile<'_>) -> Result<Option<Source>, Misconfiguration> {
    let Some(session) = filled(profile, "login_session")? else { return Ok(None) };
    let claims = Claim::of_session(session.text, "login_session", &session.origin);
    let kind = Kind::Login(Login { session: session.text.to_owned() });
    Ok(Some(Source { kind, origin: session.origin, claims: claims.into_iter().collect() }))
}

/// The error of a `login_session` for tools of which only some versions read it. Which version is installed is
/// unknown.
pub(crate) fn disputed_login(profile: &Profile<'_>) -> Result<Option<Source>, Misconfiguration> {
    let Some(login) = login(profile)? else { return Ok(None) };
    let message = "`login_session` is read by some versions of Go tools only";
    let of_profile = if is_plain_name(&profile.name) {
        format!(" --profile {}", profile.name)
    } else {
        String::new()
    };
    Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message).at(&login.origin).hint(
        format!(
            "export the credentials to the environment, which all tools read: \
             eval \"$(aws configure export-credentials{of_profile} --format env)\""
        ),
    ))
}

/// Refuses kinds of credentials that SST does not read, or that Serverless does not read from a profile that a
/// variable names.
pub(crate) fn unread_kinds(profile: &Profile<'_>) -> Result<(), Misconfiguration> {
    let (tool, command, keys): (_, _, &[&str]) = match profile.files.family {
        Family::Sst => ("SST", "sst", &["login_session"]),
        _ if profile.named_by.is_none() => return Ok(()),
        _ => ("Serverless 3", "serverless", &UNREAD_BY_SERVERLESS),
    };
    for key in keys {
        let Some(value) = profile.get(key)? else { continue };
        return Err(invalid(format!("{tool} does not read `{key}`"), &value.origin).hint(format!(
            "run {command} through `account-guard exec`, which passes it the credentials"
        )));
    }
    Ok(())
}

const UNREAD_BY_SERVERLESS: [&str; 4] =
    ["sso_session", "sso_start_url", "login_session", "credential_process"];

/// The value of a key; `None` if the profile does not have the key. A blank value is an error.
pub(crate) fn filled<'w>(
    profile: &Profile<'w>,
    key: &str,
) -> Result<Option<Value<'w>>, Misconfiguration> {
    match profile.get(key)? {
        Some(value) if value.is_blank() => Err(invalid(format!("`{key}` is blank"), &value.origin)
            .hint("write a value, or remove the key")),
        value => Ok(value),
    }
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
