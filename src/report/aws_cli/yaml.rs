//! YAML in block style with sorted keys, as the library of the AWS CLI writes it.

mod plain;
mod quoted;

use serde_json::Value;

use super::json;
use quoted::Written;

/// The indentation of nested values.
const INDENT: usize = 2;
/// The length in bytes from which a key is written with a question mark.
const LONGEST_KEY: usize = 128;

/// A value as a document. Scalars and empty lists are written as JSON.
pub(super) fn document(value: &Value) -> String {
    match value {
        Value::Array(items) if !items.is_empty() => block(value, 0),
        Value::Object(_) => block(value, 0),
        other => json::json(other),
    }
}

/// A value as the only item of a list.
pub(super) fn item(value: &Value) -> String {
    block(&Value::Array(vec![value.clone()]), 0)
}

/// The lines of a value in this column, the first one without its indentation.
fn block(value: &Value, column: usize) -> String {
    let margin = " ".repeat(column);
    let entries: Vec<String> = match value {
        Value::Array(items) => {
            items.iter().map(|item| format!("- {}", within(item, column))).collect()
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            fields.into_iter().map(|(key, value)| field(key, value, column)).collect()
        }
        _ => Vec::new(),
    };
    entries.join(&margin)
}

/// The value behind a dash.
fn within(value: &Value, column: usize) -> String {
    if is_block(value) {
        block(value, column + INDENT)
    } else {
        scalar(value, column + INDENT, column + INDENT)
    }
}

fn field(key: &str, value: &Value, column: usize) -> String {
    let margin = " ".repeat(column);
    let written = quoted::key(key);
    let (head, used) = match written {
        Written::OneLine(text) if key.len() < LONGEST_KEY => {
            let used = text.chars().count() + 2;
            (format!("{text}:"), used)
        }
        _ => {
            let text = quoted::text(key, column + INDENT, column + 2);
            (format!("? {text}\n{margin}:"), 2)
        }
    };
    if !is_block(value) {
        return format!("{head} {}", scalar(value, column + INDENT, column + used));
    }
    // A list stands below its key without further indentation.
    let inner = if value.is_array() { column } else { column + INDENT };
    format!("{head}\n{}{}", " ".repeat(inner), block(value, inner))
}

/// Whether a value is written on lines of its own.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => false,
    }
}

/// A value on the current line, continued in the column `indent`.
fn scalar(value: &Value, indent: usize, column: usize) -> String {
    let text = match value {
        Value::String(text) => quoted::text(text, indent, column),
        Value::Array(_) => "[]".to_owned(),
        Value::Object(_) => "{}".to_owned(),
        other => json::inline(other),
    };
    format!("{text}\n")
}
