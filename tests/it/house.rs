//! The house: which module may know which, what the core never touches, and who speaks.
//!
//! CONTRIBUTING.md describes it; here it is held.

mod source;

use std::path::{Path, PathBuf};

use source::Source;

/// What each top-level module may use besides itself. The arrows never go back.
const ARROWS: &[(&str, &[&str])] = &[
    ("arn", &[]),
    ("partition", &[]),
    ("unknown", &[]),
    ("tool", &[]),
    ("files", &[]),
    ("cli", &["tool"]),
    ("identity", &["arn", "partition"]),
    ("target", &["identity", "partition"]),
    ("policy", &["identity", "arn", "partition", "tool"]),
    ("source", &["identity", "arn", "partition", "unknown", "tool"]),
    ("verdict", &["policy", "source", "target", "identity", "partition", "tool"]),
    ("report", &["verdict", "policy", "source", "target", "identity", "unknown", "tool"]),
    ("handoff", &["identity", "partition", "policy", "source", "verdict"]),
    ("aws", &["source", "identity", "partition", "policy", "tool", "unknown", "files"]),
    (
        "command",
        &[
            "arn",
            "partition",
            "unknown",
            "cli",
            "identity",
            "target",
            "tool",
            "policy",
            "source",
            "verdict",
            "report",
            "handoff",
            "aws",
            "files",
        ],
    ),
    ("main", &["command", "cli", "report"]),
    ("lib", &[]),
];

/// The modules that decide and show: values in, values out.
const CORE: &[&str] = &[
    "arn",
    "identity",
    "partition",
    "policy",
    "source",
    "target",
    "tool",
    "unknown",
    "verdict",
    "handoff",
    "report",
];

/// The modules that touch the world.
const WORLD: &[&str] = &["main", "command", "aws", "files"];

/// The modules that speak to people.
const SPEAKERS: &[&str] = &["main", "command", "report"];

/// No file is longer.
const LONGEST: usize = 400;

/// What a file of `src` does that the house forbids.
fn complaints(path: &str, text: &str) -> Vec<String> {
    let source = Source::of(path, text);
    let mut found = arrows(&source);
    found.extend(world(&source));
    found.extend(speech(&source));
    found.extend(habits(&source, text));
    found.into_iter().map(|what| format!("{path}: {what}")).collect()
}

fn arrows(source: &Source) -> Vec<String> {
    let Some((module, allowed)) = ARROWS.iter().find(|(name, _)| *name == source.module()) else {
        return vec![format!("the module `{}` has no arrows yet", source.module())];
    };
    let known = source.uses().into_iter().filter(|used| used != module);
    let wrong = known.filter(|used| !allowed.contains(&used.as_str()));
    wrong.map(|used| format!("`{module}` must not use `{used}`")).collect()
}

fn world(source: &Source) -> Vec<String> {
    let module = source.module();
    let parts = source.of_crate("std");
    let mut found = Vec::new();
    if !WORLD.contains(&module) {
        let touched = ["env", "fs", "net", "process"];
        let touched = touched.iter().filter(|part| parts.iter().any(|used| used == *part));
        found.extend(touched.map(|part| format!("`{module}` must not touch `std::{part}`")));
    }
    if CORE.contains(&module) {
        let words = source.words();
        let is_foreign = |word: &&str| {
            // The report's own module for the AWS CLI's formats is none of AWS's crates.
            let is_crate = word.starts_with("aws_") && *word != "aws_cli";
            matches!(*word, "Instant" | "tokio" | "async" | "await") || is_crate
        };
        found.extend(
            words
                .into_iter()
                .filter(is_foreign)
                .map(|word| format!("the core does not know `{word}`")),
        );
        if source.has("SystemTime::now") {
            found.push("the core has no clock".to_owned());
        }
    }
    found
}

fn speech(source: &Source) -> Vec<String> {
    const MACROS: [&str; 5] = ["print!", "println!", "eprint!", "eprintln!", "dbg!"];
    let is_core = CORE.contains(&source.module());
    let is_speaker = SPEAKERS.contains(&source.module());
    let has_macro = MACROS.iter().any(|name| source.has_word(name));
    let has_stream = source.has_word("stdout()") || source.has_word("stderr()");
    let mut found = Vec::new();
    if has_macro && (is_core || !is_speaker) {
        found.push("it prints".to_owned());
    }
    if has_stream && !is_speaker {
        found.push("it writes to a stream of the process".to_owned());
    }
    found
}

fn habits(source: &Source, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        found.push(format!("{lines} lines are more than {LONGEST}"));
    }
    found.extend(["TODO", "FIXME"].iter().filter(|it| text.contains(**it)).map(|it| (*it).into()));
    let panics = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!("];
    found.extend(panics.iter().filter(|it| source.has(it)).map(|it| format!("`{it}`")));
    found
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn the_house_is_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files(&root);
    assert!(files.len() > 40, "where is the source?");
    let complaints: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).expect("a source file");
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
            complaints(&name, &text)
        })
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn every_arrow_leads_to_a_module_and_none_back() {
    let position = |name: &str| ARROWS.iter().position(|(module, _)| *module == name);
    for (module, allowed) in ARROWS {
        for used in *allowed {
            assert!(position(used) < position(module), "{module} → {used} goes back");
        }
    }
}

#[test]
fn a_violation_is_noticed() {
    for (path, text, complaint) in [
        ("arn.rs", "use crate::policy::Policy;", "`arn` must not use `policy`"),
        ("arn.rs", "use crate::{identity, policy::{Rules}};", "`arn` must not use `policy`"),
        ("arn.rs", "fn f() { super::aws::f() }", "`arn` must not use `aws`"),
        ("policy/rules.rs", "use super::super::verdict;", "`policy` must not use `verdict`"),
        (
            "policy/rules.rs",
            "use super::{super::verdict, List};",
            "`policy` must not use `verdict`",
        ),
        ("verdict/findings.rs", "fn f(x: crate::report::X) {}", "must not use `report`"),
        ("verdict.rs", "use crate as it;", "`verdict` must not use `crate`"),
        ("main.rs", "use account_guard::aws::sts;", "`main` must not use `aws`"),
        ("novel.rs", "", "the module `novel` has no arrows yet"),
        ("policy.rs", "use std::fs::File;", "must not touch `std::fs`"),
        ("policy.rs", "use std::{fmt, env::var};", "must not touch `std::env`"),
        ("policy.rs", "fn f() { std::process::exit(1) }", "must not touch `std::process`"),
        ("cli.rs", "use std::env;", "must not touch `std::env`"),
        ("source.rs", "let now = SystemTime::now();", "the core has no clock"),
        ("source.rs", "let now = SystemTime\n  :: now();", "the core has no clock"),
        ("verdict.rs", "use std::time::{Duration, Instant};", "does not know `Instant`"),
        ("verdict.rs", "use aws_sdk_sts::Client;", "does not know `aws_sdk_sts`"),
        ("report.rs", "async fn f() {}", "does not know `async`"),
        ("report.rs", "fn f() { println!(\"x\") }", "it prints"),
        ("aws/sts.rs", "fn f() { eprintln!(\"x\") }", "it prints"),
        ("aws/sts.rs", "fn f() { io::stderr().write_all(b) }", "a stream of the process"),
        ("aws.rs", "fn f() { x.unwrap(); }", "`.unwrap()`"),
        ("aws.rs", "fn f() { x\n    .expect(\"y\"); }", "`.expect(`"),
        ("aws.rs", "// TODO: later", "TODO"),
        ("aws.rs", "#[cfg(test)]\nmod tests {\n}\nfn f() { x.unwrap(); }", "`.unwrap()`"),
    ] {
        let found = complaints(path, text);
        assert!(found.iter().any(|it| it.contains(complaint)), "{path}: {text}: {found:?}");
    }
    let long = "\n".repeat(LONGEST + 1);
    assert_eq!(complaints("arn.rs", &long), ["arn.rs: 401 lines are more than 400"]);
}

#[test]
fn what_is_right_is_not_complained_of() {
    for (path, text) in [
        ("arn.rs", "// use crate::policy::Policy; std::fs::read, println!()"),
        ("arn.rs", "/// `x.unwrap()`\nfn f() -> &'static str { \"crate::policy \\\" tokio\" }"),
        ("arn.rs", "fn f() -> &'static str { r#\"async \" aws_x\"# } /* x.expect( */"),
        ("arn.rs", "fn f<'a>(x: &'a str) { x.split('\"'); x.split('\\''); }"),
        (
            "arn.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::policy;\n    fn f() { x.unwrap() }\n}",
        ),
        ("arn.rs", "#[cfg(test)]\nmod tests;\nuse std::fmt;"),
        ("policy/tests/rules.rs", "use crate::verdict; fn f() { x.unwrap() }"),
        ("policy/rules.rs", "use super::problem::Problem; pub(in crate::policy) fn f() {}"),
        ("policy/rules.rs", "use crate::identity::AccountId; pub(super) fn f() {}"),
        ("main.rs", "use account_guard::cli::Cli; fn main() { std::process::exit(0) }"),
        ("aws/ca.rs", "use std::fs; #[expect(dead_code)] async fn f() {}"),
        ("report/text.rs", "use std::fmt::Write; fn f(a: Answer) { a.stdout }"),
    ] {
        assert_eq!(complaints(path, text), Vec::<String>::new(), "{text}");
    }
}
