//! Text: the values of an object on one line, sorted by their keys, a tab between them.

use serde_json::{Map, Value};

use super::Unprintable;
use super::scalar::{is_scalar, shown};

/// A value as lines.
pub(super) fn text(value: &Value) -> Result<String, Unprintable> {
    let mut lines = String::new();
    write(value, Place::default(), &mut lines)?;
    Ok(lines)
}

/// Where a value stands.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    /// The key that leads there: its line begins with it.
    name: Option<&'a str>,
    /// The columns of a list of objects.
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
    let at = Place { columns: None, ..at };
    if items.iter().any(Value::is_object) {
        let columns = columns(items)?;
        let at = Place { columns: Some(&columns), ..at };
        return items.iter().try_for_each(|item| write(item, at, lines));
    }
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

/// The keys of all objects of a list under which a scalar stands, sorted.
fn columns(items: &[Value]) -> Result<Vec<&String>, Unprintable> {
    let mut columns = Vec::new();
    for item in items {
        let Value::Object(fields) = item else {
            return Err(Unprintable("a list of objects and others has no form in --output text"));
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
    shown(value).ok_or(Unprintable("a column of values and lists has no form in --output text"))
}

fn line(cells: &[String], lines: &mut String) {
    lines.push_str(&cells.join("\t"));
    lines.push('\n');
}
