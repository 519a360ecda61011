//! Tests of the JSON document. `schema` compares these snapshots with the schema.

use std::time::Duration;

use super::{PEOPLE, check, check_as, end_in, loopback, snapshot};
use crate::rig::guard::Outcome;

/// The document of a run, with the expiration that the snapshot contains.
fn document(mut outcome: Outcome, end: Option<&str>) -> Outcome {
    let text = match end {
        Some(end) => outcome.stdout.replace(end, "2026-11-21T12:00:00Z"),
        None => outcome.stdout.clone(),
    };
    let lines = text.split('\n').map(|line| {
        let is_lifetime = line.starts_with("  \"lifetime_seconds\": ") && !line.contains("null");
        if is_lifetime { "  \"lifetime_seconds\": 3600," } else { line }
    });
    outcome.stdout = lines.collect::<Vec<_>>().join("\n");
    outcome
}

#[test]
fn an_allowed_run_as_json() {
    let sts = loopback(PEOPLE);
    let end = end_in(Duration::from_hours(1));
    let run = check_as("prod-sso", "prod", &sts)
        .env("AWS_SESSION_TOKEN", "a-token-that-opens-nothing")
        .env("AWS_CREDENTIAL_EXPIRATION", &end)
        .args("--format json")
        .run();
    assert_eq!(run.code, Some(0), "{run:?}");
    snapshot!("json-allowed", document(run, Some(&end)));
}

#[test]
fn a_refusal_as_json() {
    let sts = loopback(PEOPLE);
    let guard = check_as("audit", "prod", &sts)
        .file("~/.aws/config", "[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
        .env("AWS_REGION", "us-east-1")
        .args("--format json");
    let run = guard.run();
    assert_eq!(run.code, Some(1), "{run:?}");
    snapshot!("json-denied", document(run, None));
    let run = check_as("AKIAIOSFODNN7EXAMPLE", "prod", &sts).args("--format json").run();
    assert_eq!(run.code, Some(1), "{run:?}");
    snapshot!("json-denied-before-sts", document(run, None));
}

#[test]
fn an_unknown_identity_as_json() {
    let sts = loopback(PEOPLE);
    let run = check("prod").args("--format json").run();
    assert_eq!(run.code, Some(3), "{run:?}");
    snapshot!("json-unknown-no-credentials", document(run, None));
    let run = check_as("nobody", "prod", &sts).args("--format json").run();
    assert_eq!(run.code, Some(3), "{run:?}");
    snapshot!("json-unknown-invalid-credentials", document(run, None));
}

#[test]
fn a_report_is_the_same_with_every_format() {
    let sts = loopback(PEOPLE);
    for (key, code) in [("prod", 0), ("staging", 1), ("nobody", 3)] {
        let json = check_as(key, "prod", &sts).args("--format json").run();
        let guard = check_as(key, "prod", &sts).args("--report report.json --color always");
        let outcome = guard.run();
        assert_eq!((json.code, outcome.code), (Some(code), Some(code)), "{outcome:?}");
        let report = std::fs::read_to_string(guard.work().join("report.json")).unwrap();
        assert_eq!(report, json.stdout);
    }
}
