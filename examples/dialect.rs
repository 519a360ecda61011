//! Prints what each dialect reads in shared AWS files: one JSON document per line in, one per line out.
//! `tests/dialects/compare.py` compares the output with the real parsers.
//!
//! In: `{"id": 1, "dialect": "go", "config": "text" | null, "credentials": "text" | null}`, or
//! `config_base64` and `credentials_base64` for bytes. Out: `{"id": 1, "error": null | "config" |
//! "credentials", "config": {"profiles": {…}, "sso_sessions": {…}, "services": {…}}, "credentials":
//! {"profiles": {…}}}`.

#![expect(clippy::indexing_slicing, reason = "a `Value` gives null for a key that is not there")]

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use account_guard::source::{Dialect, FileEntry, FileKind, Section, Sections};
use serde_json::{Map, Value, json};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        match answer(&request) {
            Some(answer) => writeln!(out, "{answer}")?,
            None => {
                writeln!(out, "{}", json!({ "id": request["id"], "error": "unknown dialect" }))?;
            }
        }
        out.flush()?;
    }
    Ok(())
}

/// `None` if the request names an unknown dialect.
fn answer(request: &Value) -> Option<Value> {
    let name = request["dialect"].as_str()?;
    let dialect = Dialect::ALL.into_iter().find(|dialect| dialect.name() == name)?;
    let mut error = Value::Null;
    let mut read = |key: &str, kind: FileKind| {
        let Some(bytes) = bytes(request, key) else { return Sections::default() };
        dialect.read(&bytes, kind).unwrap_or_else(|_| {
            // The SDK for JavaScript, version 3, treats a file that it cannot parse as empty. The SDK for
            // Rust does so with a file that is not UTF-8.
            let is_empty = dialect == Dialect::JsV3
                || (dialect == Dialect::Rust && std::str::from_utf8(&bytes).is_err());
            if error.is_null() && !is_empty {
                error = key.into();
            }
            Sections::default()
        })
    };
    let (config, credentials) =
        (read("config", FileKind::Config), read("credentials", FileKind::Credentials));
    Some(json!({
        "id": request["id"],
        "error": error,
        "config": {
            "profiles": sections(&config.profiles),
            "sso_sessions": sections(&config.sso_sessions),
            "services": sections(&config.services),
        },
        "credentials": { "profiles": sections(&credentials.profiles) },
    }))
}

fn bytes(request: &Value, key: &str) -> Option<Vec<u8>> {
    if let Some(text) = request[key].as_str() {
        Some(text.as_bytes().to_vec())
    } else {
        let encoded = request[format!("{key}_base64")].as_str()?;
        base64_simd::STANDARD.decode_to_vec(encoded).ok()
    }
}

fn sections(sections: &BTreeMap<String, Section>) -> Value {
    let pairs = sections.iter().map(|(name, section)| (name.clone(), keys(&section.entries)));
    Value::Object(pairs.collect())
}

/// Writes the keys of a group as `NAME.KEY` if there is also a value with the name of the group.
fn keys(entries: &[FileEntry]) -> Value {
    let mut keys = Map::new();
    for entry in entries {
        if entry.nested.is_empty() {
            keys.insert(entry.key.clone(), Value::from(entry.value.as_str()));
        }
    }
    for entry in entries.iter().filter(|entry| !entry.nested.is_empty()) {
        if keys.contains_key(&entry.key) {
            for nested in &entry.nested {
                keys.insert(format!("{}.{}", entry.key, nested.key), nested.value.as_str().into());
            }
        } else {
            keys.insert(entry.key.clone(), self::keys(&entry.nested));
        }
    }
    Value::Object(keys)
}
