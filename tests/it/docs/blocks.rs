//! Tests that every block is run or parsed according to its language, or listed as unchecked.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::unchecked_blocks::UNCHECKED_BLOCKS;
use super::{Block, blocks, root};
use crate::rig::guard::Guard;
use crate::rig::moto::python;

const YAML: &str = "import sys, yaml\nassert yaml.safe_load(sys.stdin)";
const INI: &str = "import sys, configparser\n\
                   file = configparser.ConfigParser()\nfile.read_file(sys.stdin)\nassert file.sections()";

/// Parses a block according to its language, or returns the error.
fn read(block: &Block) -> Result<(), String> {
    match block.language.as_str() {
        // `console` runs these, and `commands` generates them.
        "console" => Ok(()),
        "text" if block.page == "docs/commands.md" => Ok(()),
        "toml" => policy(&block.text),
        "json" => document(&block.text),
        "yaml" => fed(python().args(["-c", YAML]), &block.text),
        "ini" => fed(python().args(["-c", INI]), &block.text),
        "sh" => fed(Command::new("sh").arg("-n"), &block.text),
        "make" => make(&block.text),
        other => Err(format!("nothing here reads `{other}`")),
    }
}

/// The program finds no error in the policy.
fn policy(text: &str) -> Result<(), String> {
    let outcome = Guard::new().policy(text).args("policy lint").run();
    if outcome.code == Some(0) { Ok(()) } else { Err(outcome.stderr + &outcome.stdout) }
}

/// The schema accepts the document; for a `package.json`, a shell parses its scripts.
fn document(text: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(text).map_err(|why| why.to_string())?;
    if let Some(scripts) = value["scripts"].as_object() {
        let mut texts = scripts.values().filter_map(Value::as_str);
        return texts.try_for_each(|script| fed(Command::new("sh").arg("-n"), script));
    }
    let errors = crate::schema::errors_of(&value);
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

/// make parses it, and runs no recipe.
fn make(text: &str) -> Result<(), String> {
    let outcome = Guard::new()
        .path()
        .file("Makefile", text)
        .file("deploy.sh", "")
        .program("make")
        .instead(&["--dry-run"])
        .run();
    if outcome.code == Some(0) { Ok(()) } else { Err(outcome.stderr) }
}

/// Runs a program with the block on its standard input.
fn fed(command: &mut Command, text: &str) -> Result<(), String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|why| why.to_string())?;
    child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("the block");
    let Output { status, stderr, .. } = child.wait_with_output().expect("an end");
    if status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&stderr).into_owned()) }
}

fn is_unchecked(block: &Block) -> bool {
    UNCHECKED_BLOCKS.iter().any(|it| (it.page, it.first_line) == (&*block.page, block.first_line()))
}

#[test]
fn every_block_is_run_or_parsed() {
    let blocks = blocks();
    let unread: Vec<_> = blocks
        .iter()
        .filter(|block| !is_unchecked(block))
        .filter_map(|block| Some(format!("{}: {}", block.place(), read(block).err()?)))
        .collect();
    assert!(unread.is_empty(), "{}", unread.join("\n"));
    assert!(blocks.len() > 40, "{} blocks", blocks.len());
}

#[test]
fn the_list_of_unchecked_blocks_has_no_checked_ones() {
    let blocks = blocks();
    for it in UNCHECKED_BLOCKS {
        let is_it = |block: &&Block| (&*block.page, block.first_line()) == (it.page, it.first_line);
        let found: Vec<_> = blocks.iter().filter(is_it).collect();
        let [block] = found.as_slice() else {
            panic!("{} blocks of {} begin with {}", found.len(), it.page, it.first_line)
        };
        assert!(read(block).is_err(), "{} is checked now: remove it from the list", block.place());
        assert!(it.reason.len() > 10, "{}", block.place());
        for file in it.reason.split([' ', ',', ':']).filter(|word| word.starts_with("tests/")) {
            assert!(root().join(file).exists(), "{file}");
        }
    }
}

#[test]
fn invalid_blocks_are_found() {
    for (language, text) in [
        ("toml", "version = 1\n[environments.prod]\naccounts = []\n"),
        ("toml", "roles = [\"deploy-*\"]\n"),
        ("json", "{\"version\": 1}"),
        ("json", "{"),
        ("json", "{\"scripts\": {\"deploy\": \"if\"}}"),
        ("yaml", "a: b: c\n"),
        ("yaml", "\n"),
        ("ini", "no section\n"),
        ("sh", "if true; then\n"),
        ("make", "deploy: guard\n"),
        ("rust", "fn main() {}\n"),
        ("", "account-guard check prod\n"),
    ] {
        let (page, language) = ("x.md".to_owned(), language.to_owned());
        let block = Block { page, line: 1, language, text: text.to_owned() };
        assert!(read(&block).is_err(), "{text}");
    }
}
