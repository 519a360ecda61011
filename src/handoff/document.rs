//! Credentials as documents: what a `credential_process` prints, and what the AWS CLI prints of a role
//! that it has assumed.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use zeroize::Zeroizing;

use super::Grant;
use super::environment::time;
use crate::source::Secret;

/// How long a tool may go on before it has to ask again, and the credentials are judged again.
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

/// What a `credential_process` prints, version 1. Its end is never more than an hour from now, not even
/// for keys that have none: then the tool asks again.
pub fn process(grant: &Grant, now: SystemTime) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let latest = now + LONGEST;
    let end = grant.expires_at().map_or(latest, |own| own.min(latest));
    printed(&Printed {
        version: Some(1),
        expiration: Some(time(end)),
        account_id: Some(grant.identity().account().to_string()),
        ..Printed::of(grant)
    })
}

/// What `aws sts assume-role` prints of its credentials. Keys without a token or an end lack it, as
/// everything does there that is not known.
pub fn json(grant: &Grant) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let end = grant.expires_at().map(|end| time(end).replace('Z', "+00:00"));
    printed(&Assumed { credentials: Printed { expiration: end, ..Printed::of(grant) } })
}

/// Indented by four, as the AWS CLI does. The buffer never moves, so that no copy stays behind.
fn printed(document: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    const ROOM: usize = 64 << 10;
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut *bytes, form);
    document.serialize(&mut serializer)?;
    bytes.push(b'\n');
    Ok(bytes)
}
