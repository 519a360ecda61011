//! Credentials and refusals as documents of the container credential protocol. Serializes only.
//!
//! The optional field `RoleArn` is omitted: STS does not report the path of a role, and no SDK reads the field.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use zeroize::Zeroizing;

use super::Grant;
use crate::time::timestamp;

/// The longest time until an SDK requests the credentials again, which are then judged again. Keys of a user
/// do not expire by themselves.
const LONGEST: Duration = Duration::from_hours(1);

/// The capacity of the buffer, in bytes. A buffer that grows leaves a copy of the secrets in memory.
const ROOM: usize = 16 << 10;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    /// Required by every SDK. With an empty token they sign without one.
    token: &'a str,
    expiration: String,
    account_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal<'a> {
    code: &'a str,
    message: &'a str,
}

/// The document with the granted credentials. `Expiration` is at most one hour after `now`.
pub(crate) fn credentials(
    grant: &Grant,
    now: SystemTime,
) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let keys = grant.keys();
    let latest = now + LONGEST;
    let answer = Credentials {
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.expose(),
        token: keys.session_token.as_ref().map_or("", |token| token.expose()),
        expiration: timestamp(grant.expires_at().map_or(latest, |end| end.min(latest))),
        account_id: grant.identity().account().to_string(),
    };
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *text, &answer)?;
    Ok(text)
}

/// The document of a refusal, with the two fields that SDKs print.
pub(crate) fn refusal(code: &str, message: &str) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Refusal { code, message })
}
