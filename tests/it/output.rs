//! Rows 14 and 15 of the ways in which guards fail open: an answer that nobody can read is no
//! answer, an answer of yesterday is none of today, and none holds a secret.

use std::fs;

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome, Stdout};
use crate::rig::hostile::Behaviour;
use crate::stage::{KEY, POLICY, Stage, fifo, never_allowed};

const YESTERDAY: &str = "{\"version\": 1, \"verdict\": \"allowed\"}";

#[test]
fn row_14_an_answer_that_cannot_be_written_is_never_exit_0() {
    let stage = Stage::honest();
    for stdout in [Stdout::Full, Stdout::BrokenPipe] {
        for format in ["human", "json"] {
            let guard = stage.bare().credentials(&Credentials::of(KEY)).stdout(stdout);
            let guard = guard.args("check prod --format").arg(format);
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{outcome:#?}");
            assert!(outcome.stderr.contains("cannot be written"), "{outcome:#?}");
        }
    }
    let refused = Stage::new(Behaviour::Refuses { code: "ExpiredToken" });
    assert_eq!(refused.check().stdout(Stdout::Full).run().code, Some(3));
    let denied = Stage::new(Behaviour::Answers { arn: crate::stage::STAGING });
    assert_ne!(denied.check().stdout(Stdout::Full).run().code, Some(0));
}

#[test]
fn row_14_a_report_that_cannot_be_written_is_never_exit_0() {
    let stage = Stage::honest();
    for path in ["/dev/full", "/nowhere/report.json", "/", "/proc/version", ""] {
        let outcome = stage.check().arg("--report").arg(path).run();
        assert!(matches!(outcome.code, Some(2 | 3)), "{path}: {outcome:#?}");
        assert!(outcome.stderr.contains("written") || path.is_empty(), "{path}: {outcome:#?}");
    }
}

#[test]
fn row_14_help_and_version_that_cannot_be_written_are_not_exit_0() {
    for arguments in ["--help", "--version", "check --help"] {
        let outcome = Guard::new().args(arguments).stdout(Stdout::Full).run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    }
}

/// The report of an earlier run, and what is left of it after this one.
fn report_after(guard: Guard, code: i32) -> String {
    let guard = guard.file("report.json", YESTERDAY).args("--report report.json");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(code), "{outcome:#?}");
    fs::read_to_string(guard.work().join("report.json")).unwrap()
}

#[test]
fn row_14_a_report_of_an_earlier_run_does_not_outlive_a_refusal() {
    let stage = Stage::honest();
    let keys = || stage.bare().credentials(&Credentials::of(KEY));
    let expired = Stage::new(Behaviour::Refuses { code: "ExpiredToken" });
    let staging = Stage::new(Behaviour::Answers { arn: crate::stage::STAGING });
    let pipe = |guard: Guard| {
        let pipe = fifo(guard.home().join("pipe"));
        guard.env("AWS_CONFIG_FILE", pipe).args("--timeout 1s")
    };
    for (guard, code) in [
        (staging.check(), 1),
        (expired.check(), 3),
        (pipe(stage.check()), 3),
        (stage.check().stdout(Stdout::Full), 3),
        (stage.check().env("AWS_PROFILE", "gone"), 3),
        (stage.check().policy("version = 2\n"), 2),
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
    let report = report_after(stage.check(), 0);
    assert!(report.contains("\"identity\""), "a new one is written: {report}");
}

/// `--report` of another command line is not ours to empty.
#[test]
fn a_usage_error_empties_no_other_file() {
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

/// Texts of others reach the terminal without what moves a cursor or turns the direction of writing.
#[test]
fn a_foreign_text_does_not_rewrite_the_verdict() {
    let arn = "arn:aws:sts::222222222222:assumed-role/deploy-ci/\u{202e}dewolla\u{9b}2J";
    let stage = Stage::new(Behaviour::Answers { arn });
    let guard = || stage.bare().credentials(&Credentials::of(KEY));
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

#[test]
fn row_15_debug_prints_no_secret() {
    let secrets = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG".to_owned(),
        session_token: Some("FwoGZXIvYXdzEBYaDsession".to_owned()),
    };
    for behaviour in [
        Behaviour::Answers { arn: crate::rig::hostile::ARN },
        Behaviour::Answers { arn: crate::stage::STAGING },
        Behaviour::Refuses { code: "ExpiredToken" },
        Behaviour::Refuses { code: "SignatureDoesNotMatch" },
        Behaviour::CaptivePortal,
        Behaviour::Garbage,
        Behaviour::Closes,
        Behaviour::NoAccount,
    ] {
        let stage = Stage::new(behaviour);
        for format in ["human", "json"] {
            let guard = stage.bare().credentials(&secrets).args("check prod --debug --format");
            let guard = guard.arg(format).args("--report report.json");
            let outcome = guard.run();
            let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
            holds_no_secret(&outcome, &report);
            assert!(outcome.stderr.contains(" ms] "), "it does say something: {outcome:#?}");
        }
    }
}

fn holds_no_secret(outcome: &Outcome, report: &str) {
    for secret in ["wJalrXUtnFEMI", "FwoGZXIvYXdz", "AKIAIOSFODNN7EXAMPLE", "hush"] {
        let is_told =
            [&outcome.stdout, &outcome.stderr, report].iter().any(|it| it.contains(secret));
        assert!(!is_told, "{secret}: {outcome:#?}");
    }
}

/// Configurations that are refused and hold a secret that a message could quote.
#[test]
fn row_15_what_is_wrong_with_a_secret_does_not_show_it() {
    let stage = Stage::honest();
    let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    let keys = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";
    for (variables, config) in [
        (&[(id, "x"), (secret, "hush\nhush")][..], String::new()),
        (&[(id, "x"), (secret, "\"hush\"")], String::new()),
        (&[(id, "x"), (secret, "h"), ("AWS_SESSION_TOKEN", "hush hush")], String::new()),
        (&[(secret, "hush")], String::new()),
        (&[(id, "AKIAIOSFODNN7EXAMPLE")], String::new()),
        (&[(id, "AKIAIOSFODNN7EXAMPLE hush"), (secret, "hush")], String::new()),
        (&[], format!("{keys}aws_secret_access_key = hush # hush\n")),
        (&[], format!("{keys}aws_secret_access_key =\n  hush\n")),
        (&[], format!("{keys}aws_secret_access_key = hush hush\n")),
        (&[], format!("{keys}aws_secret_access_key: hush\n")),
        (&[], format!("{keys}aws_secret_access_key hush\n")),
        (&[], "[default]\ncredential_process = vend --password hush\n".to_owned()),
        (
            &[("HTTPS_PROXY", "http://user:hush@127.0.0.1:1"), (id, "x"), (secret, "h")],
            String::new(),
        ),
        (
            &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://u:hush@127.0.0.1:1/hush")],
            String::new(),
        ),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\nhush"),
            ],
            String::new(),
        ),
    ] {
        let guard = stage.bare().envs(variables.iter().copied()).file("~/.aws/config", &config);
        let outcome = guard.args("check prod --debug").run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        holds_no_secret(&outcome, "");
        never_allowed(&outcome);
    }
}
