//! Tests that the tests named in `docs/comparison.md` exist, and that its example of a guard passes
//! as documented.

use std::fs;
use std::path::Path;

use super::{page, root};
use crate::rig::guard::Guard;

/// The text of all Rust files below a directory.
fn sources(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            Some(extension) if extension == "rs" => fs::read_to_string(path).unwrap(),
            _ if path.is_dir() => sources(&path),
            _ => String::new(),
        })
        .collect()
}

/// The names of tests are sentences; no other code on the page contains as many words.
fn is_test_name(code: &str) -> bool {
    let is_name = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    code.chars().all(is_name) && code.matches('_').count() > 2
}

#[test]
fn every_named_test_exists() {
    let sources = sources(&root().join("tests/it"));
    let text = page("docs/comparison.md").text;
    let named: Vec<_> = text.split('`').skip(1).step_by(2).filter(|it| is_test_name(it)).collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        assert!(sources.contains(&format!("#[test]\nfn {name}()")), "{name}");
    }
}

/// Runs the comparison of the page without an AWS CLI. Returns its exit code, and whether it
/// deployed.
fn compare(before: &str) -> (Option<i32>, bool) {
    let blocks = page("docs/comparison.md").blocks();
    let script =
        blocks.iter().find(|it| it.text.contains("get-caller-identity")).expect("the script");
    let guard = Guard::new()
        .path()
        .file("deploy.sh", "#!/bin/sh\ntouch deployed\n")
        .file("empty/.keep", "")
        .program("/bin/sh");
    let alone = "chmod +x deploy.sh; PATH=empty; touch() { /usr/bin/touch \"$@\"; }";
    let script = script.text.replace("./deploy.sh", ". ./deploy.sh");
    let guard = guard.instead(&["-c", &format!("{alone}\n{before}\n{script}")]);
    let outcome = guard.run();
    (outcome.code, guard.work().join("deployed").exists())
}

#[test]
fn the_usual_comparison_passes_when_both_sides_are_empty() {
    assert_eq!(compare(""), (Some(0), true));
    assert_eq!(compare("set -e"), (Some(0), true), "a condition is no place for it");
    assert_eq!(compare("set -u; ACCOUNT="), (Some(0), true), "set and blank");
    assert_eq!(compare("ACCOUNT=111111111111"), (Some(1), false), "the control");
    let (code, is_deployed) = compare("set -u");
    assert!(code != Some(0) && !is_deployed, "{code:?}");
}
