//! Tests of the `Expiration` that a `credential_process` prints: one run serves all tools, and each
//! tool family parses the time by its own rules.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::credential_process::{PRINTED, printing, shows_no_secret, with_process};
use crate::rig::guard::Outcome;
use crate::rig::setup::{Setup, allowed, message, unknown};

/// Checks `prod` with a process that prints this expiration; the path of the process is quoted.
fn run(end: &str, arguments: &str) -> Outcome {
    let setup = Setup::honest();
    let script = printing(&format!("{PRINTED}, \"Expiration\": {end}}}"));
    let script = format!("echo run >> \"$HOME/runs\"\n{script}");
    let guard =
        with_process(&setup, "'{home}/vend' prod", &script).args(arguments).env("TZ", "UTC");
    let outcome = guard.run();
    shows_no_secret(&outcome);
    let runs = fs::read_to_string(guard.home().join("runs")).unwrap();
    assert_eq!(runs, "run\n", "one run serves all tools");
    outcome
}

const WITHOUT_ZONE: &str = r#""2099-01-01T00:00:00""#;

#[test]
fn an_expiration_is_read_by_the_rules_of_each_family() {
    for (end, arguments) in [
        (WITHOUT_ZONE, "--for js,cdk"),
        (r#""2099-01-01T00:00:00+0000""#, "--for aws-cli,boto3,js,cdk"),
        (r#""2099-01-01T00:00:00UTC""#, "--for aws-cli,boto3,js"),
        (r#""2099-01-01T00:00:00z""#, "--for aws-cli,boto3,js,rust"),
        ("4070908800000", "--for js,rust"),
        (r#""2099-01-01T00:00:00Z""#, ""),
    ] {
        allowed(&run(end, arguments));
    }
}

#[test]
fn an_expiration_that_a_tool_cannot_read_is_refused_for_it() {
    for (end, arguments, said) in [
        (
            WITHOUT_ZONE,
            "--for aws-cli",
            "without a time zone, which the AWS CLI and boto3 cannot use",
        ),
        (
            WITHOUT_ZONE,
            "--for terraform",
            "without a time zone, which the AWS SDK for Go cannot use",
        ),
        (WITHOUT_ZONE, "--for rust", "without a time zone, which the AWS SDK for Rust cannot use"),
        (r#""2099-01-01T00:00:00+0000""#, "--for terraform", "the AWS SDK for Go cannot read"),
        ("4070908800", "--for aws-cli", "that is not a string"),
        (r#""2020-01-01T00:00:00""#, "--for js", "expired at 2020-01-01T00:00:00Z"),
    ] {
        let code = if arguments == "--for js" { "expired-credentials" } else { "source-failed" };
        let document = unknown(&run(end, arguments), code);
        assert!(message(&document).contains(said), "{end}: {}", message(&document));
    }
    let document = unknown(&run(WITHOUT_ZONE, ""), "source-failed");
    assert!(message(&document).contains("(affects aws-cli, boto3)"), "{document}");
    assert!(document["next"].as_str().unwrap().contains("2026-11-21T12:00:00Z"), "{document}");
    assert!(document.to_string().contains("--for js,cdk"), "{document}");
}

/// JavaScript reads a time without a zone as local time.
#[test]
fn an_expiration_without_a_time_zone_is_local_time() {
    let soon = humantime::format_rfc3339_seconds(SystemTime::now() + Duration::from_hours(1));
    let soon = soon.to_string().replace('Z', "");
    let run = |zone: &str| {
        let setup = Setup::honest();
        let script = printing(&format!("{PRINTED}, \"Expiration\": \"{soon}\"}}"));
        with_process(&setup, "{home}/vend", &script).args("--for js").env("TZ", zone).run()
    };
    let left = allowed(&run("UTC"))["lifetime_seconds"].as_u64().unwrap();
    assert!((3000..=3600).contains(&left), "{left}");
    let left = allowed(&run("America/Phoenix"))["lifetime_seconds"].as_u64().unwrap();
    assert!((28_200..=28_800).contains(&left), "{left}");
    unknown(&run("Asia/Tokyo"), "expired-credentials");
    let document = unknown(&run("Nowhere/Land"), "source-failed");
    assert!(message(&document).contains("the local time zone is unknown"), "{document}");
}
