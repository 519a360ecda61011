//! Tests that the product speaks plain English: none of the riddles of its first years comes back.

use std::path::{Path, PathBuf};

use super::files;

/// Words and phrases that a reader has to decode, and what to write instead.
const RIDDLES: &[(&str, &str)] = &[
    ("nobody", "name who does not do it, or use the passive voice"),
    ("whoever", "name the person or the program"),
    ("somebody", "`a user`, `another program`"),
    ("anybody", "`every user`, `any endpoint`"),
    ("is none", "`is not a …`"),
    ("are none", "`are not …`"),
    ("its like", "list the names"),
    ("vouch", "`verified`, `trusted`"),
    ("at a time that", "`unknown`"),
    ("goes round", "`circular`"),
    ("between commas", "`comma-separated`"),
    ("is told", "`gets`, `receives`"),
    ("nothing but", "`only`"),
    ("what of", "name the options"),
    ("said so", "`returned it`"),
    ("says who", "`returns the identity`"),
    ("how to go about", "name the options"),
    ("as good as", "`valid`, `equivalent`"),
    ("to the letter", "`exactly`"),
    ("steps over", "`ignores`"),
    ("hides", "`overrides`"),
];

/// The places where such a phrase is right: the file, the phrase, and the reason.
const ALLOWED: &[(&str, &str, &str)] =
    &[("docs/precedence.md", "nobody", "the name of a profile in set-ups of the oracles")];

/// The files that people read: code, pages, examples and the Action.
fn pages(root: &Path) -> Vec<PathBuf> {
    let mut pages = files(&root.join("src"));
    for directory in ["docs", "examples", "action"] {
        collect(&root.join(directory), &mut pages);
    }
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "action.yml"] {
        pages.push(root.join(name));
    }
    pages
}

fn collect(directory: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let is_text = path.extension().is_some_and(|extension| {
            ["md", "sh", "yml", "yaml", "toml", "rs", "ts", "json"]
                .iter()
                .any(|it| extension == *it)
        });
        if path.is_dir() {
            collect(&path, pages);
        } else if is_text {
            pages.push(path);
        }
    }
}

/// Whether a line contains a phrase as whole words.
fn contains(line: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    line.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + phrase.len()..]);
        if before.ends_with("there ") {
            return false; // "if there is none" is plain English.
        }
        !is_word(before.chars().next_back()) && !is_word(after.chars().next())
    })
}

/// The riddles in a text, each with its line.
fn riddles(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.to_lowercase();
        for (phrase, instead) in RIDDLES {
            let is_allowed = ALLOWED.iter().any(|(file, it, _)| *file == name && it == phrase);
            let is_found =
                if *phrase == "vouch" { line.contains(phrase) } else { contains(&line, phrase) };
            if is_found && !is_allowed {
                found.push(format!("{name}:{}: `{phrase}`: write {instead}", number + 1));
            }
        }
    }
    found
}

#[test]
fn no_page_and_no_code_contains_a_riddle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let pages = pages(root);
    assert!(pages.len() > 200, "{} files", pages.len());
    for page in pages {
        // The data of unit tests contains such words.
        if page.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests")) {
            continue;
        }
        let name = page.strip_prefix(root).expect("below the root").display().to_string();
        let text = std::fs::read_to_string(&page).expect("a text");
        found.extend(riddles(&name, &text));
    }
    assert_eq!(found, [""; 0], "{} riddles", found.len());
}

#[test]
fn a_riddle_is_found_as_a_whole_word() {
    for (text, count) in [
        ("nobody vouches for it", 2),
        ("it is none of these", 1),
        ("AWS_ACCESS_KEY_ID and its like", 1),
        ("is nonexistent, its likeness", 0),
        ("`null` if there is none", 0),
        ("the region is unknown", 0),
    ] {
        assert_eq!(riddles("page", text).len(), count, "{text}");
    }
}
