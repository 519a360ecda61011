//! What options take, where clap has no parser for it.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::tool::Tool;

/// The name of a tool.
pub(super) fn tool() -> impl TypedValueParser<Value = Tool> {
    let names: Vec<_> = Tool::all().map(Tool::name).collect();
    PossibleValuesParser::new(names).try_map(|name| Tool::named(&name))
}

/// `15` is seconds; `1m 30s` is what it says. Never zero.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    // Nobody waits for longer, and humantime's sums have an end.
    const LONGEST: usize = 16;
    let duration = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(seconds.into()),
        Err(_) if text.len() > LONGEST => return Err("it is too long".to_owned()),
        Err(_) => humantime::parse_duration(text)
            .map_err(|_| "write seconds, or a duration such as 1m".to_owned())?,
    };
    if duration.is_zero() { Err("it must be longer than nothing".to_owned()) } else { Ok(duration) }
}

/// What STS gives at least and at most.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let duration = timeout(text)?;
    let is_given = (Duration::from_mins(15)..=Duration::from_hours(12)).contains(&duration);
    if is_given { Ok(duration) } else { Err("it must be from 15m to 12h".to_owned()) }
}
