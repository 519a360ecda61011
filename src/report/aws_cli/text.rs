//! Text: one line for each object, with its values in the order of their keys and a tab between them.

use serde_json::{Map, Value};

use super::Unprintable;
use super::scalar::{is_scalar, rendered};

/// A value as lines of tab-separated values.
pub(super) fn text(value: &Value) -> Result<String, Unprintable> {
    let mut lines = String::new();
    write(value, Place::default(), &mut lines)?;
    Ok(lines)
}

/// The position of a value.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    /// The key of the value, with which its line begins.
    name: Option<&'a str>,
    /// The keys that are columns, if the value is an item of a list of objects.
    columns: Option<&'a [&'a String]>,
}

fn write(value: &Value, at: Place<'_>, lines: &mut String) -> Result<(), Unprintable> {
    match value {
        Value::Object(fields) => object(fields, at, lines),
        Value::Array(items) => list(items, at, lines),
        scalar => {
            line(&[plain(scalar)?], lines);
            Ok(())
        }
    }
}

fn list(items: &[Value], at: Place<'_>, lines: &mut String) -> Result<(), Unprintable> {
    if items.iter().any(Value::is_object) {
        let columns = columns(items)?;
        let at = Place { columns: Some(&columns), ..at };
        return items.iter().try_for_each(|item| write(item, at, lines));
    }
    let at = Place { columns: None, ..at };
    let (scalars, lists): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_scalar(item));
    let scalars = scalars.into_iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    match at.name {
        Some(name) => {
            for text in scalars {
                line(&[name.to_uppercase(), text], lines);
            }
        }
        None if scalars.is_empty() => {}
        None => line(&scalars, lines),
    }
    lists.into_iter().try_for_each(|list| write(list, at, lines))
}

/// The keys of a list of objects whose values are scalars, sorted.
fn columns(items: &[Value]) -> Result<Vec<&String>, Unprintable> {
    let mut columns = Vec::new();
    for item in items {
        let Value::Object(fields) = item else {
            return Err(Unprintable(
                "--output text cannot print a list of objects and other values",
            ));
        };
        columns.extend(fields.iter().filter(|(_, value)| is_scalar(value)).map(|(key, _)| key));
    }
    columns.sort_unstable();
    columns.dedup();
    Ok(columns)
}

fn object(
    fields: &Map<String, Value>,
    at: Place<'_>,
    lines: &mut String,
) -> Result<(), Unprintable> {
    let mut keys: Vec<&String> = fields.keys().collect();
    keys.sort_unstable();
    let own = || keys.iter().copied().filter(|key| fields.get(*key).is_some_and(is_scalar));
    let columns = at.columns.map_or_else(|| own().collect(), <[&String]>::to_vec);
    let cell = |key: &&String| fields.get(*key).map_or(Ok(String::new()), plain);
    let mut cells = columns.iter().map(cell).collect::<Result<Vec<_>, _>>()?;
    if !cells.is_empty() {
        cells.splice(0..0, at.name.map(str::to_uppercase));
        line(&cells, lines);
    }
    for key in keys.into_iter().filter(|key| !columns.contains(key)) {
        let at = Place { name: Some(key), columns: None };
        fields.get(key).map_or(Ok(()), |value| write(value, at, lines))?;
    }
    Ok(())
}

fn plain(value: &Value) -> Result<String, Unprintable> {
    rendered(value).ok_or(Unprintable("--output text cannot print a column of scalars and lists"))
}

fn line(cells: &[String], lines: &mut String) {
    lines.push_str(&cells.join("\t"));
    lines.push('\n');
}
