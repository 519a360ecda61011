//! Tests of `action.yml` and its page: no input is part of the text of a script, and the page
//! documents every input and output.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::root;

/// `action.yml`, our workflows, and the workflows of the examples.
fn workflows() -> Vec<(PathBuf, String)> {
    let folders = [".github/workflows", "examples/github"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let files = entries.map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|it| it == "yml"));
    let files = files.chain([root().join("action.yml")]);
    files.map(|path| (path.clone(), fs::read_to_string(path).expect("a workflow"))).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// The scripts of a workflow: the text after `run:`, and the more deeply indented lines below it.
fn scripts(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let starts = lines.iter().enumerate().filter_map(|(at, line)| {
        let first = line.trim_start_matches([' ', '-']).strip_prefix("run:")?;
        Some((at, indent(line), first))
    });
    let script = |(at, depth, first): (usize, usize, &str)| {
        let below = lines[at + 1..].iter();
        let below = below.take_while(|line| line.trim().is_empty() || indent(line) > depth);
        below.fold(first.to_owned(), |script, line| format!("{script}\n{line}"))
    };
    starts.map(script).collect()
}

#[test]
fn no_workflow_script_contains_an_expression() {
    let mut count = 0;
    for (path, text) in workflows() {
        for script in scripts(&text) {
            assert!(!script.contains("${{"), "{}: {script}", path.display());
            count += 1;
        }
    }
    assert!(count >= 6, "where are the scripts?");
    let wrong = "steps:\n  - run: |\n      echo\n\n      ${{ x }}\n    env:\n      A: ${{ y }}\n";
    assert_eq!(scripts(wrong), [" |\n      echo\n\n      ${{ x }}"]);
}

/// The owner of the repository may change, so ours names none; actions of other owners are pinned
/// by their hash.
#[test]
fn every_action_is_pinned_and_ours_names_no_owner() {
    for (path, text) in workflows() {
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, used) = line.split_once("uses: ").unwrap();
            let (name, version) = used.split_once('@').unwrap_or((used, ""));
            let hash = version.split(' ').next().unwrap();
            let is_hash = hash.len() == 40 && hash.bytes().all(|it| it.is_ascii_hexdigit());
            let is_pinned = is_hash && version.contains(" # v");
            let is_own = used.starts_with("./") || name == "OWNER/account-guard";
            assert!(is_pinned || is_own, "{}: {line}", path.display());
        }
    }
}

/// The names below a key of `action.yml`, with their defaults.
fn named(key: &str) -> BTreeMap<String, Option<String>> {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let (_, below) = text.split_once(&format!("\n{key}:\n")).expect("the key");
    let below = below.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
    let mut found = BTreeMap::new();
    let mut name = String::new();
    for line in below {
        if let Some(it) = line.strip_prefix("  ").and_then(|it| it.strip_suffix(':')) {
            it.clone_into(&mut name);
            found.insert(name.clone(), None);
        } else if let Some(value) = line.strip_prefix("    default: ") {
            found.insert(name.clone(), Some(value.trim_matches('\'').to_owned()));
        }
    }
    found
}

/// The rows of a table of the page, by the name in their first cell.
fn rows(heading: &str) -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/github.md")).unwrap();
    let (_, below) = page.split_once(&format!("\n{heading}\n")).expect("the heading");
    let section = below.split("\n#").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect()
}

#[test]
fn the_page_lists_every_input_with_its_default() {
    let (inputs, rows) = (named("inputs"), rows("### Inputs"));
    assert!(inputs.len() >= 12, "{inputs:?}");
    assert_eq!(inputs.keys().collect::<Vec<_>>(), rows.keys().collect::<Vec<_>>());
    for (name, default) in inputs {
        let cell = match default.as_deref() {
            None => "required".to_owned(),
            Some("") => String::new(),
            Some(default) => format!("`{default}`"),
        };
        let last = rows[&name].trim_end_matches('|').rsplit_once('|').unwrap().1.trim();
        assert_eq!(last, cell, "{name}");
    }
}

#[test]
fn the_page_lists_every_output() {
    let (outputs, rows) = (named("outputs"), rows("### Outputs"));
    assert!(outputs.len() >= 7, "{outputs:?}");
    assert_eq!(outputs.keys().collect::<Vec<_>>(), rows.keys().collect::<Vec<_>>());
}

/// Every input of `action.yml` reaches the scripts under its own name.
#[test]
fn every_input_reaches_the_scripts() {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    for name in named("inputs").keys() {
        let variable = name.to_uppercase().replace('-', "_");
        let line = format!("INPUT_{variable}: ${{{{ inputs.{name} }}}}\n");
        assert!(text.contains(&line), "{line}");
    }
}

/// An attempt that starts just before curl stops retrying may last as long as the first one.
#[test]
fn a_download_ends_at_the_documented_time() {
    let text = fs::read_to_string(root().join("action/install.sh")).unwrap();
    let seconds = |option: &str| -> u32 {
        let (_, rest) = text.split_once(option).expect("the option");
        rest.split_whitespace().next().unwrap().parse().expect("seconds")
    };
    assert!(seconds(" --max-time ") + seconds(" --retry-max-time ") <= 90);
    let page = fs::read_to_string(root().join("docs/github.md")).unwrap();
    assert!(page.contains("a download takes at most a minute and a half"));
}
