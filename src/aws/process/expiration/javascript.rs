//! JavaScript: `new Date(…)` of V8. A time without a zone is local; a text that is no time makes an
//! Invalid Date, with which the SDK uses the credentials as if they did not expire. V8 guesses at many
//! more forms than are read here.

use super::stamp::{Clock, Form, Stamp, Written, offset};
use super::zone::Zone;
use super::{Fault, Reading, string};

/// The furthest that a `Date` reaches, in milliseconds.
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

/// A number counts the milliseconds since 1970; zero is taken for no expiration.
fn of_number(milliseconds: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "within the reach of a `Date`")]
    let seconds = (milliseconds / 1000.0).floor() as i64;
    (milliseconds != 0.0 && milliseconds.abs() <= FURTHEST).then_some(seconds)
}

/// Whether a text is surely no time for V8: one without any digit, or one number that is too long.
fn is_invalid(text: &str) -> bool {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let has_digit = text.chars().any(char::is_numeric);
    !has_digit || (is_number && text.len() >= 9)
}

/// The forms that V8 reads outside of the standard.
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

fn with_minutes(zone: &str) -> Option<i64> {
    offset(zone).filter(|(_, written)| *written != Written::Hours).map(|(ahead, _)| ahead)
}
