//! Credentials as JSON documents: the output of a `credential_process`, and the output of
//! `aws sts assume-role`.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use zeroize::Zeroizing;

use super::Grant;
use crate::source::Secret;
use crate::time::timestamp;

/// The longest time until a tool runs the `credential_process` again, which judges the credentials again.
const LONGEST: Duration = Duration::from_hours(1);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Printed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u8>,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Assumed<'a> {
    credentials: Printed<'a>,
}

impl<'a> Printed<'a> {
    fn of(grant: &'a Grant) -> Self {
        let keys = grant.keys();
        Self {
            version: None,
            access_key_id: &keys.access_key_id,
            secret_access_key: keys.secret_access_key.expose(),
            session_token: keys.session_token.as_ref().map(Secret::expose),
            expiration: None,
            account_id: None,
        }
    }
}

/// The output of a `credential_process`, version 1. `Expiration` is at most one hour after `now`, also for
/// keys that do not expire: the tool then runs the process again.
pub(crate) fn process(grant: &Grant, now: SystemTime) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let latest = now + LONGEST;
    let end = grant.expires_at().map_or(latest, |own| own.min(latest));
    printed(&Printed {
        version: Some(1),
        expiration: Some(timestamp(end)),
        account_id: Some(grant.identity().account().to_string()),
        ..Printed::of(grant)
    })
}

/// The credentials in the form of `aws sts assume-role`. `SessionToken` and `Expiration` are omitted if the
/// credentials have none.
pub(crate) fn json(grant: &Grant) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let end = grant.expires_at().map(|end| timestamp(end).replace('Z', "+00:00"));
    printed(&Assumed { credentials: Printed { expiration: end, ..Printed::of(grant) } })
}

/// Serializes with an indentation of four spaces, like the AWS CLI. The buffer never grows, because that would
/// leave a copy of the secrets in memory.
fn printed(document: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    const ROOM: usize = 64 << 10;
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut *bytes, form);
    document.serialize(&mut serializer)?;
    bytes.push(b'\n');
    Ok(bytes)
}
