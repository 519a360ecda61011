//! `docs/comparison.md`: the tests that it names are there, and the guard that it shows passes as it says.

use super::{entries, has_extension, page, root};
use crate::rig::guard::Guard;

#[test]
fn every_test_that_is_named_is_there() {
    let sources: String = entries("tests/it")
        .iter()
        .filter(|name| has_extension(name, "rs"))
        .map(|name| std::fs::read_to_string(root().join(name)).unwrap())
        .collect();
    let text = page("docs/comparison.md").text;
    let named: Vec<_> =
        text.split('`').skip(1).step_by(2).filter(|it| it.starts_with("row_")).collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        assert!(sources.contains(&format!("#[test]\nfn {name}()")), "{name}");
    }
}

/// Runs the comparison of the page where there is no AWS CLI: its end, and whether it deployed.
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
fn the_usual_comparison_passes_where_both_sides_are_empty() {
    assert_eq!(compare(""), (Some(0), true));
    assert_eq!(compare("set -e"), (Some(0), true), "a condition is no place for it");
    assert_eq!(compare("set -u; ACCOUNT="), (Some(0), true), "set and blank");
    assert_eq!(compare("ACCOUNT=111111111111"), (Some(1), false), "the control");
    let (code, is_deployed) = compare("set -u");
    assert!(code != Some(0) && !is_deployed, "{code:?}");
}
