//! Splits the text of a time into parts, which each family accepts or refuses by its own rules.

/// The names of the months, as RFC 2822 writes them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: i64 = 24 * 60 * 60;

/// The parts of the text of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp<'t> {
    /// The date and the time of day, in the time zone of the text.
    pub(super) clock: Clock,
    pub(super) form: Form<'t>,
    /// The text after the time, such as `Z` or ` +0200`.
    pub(super) zone: &'t str,
}

/// The format of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'t> {
    /// `2099-07-21T12:00:00.5`
    Extended {
        /// The text between the date and the time, such as `T`.
        separator: &'t str,
        has_seconds: bool,
        /// The character before the fraction of a second; `None` if there is no fraction.
        point: Option<char>,
    },
    /// `20990721T120000`
    Compact,
    /// `Tue, 21 Jul 2099 12:00:00` or `Tue Jul 21 12:00:00 UTC 2099`
    Words,
}

/// A date that exists, and a time of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    /// The seconds since midnight.
    pub(super) seconds: i64,
}

impl Clock {
    fn of([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<Self> {
        let is_date = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
        let is_time = hour <= 23 && minute <= 59 && second <= 59;
        if !is_date || !is_time {
            return None;
        }
        Some(Self { year, month, day, seconds: (hour * 60 + minute) * 60 + second })
    }

    /// The date `2099-07-21` at midnight.
    pub(super) fn date(text: &str) -> Option<Self> {
        let (date, rest) = date(text)?;
        if rest.is_empty() { Self::of(date, [0; 3]) } else { None }
    }

    /// The seconds since 1970, for a time zone that is `ahead` seconds ahead of UTC.
    pub(super) fn instant(self, ahead: i64) -> i64 {
        // In years that begin in March, the leap day is the last day.
        let (year, month) = if self.month > 2 {
            (self.year, self.month - 3)
        } else {
            (self.year - 1, self.month + 9)
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days = year * 365 + leap_days + (month * 153 + 2) / 5 + self.day - 1;
        let days_before_1970 = 719_468;
        (days - days_before_1970) * DAY + self.seconds - ahead
    }
}

fn days(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl<'t> Stamp<'t> {
    /// Parses a time in any of the formats; `None` for other texts, and for a day that does not exist.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        Self::extended(text).or_else(|| Self::compact(text)).or_else(|| Self::words(text))
    }

    /// Parses `2099-07-21T12:00[:00[.5]]ZONE`, with any separator in place of the `T`.
    pub(super) fn extended(text: &'t str) -> Option<Self> {
        let (date, rest) = date(text)?;
        let (separator, rest) = rest.split_at_checked(rest.find(|c: char| c.is_ascii_digit())?)?;
        let (hour, rest) = digits(rest, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
        let (second, point, zone) = match seconds(rest) {
            None => (None, None, rest),
            Some((second, rest)) => match fraction(rest) {
                Some((point, zone)) => (Some(second), Some(point), zone),
                None => (Some(second), None, rest),
            },
        };
        let clock = Clock::of(date, [hour, minute, second.unwrap_or_default()])?;
        let form = Form::Extended { separator, has_seconds: second.is_some(), point };
        Some(Self { clock, form, zone })
    }

    /// Parses `20990721T120000ZONE`.
    fn compact(text: &'t str) -> Option<Self> {
        let (year, rest) = digits(text, 4)?;
        let (month, rest) = digits(rest, 2)?;
        let (day, rest) = digits(rest, 2)?;
        let (hour, rest) = digits(rest.strip_prefix('T')?, 2)?;
        let (minute, rest) = digits(rest, 2)?;
        let (second, zone) = digits(rest, 2)?;
        let clock = Clock::of([year, month, day], [hour, minute, second])?;
        Some(Self { clock, form: Form::Compact, zone })
    }

    /// Parses the formats of RFC 2822 and of `date -u`.
    fn words(text: &'t str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let rest = match words.as_slice() {
            [first, rest @ ..] if WEEKDAYS.contains(&first.trim_end_matches(',')) => rest,
            all => all,
        };
        let (day, month, year, time, zone) = match *rest {
            [month, day, time, zone @ ("UTC" | "GMT"), year] | [day, month, year, time, zone] => {
                (day, month, year, time, zone)
            }
            [day, month, year, time] => (day, month, year, time, ""),
            _ => return None,
        };
        let month = i64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
        let day = all_digits(day, if day.len() == 1 { 1 } else { 2 })?;
        let [hour, minute, second] = *time.split(':').collect::<Vec<_>>().as_slice() else {
            return None;
        };
        let time = [all_digits(hour, 2)?, all_digits(minute, 2)?, all_digits(second, 2)?];
        let clock = Clock::of([all_digits(year, 4)?, month, day], time)?;
        Some(Self { clock, form: Form::Words, zone })
    }
}

/// The format of an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// `+02:00`
    WithColon,
    /// `+0200`
    WithoutColon,
    /// `+02`
    Hours,
}

/// The seconds by which a zone such as `+02:00` is ahead of UTC; `None` if it is not an offset of less than a day.
pub(super) fn offset(zone: &str) -> Option<(i64, Written)> {
    let (sign, distance) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (hours, rest) = digits(distance, 2)?;
    let (minutes, written) = match (rest, rest.strip_prefix(':')) {
        ("", _) => (0, Written::Hours),
        (_, Some(minutes)) => (all_digits(minutes, 2)?, Written::WithColon),
        (minutes, None) => (all_digits(minutes, 2)?, Written::WithoutColon),
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some((sign * (hours * 60 + minutes) * 60, written))
}

/// The date that a text begins with, and the rest of the text.
fn date(text: &str) -> Option<([i64; 3], &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    Some(([year, month, day], rest))
}

/// The seconds in `:SECONDS`, and the rest of the text; `None` if the text begins with something else.
fn seconds(text: &str) -> Option<(i64, &str)> {
    digits(text.strip_prefix(':')?, 2)
}

/// The point or comma of a fraction of a second, and the text after the fraction; `None` if there is no fraction.
fn fraction(text: &str) -> Option<(char, &str)> {
    let point = text.chars().next()?;
    let digits = text.strip_prefix(['.', ','])?;
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == digits.len() {
        return None;
    }
    Some((point, rest))
}

/// The number in the first `count` characters, which must all be digits, and the rest of the text.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

/// The number in a text of exactly `count` digits.
fn all_digits(text: &str, count: usize) -> Option<i64> {
    let (number, rest) = digits(text, count)?;
    if rest.is_empty() { Some(number) } else { None }
}
