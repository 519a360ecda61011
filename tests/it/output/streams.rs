//! Tests of stdout, stderr and the report file: a verdict that cannot be written never exits 0, a
//! report of an earlier run is removed, and text from outside does not control the terminal.

use std::fs;

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Stdout};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{KEY, POLICY, Setup, fifo};

const YESTERDAY: &str = "{\"version\": 1, \"verdict\": \"allowed\"}";

#[test]
fn an_answer_that_cannot_be_written_never_exits_0() {
    let setup = Setup::honest();
    for stdout in [Stdout::Full, Stdout::BrokenPipe] {
        for format in ["human", "json"] {
            let guard = setup.bare().credentials(&Credentials::of(KEY)).stdout(stdout);
            let guard = guard.args("check prod --format").arg(format);
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{outcome:#?}");
            assert!(outcome.stderr.contains("could not write"), "{outcome:#?}");
        }
    }
    let refused = Setup::new(Behaviour::Refuses { code: "ExpiredToken" });
    assert_eq!(refused.check().stdout(Stdout::Full).run().code, Some(3));
    let denied = Setup::new(Behaviour::Answers { arn: crate::rig::setup::STAGING });
    assert_ne!(denied.check().stdout(Stdout::Full).run().code, Some(0));
}

#[test]
fn a_report_that_cannot_be_written_never_exits_0() {
    let setup = Setup::honest();
    for path in ["/dev/full", "/nowhere/report.json", "/", "/proc/version", ""] {
        let outcome = setup.check().arg("--report").arg(path).run();
        assert!(matches!(outcome.code, Some(2 | 3)), "{path}: {outcome:#?}");
        assert!(
            outcome.stderr.contains("could not write") || path.is_empty(),
            "{path}: {outcome:#?}"
        );
    }
}

#[test]
fn help_and_version_that_cannot_be_written_do_not_exit_0() {
    for arguments in ["--help", "--version", "check --help"] {
        let outcome = Guard::new().args(arguments).stdout(Stdout::Full).run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    }
}

/// The content of the report file after this run, when an earlier run has written one.
fn report_after(guard: Guard, code: i32) -> String {
    let guard = guard.file("report.json", YESTERDAY).args("--report report.json");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(code), "{outcome:#?}");
    fs::read_to_string(guard.work().join("report.json")).unwrap()
}

#[test]
fn a_refusal_removes_the_report_of_an_earlier_run() {
    let setup = Setup::honest();
    let keys = || setup.bare().credentials(&Credentials::of(KEY));
    let expired = Setup::new(Behaviour::Refuses { code: "ExpiredToken" });
    let staging = Setup::new(Behaviour::Answers { arn: crate::rig::setup::STAGING });
    let pipe = |guard: Guard| {
        let pipe = fifo(guard.home().join("pipe"));
        guard.env("AWS_CONFIG_FILE", pipe).args("--timeout 1s")
    };
    for (guard, code) in [
        (staging.check(), 1),
        (expired.check(), 3),
        (pipe(setup.check()), 3),
        (setup.check().stdout(Stdout::Full), 3),
        (setup.check().env("AWS_PROFILE", "gone"), 3),
        (setup.check().policy("version = 2\n"), 2),
        (keys().args("check gone"), 2),
        (keys().args("check"), 2),
        (keys().args("check prod --environment staging"), 2),
        (keys().args("check prod").env("ACCOUNT_GUARD_ENVIRONMENT", ""), 2),
        (keys().args("check prod --no-such-flag"), 2),
        (keys().args("check prod --timeout 0"), 2),
        (keys().args("check prod --format yaml"), 2),
    ] {
        let report = report_after(guard, code);
        assert!(!report.contains("allowed\""), "{code}: {report}");
    }
    let report = report_after(setup.check(), 0);
    assert!(report.contains("\"identity\""), "a new one is written: {report}");
}

/// `--report` of another command must not be emptied.
#[test]
fn a_usage_error_empties_no_file_other_than_its_report() {
    for arguments in [
        "check prod --no-such-flag -- --report report.json",
        "--report report.json",
        "policy lint --report report.json",
        "check --help --report report.json",
    ] {
        let guard = Guard::new().policy(POLICY).file("report.json", YESTERDAY).args(arguments);
        let outcome = guard.run();
        let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
        assert_eq!(report, YESTERDAY, "{arguments}: {outcome:#?}");
    }
}

/// Text from outside reaches the terminal without characters that move the cursor or change the
/// writing direction.
#[test]
fn control_characters_of_other_texts_are_not_printed() {
    let arn = "arn:aws:sts::222222222222:assumed-role/deploy-ci/\u{202e}dewolla\u{9b}2J";
    let setup = Setup::new(Behaviour::Answers { arn });
    let guard = || setup.bare().credentials(&Credentials::of(KEY));
    let (profile, name) = ("a\u{1b}[2Jb", "pr\u{1b}[2Jod\u{9b}31m");
    for (guard, code) in [
        (guard().args("check prod --debug"), 1),
        (guard().args("check prod --debug --profile").arg(profile), 3),
        (guard().args("check prod --debug").env("AWS_REGION", name), 3),
        (guard().args("check prod --debug").env("AWS_ENDPOINT_URL", name), 3),
        (guard().args("check prod --debug").env("AWS_CA_BUNDLE", name), 3),
        (guard().args("check prod --policy").arg(name), 2),
        (guard().arg("check").arg(name), 2),
        (guard().args("check prod --environment").arg(name), 2),
        (guard().args("check prod").arg(format!("--{name}")), 2),
        (guard().args("check prod --report").arg(format!("/nowhere/{name}")), 3),
    ] {
        let outcome = guard.run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{outcome:#?}");
        }
    }
}
