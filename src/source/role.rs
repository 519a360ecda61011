//! Roles that are assumed with another source's credentials, as profiles describe them: chained, and
//! each link with the file and the line of what is wrong with it.

use std::time::Duration;

use super::claim::Claim;
use super::environment::{container, instance};
use super::exchange::{external_id, mfa_serial, not_too_long, session_name};
use super::inventory::of_source_profile;
use super::keys;
use super::kind::{Kind, RoleCall, RoleRequest, Secret};
use super::precedence::Precedence;
use super::profile::{Profile, Value, exists};
use super::world::World;
use super::{Misconfiguration, Origin, Source, quoted};
use crate::unknown::ErrorCode;

/// The profiles whose roles led to this one, the outermost first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain(Vec<String>);

impl Chain {
    /// Whether this profile led here directly.
    pub(crate) fn ends_with(&self, name: &str) -> bool {
        self.0.last().is_some_and(|last| last == name)
    }

    fn and(&self, name: &str) -> Self {
        Self(self.0.iter().map(String::as_str).chain([name]).map(str::to_owned).collect())
    }
}

/// A profile with a `role_arn` and no web identity: a role to assume with other credentials.
pub(crate) fn role(
    profile: &Profile<'_>,
    world: &World,
    precedence: &'static Precedence,
    chain: &Chain,
) -> Result<Option<Source>, Misconfiguration> {
    let Some(role_arn) = profile.get("role_arn")? else { return Ok(None) };
    if profile.get("web_identity_token_file")?.is_some() {
        return Ok(None);
    }
    let claim = Claim::of_role(role_arn.text, "role_arn", &role_arn.origin)?;
    let request = request(profile, &role_arn)?;
    let from = match (profile.get("source_profile")?, profile.get("credential_source")?) {
        (Some(source), None) => source_profile(&source, profile, world, precedence, chain)?,
        (None, Some(source)) => credential_source(&source, world, precedence)?,
        (None, None) => {
            let message = "`role_arn` without `source_profile` or `credential_source`";
            return Err(invalid(message, &role_arn.origin)
                .hint("say in the profile whose credentials assume the role"));
        }
        (Some(source), Some(_)) => {
            let message = "both `source_profile` and `credential_source`";
            return Err(invalid(message, &source.origin).hint("remove one of them"));
        }
    };
    if let Some(duration) = profile.get("duration_seconds")? {
        not_too_long(request.duration, &from, "`duration_seconds`", &duration.origin)?;
    }
    let kind = Kind::Role(RoleCall { request, from: Box::new(from) });
    Ok(Some(Source { kind, origin: role_arn.origin, claims: vec![claim] }))
}

/// A `role_arn` without a source, beside keys of the same profile: tools written in Go assume the
/// role with those keys, and others use the keys as they are.
pub(crate) fn role_beside_keys(profile: &Profile<'_>) -> Result<Option<Source>, Misconfiguration> {
    let Some(role_arn) = profile.get("role_arn")? else { return Ok(None) };
    let has_source =
        profile.get("source_profile")?.is_some() || profile.get("credential_source")?.is_some();
    if has_source || profile.get("aws_access_key_id")?.is_none() {
        return Ok(None);
    }
    let message = "`role_arn` beside keys, which tools written in Go would assume with them";
    Err(invalid(message, &role_arn.origin).hint("keep the role and the keys in profiles apart"))
}

/// Every family is taken to follow the profile's settings. Some tools cannot ask for an MFA code and
/// fail, others ignore the device: the role would be the same.
fn request(profile: &Profile<'_>, role_arn: &Value<'_>) -> Result<RoleRequest, Misconfiguration> {
    let checked = |key: &str, check: fn(&str, &str, &Origin) -> Result<(), Misconfiguration>| {
        let Some(value) = profile.get(key)? else { return Ok(None) };
        check(value.text, &format!("`{key}`"), &value.origin)?;
        Ok(Some(value.text.to_owned()))
    };
    Ok(RoleRequest {
        role_arn: role_arn.text.to_owned(),
        session_name: checked("role_session_name", session_name)?,
        external_id: checked("external_id", external_id)?.map(Secret::new),
        duration: profile.get("duration_seconds")?.map(|value| duration(&value)).transpose()?,
        mfa_serial: checked("mfa_serial", mfa_serial)?,
    })
}

/// The AWS CLI passes over a duration that is no number; whoever wrote it meant something.
fn duration(value: &Value<'_>) -> Result<Duration, Misconfiguration> {
    let seconds = value.text.parse::<u64>().ok().filter(|it| (900..=43_200).contains(it));
    seconds.map(Duration::from_secs).ok_or_else(|| {
        let message = format!("`duration_seconds` is {}", quoted(value.text));
        invalid(message, &value.origin).hint("write a number from 900 to 43200")
    })
}

fn source_profile(
    source: &Value<'_>,
    profile: &Profile<'_>,
    world: &World,
    precedence: &'static Precedence,
    chain: &Chain,
) -> Result<Source, Misconfiguration> {
    let name = quoted(source.text);
    if !exists(world, source.text) {
        let message = format!("`source_profile` names the profile {name}, which does not exist");
        return Err(Misconfiguration::new(ErrorCode::UnknownProfile, message)
            .at(&source.origin)
            .hint("correct the name, or configure that profile"));
    }
    let chain = chain.and(&profile.name);
    if source.text == profile.name && !profile.has_keys()? {
        let message = "`source_profile` names its own profile, which has no keys";
        return Err(invalid(message, &source.origin).hint("name the profile that has the keys"));
    }
    if source.text != profile.name && chain.0.iter().any(|it| it == source.text) {
        let names: Vec<_> = chain.0.iter().map(|name| quoted(name)).collect();
        let message =
            format!("`source_profile` goes round in a circle: {}, {name}", names.join(", "));
        return Err(
            invalid(message, &source.origin).hint("end the chain at a profile that has keys")
        );
    }
    of_source_profile(source, world, precedence, chain)?.ok_or_else(|| {
        let message =
            format!("`source_profile` names the profile {name}, which has no credentials");
        Misconfiguration::new(ErrorCode::NoCredentials, message)
            .at(&source.origin)
            .hint("configure that profile, or name another")
    })
}

fn credential_source(
    source: &Value<'_>,
    world: &World,
    precedence: &Precedence,
) -> Result<Source, Misconfiguration> {
    let (found, lacking) = match source.text {
        "Environment" => {
            let keys = keys::of_environment(world, &precedence.keys, &mut Vec::new())?;
            (keys, "no keys are in the environment")
        }
        "Ec2InstanceMetadata" => (instance(world), "AWS_EC2_METADATA_DISABLED is set"),
        "EcsContainer" => (container(world)?, "no variable names the container's endpoint"),
        other => {
            let message = format!("unknown `credential_source` {}", quoted(other));
            return Err(invalid(message, &source.origin)
                .hint("known are `Environment`, `Ec2InstanceMetadata` and `EcsContainer`"));
        }
    };
    found.ok_or_else(|| {
        let message = format!("`credential_source` is `{}`, and {lacking}", source.text);
        Misconfiguration::new(ErrorCode::NoCredentials, message)
            .at(&source.origin)
            .hint("run it where these credentials are, or name another source in the profile")
    })
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
