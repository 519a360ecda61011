//! Tests of `--format github`: what the runner of GitHub Actions reads from a run.

use std::collections::BTreeMap;

use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{STAGING, Setup, usage_error};

/// A run in a step, with the two files of the runner, which are empty.
fn step(guard: Guard) -> Guard {
    let guard = guard.file("output", "").file("summary", "");
    let [output, summary] = ["output", "summary"].map(|name| guard.work().join(name));
    guard.env("GITHUB_OUTPUT", output).env("GITHUB_STEP_SUMMARY", summary)
}

fn file(guard: &Guard, name: &str) -> String {
    std::fs::read_to_string(guard.work().join(name)).unwrap()
}

/// The outputs as the runner parses them: `NAME<<DELIMITER`, lines, `DELIMITER`.
fn outputs(guard: &Guard) -> BTreeMap<String, String> {
    let text = file(guard, "output");
    let mut lines = text.lines();
    let mut outputs = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").expect("an output");
        let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

/// The lines that the runner would execute: those that start with `::` outside a stopped section.
fn commands(outcome: &Outcome) -> Vec<String> {
    let mut stopped: Option<String> = None;
    let mut commands = Vec::new();
    for line in outcome.stdout.lines().map(str::trim_start) {
        match &stopped {
            Some(token) if line == format!("::{token}::") => stopped = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => stopped = Some(token.to_owned()),
                None if line.starts_with("::") => commands.push(line.to_owned()),
                None => panic!("a line where commands are obeyed: {line}"),
            },
        }
    }
    assert_eq!(stopped, None, "{outcome:#?}");
    commands
}

fn of(behaviour: Behaviour) -> (Setup, Guard) {
    let setup = Setup::new(behaviour);
    let guard = step(setup.check()).instead(&["check", "prod", "--format", "github"]);
    (setup, guard)
}

#[test]
fn an_allowed_run_leaves_outputs_and_a_summary_and_no_annotation() {
    let (_stage, guard) = of(Behaviour::Answers { arn: crate::rig::hostile::ARN });
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(commands(&outcome), Vec::<String>::new());
    assert!(outcome.stdout.contains("\nALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    let outputs = outputs(&guard);
    for (name, value) in [
        ("result", "allowed"),
        ("environment", "prod"),
        ("aws-account-id", "111111111111"),
        ("account-name", "prod"),
        ("violations", ""),
    ] {
        assert_eq!(outputs[name], value, "{name}");
    }
    assert!(outputs["authenticated-arn"].starts_with("arn:aws:sts::111111111111:assumed-role/"));
    assert!(file(&guard, "summary").starts_with("### ✅ prod: allowed\n"));
}

#[test]
fn a_refusal_is_an_annotation_on_the_line_that_decided() {
    let (_stage, guard) = of(Behaviour::Answers { arn: STAGING });
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let commands = commands(&outcome);
    let start =
        "::error file=account-guard.toml,line=9,title=account-guard prod%3A wrong-account::";
    assert!(commands[0].starts_with(start), "{commands:#?}");
    let outputs = outputs(&guard);
    assert_eq!(outputs["result"], "denied");
    assert!(outputs["violations"].starts_with("wrong-account"), "{outputs:?}");
    let summary = file(&guard, "summary");
    assert!(summary.starts_with("### ❌ prod: denied\n"), "{summary}");
    assert!(summary.contains("| account | ✗ | prod (111111111111) | staging (222222222222) |"));
}

#[test]
fn an_unknown_identity_is_an_annotation_of_the_run() {
    let (_stage, guard) = of(Behaviour::Closes);
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    let commands = commands(&outcome);
    assert!(commands[0].starts_with("::error title=account-guard prod%3A sts-"), "{commands:#?}");
    assert!(commands[0].contains("%0Anext: "), "{commands:#?}");
    assert_eq!(outputs(&guard)["result"], "unknown");
}

/// The caller chooses the name of a session, and the runner executes lines by how they start.
#[test]
fn workflow_commands_in_other_texts_are_escaped() {
    let hostile =
        "arn:aws:sts::222222222222:assumed-role/deploy-ci/::set-env name=X::y%0A::error::z";
    let (_stage, guard) = of(Behaviour::Answers { arn: hostile });
    let guard = guard.env("AWS_PROFILE", "").env("AWS_ACCOUNT_ID", "::add-mask::e\n::error::x");
    let outcome = guard.run();
    assert_ne!(outcome.code, Some(0), "{outcome:#?}");
    for command in commands(&outcome) {
        assert!(
            command.starts_with("::error file=account-guard.toml,line=")
                || command.starts_with("::error title=")
        );
        assert!(!command.contains("%0A::"), "{command}");
    }
    let outputs = outputs(&guard);
    assert_eq!(outputs.len(), 6, "{outputs:?}");
    assert_ne!(outputs["result"], "allowed");
}

#[test]
fn account_ids_are_masked_before_anything_is_printed() {
    let (_stage, guard) = of(Behaviour::Answers { arn: STAGING });
    let guard = guard.args("--mask-aws-account-id");
    let outcome = guard.run();
    let lines: Vec<_> = outcome.stdout.lines().collect();
    let first = lines.iter().position(|line| !line.starts_with("::add-mask::")).unwrap();
    let masked: Vec<_> = lines[..first].iter().map(|line| &line["::add-mask::".len()..]).collect();
    for account in ["111111111111", "222222222222"] {
        assert!(masked.contains(&account), "{masked:?}");
    }
    // The token is random, and may contain twelve digits in a row.
    let token = lines[first].strip_prefix("::stop-commands::").unwrap();
    let rest = lines[first + 1..].join("\n").replace(token, "");
    let runs = rest.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12);
    for account in runs {
        assert!(masked.contains(&account), "{account}: {masked:?}");
    }
}

/// An error of the policy or of the command line contains account IDs too.
#[test]
fn account_ids_of_a_usage_error_are_masked() {
    let image = "--image=999999999999.dkr.ecr.eu-west-1.amazonaws.com/x:y:z";
    for (command, code) in [("check", 2), ("exec", 125)] {
        let setup = Setup::honest();
        let arguments = ["prod", "--format=github", "--mask-aws-account-id", image, "--", "true"];
        let given = &arguments[..if command == "exec" { 6 } else { 4 }];
        let outcome = setup.check().instead(&[&[command], given].concat()).run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        let (mask, rest) = outcome.stderr.split_once('\n').unwrap();
        assert_eq!(mask, "::add-mask::999999999999", "{outcome:#?}");
        assert!(rest.starts_with("error: ") && rest.contains("999999999999"), "{outcome:#?}");
    }
}

#[test]
fn a_mask_option_without_its_format_is_a_usage_error() {
    let setup = Setup::honest();
    let guard = setup.check().args("--mask-aws-account-id");
    usage_error(&guard.run(), "--format github");
    assert!(setup.is_untouched());
}

#[test]
fn outside_a_workflow_no_file_is_written() {
    let setup = Setup::honest();
    let outcome = setup.check().instead(&["check", "prod", "--format", "github"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(commands(&outcome), Vec::<String>::new());
}

/// The exit code is the result, even if the outputs cannot be written.
#[test]
fn unwritable_step_outputs_exit_3() {
    for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        for place in ["nowhere/file", ".", "/dev/full"] {
            let (_stage, guard) = of(Behaviour::Answers { arn: crate::rig::hostile::ARN });
            let guard = guard.env(variable, place).args("--report report.json");
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{variable}={place}: {outcome:#?}");
            assert_eq!(file(&guard, "report.json"), "", "{variable}={place}");
            if variable == "GITHUB_STEP_SUMMARY" {
                assert_eq!(file(&guard, "output"), "", "{place}");
            }
        }
    }
}

#[test]
fn exec_writes_annotations_to_stderr_before_the_command_runs() {
    let setup = Setup::honest();
    let guard = step(setup.check().path()).instead(&["exec", "prod", "--format", "github", "--"]);
    let outcome = guard.args("cat output").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stdout.starts_with("result<<"), "{outcome:#?}");
    assert!(outcome.stderr.starts_with("::stop-commands::"), "{outcome:#?}");
}
