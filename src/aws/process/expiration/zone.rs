//! The time zone of this machine, found as Node.js finds it.

use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Fault;
use super::stamp::Clock;

/// The time zone of this machine, looked up when it is needed.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// The value of `TZ`.
    variable: Option<String>,
}

impl Zone {
    /// The time zone that `TZ` names, else the machine's. UTC if neither is set.
    pub(crate) fn of(variable: Option<&str>) -> Self {
        Self { variable: variable.map(str::to_owned) }
    }

    /// Seconds since 1970 when the clocks of this zone show this time: the earlier one if they show it
    /// twice, and with the offset from before if they skip it.
    pub(super) fn instant(&self, clock: Clock) -> Result<i64, Fault> {
        let zone = self.find().ok_or(Fault::UnknownLocalZone)?;
        let local = local(clock).ok_or(Fault::Uncertain)?;
        let instant = zone.to_ambiguous_timestamp(local).compatible();
        instant.map(jiff::Timestamp::as_second).map_err(|_| Fault::Uncertain)
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
    let part = |number: i64| i8::try_from(number).ok();
    let year = i16::try_from(clock.year).ok()?;
    let time = [clock.seconds / 3600, clock.seconds / 60 % 60, clock.seconds % 60];
    let [hour, minute, second] = time.map(part);
    let (month, day) = (part(clock.month)?, part(clock.day)?);
    DateTime::new(year, month, day, hour?, minute?, second?, 0).ok()
}
