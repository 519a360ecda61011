//! Tests that `docs/codes.md` explains every code under its own heading, and no other code.

use std::path::Path;

use account_guard::unknown::ErrorCode;
use account_guard::verdict::Code;

/// The `###` headings below a `##` heading.
fn headings<'a>(text: &'a str, chapter: &str) -> Vec<&'a str> {
    let chapter = format!("## {chapter}");
    text.lines()
        .skip_while(|line| *line != chapter)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("### "))
        .collect()
}

#[test]
fn every_code_has_one_heading() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
    let text = std::fs::read_to_string(path).expect("docs/codes.md");
    let violations = Code::ALL.map(Code::name);
    let errors = ErrorCode::ALL.map(ErrorCode::name);
    assert_eq!(headings(&text, "Violations"), violations);
    assert_eq!(headings(&text, "Errors"), errors);
    let all = text.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(all, violations.len() + errors.len(), "a heading under neither chapter");
}

#[test]
fn every_section_has_an_explanation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
    let text = std::fs::read_to_string(path).expect("docs/codes.md");
    for section in text.split("\n### ").skip(1) {
        let (name, explanation) = section.split_once('\n').expect("more than a heading");
        let explanation = explanation.split("\n## ").next().unwrap_or_default();
        assert!(!explanation.trim().is_empty(), "{name} is not explained");
    }
}
