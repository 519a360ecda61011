//! `--query`: `JMESPath` as the AWS CLI reads it, keeping the order of keys.

use std::fmt;
use std::sync::LazyLock;

use jpx_core::functions::{ArgumentType, CustomFunction, Signature};
use jpx_core::{Context, ErrorReason, Expression, JmespathError, Runtime};
use serde_json::{Number, Value};

/// A valid expression.
#[derive(Clone, Debug)]
pub struct Query(Expression<'static>);

/// Why a query is invalid or could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidQuery(String);

impl fmt::Display for InvalidQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidQuery {}

impl Query {
    /// Parses an expression.
    pub fn parse(text: &str) -> Result<Self, InvalidQuery> {
        /// The parser is recursive: deeper expressions could overflow the stack of a thread.
        const DEEPEST: usize = 100;
        let opens = text.matches(['(', '[', '{', '!', '&']).count();
        if opens > DEEPEST {
            return Err(InvalidQuery(format!("it is nested more than {DEEPEST} levels deep")));
        }
        RUNTIME.compile(&with_quoted_literals(text)).map(Self).map_err(|why| of_error(&why))
    }

    /// The result of the expression in a document.
    pub fn search(&self, document: &Value) -> Result<Value, InvalidQuery> {
        self.0.search(document).map_err(|why| of_error(&why))
    }
}

fn of_error(why: &JmespathError) -> InvalidQuery {
    let reason = match &why.reason {
        ErrorReason::Parse(reason) => reason.clone(),
        ErrorReason::Runtime(reason) => reason.to_string(),
        other => other.to_string(),
    };
    InvalidQuery(format!("{reason} (at character {})", why.offset + 1))
}

/// The functions of the standard. Arithmetic on integers returns integers, as in Python.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = Runtime::strict();
    let numeric = || ArgumentType::Number;
    register(&mut runtime, "abs", numeric(), |value| {
        number(!value.is_f64(), value.as_f64().unwrap_or_default().abs())
    });
    register(&mut runtime, "ceil", numeric(), |value| {
        number(true, value.as_f64().unwrap_or_default().ceil())
    });
    register(&mut runtime, "floor", numeric(), |value| {
        number(true, value.as_f64().unwrap_or_default().floor())
    });
    let numbers = ArgumentType::TypedArray(Box::new(numeric()));
    register(&mut runtime, "sum", numbers, |value| {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        let sum = items.iter().filter_map(Value::as_f64).fold(0.0, |sum, item| sum + item);
        number(!items.iter().any(Value::is_f64), sum)
    });
    runtime
});

/// Registers a function of one argument.
fn register(
    runtime: &mut Runtime,
    name: &str,
    argument: ArgumentType,
    function: fn(&Value) -> Value,
) {
    let signature = Signature::new(vec![argument], None);
    let call = move |values: &[Value], _: &mut Context<'_>| {
        Ok(values.first().map_or(Value::Null, function))
    };
    runtime.register_function(name, Box::new(CustomFunction::new(signature, Box::new(call))));
}

/// A number: an integer if requested, unless a float cannot represent it exactly.
fn number(is_integer: bool, float: f64) -> Value {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    if is_integer && float.abs() <= LARGEST {
        #[expect(clippy::cast_possible_truncation, reason = "an integer, and not too large")]
        return Value::from(float as i64);
    }
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

/// The expression with quotes around literals that are not JSON: the AWS CLI reads `` `prod` `` as
/// `` `"prod"` ``, which many scripts rely on.
fn with_quoted_literals(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['`', '\'', '"']) {
        let (before, quoted) = rest.split_at(start);
        result.push_str(before);
        let length = end_of_quoted(quoted);
        let (quoted, after) = quoted.split_at(length);
        let literal = quoted.strip_prefix('`').and_then(|inside| inside.strip_suffix('`'));
        result.push_str(&literal.and_then(repaired).unwrap_or_else(|| quoted.to_owned()));
        rest = after;
    }
    result + rest
}

/// The length of the quoted text at the start of `text`; the whole length if the quote is not closed.
fn end_of_quoted(text: &str) -> usize {
    let mut characters = text.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((at, c)) = characters.next() {
        if Some(c) == quote {
            return at + c.len_utf8();
        }
        if c == '\\' {
            characters.next();
        }
    }
    text.len()
}

/// A literal as JSON. `None` if it is JSON already, or cannot become JSON with quotes.
fn repaired(literal: &str) -> Option<String> {
    let plain = literal.replace("\\`", "`");
    if serde_json::from_str::<Value>(&plain).is_ok() {
        return None;
    }
    let text: String = serde_json::from_str(&format!("\"{}\"", plain.trim_start())).ok()?;
    Some(format!("`{}`", Value::from(text).to_string().replace('`', "\\`")))
}
