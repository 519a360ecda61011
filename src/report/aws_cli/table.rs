//! Tables: a section for each object, with its values below its keys, or beside them if the terminal is too
//! narrow.

mod draw;
mod section;

use serde_json::{Map, Value};

use super::scalar::{is_scalar, rendered};
use super::{Screen, Unprintable};
use section::Section;

/// A value as a table with a title. Empty if the value is.
pub(super) fn table(title: &str, value: &Value, screen: Screen) -> Result<String, Unprintable> {
    let mut sections = Vec::new();
    fill(&mut sections, Some(title), value, 0)?;
    if sections.is_empty() {
        return Ok(String::new());
    }
    let mut width = width(&sections);
    if width > screen.columns {
        sections.iter_mut().for_each(Section::turn);
        width = self::width(&sections);
    }
    Ok(draw::draw(&sections, width, screen.colour))
}

fn width(sections: &[Section]) -> usize {
    sections.iter().map(Section::width).max().unwrap_or(0)
}

/// Adds a value: to a new section if there is a title, otherwise to the last section.
fn fill(
    sections: &mut Vec<Section>,
    title: Option<&str>,
    value: &Value,
    depth: usize,
) -> Result<(), Unprintable> {
    if is_empty(value) {
        return Ok(());
    }
    sections.extend(title.map(|title| Section::new(title, depth)));
    match value {
        Value::Array(items) if items.first().is_some_and(Value::is_object) => {
            objects(sections, title.unwrap_or_default(), items, depth)
        }
        Value::Array(items) => items.iter().try_for_each(|item| row(sections, item)),
        Value::Object(fields) => object(sections, fields, depth),
        _ => Ok(()),
    }
}

/// Whether Python evaluates the value as false.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// Adds an item of a list as a row. A list of lists becomes several rows.
fn row(sections: &mut Vec<Section>, item: &Value) -> Result<(), Unprintable> {
    let cells = match item {
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::Array(items) if items.iter().all(is_scalar) => items.iter().map(cell).collect(),
        Value::Array(_) => return fill(sections, None, item, 0),
        scalar => vec![cell(scalar)],
    };
    last(sections)?.add_row(cells)
}

fn object(
    sections: &mut Vec<Section>,
    fields: &Map<String, Value>,
    depth: usize,
) -> Result<(), Unprintable> {
    let (scalars, others) = keys([fields]);
    let cells = cells(fields, &scalars);
    match scalars.as_slice() {
        [] => {}
        [only] => {
            last(sections)?.add_row([vec![(*only).clone()], cells].concat())?;
        }
        _ => {
            last(sections)?.add_header(&scalars);
            last(sections)?.add_row(cells)?;
        }
    }
    nested(sections, fields, &others, depth)
}

fn objects(
    sections: &mut Vec<Section>,
    title: &str,
    items: &[Value],
    depth: usize,
) -> Result<(), Unprintable> {
    let all: Option<Vec<_>> = items.iter().map(Value::as_object).collect();
    let objects =
        all.ok_or(Unprintable("--output table cannot print a list of objects and other values"))?;
    let (scalars, others) = keys(objects.iter().copied());
    last(sections)?.add_header(&scalars);
    for (index, fields) in objects.into_iter().enumerate() {
        if index > 0 && !others.is_empty() {
            sections.push(Section::new(title, depth));
            last(sections)?.add_header(&scalars);
        }
        last(sections)?.add_row(cells(fields, &scalars))?;
        nested(sections, fields, &others, depth)?;
    }
    Ok(())
}

fn nested(
    sections: &mut Vec<Section>,
    fields: &Map<String, Value>,
    keys: &[&String],
    depth: usize,
) -> Result<(), Unprintable> {
    for key in keys {
        if let Some(value) = fields.get(*key).filter(|value| !is_scalar(value)) {
            fill(sections, Some(key), value, depth + 1)?;
        }
    }
    Ok(())
}

/// The keys of scalars and the keys of other values, each sorted.
fn keys<'a>(
    objects: impl IntoIterator<Item = &'a Map<String, Value>>,
) -> (Vec<&'a String>, Vec<&'a String>) {
    let fields = objects.into_iter().flatten();
    let (scalars, others): (Vec<_>, Vec<_>) = fields.partition(|(_, value)| is_scalar(value));
    let sorted = |fields: Vec<(&'a String, &'a Value)>| {
        let mut keys: Vec<_> = fields.into_iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    (sorted(scalars), sorted(others))
}

fn cells(fields: &Map<String, Value>, keys: &[&String]) -> Vec<String> {
    keys.iter().map(|key| fields.get(*key).map_or_else(String::new, cell)).collect()
}

/// A scalar, or anything else as JSON.
fn cell(value: &Value) -> String {
    rendered(value).unwrap_or_else(|| value.to_string())
}

fn last(sections: &mut [Section]) -> Result<&mut Section, Unprintable> {
    sections.last_mut().ok_or(Unprintable("--output table cannot print a row without a table"))
}
