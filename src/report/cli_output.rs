//! What version 2 of the AWS CLI prints of an answer: `--query`, then `--output`, byte for byte.

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

pub use query::{NotAQuery, Query};

/// The formats of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Indented by four.
    Json,
    /// Values between tabs.
    Text,
    /// Drawn with lines.
    Table,
    /// Keys sorted.
    Yaml,
    /// The same, as one item of a list.
    YamlStream,
    /// Nothing.
    Off,
}

/// What a table is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// How wide it is: a table that is wider stands on its side.
    pub columns: usize,
    /// Whether to paint.
    pub colour: Colour,
}

/// An answer that a format has no form for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprintable(&'static str);

impl fmt::Display for Unprintable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unprintable {}

/// STS's answer as the AWS CLI holds it, with the keys in its order; nothing where a field holds what
/// a terminal would obey. IAM allows no such character in a name, so that no answer of AWS has one.
pub fn answer(identity: &Identity) -> Option<Value> {
    let account = identity.account().to_string();
    let fields = [("UserId", identity.user_id()), ("Account", &account), ("Arn", identity.arn())];
    let is_clean = fields.iter().all(|(_, text)| !text.chars().any(is_harmful));
    let fields = fields.into_iter().map(|(key, text)| (key.to_owned(), text.into()));
    is_clean.then(|| Value::Object(fields.collect::<Map<_, _>>()))
}

/// Prints a value.
pub fn print(value: &Value, output: Output, screen: Screen) -> Result<String, Unprintable> {
    let is_nothing = value.as_object().is_some_and(Map::is_empty);
    Ok(match output {
        Output::Off => String::new(),
        Output::Text => text::text(value)?,
        Output::Table => table::table("GetCallerIdentity", value, screen)?,
        Output::Json | Output::Yaml | Output::YamlStream if is_nothing => String::new(),
        Output::Json => json::json(value),
        Output::Yaml => yaml::document(value),
        Output::YamlStream => yaml::item(value),
    })
}
