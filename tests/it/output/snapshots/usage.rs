//! Tests of the help, the version and usage errors.

use super::{POLICY, check, snapshot};
use crate::rig::guard::Guard;

fn run(words: &str) -> crate::rig::guard::Outcome {
    Guard::new().env("COLUMNS", "80").policy(POLICY).args(words).run()
}

#[test]
fn the_help_of_every_command_fits_eighty_columns() {
    for (name, words) in [
        ("help", "--help"),
        ("help-check", "check --help"),
        ("help-check-short", "check -h"),
        ("help-completions", "completions --help"),
        ("help-credentials", "credentials --help"),
        ("help-docker-credential", "docker-credential --help"),
        ("help-exec", "exec --help"),
        ("help-identity", "identity --help"),
        ("help-man", "man --help"),
        ("help-policy", "policy --help"),
        ("help-policy-lint", "policy lint --help"),
    ] {
        let outcome = run(words);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
        assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 80), "{outcome:?}");
        snapshot!(name, outcome);
    }
    assert_eq!(run("help check").stdout, run("check --help").stdout);
}

#[test]
fn every_command_is_in_the_help() {
    let help = run("--help").stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<_> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let expected = [
        "check",
        "exec",
        "credentials",
        "docker-credential",
        "identity",
        "policy",
        "completions",
        "man",
        "help",
    ];
    assert_eq!(names, expected, "a new command needs a snapshot of its help");
}

#[test]
fn the_version_is_that_of_the_package() {
    let outcome = run("--version");
    let expected = format!("account-guard {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((outcome.code, outcome.stdout), (Some(0), expected));
}

#[test]
fn usage_errors_exit_2() {
    for (name, words) in [
        ("usage-nothing", ""),
        ("usage-unknown-command", "chek prod"),
        ("usage-unknown-option", "check prod --polciy x"),
        ("usage-no-environment", "check"),
        ("usage-two-environments", "check prod --environment staging"),
        ("usage-two-arguments", "check prod staging"),
        ("usage-bad-format", "check prod --format yaml"),
        ("usage-bad-timeout", "check prod --timeout soon"),
        ("usage-zero-timeout", "check prod --timeout 0"),
        ("usage-image-of-docker-hub", "check prod --image nginx:latest"),
        ("usage-image-of-nobody", "check prod --image="),
    ] {
        let outcome = run(words);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
        snapshot!(name, outcome);
    }
}

#[test]
fn conflicting_environments_are_a_usage_error() {
    let outcome = check("prod").env("ACCOUNT_GUARD_ENVIRONMENT", "staging").run();
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    snapshot!("usage-variable-and-argument", outcome);
    let blank = Guard::new().args("check").env("ACCOUNT_GUARD_ENVIRONMENT", " ").run();
    assert_eq!(blank.code, Some(2), "{blank:?}");
    snapshot!("usage-blank-variable", blank);
    snapshot!("usage-blank-argument", Guard::new().arg("check").arg("").run());
}
