//! The house: which module may use which, what the core never touches, which modules write to the streams,
//! and where the `impl` of a type stands. CONTRIBUTING.md describes these rules.

mod arrows;
mod functions;
mod guide;
mod source;
mod words;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use arrows::ARROWS;
use source::Source;

/// The modules that decide and describe: values in, values out. They use none of [`SHELL`].
const CORE: &[&str] = &[
    "arn",
    "codes",
    "iam",
    "identity",
    "partition",
    "policy",
    "source",
    "target",
    "time",
    "tool",
    "unknown",
    "verdict",
    "wrong",
    "outcome",
    "handoff",
    "report",
];

/// The modules around the core.
const SHELL: &[&str] = &["aws", "net", "input", "output", "preflight", "serve", "command"];

/// The modules that may use files, variables, the network and processes of the operating system.
const WORLD: &[&str] = &["main", "input", "aws", "net", "serve", "files", "process"];

/// The modules that may write to the streams of the process.
const SPEAKERS: &[&str] = &["main", "output"];

/// The limit for the lines of a file.
const LONGEST: usize = 400;

/// The limit for the lines of `main.rs`.
const LONGEST_MAIN: usize = 80;

/// The violations in one file of `src`.
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
    let longest = if source.module() == "main" { LONGEST_MAIN } else { LONGEST };
    if lines > longest {
        found.push(format!("{lines} lines are more than {longest}"));
    }
    found.extend(["TODO", "FIXME"].iter().filter(|it| text.contains(**it)).map(|it| (*it).into()));
    let panics = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!("];
    found.extend(panics.iter().filter(|it| source.has(it)).map(|it| format!("`{it}`")));
    found
}

/// The `impl` blocks that stand neither in the module of their type nor below it. An `impl` of a trait may
/// also stand with the trait, or with a type that the trait names.
fn strays(sources: &[Source]) -> Vec<String> {
    let mut homes: HashMap<&str, Vec<&Source>> = HashMap::new();
    for source in sources {
        for name in source.definitions() {
            homes.entry(name).or_default().push(source);
        }
    }
    let mut found = Vec::new();
    for source in sources {
        for header in source.impls() {
            let named: Vec<_> =
                source::words_of(header).filter_map(|word| homes.get(word)).flatten().collect();
            if !named.is_empty() && !named.iter().any(|home| source.is_in(home)) {
                found.push(format!("{}: `impl{header}` is outside of its module", source.name()));
            }
        }
    }
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

/// The path below `src` and the text of every file.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text = |path: &PathBuf| {
        let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a source file"))
    };
    files(&root).iter().map(text).collect()
}

#[test]
fn the_house_is_in_order() {
    let texts = texts();
    assert!(texts.len() > 40, "where is the source?");
    let sources: Vec<_> = texts.iter().map(|(name, text)| Source::of(name, text)).collect();
    let of_files = texts.iter().flat_map(|(name, text)| complaints(name, text));
    let complaints: Vec<String> = of_files.chain(strays(&sources)).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn the_core_uses_nothing_of_the_shell() {
    for (module, allowed) in ARROWS.iter().filter(|(module, _)| CORE.contains(module)) {
        let used: Vec<_> = allowed.iter().filter(|used| SHELL.contains(used)).collect();
        assert!(used.is_empty(), "{module} → {used:?}");
    }
}

#[test]
fn an_impl_outside_of_its_module_is_noticed() {
    let of = |texts: &[(&str, &str)]| {
        strays(&texts.iter().map(|(name, text)| Source::of(name, text)).collect::<Vec<_>>())
    };
    let home = ("preflight/judge.rs", "pub(super) struct Check<'a> {\n}\nenum End {}");
    for (text, is_stray) in [
        ("impl Check<'_> {\n}", true),
        ("impl<'a> Check<'a> {\n}", true),
        ("impl<'a>\n    Check<'a>\n{\n}", true),
        ("impl fmt::Display for End {\n}", true),
        ("struct Own;\nimpl From<Own> for End {\n}", false),
        ("trait Own {}\nimpl Own for End {\n}", false),
        ("struct Own;\nimpl Own {\n}", false),
        ("impl fmt::Display for Foreign {\n}", false),
        ("fn f() -> impl Fn(Check<'_>) {\n}", false),
        ("// impl Check<'_> {}", false),
        ("#[cfg(test)]\nmod tests {\n    impl Check<'_> {}\n}", false),
    ] {
        let found = of(&[home, ("preflight/notes.rs", text)]);
        assert_eq!(!found.is_empty(), is_stray, "{text}: {found:?}");
        let below = of(&[home, ("preflight/judge/notes.rs", text)]);
        assert!(below.is_empty(), "{text}: {below:?}");
    }
    let found = of(&[home, ("preflight.rs", "impl Check<'_> {\n}")]);
    assert_eq!(found, ["preflight: `impl Check<'_> ` is outside of its module"]);
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
        ("report.rs", "use crate::output::Exit;", "`report` must not use `output`"),
        ("net/http.rs", "use crate::source::Secret;", "`net` must not use `source`"),
        ("command/check.rs", "use crate::aws::sts;", "`command` must not use `aws`"),
        ("preflight.rs", "fn f() { std::env::var(x) }", "must not touch `std::env`"),
        ("preflight.rs", "fn f() { io::stderr().write_all(b) }", "a stream of the process"),
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
    let long = "\n".repeat(LONGEST_MAIN + 1);
    assert_eq!(complaints("main.rs", &long), ["main.rs: 81 lines are more than 80"]);
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
        ("input/world.rs", "use std::fs; #[expect(dead_code)] async fn f() {}"),
        ("report/text.rs", "use std::fmt::Write; fn f(a: Answer) { a.stdout }"),
    ] {
        assert_eq!(complaints(path, text), Vec::<String>::new(), "{text}");
    }
}
