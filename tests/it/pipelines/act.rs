//! Tests of the Action with act, which runs it as GitHub would, with archives of the tested program
//! and an STS on this machine. The steps of a workflow continue after a refusal, so that one run
//! has many cases.

mod examples;
mod installed;
mod log;
mod results;
mod runner;
mod untrusted_inputs;

use serde_json::{Value, json};

use log::Log;

/// The accounts of the policy.
const PROD: &str = "111111111111";
const STAGING: &str = "222222222222";

/// A script that prints which AWS keys it has.
const KEYS: &str = r#"printf 'key [%s] secret [%s] token [%s]\n' "${AWS_ACCESS_KEY_ID:+is set}" \
    "${AWS_SECRET_ACCESS_KEY:+is set}" "${AWS_SESSION_TOKEN:+is set}""#;
const WITH_KEYS: &str = "key [is set] secret [is set] token [is set]\n";
const WITHOUT_KEYS: &str = "key [] secret [] token []\n";

/// Asserts that a step did not pass and printed this text.
#[track_caller]
fn refused(log: &Log, job: &str, id: &str, words: &str) {
    let errors = log.errors(job, id);
    assert_eq!(log.step(job, id), "failure", "{job} {id}: {}", log.text(job, id));
    assert!(
        errors.iter().any(|it| it.message.contains(words)),
        "{job} {id}: {words}: {errors:#?} {}",
        log.text(job, id)
    );
    is_no_pass(log, job, id);
}

/// Asserts that no later step can take the result of this step for a pass.
#[track_caller]
fn is_no_pass(log: &Log, job: &str, id: &str) {
    let outputs = log.outputs(job, id);
    assert_eq!(log.step(job, id), "failure", "{job} {id}: {}", log.text(job, id));
    assert_ne!(outputs.get("result").map(String::as_str), Some("allowed"), "{job} {id}");
    assert_eq!(outputs.get("program").map_or("", String::as_str), "", "{job} {id}");
}

#[track_caller]
fn passed(log: &Log, job: &str, id: &str) {
    let said = (log.text(job, id), log.errors(job, id));
    assert_eq!(log.step(job, id), "success", "{job} {id}: {said:#?}");
    assert_eq!(log.outputs(job, id)["result"], "allowed", "{job} {id}: {said:#?}");
}

/// Two objects in one; the second has priority.
fn and(mut all: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        all[name] = value.clone();
    }
    all
}

/// The input that keeps the credentials of the job for the next case.
fn kept() -> Value {
    json!({ "scrub-on-failure": "false" })
}
