//! Tests of `credentials`: it prints the judged credentials in each format, and nothing after a
//! refusal.

mod clients;
mod github;
mod shells;

use std::fs;
use std::time::{Duration, SystemTime};

use account_guard::source::time;
use serde_json::{Value, json};

use crate::assumed_roles::DEPLOY;
use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome, Stdout};
use crate::rig::hostile::Behaviour;
use crate::rig::role_sts::Sts;
use crate::rig::setup::{KEY, POLICY, STAGING, Setup, document, never_allowed, usage_error};
use crate::rig::terminal;

/// Every output format.
const FORMS: [&str; 6] = ["process", "json", "env", "fish", "powershell", "github"];

fn session() -> Credentials {
    Credentials { session_token: Some("hush-token".to_owned()), ..Credentials::of(KEY) }
}

/// `credentials prod` at this STS, with the keys of a session in the environment.
fn credentials(setup: &Setup) -> Guard {
    setup.bare().credentials(&session()).args("credentials prod")
}

/// The same in this format, with the environment file of a job of GitHub Actions.
fn formed(setup: &Setup, form: &str) -> Guard {
    let guard = credentials(setup).args("--format").arg(form).file("job", "");
    let job = guard.work().join("job");
    guard.env("GITHUB_ENV", job)
}

fn expiration(document: &Value) -> SystemTime {
    time(document["Expiration"].as_str().expect("an end")).expect("a time")
}

#[test]
fn the_credentials_of_a_process_are_judged_and_printed() {
    let setup = Setup::honest();
    let outcome = credentials(&setup).run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.starts_with("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    let mut printed = document(&outcome);
    // Keys without an expiration are judged again after an hour.
    let left = expiration(&printed).duration_since(SystemTime::now()).unwrap();
    assert!((3_500..=3_600).contains(&left.as_secs()), "{left:?}");
    printed["Expiration"].take();
    let expected = json!({
        "Version": 1,
        "AccessKeyId": KEY,
        "SecretAccessKey": "a-secret-that-opens-nothing",
        "SessionToken": "hush-token",
        "Expiration": null,
        "AccountId": "111111111111",
    });
    assert_eq!(printed, expected);
    let user = setup.bare().credentials(&Credentials::of(KEY)).args("credentials prod").run();
    assert_eq!(document(&user).get("SessionToken"), None);
}

#[test]
fn the_printed_expiration_is_never_later_than_the_real_one() {
    let setup = Setup::honest();
    for (own, seconds) in [(600, 590..=600), (86_400, 3_500..=3_600)] {
        let end = SystemTime::now() + Duration::from_secs(own);
        let end = humantime::format_rfc3339_seconds(end).to_string();
        let outcome = credentials(&setup).env("AWS_CREDENTIAL_EXPIRATION", &end).run();
        let left = expiration(&document(&outcome)).duration_since(SystemTime::now()).unwrap();
        assert!(seconds.contains(&left.as_secs()), "{own}: {left:?}");
    }
}

#[test]
fn json_has_the_form_of_assume_role_output() {
    let setup = Setup::honest();
    let guard = formed(&setup, "json").env("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z");
    let expected = "{\n    \"Credentials\": {\n        \"AccessKeyId\": \"AKIAIOSFODNN7EXAMPLE\",\n        \
                    \"SecretAccessKey\": \"a-secret-that-opens-nothing\",\n        \
                    \"SessionToken\": \"hush-token\",\n        \
                    \"Expiration\": \"2099-01-01T00:00:00+00:00\"\n    }\n}\n";
    assert_eq!(guard.run().stdout, expected);
    let user = setup.bare().credentials(&Credentials::of(KEY));
    let printed = document(&user.args("credentials prod --format json").run());
    let keys = json!({ "AccessKeyId": KEY, "SecretAccessKey": "a-secret-that-opens-nothing" });
    assert_eq!(printed, json!({ "Credentials": keys }));
}

/// The output of a refusal, in any format, contains no credentials.
#[track_caller]
fn refused(outcome: &Outcome, form: &str, code: i32) {
    assert_eq!(outcome.code, Some(code), "{form}: {outcome:#?}");
    let is_text = ["env", "fish", "powershell"].contains(&form);
    assert_eq!(outcome.stdout.is_empty(), !is_text, "{form}: {outcome:#?}");
    for secret in ["hush", "opens-nothing", KEY] {
        assert!(!outcome.stdout.contains(secret), "{form}: {outcome:#?}");
    }
    never_allowed(outcome);
}

#[test]
fn a_refusal_prints_no_credentials_in_any_format() {
    let denied = Setup::new(Behaviour::Answers { arn: STAGING });
    let unknown = Setup::new(Behaviour::Refuses { code: "ExpiredToken" });
    let silent = Setup::new(Behaviour::SilentAfterRequest);
    for form in FORMS {
        let outcome = formed(&denied, form).args("--quiet").run();
        refused(&outcome, form, 1);
        assert!(outcome.stderr.starts_with("DENIED prod: these"), "{outcome:#?}");
        assert!(!outcome.stderr.contains("hush"), "{outcome:#?}");
        refused(&formed(&unknown, form).run(), form, 3);
        refused(&formed(&silent, form).args("--timeout 1s").run(), form, 3);
        refused(&formed(&denied, form).policy("version = 2\n").run(), form, 2);
        refused(&formed(&denied, form).args("--profile gone").run(), form, 3);
        refused(&formed(&denied, form).args("--environment staging").run(), form, 2);
        refused(&formed(&denied, form).args("--nonsense").run(), form, 2);
    }
}

#[test]
fn quiet_prints_no_verdict_when_allowed() {
    let setup = Setup::honest();
    for form in FORMS {
        let outcome = formed(&setup, form).args("-q").run();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
        assert!(!outcome.stdout.is_empty(), "{outcome:#?}");
    }
}

/// Only the credentials that this command prints are judged, not those of other tools.
#[test]
fn the_printed_credentials_are_the_judged_ones() {
    let setup = Setup::honest();
    let keys = "[prod]\naws_access_key_id = ASIAOTHER\naws_secret_access_key = hush-other\n";
    let guard = || credentials(&setup).file("~/.aws/credentials", keys);
    let printed = document(&guard().env("AWS_PROFILE", "prod").run());
    assert_eq!(printed["AccessKeyId"], KEY);
    let printed = document(&guard().args("--profile prod").run());
    assert_eq!((&printed["AccessKeyId"], printed.get("SessionToken")), (&"ASIAOTHER".into(), None));
    assert_eq!(setup.server.requests().len(), 2);
}

#[test]
fn the_credentials_of_an_assumed_role_are_printed() {
    let sts = Sts::generous();
    let outcome = sts.judging("credentials prod").args("--role-arn").arg(DEPLOY).run();
    let printed = document(&outcome);
    assert_ne!(printed["AccessKeyId"], KEY, "{outcome:#?}");
    assert_eq!(printed["AccountId"], "111111111111");
    assert!(!outcome.stderr.contains("has to assume"), "{outcome:#?}");
}

#[test]
fn unwritable_output_exits_3_and_no_report_says_allowed() {
    let setup = Setup::honest();
    for stdout in [Stdout::Full, Stdout::BrokenPipe] {
        for form in FORMS {
            let guard = formed(&setup, form).stdout(stdout).args("--report report.json");
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{form}: {outcome:#?}");
            assert!(outcome.stderr.contains("could not write the output"), "{form}: {outcome:#?}");
            let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
            assert_eq!(report, "", "{form}");
            let job = fs::read_to_string(guard.work().join("job")).unwrap();
            assert!(!job.contains("hush"), "{form}: {job}");
        }
    }
    let outcome = formed(&setup, "env").args("--report /nowhere/report.json").run();
    refused(&outcome, "env", 3);
}

#[test]
fn the_report_contains_only_the_verdict() {
    let setup = Setup::honest();
    let guard = formed(&setup, "env").args("--report report.json");
    assert_eq!(guard.run().code, Some(0));
    let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
    assert!(report.contains("\"verdict\": \"allowed\"") && !report.contains("hush"), "{report}");
    let guard = formed(&setup, "process").file("report.json", &report);
    let guard = guard.args("--report report.json --nonsense");
    assert_eq!(guard.run().code, Some(2));
    let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
    assert_eq!(report, "", "the report of an earlier run is removed");
}

/// No file may contain them except those that the command line and the job name.
#[test]
fn no_other_file_contains_credentials() {
    let setup = Setup::honest();
    for form in FORMS {
        let guard = formed(&setup, form).file("temporary/.keep", "");
        let before = [guard.home(), guard.work(), guard.work().join("temporary")].map(listed);
        let guard = guard.env("TMPDIR", "temporary");
        assert_eq!(guard.run().code, Some(0));
        let after = [guard.home(), guard.work(), guard.work().join("temporary")].map(listed);
        assert_eq!(before, after, "{form}");
    }
}

fn listed(directory: std::path::PathBuf) -> Vec<std::ffi::OsString> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// The profile that runs the guard must not be the profile that the guard reads.
#[test]
fn a_profile_that_runs_itself_is_an_error() {
    let setup = Setup::honest();
    let program = env!("CARGO_BIN_EXE_account-guard");
    for (header, words) in [("default", ""), ("profile prod", "--profile prod")] {
        let line = format!(
            "[{header}]\ncredential_process = sh -c 'echo run >> \"$HOME/trace\"; \
             exec {program} credentials prod {words} 2>>\"$HOME/inner\"'\n"
        );
        let guard = setup.bare().path().file("~/.aws/config", &line);
        let guard = guard.args("credentials prod").args(words);
        let outcome = guard.run();
        refused(&outcome, "process", 3);
        assert!(outcome.stderr.contains("`credential_process`"), "{outcome:#?}");
        let inner = fs::read_to_string(guard.home().join("inner")).unwrap();
        assert!(inner.contains("runs itself"), "{inner}");
        assert_eq!(fs::read_to_string(guard.home().join("trace")).unwrap(), "run\n");
        assert!(setup.is_untouched());
    }
}

#[test]
fn the_mfa_prompt_works_while_stdout_is_a_pipe() {
    let sts = Sts::generous();
    let device = "arn:aws:iam::555555555555:mfa/me";
    let guard = || {
        let guard = sts.judging("credentials prod").args("--role-arn").arg(DEPLOY);
        guard.args("--mfa-serial").arg(device)
    };
    let prompt = format!("MFA code of {device}: ");
    let session = terminal::typing(&guard(), &[(&prompt, "654321\n")]);
    assert_eq!(session.code, 0, "{session:#?}");
    assert!(session.screen.starts_with(&prompt), "{session:#?}");
    let printed: Value = serde_json::from_str(&session.stdout).unwrap();
    assert_eq!(printed["AccountId"], "111111111111");
    assert_eq!(sts.requests()[0].form("TokenCode"), Some("654321"));
    let session = terminal::without(&guard());
    assert_eq!((session.code, &*session.stdout), (3, ""), "{session:#?}");
}

#[test]
fn options_of_other_commands_are_refused() {
    for words in ["--image 111111111111.dkr.ecr.eu-west-1.amazonaws.com/a", "--keep-config"] {
        let outcome =
            Guard::new().policy(POLICY).args("credentials prod --format json").args(words);
        usage_error(&outcome.run(), "unexpected argument");
    }
}
