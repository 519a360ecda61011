//! Reads an expiration as botocore does: with `dateutil.parser.parse`, and a comparison that requires a time zone.
//! Accepts only the formats that every tested version reads in the same way; `dateutil` accepts many more.

use super::stamp::{Form, Stamp, offset};
use super::{Fault, Reading, string};

pub(super) fn read(json: &str) -> Reading {
    if json == "null" {
        return Ok(None);
    }
    let text = string(json).ok_or(Fault::NotString)?;
    let stamp = Stamp::of(text.trim_matches([' ', '\t', '\n'])).ok_or(Fault::Uncertain)?;
    if !is_known(stamp.form) {
        return Err(Fault::Uncertain);
    }
    let ahead = match stamp.zone.trim_start_matches(' ') {
        "" => return Err(Fault::NoZone),
        "Z" | "UTC" | "GMT" => 0,
        "z" if stamp.zone == "z" => 0,
        zone => offset(zone).ok_or(Fault::Uncertain)?.0,
    };
    Ok(Some(stamp.clock.instant(ahead)))
}

fn is_known(form: Form<'_>) -> bool {
    match form {
        Form::Extended { separator: "T" | "t", .. } | Form::Compact | Form::Words => true,
        Form::Extended { separator, .. } => separator.bytes().all(|b| b == b' '),
    }
}
