//! The output of version 2 of the AWS CLI, byte for byte: `--query`, then `--output`.

mod json;
mod query;
mod scalar;
mod table;
mod text;
mod yaml;

use std::fmt;

use serde_json::{Map, Value};

use super::text::{Colour, is_harmful};
use crate::identity::Identity;

pub use query::{InvalidQuery, Query};

/// The formats of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// JSON, indented by four spaces.
    Json,
    /// Tab-separated values.
    Text,
    /// A table, drawn with lines.
    Table,
    /// YAML with sorted keys.
    Yaml,
    /// YAML, as a list of one item.
    YamlStream,
    /// No output.
    Off,
}

/// The screen that a table is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The width in columns: wider tables are turned, with one row for each key.
    pub columns: usize,
    /// Whether the table has colours.
    pub colour: Colour,
}

/// A value that a format cannot represent, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprintable(&'static str);

impl fmt::Display for Unprintable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unprintable {}

/// The answer of STS as an object with the AWS CLI's keys, in its order. `None` if a field contains a
/// character that a terminal would execute: IAM allows none in a name, so the answer is not from AWS.
pub fn answer(identity: &Identity) -> Option<Value> {
    let account = identity.account().to_string();
    let fields = [("UserId", identity.user_id()), ("Account", &account), ("Arn", identity.arn())];
    let mut answer = Map::new();
    for (key, text) in fields {
        if text.chars().any(is_harmful) {
            return None;
        }
        answer.insert(key.to_owned(), text.into());
    }
    Some(Value::Object(answer))
}

/// The value in a format.
pub fn print(value: &Value, output: Output, screen: Screen) -> Result<String, Unprintable> {
    let is_empty_object = value.as_object().is_some_and(Map::is_empty);
    Ok(match output {
        Output::Off => String::new(),
        Output::Text => text::text(value)?,
        Output::Table => table::table("GetCallerIdentity", value, screen)?,
        Output::Json | Output::Yaml | Output::YamlStream if is_empty_object => String::new(),
        Output::Json => json::json(value),
        Output::Yaml => yaml::document(value),
        Output::YamlStream => yaml::item(value),
    })
}
