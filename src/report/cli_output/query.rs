//! `--query`: `JMESPath` as the AWS CLI reads it, with the order of keys kept.

use std::fmt;
use std::sync::LazyLock;

use jpx_core::functions::{ArgumentType, CustomFunction, Signature};
use jpx_core::{Context, ErrorReason, Expression, JmespathError, Runtime};
use serde_json::{Number, Value};

/// An expression that is one.
#[derive(Clone, Debug)]
pub struct Query(Expression<'static>);

/// Why a text is no query, or why one cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAQuery(String);

impl fmt::Display for NotAQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAQuery {}

impl Query {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, NotAQuery> {
        /// Deeper than anybody nests, and shallow enough for the stack of any thread.
        const DEEPEST: usize = 100;
        let opens = text.matches(['(', '[', '{', '!', '&']).count();
        if opens > DEEPEST {
            return Err(NotAQuery(format!("it is nested more than {DEEPEST} deep")));
        }
        RUNTIME.compile(&with_quoted_literals(text)).map(Self).map_err(|why| of_error(&why))
    }

    /// What the expression finds in a document.
    pub fn search(&self, document: &Value) -> Result<Value, NotAQuery> {
        self.0.search(document).map_err(|why| of_error(&why))
    }
}

fn of_error(why: &JmespathError) -> NotAQuery {
    let reason = match &why.reason {
        ErrorReason::Parse(reason) => reason.clone(),
        ErrorReason::Runtime(reason) => reason.to_string(),
        other => other.to_string(),
    };
    NotAQuery(format!("{reason} (at character {})", why.offset + 1))
}

/// The standard's functions. Those that count in whole numbers give whole ones, as Python's do.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = Runtime::strict();
    let number = || ArgumentType::Number;
    register(&mut runtime, "abs", number(), |value| {
        whole_if(!value.is_f64(), value.as_f64().unwrap_or_default().abs())
    });
    register(&mut runtime, "ceil", number(), |value| {
        whole_if(true, value.as_f64().unwrap_or_default().ceil())
    });
    register(&mut runtime, "floor", number(), |value| {
        whole_if(true, value.as_f64().unwrap_or_default().floor())
    });
    let numbers = ArgumentType::TypedArray(Box::new(number()));
    register(&mut runtime, "sum", numbers, |value| {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        let sum = items.iter().filter_map(Value::as_f64).fold(0.0, |sum, item| sum + item);
        whole_if(!items.iter().any(Value::is_f64), sum)
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

/// A number that is whole where it is meant to be, as far as a float counts.
fn whole_if(is_whole: bool, float: f64) -> Value {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    if is_whole && float.abs() <= LARGEST {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and not too large")]
        return Value::from(float as i64);
    }
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

/// The same expression, with quotes around literals that are no JSON: the AWS CLI takes `` `prod` ``
/// for `` `"prod"` ``, and half of the world's scripts write it so.
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

/// Where the text ends that begins with a quote; at its very end where the quote is not closed.
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

/// A literal that is no JSON, if it is the inside of a JSON text.
fn repaired(literal: &str) -> Option<String> {
    let plain = literal.replace("\\`", "`");
    if serde_json::from_str::<Value>(&plain).is_ok() {
        return None;
    }
    let text: String = serde_json::from_str(&format!("\"{}\"", plain.trim_start())).ok()?;
    Some(format!("`{}`", Value::from(text).to_string().replace('`', "\\`")))
}
