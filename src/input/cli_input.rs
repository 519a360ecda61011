//! Checks `--cli-input-json`, the parameters of `GetCallerIdentity`. The call has no parameters.

use std::path::Path;

use serde_json::Value;

use crate::files;
use crate::wrong::Wrong;

/// Accepts an empty JSON object, or `file://PATH` of a file that contains one.
pub(crate) fn check(text: &str) -> Result<(), Wrong> {
    let text = match text.strip_prefix("file://") {
        Some(path) => read(path)?,
        None => text.to_owned(),
    };
    let Ok(value) = serde_json::from_str(&text) else {
        return Err(wrong("--cli-input-json is not JSON"));
    };
    let Value::Object(parameters) = value else {
        return Err(wrong("--cli-input-json is not an object"));
    };
    match parameters.keys().next() {
        Some(key) => {
            Err(wrong(&format!("--cli-input-json contains the unknown parameter `{key}`")))
        }
        None => Ok(()),
    }
}

fn read(path: &str) -> Result<String, Wrong> {
    files::read_text(Path::new(path))
        .map_err(|why| wrong(&format!("could not read `{path}` of --cli-input-json: {why}")))
}

fn wrong(message: &str) -> Wrong {
    Wrong::usage(message, "remove --cli-input-json: GetCallerIdentity has no parameters")
}
