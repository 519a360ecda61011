//! Tests that functions stay readable: at most 50 lines, at most two named closures, and no value that is
//! shadowed by a method call on itself (`let x = …; let x = x.map(…);`).

use std::path::Path;

use super::files;

/// The limit for the lines of a function.
const LONGEST: usize = 50;

/// The limit for closures with a name in a function.
const CLOSURES: usize = 2;

/// One function: its name and its lines.
struct Function<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

/// The functions of a file that rustfmt has formatted: each ends at a brace in the column of its first line.
/// Tests and nested functions are left out.
fn functions(text: &str) -> Vec<Function<'_>> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut functions = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(name) = name_of(lines[at]) else {
            at += 1;
            continue;
        };
        let indent = lines[at].len() - lines[at].trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length =
            lines[at..].iter().position(|line| *line == end).map_or(1, |length| length + 1);
        functions.push(Function { name, lines: lines[at..at + length].to_vec() });
        at += length;
    }
    functions
}

/// The name of the function that begins on a line.
fn name_of(line: &str) -> Option<&str> {
    let (before, rest) = line.trim_start().split_once("fn ")?;
    let is_start = before.split_whitespace().all(|word| {
        word.starts_with("pub") || matches!(word, "async" | "const" | "unsafe" | "in" | "super)")
    });
    let name = rest.split(['(', '<']).next()?;
    (is_start && !line.trim_start().starts_with("//")).then_some(name)
}

/// The name and the value of a `let` with a plain name.
fn binding(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix("let ")?;
    let (name, value) = rest.strip_prefix("mut ").unwrap_or(rest).split_once('=')?;
    Some((name.split(':').next()?.trim(), value.trim()))
}

/// What is hard to read in a function.
fn complaints(function: &Function<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let (mut closures, mut bound) = (0, Vec::new());
    for (index, line) in function.lines.iter().enumerate() {
        let Some((name, value)) = binding(line) else { continue };
        let value = if value.is_empty() {
            function.lines.get(index + 1).map_or("", |next| next.trim())
        } else {
            value
        };
        let closure = value.trim_start_matches("async ").trim_start_matches("move ");
        closures += usize::from(closure.starts_with('|'));
        let call = value.strip_prefix(name).filter(|it| it.is_empty() || it.starts_with('.'));
        let calls_itself = call.is_some_and(|it| !it.starts_with(".into_"));
        if calls_itself && bound.contains(&name) {
            found.push(format!("`{}` shadows `{name}` by a call on itself", function.name));
        }
        bound.push(name);
    }
    if closures > CLOSURES {
        found.push(format!("`{}` has {closures} named closures", function.name));
    }
    if function.lines.len() > LONGEST {
        found.push(format!("`{}` has {} lines", function.name, function.lines.len()));
    }
    found
}

#[test]
fn no_function_is_hard_to_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut count) = (Vec::new(), 0);
    for path in files(&root) {
        let name = path.strip_prefix(&root).expect("below src").display().to_string();
        if name.contains("tests") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        for function in functions(&text) {
            count += 1;
            found.extend(complaints(&function).into_iter().map(|what| format!("{name}: {what}")));
        }
    }
    assert!(count > 1_000, "{count} functions");
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_function_that_is_hard_to_read_is_found() {
    let long = "    x();\n".repeat(LONGEST);
    for (body, complaint) in [
        ("    let a = |x| x;\n    let b = |x| x;\n    let c = move |x| x;\n", "3 named closures"),
        ("    let a = f();\n    let a = a.map(g);\n", "shadows `a`"),
        ("    let a = f();\n    let a =\n        a.map(g);\n", "shadows `a`"),
        (long.as_str(), "52 lines"),
        ("    let a = |x| x;\n    let b = |x| x;\n    let b2 = b.c();\n", ""),
    ] {
        let text = format!("pub(crate) async fn name(x: u8) -> u8 {{\n{body}}}\n");
        let found: Vec<_> = functions(&text).iter().flat_map(complaints).collect();
        assert_eq!(found.is_empty(), complaint.is_empty(), "{body}: {found:?}");
        assert!(complaint.is_empty() || found[0].contains(complaint), "{body}: {found:?}");
    }
}
