//! Reads an expiration as the AWS SDK for Go does: as `time.Time` in `encoding/json`, which is RFC 3339 with `T` and `Z`
//! in upper case, and with a comma or a point. Go also accepts an hour of one digit and an offset of a day or more;
//! account-guard refuses both. Like Go, it does not decode the escapes of the string.

use super::stamp::{Form, Stamp, Written, offset};
use super::{Fault, Reading};

pub(super) fn read(json: &str) -> Reading {
    if json == "null" {
        return Ok(None);
    }
    let text = inside_quotes(json).ok_or(Fault::NotString)?;
    let stamp = Stamp::extended(text).ok_or(Fault::NotTime)?;
    let Form::Extended { separator: "T", has_seconds: true, .. } = stamp.form else {
        return Err(Fault::NotTime);
    };
    let ahead = match (stamp.zone, offset(stamp.zone)) {
        ("", _) => return Err(Fault::NoZone),
        ("Z", _) => 0,
        (_, Some((ahead, Written::WithColon))) => ahead,
        _ => return Err(Fault::NotTime),
    };
    Ok(Some(stamp.clock.instant(ahead)))
}

fn inside_quotes(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}
