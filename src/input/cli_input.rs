//! `--cli-input-json`: the parameters of `GetCallerIdentity`, which has none.

use std::path::Path;

use serde_json::Value;

use crate::files;
use crate::wrong::Wrong;

/// Accepts an empty JSON object, or `file://PATH` of a file that contains one.
pub(crate) fn check(text: Option<&str>) -> Result<(), Wrong> {
    let Some(text) = text else { return Ok(()) };
    let wrong = |what: &str| {
        let hint = "GetCallerIdentity has no parameters: leave it out";
        Wrong::usage(format!("--cli-input-json {what}"), hint)
    };
    let text = match text.strip_prefix("file://") {
        Some(path) => files::read_text(Path::new(path))
            .map_err(|why| wrong(&format!("names `{path}`, which cannot be read: {why}")))?,
        None => text.to_owned(),
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(parameters)) => match parameters.keys().next() {
            Some(key) => Err(wrong(&format!("holds the unknown parameter `{key}`"))),
            None => Ok(()),
        },
        Ok(_) => Err(wrong("is not an object")),
        Err(_) => Err(wrong("is not JSON")),
    }
}
