//! Tests of whole policies.

use super::*;

mod errors;
mod garbage;
mod lints;
mod pulls;
mod rules;

/// Its IDs are documentation examples: no test calls AWS.
const EXAMPLE: &str = include_str!("../../examples/account-guard.toml");

fn texts(text: &str) -> Vec<Text> {
    vec![Text { name: "account-guard.toml".to_owned(), text: text.to_owned() }]
}

#[track_caller]
fn read(text: &str) -> Policy {
    match Policy::read(texts(text)) {
        Ok(policy) => policy,
        Err(invalid) => panic!("{:#?}", shown(&invalid)),
    }
}

#[track_caller]
fn refuse(text: &str) -> Invalid {
    let invalid = Policy::read(texts(text)).expect_err("the policy is valid");
    assert!(invalid.problems.iter().all(|problem| problem.severity == Severity::Error));
    assert!(invalid.problems.iter().all(|problem| problem.message.lines().count() == 1));
    invalid
}

/// `code line:column` for each problem.
fn shown(invalid: &Invalid) -> Vec<String> {
    let show = |problem: &Problem| {
        let Location { line, column, .. } = invalid.locate(&problem.place);
        format!("{} {line}:{column}", problem.code)
    };
    invalid.problems.iter().map(show).collect()
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

#[test]
fn the_example_is_valid() {
    let policy = read(EXAMPLE);
    let names: Vec<_> = policy.environments().collect();
    assert_eq!(names, ["prod", "staging", "network", "local"]);
    let codes: Vec<_> = policy.lint().iter().map(|problem| problem.code.name()).collect();
    assert_eq!(codes, ["documentation-account"; 5], "its IDs are documentation examples");
}

#[test]
fn locates_by_lines_and_characters() {
    let policy = read("version = 1\r\n  [environments.a]\n\taccounts = [\n\"111111111111\"]");
    let rules = policy.rules("a").unwrap();
    let list = policy.locate(&rules.accounts().place);
    assert_eq!(list.to_string(), "account-guard.toml:3:2");
    assert_eq!(list.text, "accounts = [");
    let [item] = rules.accounts().items.as_slice() else { panic!() };
    assert_eq!(policy.locate(&item.place).to_string(), "account-guard.toml:4:1");
    let beyond = |file, span| policy.locate(&Place { file, span }).line;
    assert_eq!(beyond(0, 9999..9999), 4);
    assert_eq!(beyond(7, 0..1), 1);
}

#[test]
fn a_column_counts_characters_instead_of_bytes() {
    let invalid = refuse("version = 1\n[environments.a]\naccounts = [\"äöü\", \"ß\"]\n");
    assert_eq!(shown(&invalid), ["unknown-account 3:13", "unknown-account 3:20"]);
}
