//! Scalars, as Python prints them.

use serde_json::{Number, Value};

/// `None`, `True`, `1.5`, or a string without quotes. `None` for arrays and objects.
pub(super) fn rendered(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(it) => Some(number(it)),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value is neither an array nor an object.
pub(super) fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// A number with the fewest digits that identify it. From sixteen digits on it has an exponent, with a sign and
/// at least two digits, as in Python.
pub(super) fn number(number: &Number) -> String {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        return number.to_string();
    };
    let plain = format!("{float:?}");
    let Some((digits, exponent)) = plain.split_once('e') else { return plain };
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_python() {
        for (text, expected) in [
            ("1", "1"),
            ("-7", "-7"),
            ("1.0", "1.0"),
            ("2.5", "2.5"),
            ("1e3", "1000.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("1.5e300", "1.5e+300"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1.25e-7", "1.25e-07"),
        ] {
            let value: Number = serde_json::from_str(text).unwrap();
            assert_eq!(number(&value), expected, "{text}");
        }
    }
}
