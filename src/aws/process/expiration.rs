//! Reads the `Expiration` that a `credential_process` prints as each family of tools reads it. Reads no file except those
//! of the machine's time zone.

mod botocore;
mod go;
mod javascript;
mod rust;
mod stamp;
#[cfg(test)]
mod tests;
mod zone;

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::unusable;
use crate::source::Origin;
use crate::time::timestamp;
use crate::tool::Family;
use crate::unknown::{ErrorCode, Unknown};
pub(super) use zone::Zone;

/// 9999-12-31T23:59:59Z in seconds since 1970: RFC 3339 cannot write a later time.
const LAST_SECOND: u64 = 253_402_300_799;

/// The expiration of the credentials that a process printed, before any tool has read it.
#[derive(Clone, Debug)]
pub(crate) struct Printed {
    /// The JSON value of the key `Expiration`; `None` if the key is missing.
    exact: Option<String>,
    /// The JSON values of that key in any case: the SDKs for Go and Rust ignore the case of keys.
    in_any_case: Vec<String>,
    origin: Origin,
    /// The time zone of this machine.
    zone: Zone,
}

/// When credentials expire, in seconds since 1970; `None` if they do not or if that is unknown.
type Reading = Result<Option<i64>, Fault>;

/// Why the tools of a family cannot use an expiration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NoZone,
    NotString,
    NotTime,
    /// The object has two keys that differ only in their case.
    Twice,
    /// The tools may be able to read the text, but account-guard cannot determine the time that they read.
    Uncertain,
    /// The tools read the text in the local time zone, which account-guard cannot find.
    UnknownLocalZone,
}

impl Printed {
    /// Extracts the expiration from a JSON object.
    pub(super) fn of(text: &[u8], origin: &Origin, zone: Zone) -> Self {
        let Members(members) = serde_json::from_slice(text).unwrap_or_default();
        let (mut exact, mut in_any_case) = (None, Vec::new());
        for (key, value) in members {
            if key == "Expiration" {
                exact = Some(value.get().to_owned());
            }
            if key.eq_ignore_ascii_case("Expiration") {
                in_any_case.push(value.get().to_owned());
            }
        }
        Self { exact, in_any_case, origin: origin.clone(), zone }
    }

    /// When the credentials expire, as the tools of a family read it; `None` if they do not, or if that is unknown.
    /// An error if the tools cannot use the value, or if the credentials have expired.
    pub(crate) fn read_by(&self, family: Family) -> Result<Option<SystemTime>, Unknown> {
        let seconds = match self.reading(family) {
            Ok(Some(seconds)) => seconds,
            Ok(None) => return Ok(None),
            Err(why) => return Err(self.unreadable(family, why)),
        };
        let seconds = u64::try_from(seconds).unwrap_or_default().min(LAST_SECOND);
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        if end > SystemTime::now() { Ok(Some(end)) } else { Err(self.expired(end)) }
    }

    fn reading(&self, family: Family) -> Reading {
        let exact = self.exact.as_deref().unwrap_or("null");
        match family {
            Family::AwsCli | Family::Boto3 => botocore::read(exact),
            Family::Js | Family::Cdk | Family::Serverless => javascript::read(exact, &self.zone),
            Family::Go | Family::Sst => self.in_any_case().and_then(go::read),
            Family::Rust => self.in_any_case().and_then(rust::read),
        }
    }

    fn in_any_case(&self) -> Result<&str, Fault> {
        match self.in_any_case.as_slice() {
            [] => Ok("null"),
            [value] => Ok(value),
            _ => Err(Fault::Twice),
        }
    }

    fn unreadable(&self, family: Family, why: Fault) -> Unknown {
        let reader = match family {
            Family::AwsCli | Family::Boto3 => "the AWS CLI and boto3",
            Family::Js | Family::Cdk | Family::Serverless => "the AWS SDK for JavaScript",
            Family::Go | Family::Sst => "the AWS SDK for Go",
            Family::Rust => "the AWS SDK for Rust",
        };
        let what = match why {
            Fault::NoZone => format!("without a time zone, which {reader} cannot use"),
            Fault::NotString => format!("that is not a string, which {reader} cannot use"),
            Fault::NotTime => format!("that {reader} cannot read: it is not an RFC 3339 time"),
            Fault::Twice => "more than once, in different case".to_owned(),
            Fault::Uncertain => format!(
                "that account-guard cannot read as {reader} would: it is not an RFC 3339 time"
            ),
            Fault::UnknownLocalZone => {
                "without a time zone, and the local time zone is unknown".to_owned()
            }
        };
        unusable(&self.origin, &format!("printed an `Expiration` {what}"))
            .hint("print it as 2026-11-21T12:00:00Z, in UTC")
    }

    fn expired(&self, end: SystemTime) -> Unknown {
        let what = format!("printed credentials that expired at {}", timestamp(end));
        let unknown = unusable(&self.origin, &what)
            .hint("renew the session or the cache that the process gets them from");
        Unknown { code: ErrorCode::ExpiredCredentials, ..unknown }
    }
}

/// The members of a JSON object in their order. A key can occur more than once.
#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The text of a JSON string; `None` for any other value.
fn string(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}
