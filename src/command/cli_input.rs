//! `--cli-input-json`: the parameters of a call that has none.

use std::path::Path;

use serde_json::Value;

use super::Wrong;
use crate::files;
use crate::report::text::harmless;

/// Checks that nothing is asked for: the text is an object of JSON without keys, or the path of one.
pub(super) fn check(text: Option<&str>) -> Result<(), Wrong> {
    let Some(text) = text else { return Ok(()) };
    let wrong = |what: &str| {
        Wrong::new(
            &format!("--cli-input-json {what}"),
            "GetCallerIdentity has no parameters: leave it out",
        )
    };
    let text = match text.strip_prefix("file://") {
        Some(path) => files::read_text(Path::new(path)).map_err(|why| {
            wrong(&format!("names `{}`, which cannot be read: {why}", harmless(path)))
        })?,
        None => text.to_owned(),
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(parameters)) => match parameters.keys().next() {
            Some(key) => Err(wrong(&format!("holds the unknown parameter `{}`", harmless(key)))),
            None => Ok(()),
        },
        Ok(_) => Err(wrong("is not an object")),
        Err(_) => Err(wrong("is not JSON")),
    }
}
