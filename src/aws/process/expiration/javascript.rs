//! Reads an expiration as the AWS SDK for JavaScript does: with `new Date(…)` of V8. A time without a zone is local. An
//! invalid text makes an Invalid Date, and the SDK then uses the credentials as if they did not expire. V8 accepts
//! many more formats than this module.

use super::stamp::{Clock, Form, Stamp, Written, offset};
use super::zone::Zone;
use super::{Fault, Reading, string};

/// The latest time of a `Date`, in milliseconds since 1970.
const FURTHEST: f64 = 8.64e15;

pub(super) fn read(json: &str, local: &Zone) -> Reading {
    match json {
        "null" | "false" | "\"\"" => return Ok(None),
        "true" => return Ok(Some(0)),
        _ => {}
    }
    if let Ok(milliseconds) = serde_json::from_str::<f64>(json) {
        return Ok(of_number(milliseconds));
    }
    let text = string(json).ok_or(Fault::Uncertain)?;
    if is_invalid(&text) {
        return Ok(None);
    }
    if let Some(date) = Clock::date(&text) {
        return Ok(Some(date.instant(0)));
    }
    let stamp = Stamp::of(&text).ok_or(Fault::Uncertain)?;
    match stamp.form {
        Form::Extended { separator: "T" | "t", point, .. } => Ok(match (stamp.zone, point) {
            (_, Some(',')) => None,
            ("", _) => Some(local.instant(stamp.clock)?),
            ("Z" | "z", _) => Some(stamp.clock.instant(0)),
            (zone, _) => with_minutes(zone).map(|ahead| stamp.clock.instant(ahead)),
        }),
        Form::Extended { separator, point: None | Some('.'), .. }
            if separator.bytes().all(|b| b == b' ') =>
        {
            of_legacy(&stamp, local)
        }
        Form::Words => of_legacy(&stamp, local),
        Form::Compact => Ok(None),
        Form::Extended { .. } => Err(Fault::Uncertain),
    }
}

/// A number is the milliseconds since 1970. The SDK treats zero as no expiration.
fn of_number(milliseconds: f64) -> Option<i64> {
    if milliseconds == 0.0 || milliseconds.abs() > FURTHEST {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "`FURTHEST` limits the number")]
    let seconds = (milliseconds / 1000.0).floor() as i64;
    Some(seconds)
}

/// Whether V8 certainly makes an Invalid Date of a text: it has no digit, or is one number that is too long.
fn is_invalid(text: &str) -> bool {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let has_digit = text.chars().any(char::is_numeric);
    !has_digit || (is_number && text.len() >= 9)
}

/// Reads the formats that V8 accepts in addition to the standard.
fn of_legacy(stamp: &Stamp<'_>, local: &Zone) -> Reading {
    let is_apart = stamp.form == Form::Words || stamp.zone.starts_with(' ');
    let ahead = match stamp.zone.trim_start_matches(' ') {
        "" if stamp.zone.is_empty() => return Ok(Some(local.instant(stamp.clock)?)),
        "UTC" | "GMT" if is_apart => 0,
        "UTC" | "GMT" => return Ok(None),
        "Z" | "+0000 UTC" => 0,
        zone => with_minutes(zone).ok_or(Fault::Uncertain)?,
    };
    Ok(Some(stamp.clock.instant(ahead)))
}

/// The seconds by which a zone is ahead of UTC; `None` if it is not an offset with minutes.
fn with_minutes(zone: &str) -> Option<i64> {
    match offset(zone)? {
        (_, Written::Hours) => None,
        (ahead, _) => Some(ahead),
    }
}
