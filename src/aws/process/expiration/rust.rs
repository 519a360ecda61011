//! Reads an expiration as the AWS SDK for Rust does: as RFC 3339 with the crate `time`, which accepts any character in
//! place of the `T`. The SDK treats a value that is not a string as no expiration.

use super::stamp::{Form, Stamp, Written, offset};
use super::{Fault, Reading, string};

pub(super) fn read(json: &str) -> Reading {
    let Some(text) = string(json) else { return Ok(None) };
    let stamp = Stamp::extended(&text).ok_or(Fault::NotTime)?;
    let Form::Extended { separator, has_seconds: true, point: None | Some('.') } = stamp.form
    else {
        return Err(Fault::NotTime);
    };
    if separator.len() != 1 {
        return Err(Fault::NotTime);
    }
    let ahead = match (stamp.zone, offset(stamp.zone)) {
        ("", _) => return Err(Fault::NoZone),
        ("Z" | "z", _) => 0,
        (_, Some((ahead, Written::WithColon))) => ahead,
        _ => return Err(Fault::NotTime),
    };
    Ok(Some(stamp.clock.instant(ahead)))
}
