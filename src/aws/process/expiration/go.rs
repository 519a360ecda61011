//! The AWS SDK for Go: `time.Time` in `encoding/json`, which is RFC 3339 with `T` and `Z` in upper case,
//! and a comma for the point. Go also reads an hour of one digit and an offset of a day or more, which
//! are refused here. A string with escapes is compared as it is written.

use super::stamp::{Form, Stamp, Written, offset};
use super::{Fault, Reading};

pub(super) fn read(json: &str) -> Reading {
    if json == "null" {
        return Ok(None);
    }
    let text = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    let stamp = Stamp::extended(text.ok_or(Fault::NotString)?).ok_or(Fault::NotTime)?;
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
