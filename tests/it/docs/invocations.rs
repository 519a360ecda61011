//! Tests that every command line and option of account-guard in the documentation is valid: the
//! program may refuse it, but not with a usage error.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Block, commands, page, pages};
use crate::rig::guard::{Guard, Outcome};

const NAME: &str = "account-guard";

/// The values of the variables in the examples.
const VARIABLES: &[(&str, &str)] = &[
    ("IMAGE", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1"),
    ("ENVIRONMENT", "prod"),
    ("DESTDIR", "."),
    ("RUNNER_TEMP", "."),
];

/// The words of every command line in a text that starts with the name of the program.
fn invocations(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<Vec<String>> {
    let is_start = |at: usize| {
        let before = line[..at].chars().next_back();
        let after = line[at + NAME.len()..].chars().next();
        before.is_none_or(|it| " \t(`=@".contains(it)) && after.is_none_or(|it| " )`".contains(it))
    };
    let starts = line.match_indices(NAME).map(|(at, _)| at).filter(|at| is_start(*at));
    let lines = starts.map(|at| words(&line[at + NAME.len()..]));
    // The name alone is that of the program.
    lines.filter(|words| !words.is_empty()).collect()
}

/// The words up to the end of the command, as a shell splits them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut quote = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '|' | '&' | ';' | ')' | '>' | '<' | '`' | '#') => break,
            (None, ' ' | '\t') => words.extend(word.take()),
            (None | Some('"'), '$') => {
                // `$(NAME)` is a variable of make.
                letters.next_if(|it| "({".contains(*it));
                let is_name = |it: &char| it.is_ascii_alphanumeric() || *it == '_';
                let mut name = String::new();
                while let Some(next) = letters.next_if(is_name) {
                    name.push(next);
                }
                letters.next_if(|it| ")}".contains(*it));
                word.get_or_insert_default().push_str(variable(&name));
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn variable(name: &str) -> &'static str {
    let found = VARIABLES.iter().find(|(it, _)| *it == name);
    found.unwrap_or_else(|| panic!("${name} is no variable of the examples")).1
}

/// Runs it without a policy, without credentials and without AWS.
fn run(words: &[String]) -> Outcome {
    let guard = Guard::new().env("AWS_EC2_METADATA_DISABLED", "true");
    words.iter().fold(guard, Guard::arg).run()
}

/// Whether clap refused the arguments: only clap prints this text.
fn is_usage_error(outcome: &Outcome) -> bool {
    outcome.stderr.contains("Usage: ") || outcome.stderr.contains("try '--help'")
}

/// The shell code of a block: all of it, except for a `package.json`, of which it is the scripts.
fn script(block: &Block) -> String {
    let value: Value = serde_json::from_str(&block.text).unwrap_or_default();
    let scripts = value["scripts"].as_object().map(|it| it.values().filter_map(Value::as_str));
    scripts.map_or_else(|| block.text.clone(), |them| them.collect::<Vec<_>>().join("\n"))
}

/// The code spans in the sentences of a text.
fn spans(prose: &str) -> impl Iterator<Item = &str> {
    prose.split('`').skip(1).step_by(2)
}

#[test]
fn every_command_line_of_a_block_is_valid() {
    let mut count = 0;
    for block in super::blocks().iter().filter(|it| !["text", "console"].contains(&&*it.language)) {
        for words in invocations(&script(block)) {
            let outcome = run(&words);
            assert!(!is_usage_error(&outcome), "{}: {words:?}: {outcome:#?}", block.place());
            count += 1;
        }
    }
    assert!(count > 25, "{count} command lines");
}

/// A name alone, such as `account-guard exec`, refers to the command.
#[test]
fn every_command_in_a_sentence_exists() {
    let known = commands::commands();
    for page in pages() {
        let prose = page.prose();
        for span in spans(&prose).filter(|span| span.split(' ').next() == Some(NAME)) {
            let words = words(span.strip_prefix(NAME).unwrap().trim_end_matches(['…', ' ']));
            let name: Vec<_> = words
                .iter()
                .filter(|it| !it.starts_with('['))
                .map(|it| it.replace("whoami", "identity"))
                .collect();
            if !known.contains(&name) {
                let outcome = run(&words);
                assert!(!is_usage_error(&outcome), "{}: {span}: {outcome:#?}", page.name);
            }
        }
    }
}

/// Options on the pages that belong to other programs.
const OF_OTHERS: &[&str] = &[
    "--aws-profile",
    "--build-context",
    "--config-env",
    "--env",
    "--generate-cli-skeleton",
    "--ignore-scripts",
    "--label",
    "--name",
    "--network",
    "--s3-bucket",
    "--stage",
    "--user",
    "--volume",
];

/// The options in the code spans of a sentence, unless they are a command line of another program.
fn options_of(span: &str) -> impl Iterator<Item = &str> {
    let first = span.split(' ').next().unwrap_or_default();
    let is_ours = first.starts_with("--") || first == NAME || ["check", "exec"].contains(&first);
    let words = span.split([' ', '=', '[', ']', ',']).filter(|it| it.len() > 2);
    words.filter(move |word| is_ours && word.starts_with("--"))
}

#[test]
fn every_option_in_a_sentence_exists() {
    let help: String = commands::commands().iter().map(|it| commands::help(it)).collect();
    let known: Vec<_> = commands::options(&help).collect();
    let mut foreign = BTreeMap::new();
    for page in pages() {
        for option in spans(&page.prose()).flat_map(options_of).filter(|it| !known.contains(it)) {
            foreign.insert(option.to_owned(), page.name.clone());
        }
    }
    let listed: BTreeSet<_> = OF_OTHERS.iter().map(|it| (*it).to_owned()).collect();
    let found: BTreeSet<_> = foreign.keys().cloned().collect();
    assert_eq!(listed, found, "options of others, and those that no command has: {foreign:#?}");
}

#[test]
fn a_command_line_is_found_in_every_position() {
    let of = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let image = VARIABLES[0].1;
    for (text, expected) in [
        ("account-guard check prod", vec![of(&["check", "prod"])]),
        (
            "account-guard check prod --image \"$IMAGE\" && docker push x",
            vec![of(&["check", "prod", "--image", image])],
        ),
        (
            "eval \"$(account-guard credentials prod || echo false)\"",
            vec![of(&["credentials", "prod"])],
        ),
        ("- run: account-guard check prod # now", vec![of(&["check", "prod"])]),
        ("account-guard completions zsh >\"$DESTDIR/x\"", vec![of(&["completions", "zsh"])]),
        ("account-guard check \\\n  prod", vec![of(&["check", "prod"])]),
        ("credential_process = account-guard credentials prod", vec![of(&["credentials", "prod"])]),
        ("\t@account-guard check $(ENVIRONMENT)", vec![of(&["check", "prod"])]),
        ("# account-guard is here\n/opt/account-guard/x docker-credential-account-guard", vec![]),
        ("account-guard exec prod -- 'a b'", vec![of(&["exec", "prod", "--", "a b"])]),
    ] {
        assert_eq!(invocations(text), expected, "{text}");
    }
}

#[test]
fn an_invalid_command_line_is_found() {
    for line in [
        "check prod --polciy x",
        "chekc prod",
        "exec prod",
        "check prod --for cobol",
        "check --timeout soon",
    ] {
        let outcome = run(&words(line));
        assert!(is_usage_error(&outcome), "{line}: {outcome:#?}");
    }
    assert!(!page("README.md").text.is_empty());
}
