//! `exec`: what was checked is what is used. The command runs with exactly the credentials that were
//! judged, and is not started where they are refused.

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::Behaviour;
use crate::stage::{KEY, STAGING, Stage};

/// `exec prod` at this STS, with keys of the environment and a `PATH`.
fn exec(stage: &Stage) -> Guard {
    stage.bare().path().credentials(&session()).args("exec prod")
}

fn session() -> Credentials {
    Credentials { session_token: Some("hush-token".to_owned()), ..Credentials::of(KEY) }
}

/// The variables that `env` printed.
fn variable<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    outcome.stdout.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn the_command_gets_what_was_judged_and_stdout_is_its_own() {
    let stage = Stage::honest();
    let outcome = exec(&stage).args("-- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.starts_with("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    assert!(!outcome.stdout.contains("ALLOWED"), "{outcome:#?}");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SESSION_TOKEN", "hush-token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCOUNT_ID", "111111111111"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("ACCOUNT_GUARD_VERIFIED_ENVIRONMENT", "prod"),
        ("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "111111111111"),
    ] {
        assert_eq!(variable(&outcome, name), Some(value), "{name}");
    }
}

#[test]
fn a_command_that_is_refused_is_not_started() {
    for (stage, word) in [
        (Stage::new(Behaviour::Answers { arn: STAGING }), "DENIED"),
        (Stage::new(Behaviour::Closes), "UNKNOWN"),
    ] {
        let guard = exec(&stage).args("-- touch started");
        let outcome = guard.run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(125), ""), "{outcome:#?}");
        assert!(outcome.stderr.starts_with(word), "{outcome:#?}");
        assert!(!guard.work().join("started").exists());
    }
}
