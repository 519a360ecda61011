//! JSON, indented by four spaces, keys in their order, without escapes for Unicode.

use serde_json::Value;

use super::scalar;

/// A value as a document, with a line feed at the end.
pub(super) fn json(value: &Value) -> String {
    format!("{}\n", indented(value, 0))
}

fn indented(value: &Value, depth: usize) -> String {
    let lines: Vec<String> = match value {
        Value::Array(items) => items.iter().map(|item| indented(item, depth + 1)).collect(),
        Value::Object(fields) => {
            let line = |key, value| format!("{}: {}", quoted(key), indented(value, depth + 1));
            fields.iter().map(|(key, value)| line(key, value)).collect()
        }
        scalar => return inline(scalar),
    };
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    if lines.is_empty() {
        return format!("{open}{close}");
    }
    let (outer, inner) = ("    ".repeat(depth), "    ".repeat(depth + 1));
    format!("{open}\n{inner}{}\n{outer}{close}", lines.join(&format!(",\n{inner}")))
}

/// A scalar.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Number(number) => scalar::number(number),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
