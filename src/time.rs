//! Times and durations in words.

use std::time::{Duration, SystemTime};

/// A duration in its two largest units, without seconds from one minute on: `1h 30m`, `58m`, `45s`.
pub(crate) fn brief(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let shown = if seconds < 60 { seconds } else { seconds - seconds % 60 };
    humantime::format_duration(Duration::from_secs(shown)).to_string()
}

/// A duration in whole seconds, in all of its units: `1h 30m 5s`.
pub(crate) fn whole(duration: Duration) -> String {
    humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string()
}

/// A time in RFC 3339, in UTC and whole seconds: `2026-11-27T16:44:32Z`.
pub(crate) fn timestamp(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_shown_below_a_minute_only() {
        for (seconds, expected) in
            [(0, "0s"), (45, "45s"), (60, "1m"), (3_509, "58m"), (5_430, "1h 30m")]
        {
            assert_eq!(brief(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_timestamp_is_in_utc() {
        assert_eq!(timestamp(SystemTime::UNIX_EPOCH), "1970-01-01T00:00:00Z");
    }
}
