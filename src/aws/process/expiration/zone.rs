//! The time zone of this machine, by the rules of Node.js.

use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Fault;
use super::stamp::Clock;

/// The time zone of this machine. It is loaded when it is needed.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// The value of `TZ`; `None` if it is unset.
    variable: Option<String>,
}

impl Zone {
    /// The time zone in `TZ`, else the time zone of the machine, else UTC.
    pub(crate) fn of(variable: Option<&str>) -> Self {
        Self { variable: variable.map(str::to_owned) }
    }

    /// The seconds since 1970 at this local time. At the end of summer time, when a local time occurs twice, the first
    /// one; at its start, for a local time that is skipped, the time with the earlier offset.
    pub(super) fn instant(&self, clock: Clock) -> Result<i64, Fault> {
        let zone = self.find().ok_or(Fault::UnknownLocalZone)?;
        let local = local(clock).ok_or(Fault::Uncertain)?;
        match zone.to_ambiguous_timestamp(local).compatible() {
            Ok(instant) => Ok(instant.as_second()),
            Err(_) => Err(Fault::Uncertain),
        }
    }

    fn find(&self) -> Option<TimeZone> {
        match &self.variable {
            Some(name) => TimeZone::get(name.trim_start_matches(':')).ok(),
            None if cfg!(unix) && !Path::new("/etc/localtime").exists() => Some(TimeZone::UTC),
            None => TimeZone::try_system().ok(),
        }
    }
}

fn local(clock: Clock) -> Option<DateTime> {
    let year = i16::try_from(clock.year).ok()?;
    let (month, day) = (small(clock.month)?, small(clock.day)?);
    let hour = small(clock.seconds / 3600)?;
    let minute = small(clock.seconds / 60 % 60)?;
    let second = small(clock.seconds % 60)?;
    DateTime::new(year, month, day, hour, minute, second, 0).ok()
}

fn small(number: i64) -> Option<i8> {
    i8::try_from(number).ok()
}
