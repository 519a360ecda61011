//! Tests that `docs/json.md` lists every field of both documents, as their schemas describe them.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::{between, hold, page, root};

const HEADER: &str = "| field | type | what it holds |\n| --- | --- | --- |\n";

fn schema(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("schema").join(name)).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

fn list<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    value[key].as_array().map(|list| list.iter().collect()).unwrap_or_default()
}

/// The tables of a document: one for its own fields, then one for each object in it.
fn tables(schema: &Value, known: &[&str]) -> String {
    let mut drawn = table(schema);
    for (name, object) in schema["$defs"].as_object().expect("definitions") {
        if !known.contains(&name.as_str()) {
            write!(drawn, "\n### {name}\n\n{}\n\n{}", sentence(object), table(object)).unwrap();
        }
    }
    drawn.trim_end().to_owned()
}

fn table(object: &Value) -> String {
    let rows = object["properties"].as_object().expect("properties").iter();
    let row = |(name, shape)| format!("| `{name}` | {} | {} |\n", kind(shape), sentence(shape));
    HEADER.to_owned() + &rows.map(row).collect::<String>()
}

fn sentence(shape: &Value) -> String {
    let text = shape["description"].as_str().expect("a description");
    text.replace("docs/codes.md", "[codes.md](codes.md)").replace(" null", " `null`")
}

/// The type of a value, as text for people.
fn kind(shape: &Value) -> String {
    let empty = Map::new();
    let shape_of = shape.as_object().unwrap_or(&empty);
    if let Some(constant) = shape_of.get("const") {
        return format!("`{constant}`");
    }
    if let Some(name) = shape["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        return format!("[{name}](#{name})");
    }
    let either: Vec<_> = list(shape, "anyOf").into_iter().map(kind).collect();
    if !either.is_empty() {
        return either.join(" or ");
    }
    let values = list(shape, "enum");
    if !values.is_empty() && values.len() <= 12 {
        let plain = |it: &Value| it.as_str().unwrap_or("null").to_owned();
        return values
            .into_iter()
            .map(|it| format!("`{}`", plain(it)))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let types = match &shape["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    types.into_iter().map(|name| plain(name, shape)).collect::<Vec<_>>().join(" or ")
}

fn plain(name: &str, shape: &Value) -> String {
    match (name, shape["format"].as_str(), shape["pattern"].as_str()) {
        ("array", ..) => format!("list of {}", kind(&shape["items"])),
        ("null", ..) => "`null`".to_owned(),
        ("string", Some("date-time"), _) => "string, RFC 3339 in UTC".to_owned(),
        ("string", _, Some("^[0-9]{12}$")) => "string of 12 digits".to_owned(),
        _ => name.to_owned(),
    }
}

#[test]
fn the_page_of_the_documents_equals_their_schemas() {
    let (report, identity) = (schema("report-1.json"), schema("identity-1.json"));
    let shared: Vec<_> = report["$defs"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut page = page("docs/json.md");
    page.text = between(&page, "the report", &tables(&report, &[]));
    page.text = between(&page, "the identity", &tables(&identity, &shared));
    hold("docs/json.md", &page.text);
}

/// A reader of a document must know when a field is null.
#[test]
fn the_schema_describes_when_a_field_is_null() {
    for name in ["report-1.json", "identity-1.json"] {
        let schema = schema(name);
        let definitions = schema["$defs"].as_object().unwrap();
        for (of, object) in
            definitions.iter().map(|(of, it)| (of.as_str(), it)).chain([("", &schema)])
        {
            for (field, shape) in object["properties"].as_object().unwrap() {
                let may_be_null = kind(shape).contains("`null`");
                let says_when = shape["description"].as_str().unwrap().contains("null ");
                assert_eq!(may_be_null, says_when, "{name}: {of}.{field}");
            }
        }
    }
}
