//! Credentials and refusals in the container protocol, as the SDKs read them. Text alone: who may have
//! it is decided elsewhere.
//!
//! The field `RoleArn` is left out: STS does not report a role's path, and no SDK reads it.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use zeroize::Zeroizing;

use super::Grant;
use super::environment::time;

/// After this long at the latest an SDK asks again, and is judged again: keys of a user have no end.
const LONGEST: Duration = Duration::from_hours(1);

/// Session tokens are long. What does not fit would be copied, and the copy not overwritten.
const ROOM: usize = 16 << 10;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    /// Every SDK wants one. Where it is empty they sign without.
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

/// What hands these credentials over, at this time.
pub fn credentials(
    grant: &Grant,
    now: SystemTime,
) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let keys = grant.keys();
    let latest = now + LONGEST;
    let answer = Credentials {
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.expose(),
        token: keys.session_token.as_ref().map_or("", |token| token.expose()),
        expiration: time(grant.expires_at().map_or(latest, |end| end.min(latest))),
        account_id: grant.identity().account().to_string(),
    };
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *text, &answer)?;
    Ok(text)
}

/// What refuses, in the two fields that the SDKs show.
pub fn refusal(code: &str, message: &str) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Refusal { code, message })
}
