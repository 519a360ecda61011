//! `--help` of every command, and the suggestions for a command line that is refused.

use account_guard::cli::Cli;
use clap::{CommandFactory, Parser};

use crate::output::snapshots::POLICY;
use crate::rig::guard::{Guard, Outcome};

/// Every command, as the words that select it: `[]` is the program itself.
fn commands() -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    for command in program.get_subcommands() {
        let name = command.get_name().to_owned();
        found.push(vec![name.clone()]);
        for below in command.get_subcommands() {
            found.push(vec![name.clone(), below.get_name().to_owned()]);
        }
    }
    found
}

fn help(command: &[String], columns: &str) -> String {
    let guard = command.iter().fold(Guard::new().env("COLUMNS", columns), Guard::arg);
    let outcome = guard.arg("--help").run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    outcome.stdout
}

fn usage_error(arguments: &[&str]) -> Outcome {
    let outcome = arguments.iter().fold(Guard::new().policy(POLICY), Guard::arg).run();
    let expected = if arguments[0] == "exec" { 125 } else { 2 };
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(expected), ""), "{outcome:?}");
    outcome
}

/// The words of the program in an example, which may be part of a shell command.
fn words(example: &str) -> Option<Vec<&str>> {
    let (_, rest) = example.split_once("account-guard ")?;
    let end = rest.find([')', '|', '>']).unwrap_or(rest.len());
    Some(std::iter::once("account-guard").chain(rest[..end].split_whitespace()).collect())
}

#[test]
fn every_help_ends_with_two_or_three_examples_that_parse() {
    assert!(commands().len() > 9, "{:?}", commands());
    for command in commands() {
        let help = help(&command, "80");
        let (_, examples) = help.split_once("\nExamples:\n").expect("examples");
        let lines: Vec<_> = examples.trim_end().lines().collect();
        assert!((2..=3).contains(&lines.len()), "{command:?}: {examples}");
        for line in lines {
            let Some(words) = words(line).filter(|_| !line.contains("ln -s")) else { continue };
            let parsed = Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn help_wraps_at_the_width_of_the_terminal() {
    for columns in [80, 90, 100] {
        for command in commands() {
            let help = help(&command, &columns.to_string());
            let widest = help.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= columns, "{command:?}: {widest} columns at {columns}");
        }
    }
}

#[test]
fn the_help_of_identity_does_not_speak_of_verdicts() {
    let help = help(&["identity".to_owned()], "100");
    for word in ["udge", "verdict", "refus", "account-guard-ENVIRONMENT", "denied"] {
        let said = help.lines().find(|line| line.contains(word) && !line.contains("token"));
        let said = said.filter(|line| !line.trim().starts_with("refused"));
        assert_eq!(said, None, "{word}: {help}");
    }
}

#[test]
fn a_subcommand_of_another_command_is_named() {
    let outcome = usage_error(&["lint"]);
    assert!(outcome.stderr.contains("tip: run `account-guard policy lint`\n"), "{outcome:?}");
    let outcome = usage_error(&["help", "lint"]);
    assert!(outcome.stderr.contains("tip: run `account-guard help policy lint`\n"), "{outcome:?}");
}

#[test]
fn a_misspelt_subcommand_is_guessed_behind_help() {
    for (arguments, similar) in [
        (&["help", "chekc"][..], Some("check")),
        (&["help", "whoam"], Some("whoami")),
        (&["help", "policy", "lnit"], Some("lint")),
        (&["help", "zzz"], None),
    ] {
        let outcome = usage_error(arguments);
        let tip = similar.map(|it| format!("tip: a similar subcommand exists: '{it}'\n"));
        assert_eq!(outcome.stderr.contains("tip:"), tip.is_some(), "{outcome:?}");
        assert!(outcome.stderr.contains(&tip.unwrap_or_default()), "{outcome:?}");
    }
}

#[test]
fn a_command_without_a_separator_is_shown_with_one() {
    for (arguments, expected) in [
        (&["exec", "prod", "terraform", "apply"][..], "exec prod -- terraform apply"),
        (
            &["exec", "prod", "--profile", "acme", "terraform", "apply", "-auto-approve"],
            "exec prod -- terraform apply …",
        ),
        (&["exec", "--environment", "prod", "terraform", "apply"], "exec prod -- terraform apply"),
        (&["exec", "prod", "deploy", "--token=hush"], "exec prod -- deploy …"),
        (&["exec", "prod", "deploy", "hush42"], "exec prod -- deploy …"),
        (&["exec", "prod"], "exec ENVIRONMENT -- COMMAND"),
    ] {
        let outcome = usage_error(arguments);
        // Where every run has `--debug`, the suggestion ends with an ellipsis.
        assert!(outcome.stderr.contains(&format!(": account-guard {expected}")), "{outcome:?}");
        assert!(outcome.stderr.contains("tip: put "), "{outcome:?}");
    }
    let outcome = usage_error(&["exec", "prod", "terraform", "--", "apply"]);
    assert!(!outcome.stderr.contains("tip:"), "{outcome:?}");
}

#[test]
fn lint_takes_the_file_as_an_argument() {
    let lint = || Guard::new().file("other.toml", POLICY).args("policy lint");
    let outcome = lint().arg("other.toml").run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.starts_with("other.toml: "), "{outcome:?}");
    let outcome = lint().args("other.toml --policy other.toml").run();
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
}

#[test]
fn without_a_policy_a_minimal_one_is_shown() {
    let outcome = Guard::new().args("check prod").run();
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    let lines: Vec<_> = outcome.stderr.lines().skip_while(|it| !it.contains("version")).collect();
    let policy = lines.join("\n").replace("    ", "");
    let lint = Guard::new().policy(&policy).args("policy lint").run();
    assert_eq!(lint.code, Some(0), "{lint:?}: {policy}");
    // The account is an example, to be replaced.
    assert_eq!(lint.stderr.matches("warning[").count(), 1, "{lint:?}");
    assert!(lint.stderr.contains("warning[documentation-account]"), "{lint:?}");
    assert!(!outcome.stderr.contains("account-guard init"), "{outcome:?}");
}
