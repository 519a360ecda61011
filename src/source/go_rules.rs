//! Checks that the AWS SDK for Go makes when it loads a profile, before it looks for credentials. Source:
//! `setFromIniSections` in its `config/shared_config.go`.

use super::dialect::FileKind;
use super::profile::{Profile, Value};
use super::{Misconfiguration, Origin};
use crate::unknown::ErrorCode;

/// Why a profile is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// The profile was chosen.
    Chosen,
    /// Another profile names it as its source.
    Source,
    /// The profile is its own `source_profile`: its role and its source do not count the second time.
    Itself,
}

/// Keys for kinds of credentials. A profile may have at most one of them.
const KINDS: [&str; 4] =
    ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];

/// Returns the first check of the SDK that a profile fails.
pub(crate) fn check(profile: &Profile<'_>, visit: Visit) -> Result<(), Misconfiguration> {
    partial(profile)?;
    let mut kinds = Vec::new();
    for key in KINDS {
        if let Some(value) = filled(profile, key)? {
            kinds.push((key, value));
        }
    }
    let needs_role = kinds.iter().find(|(key, _)| *key != "credential_process");
    if let Some((key, value)) = needs_role
        && visit != Visit::Itself
        && filled(profile, "role_arn")?.is_none()
    {
        let message = format!("`{key}` without `role_arn`, which Go tools refuse");
        return Err(invalid(message, &value.origin)
            .hint(format!("add `role_arn` to the profile, or remove `{key}`")));
    }
    let has_pair = filled(profile, "aws_access_key_id")?.is_some();
    if visit != Visit::Chosen && has_pair {
        return Ok(());
    }
    if let [(first, _), (second, value), ..] = kinds.as_slice() {
        let message = format!("`{first}` and `{second}` in one profile, which Go tools refuse");
        return Err(invalid(message, &value.origin).hint("remove one of them"));
    }
    Ok(())
}

/// Refuses half a key pair. The SDK reads the pair from the credentials file if the profile has a section there.
fn partial(profile: &Profile<'_>) -> Result<(), Misconfiguration> {
    let [id_key, secret_key] = ["aws_access_key_id", "aws_secret_access_key"];
    let has_section = profile.has_section(FileKind::Credentials);
    let kind = if has_section { FileKind::Credentials } else { FileKind::Config };
    let found = (profile.get_in(kind, id_key)?, profile.get_in(kind, secret_key)?);
    let (value, present, lacking) = match found {
        (Some(id), None) => (id, id_key, secret_key),
        (None, Some(secret)) => (secret, secret_key, id_key),
        _ => return Ok(()),
    };
    let message = format!("`{present}` is set but `{lacking}` is not, which Go tools refuse");
    Err(Misconfiguration::new(ErrorCode::PartialCredentials, message)
        .at(&value.origin)
        .hint(format!("set `{lacking}`, or remove `{present}`")))
}

/// The value of a key; `None` if it is missing or blank, which are the same in this SDK.
fn filled<'w>(profile: &Profile<'w>, key: &str) -> Result<Option<Value<'w>>, Misconfiguration> {
    Ok(profile.get(key)?.filter(|value| !value.is_blank()))
}

fn invalid(message: String, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
