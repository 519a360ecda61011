//! The parts of a written time, which each family accepts or refuses by its own rules.

/// The names of the months, as RFC 2822 writes them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: i64 = 24 * 60 * 60;

/// A written time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp<'t> {
    /// The time on the clock.
    pub(super) clock: Clock,
    pub(super) form: Form<'t>,
    /// What follows the time: `Z`, ` +0200`.
    pub(super) zone: &'t str,
}

/// The form of a written time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'t> {
    /// `2099-07-21T12:00:00.5`
    Extended {
        /// What separates the date from the time: `T`.
        separator: &'t str,
        has_seconds: bool,
        /// What precedes the fraction of a second, if there is one.
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
    /// Since midnight.
    pub(super) seconds: i64,
}

impl Clock {
    fn of([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<Self> {
        let is_date = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
        let is_time = hour <= 23 && minute <= 59 && second <= 59;
        let seconds = (hour * 60 + minute) * 60 + second;
        (is_date && is_time).then_some(Self { year, month, day, seconds })
    }

    /// The date `2099-07-21` at midnight.
    pub(super) fn date(text: &str) -> Option<Self> {
        let (date, rest) = date(text)?;
        rest.is_empty().then(|| Self::of(date, [0; 3]))?
    }

    /// Seconds since 1970 on a clock that is ahead of UTC by some seconds.
    pub(super) fn instant(self, ahead: i64) -> i64 {
        // Years that begin in March have their leap day at the end.
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
    /// Reads a time in any of the forms; `None` for a text in another form or a day that does not exist.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        Self::extended(text).or_else(|| Self::compact(text)).or_else(|| Self::words(text))
    }

    /// `2099-07-21T12:00[:00[.5]]`, with any separator, and what follows.
    pub(super) fn extended(text: &'t str) -> Option<Self> {
        let (date, rest) = date(text)?;
        let (separator, rest) = rest.split_at_checked(rest.find(|c: char| c.is_ascii_digit())?)?;
        let (hour, rest) = digits(rest, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
        let seconds = rest.strip_prefix(':').and_then(|rest| digits(rest, 2));
        let has_seconds = seconds.is_some();
        let (second, rest) = seconds.unwrap_or((0, rest));
        let (point, zone) = fraction(rest).filter(|_| has_seconds).unzip();
        let clock = Clock::of(date, [hour, minute, second])?;
        let form = Form::Extended { separator, has_seconds, point };
        Some(Self { clock, form, zone: zone.unwrap_or(rest) })
    }

    /// `20990721T120000` and what follows.
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

    /// The form of RFC 2822 and of `date -u`.
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
        let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
        let day = all_digits(day, 2).or_else(|| all_digits(day, 1))?;
        let [hour, minute, second] = *time.split(':').collect::<Vec<_>>().as_slice() else {
            return None;
        };
        let time = [all_digits(hour, 2)?, all_digits(minute, 2)?, all_digits(second, 2)?];
        let clock = Clock::of([all_digits(year, 4)?, month, day], time)?;
        Some(Self { clock, form: Form::Words, zone })
    }
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// `+02:00`
    WithColon,
    /// `+0200`
    WithoutColon,
    /// `+02`
    Hours,
}

/// How far a zone such as `+02:00` is ahead of UTC in seconds, up to a day.
pub(super) fn offset(zone: &str) -> Option<(i64, Written)> {
    let (sign, digits_) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (hours, rest) = digits(digits_, 2)?;
    let (minutes, written) = match (rest, rest.strip_prefix(':')) {
        ("", _) => (0, Written::Hours),
        (_, Some(minutes)) => (all_digits(minutes, 2)?, Written::WithColon),
        (minutes, None) => (all_digits(minutes, 2)?, Written::WithoutColon),
    };
    (hours <= 23 && minutes <= 59).then_some((sign * (hours * 60 + minutes) * 60, written))
}

fn date(text: &str) -> Option<([i64; 3], &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    Some(([year, month, day], rest))
}

/// What precedes the fraction of a second, and what follows it.
fn fraction(text: &str) -> Option<(char, &str)> {
    let point = text.chars().next().filter(|c| matches!(c, '.' | ','))?;
    let digits = text.strip_prefix(point)?;
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < digits.len()).then_some((point, rest))
}

/// The number that a text begins with, in exactly as many digits, and what follows.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, rest))
}

fn all_digits(text: &str, count: usize) -> Option<i64> {
    digits(text, count).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
}
