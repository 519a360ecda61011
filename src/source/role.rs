//! Roles of profiles that are assumed with the credentials of another source. Roles may be chained; errors have
//! the file and line of the profile that contains them.

use std::time::Duration;

use super::claim::Claim;
use super::dialect::Dialect;
use super::environment::{container, instance};
use super::exchange::{Check, external_id, mfa_serial, not_too_long, session_name};
use super::go_rules::Visit;
use super::inventory::of_source_profile;
use super::keys;
use super::kind::{Kind, RoleCall, RoleRequest, Secret};
use super::precedence::{Precedence, TokenBesideSource};
use super::profile::{Profile, Value};
use super::shared_files::Named;
use super::{Misconfiguration, Origin, Source, quoted};
use crate::iam;
use crate::tool::Family;
use crate::unknown::ErrorCode;

/// The profiles that led to this one through `source_profile`, the first one first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain(Vec<String>);

impl Chain {
    /// Whether this profile is the last one of the chain.
    pub(crate) fn ends_with(&self, name: &str) -> bool {
        self.0.last().is_some_and(|last| last == name)
    }

    fn and(&self, name: &str) -> Self {
        let mut names = self.0.clone();
        names.push(name.to_owned());
        Self(names)
    }
}

/// The role of a profile that is assumed with other credentials; `None` if the profile has no such role.
pub(crate) fn role(
    profile: &Profile<'_>,
    precedence: &'static Precedence,
    chain: &Chain,
    visit: Visit,
) -> Result<Option<Source>, Misconfiguration> {
    let Some(role_arn) = profile.get("role_arn")? else { return Ok(None) };
    if role_arn.is_blank() && uses_own_credentials(profile)? {
        return Ok(None); // Go ignores a blank ARN. In a profile without credentials it is an error, below.
    }
    Claim::of_role(role_arn.text, "role_arn", &role_arn.origin)?;
    let is_go = Dialect::of(profile.files.family) == Dialect::Go;
    if is_go && visit == Visit::Source && profile.has_keys()? {
        return Ok(None); // Go uses the key pair of a source profile, and assumes its role with the pair.
    }
    let found = (profile.get("source_profile")?, profile.get("credential_source")?);
    if let Some(token) = profile.get("web_identity_token_file")?
        && !is_assumed_by_source(precedence, &token, &found)?
    {
        return Ok(None);
    }
    let from = match found {
        (Some(source), None) => source_profile(&source, profile, precedence, chain)?,
        (None, Some(source)) => credential_source(&source, profile, precedence)?,
        (None, None) if uses_own_credentials(profile)? => return Ok(None),
        (None, None) => {
            let message = "`role_arn` without `source_profile` or `credential_source`";
            return Err(invalid(message, &role_arn.origin)
                .hint("add `source_profile` or `credential_source` to the profile"));
        }
        (Some(source), Some(_)) => {
            let message = "`source_profile` and `credential_source` in one profile";
            return Err(invalid(message, &source.origin).hint("remove one of them"));
        }
    };
    over(profile, &role_arn, from).map(Some)
}

/// Whether the tools assume the role of a profile with the profile's source instead of its token file.
fn is_assumed_by_source(
    precedence: &Precedence,
    token: &Value<'_>,
    (source, credential_source): &(Option<Value<'_>>, Option<Value<'_>>),
) -> Result<bool, Misconfiguration> {
    let (other, key) = match (source, credential_source) {
        (None, None) => return Ok(false),
        (Some(_), _) => (source, "source_profile"),
        (None, Some(_)) => (credential_source, "credential_source"),
    };
    let is_both = source.is_some() && credential_source.is_some();
    match precedence.token_beside_source {
        TokenBesideSource::Token => Ok(false),
        TokenBesideSource::Source => Ok(!is_both),
        TokenBesideSource::SourceWithoutRole if key == "source_profile" && !is_both => Ok(false),
        TokenBesideSource::Fails | TokenBesideSource::SourceWithoutRole => {
            let message = format!(
                "`web_identity_token_file` and `{key}` in one profile: tools differ in which one they use"
            );
            let origin = other.as_ref().map_or(&token.origin, |value| &value.origin);
            Err(invalid(message, origin).hint("remove one of them"))
        }
    }
}

/// Whether the tools assume the role with other credentials of the same profile, as Go does.
fn uses_own_credentials(profile: &Profile<'_>) -> Result<bool, Misconfiguration> {
    if Dialect::of(profile.files.family) != Dialect::Go {
        return Ok(false);
    }
    for key in ["aws_access_key_id", "credential_process"] {
        if let Some(value) = profile.get(key)?
            && !value.is_blank()
        {
            return Ok(true);
        }
    }
    Ok(profile.first("sso_").is_some())
}

/// Adds the role of the profile to a source, as Go does. In a profile that names itself as its source, the role
/// does not count the second time.
pub(crate) fn role_over(
    profile: &Profile<'_>,
    from: Source,
    visit: Visit,
) -> Result<Source, Misconfiguration> {
    match profile.get("role_arn")? {
        Some(role_arn) if !role_arn.is_blank() && visit != Visit::Itself => {
            over(profile, &role_arn, from)
        }
        _ => Ok(from),
    }
}

fn over(
    profile: &Profile<'_>,
    role_arn: &Value<'_>,
    from: Source,
) -> Result<Source, Misconfiguration> {
    let claim = Claim::of_role(role_arn.text, "role_arn", &role_arn.origin)?;
    let request = request(profile, role_arn)?;
    if let Some(duration) = profile.get("duration_seconds")? {
        not_too_long(request.duration, &from, "`duration_seconds`", &duration.origin)?;
    }
    let kind = Kind::Role(RoleCall { request, from: Box::new(from) });
    Ok(Source { kind, origin: role_arn.origin.clone(), claims: vec![claim] })
}

/// The parameters of `AssumeRole` from the profile. Some tools cannot prompt for an MFA code and fail, and others
/// ignore `mfa_serial`; the role is the same for all of them.
fn request(profile: &Profile<'_>, role_arn: &Value<'_>) -> Result<RoleRequest, Misconfiguration> {
    Ok(RoleRequest {
        role_arn: role_arn.text.to_owned(),
        session_name: checked(profile, "role_session_name", session_name)?,
        external_id: checked(profile, "external_id", external_id)?.map(Secret::new),
        duration: match profile.get("duration_seconds")? {
            Some(value) => Some(duration(&value)?),
            None => None,
        },
        mfa_serial: checked(profile, "mfa_serial", mfa_serial)?,
    })
}

/// The value of a key that passes the check; `None` if the profile does not have the key.
fn checked(
    profile: &Profile<'_>,
    key: &str,
    check: Check,
) -> Result<Option<String>, Misconfiguration> {
    let Some(value) = profile.get(key)? else { return Ok(None) };
    check(value.text, &format!("`{key}`"), &value.origin)?;
    Ok(Some(value.text.to_owned()))
}

/// The AWS CLI ignores a duration that is not a number. That would be a session of another length than the
/// profile asks for, so it is an error here.
fn duration(value: &Value<'_>) -> Result<Duration, Misconfiguration> {
    if let Ok(seconds) = value.text.parse()
        && iam::ROLE_DURATION.contains(&Duration::from_secs(seconds))
    {
        return Ok(Duration::from_secs(seconds));
    }
    let (least, most) = (iam::ROLE_DURATION.start().as_secs(), iam::ROLE_DURATION.end().as_secs());
    let message = format!(
        "`duration_seconds`: expected a number from {least} to {most}, got {}",
        quoted(value.text)
    );
    Err(invalid(message, &value.origin).hint("correct the number, or remove `duration_seconds`"))
}

fn source_profile(
    source: &Value<'_>,
    profile: &Profile<'_>,
    precedence: &'static Precedence,
    chain: &Chain,
) -> Result<Source, Misconfiguration> {
    let name = quoted(source.text);
    if !profile.files.has_profile(source.text) {
        return Err(unknown_source(profile, source));
    }
    check_file_of_source(profile, source)?;
    let chain = chain.and(&profile.name);
    if source.text == profile.name && !profile.has_keys()? {
        let message = "`source_profile` is the profile itself, which has no keys";
        return Err(
            invalid(message, &source.origin).hint("write the name of a profile that has keys")
        );
    }
    if source.text != profile.name && chain.0.iter().any(|it| it == source.text) {
        let names: Vec<_> = chain.0.iter().map(|name| quoted(name)).collect();
        let message = format!("circular `source_profile`: {}, {name}", names.join(", "));
        return Err(
            invalid(message, &source.origin).hint("end the chain at a profile that has keys")
        );
    }
    if let Some(found) = of_source_profile(source, profile.files, precedence, chain)? {
        return Ok(found);
    }
    let message = format!("`source_profile` names the profile {name}, which has no credentials");
    Err(Misconfiguration::new(ErrorCode::NoCredentials, message)
        .at(&source.origin)
        .hint("add credentials to that profile, or choose another profile"))
}

/// Refuses a source profile that Serverless does not find: it reads source profiles from the default credentials
/// file only, even if the variable names another file.
fn check_file_of_source(profile: &Profile<'_>, source: &Value<'_>) -> Result<(), Misconfiguration> {
    const FILE: &str = "AWS_SHARED_CREDENTIALS_FILE";
    let world = profile.files.world;
    let is_read = profile.files.family != Family::Serverless
        || world.value(FILE).is_none()
        || world.value("AWS_SDK_LOAD_CONFIG").is_some();
    if is_read {
        return Ok(());
    }
    let message = format!("Serverless 3 does not read `source_profile` from {FILE}");
    Err(invalid(message, &source.origin)
        .hint("set AWS_SDK_LOAD_CONFIG=1, or run serverless through `account-guard exec`"))
}

fn unknown_source(profile: &Profile<'_>, source: &Value<'_>) -> Misconfiguration {
    let name = quoted(source.text);
    let misread = profile.files.misread(Named::Profile(source.text));
    let reason = match &misread {
        Some(misread) => format!("but {}", misread.message),
        None => "which does not exist".to_owned(),
    };
    let hint = match misread {
        Some(misread) => misread.hint,
        None if source.text.starts_with(['"', '\'']) => {
            "remove the quotation marks: they are part of the value".to_owned()
        }
        None => "correct the name, or add the profile".to_owned(),
    };
    let message = format!("`source_profile` names the profile {name}, {reason}");
    Misconfiguration::new(ErrorCode::UnknownProfile, message).at(&source.origin).hint(hint)
}

fn credential_source(
    source: &Value<'_>,
    profile: &Profile<'_>,
    precedence: &Precedence,
) -> Result<Source, Misconfiguration> {
    const KNOWN: [&str; 3] = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];
    let files = profile.files;
    if files.family == Family::Serverless {
        return Err(invalid("Serverless 3 does not read `credential_source`", &source.origin)
            .hint("use `source_profile`, or run serverless through `account-guard exec`"));
    }
    let known = KNOWN.into_iter().find(|known| {
        *known == source.text
            || (precedence.folds_credential_source && known.eq_ignore_ascii_case(source.text))
    });
    let (found, lacking) = match known {
        Some("Environment") => {
            let keys = keys::of_environment(files.world, &precedence.keys, &mut Vec::new())?;
            (keys, "the environment has no keys")
        }
        Some("Ec2InstanceMetadata") => {
            (instance(files.world, files.family), "AWS_EC2_METADATA_DISABLED is set")
        }
        Some("EcsContainer") => {
            let container = container(files.world, files.family)?;
            (container, "the URI of the container endpoint is not set")
        }
        _ => {
            let message = format!("unknown `credential_source` {}", quoted(source.text));
            return Err(invalid(message, &source.origin)
                .hint("write `Environment`, `Ec2InstanceMetadata` or `EcsContainer`"));
        }
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let message = format!("`credential_source` is `{}`, but {lacking}", source.text);
    Err(Misconfiguration::new(ErrorCode::NoCredentials, message)
        .at(&source.origin)
        .hint("run it where these credentials are available, or set another `credential_source`"))
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
