//! `docs/codes.md` explains every code exactly once, in the order of its declaration.

use std::collections::BTreeSet;
use std::path::Path;

use account_guard::policy::ProblemCode;
use account_guard::unknown::ErrorCode;
use account_guard::verdict::Code;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
    std::fs::read_to_string(path).expect("docs/codes.md")
}

/// The lines of the chapter with this `##` heading.
fn chapter<'a>(text: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let heading = format!("## {heading}");
    let lines = text.lines().skip_while(move |line| *line != heading).skip(1);
    lines.take_while(|line| !line.starts_with("## "))
}

/// The `###` headings of a chapter.
fn headings<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    chapter(text, heading).filter_map(|line| line.strip_prefix("### ")).collect()
}

#[test]
fn every_code_has_one_heading() {
    let text = page();
    let violations = Code::ALL.map(Code::name);
    let errors = ErrorCode::ALL.map(ErrorCode::name);
    assert_eq!(headings(&text, "Violations"), violations);
    assert_eq!(headings(&text, "Errors"), errors);
    let all = text.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(all, violations.len() + errors.len(), "a heading in neither chapter");
}

#[test]
fn every_code_of_a_policy_problem_has_one_row() {
    let text = page();
    let rows: Vec<_> = chapter(&text, "Problems in the policy file")
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .collect();
    let codes: Vec<_> = rows.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ProblemCode::ALL.map(ProblemCode::name));
    assert!(rows.iter().all(|(_, meaning)| meaning.len() > 10), "{rows:#?}");
}

#[test]
fn every_code_is_unique() {
    let names = [
        Code::ALL.map(Code::name).to_vec(),
        ErrorCode::ALL.map(ErrorCode::name).to_vec(),
        ProblemCode::ALL.map(ProblemCode::name).to_vec(),
    ]
    .concat();
    let distinct: BTreeSet<_> = names.iter().collect();
    // The region in a policy and the region of the environment share a code.
    assert_eq!(distinct.len() + 1, names.len());
}

#[test]
fn no_explanation_is_missing() {
    let text = page();
    for section in text.split("\n### ").skip(1) {
        let (name, explanation) = section.split_once('\n').expect("more than a heading");
        let explanation = explanation.split("\n## ").next().unwrap_or_default();
        assert!(!explanation.trim().is_empty(), "{name} is not explained");
    }
}
