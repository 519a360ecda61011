//! Parsers of option values that clap has no parser for.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::iam::ROLE_DURATION;
use crate::tool::Tool;

/// Parses the name of a tool, and lists the names in the help.
pub(super) fn tool() -> impl TypedValueParser<Value = Tool> {
    let names: Vec<_> = Tool::all().map(Tool::name).collect();
    PossibleValuesParser::new(names).try_map(|name| Tool::named(&name))
}

/// Parses a duration longer than zero: seconds (`15`), or numbers with units (`1m 30s`).
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    // humantime adds numbers up, which longer texts could make overflow.
    const LONGEST: usize = 16;
    let duration = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(seconds.into()),
        Err(_) if text.len() > LONGEST => return Err("expected at most 16 characters".to_owned()),
        Err(_) => humantime::parse_duration(text)
            .map_err(|_| "expected seconds, or a duration such as 1m".to_owned())?,
    };
    if duration.is_zero() { Err("expected more than 0 seconds".to_owned()) } else { Ok(duration) }
}

/// Parses the duration of a session: from 15 minutes to 12 hours, the limits of STS.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let duration = timeout(text)?;
    if ROLE_DURATION.contains(&duration) {
        Ok(duration)
    } else {
        Err("expected a duration from 15m to 12h".to_owned())
    }
}
