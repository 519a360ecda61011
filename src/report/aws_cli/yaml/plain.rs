//! Strings that need quotes, since YAML would read them as numbers, dates, booleans or null.

/// Whether YAML would read the string without quotes as another type.
pub(super) fn is_other_type(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "<<", "=",
        "",
    ];
    WORDS.contains(&text) || is_number(text) || is_date(text)
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let starts_as_one = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    starts_as_one
        && (is_whole(unsigned)
            || is_fraction(unsigned)
            || matches!(unsigned, ".inf" | ".Inf" | ".INF")
            || matches!(text, ".nan" | ".NaN" | ".NAN"))
}

/// `0b101`, `0o17`, `0x1f`, `1_000`
fn is_whole(text: &str) -> bool {
    let of = |digits: &str, is_digit: fn(char) -> bool| {
        !digits.is_empty() && digits.chars().all(|c| c == '_' || is_digit(c))
    };
    let based =
        |prefix, is_digit| text.strip_prefix(prefix).is_some_and(|digits| of(digits, is_digit));
    of(text, |c| c.is_ascii_digit())
        || based("0b", |c| matches!(c, '0' | '1'))
        || based("0o", |c| matches!(c, '0'..='7'))
        || based("0x", |c| c.is_ascii_hexdigit())
}

/// `1.5`, `.5`, `1.`, `1e3`
fn is_fraction(text: &str) -> bool {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let is_exponent = |text: &str| {
        let text = text.strip_prefix(['+', '-']).unwrap_or(text);
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
    };
    let starts_with_digit = number.starts_with(|c: char| c.is_ascii_digit());
    let is_exponent_right = exponent.is_none_or(is_exponent);
    match number.split_once('.') {
        Some(("", after)) => {
            let has_sign = exponent.is_none_or(|text| text.starts_with(['+', '-']));
            !after.is_empty() && digits(after) && is_exponent_right && has_sign
        }
        Some((before, after)) => {
            starts_with_digit && digits(before) && digits(after) && is_exponent_right
        }
        None => starts_with_digit && digits(number) && exponent.is_some_and(is_exponent),
    }
}

/// `2026-11-21`, or a date and a time of day, with `T` or white space between them.
fn is_date(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Some((month, rest)) = rest.split_once('-') else { return false };
    let days = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, time) = rest.split_at(days);
    let is_year = year.len() == 4 && is_digits(year, 4);
    if time.is_empty() {
        return is_year && month.len() == 2 && is_digits(month, 2) && day.len() == 2;
    }
    let time =
        time.strip_prefix(['T', 't']).unwrap_or_else(|| time.trim_start_matches([' ', '\t']));
    is_year
        && is_digits(month, 2)
        && is_digits(day, 2)
        && time.len() < rest.len() - days
        && is_time(time)
}

/// `12:00:00`, with or without a fraction and a zone.
fn is_time(text: &str) -> bool {
    let Some((hour, rest)) = text.split_once(':') else { return false };
    let Some((minute, rest)) = rest.split_once(':') else { return false };
    let (Some(second), Some(rest)) = (rest.get(..2), rest.get(2..)) else { return false };
    let is_clock =
        is_digits(hour, 2) && [minute, second].iter().all(|it| it.len() == 2 && is_digits(it, 2));
    let rest = rest
        .strip_prefix('.')
        .map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    is_clock && (rest.is_empty() || is_zone(rest.trim_start_matches([' ', '\t'])))
}

/// `Z`, `+1`, `-05:30`
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return text == "Z" };
    match offset.split_once(':') {
        Some((hours, minutes)) => {
            is_digits(hours, 2) && minutes.len() == 2 && is_digits(minutes, 2)
        }
        None => is_digits(offset, 2),
    }
}

/// Between one and `most` digits.
fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
