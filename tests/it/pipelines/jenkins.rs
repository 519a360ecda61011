//! Tests of `examples/jenkins`: the Groovy of Jenkins parses it, a substitute runs its steps, and
//! the program comes from a release.

use std::path::Path;

use super::ci_service::{TOKEN, release};
use super::setup::{
    PROD, STAGING, all_output, at_moto, blocks, copy_with_keys, deployed, moto, role,
    was_deployed_to, was_not_deployed,
};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{self, Setup};

const GROOVY: &str = "/usr/share/java/groovy-all.jar";

/// A build of the Jenkinsfile in the working directory.
fn build(guard: Guard) -> Guard {
    assert!(Path::new(GROOVY).exists(), "{GROOVY} is missing; run: tests/pipelines.sh");
    let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pipelines/jenkins.groovy");
    let guard = guard.program("java").instead(&["-cp", GROOVY, "groovy.ui.GroovyMain"]);
    guard.arg(stand_in).arg("Jenkinsfile")
}

/// A build for prod, with the role of this account and this checksum, on an agent with keys of
/// staging.
fn prod(account: &str, sum: &str) -> (Guard, Outcome) {
    let left = moto().assume_role(STAGING, "deploy-ci", "left");
    let guard = at_moto("jenkins").credentials(&left).path().file("~/token", TOKEN);
    let token = format!("aws-token={}", guard.home().join("token").display());
    let guard = build(release().written_to(guard, "Jenkinsfile", sum));
    let guard = guard.args("ENVIRONMENT=prod with").arg(token);
    let guard = guard.arg(format!("aws-role-prod={}", role(account)));
    let outcome = guard.run();
    (guard, outcome)
}

#[test]
#[ignore = "needs Groovy: tests/pipelines.sh installs it"]
fn an_allowed_deploy_uses_the_released_program() {
    let (guard, outcome) = prod(PROD, &release().sum);
    was_deployed_to(PROD, &guard, &outcome);
}

#[test]
#[ignore = "needs Groovy: tests/pipelines.sh installs it"]
fn a_refused_deploy_does_not_run() {
    let (guard, outcome) = prod(STAGING, &release().sum);
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
    assert!(all_output(&outcome).contains("script returned exit code 125"), "{outcome:#?}");
}

#[test]
#[ignore = "needs Groovy: tests/pipelines.sh installs it"]
fn an_archive_with_a_wrong_checksum_is_not_unpacked() {
    for sum in ["", &"0".repeat(64)] {
        let (guard, outcome) = prod(PROD, sum);
        was_not_deployed(&guard, &outcome, "sha256sum: ");
        assert!(!guard.work().join("account-guard").exists(), "{outcome:#?}");
        assert!(!all_output(&outcome).contains("[Deploy]"), "{outcome:#?}");
    }
}

/// The README describes the effect of a pipe.
#[test]
#[ignore = "needs Groovy: tests/pipelines.sh installs it"]
fn a_pipe_hides_the_exit_code_of_a_refusal() {
    let setup = Setup::new(Behaviour::Answers { arn: setup::STAGING });
    let [careless] = blocks("jenkins", "groovy").try_into().unwrap();
    let guard = build(copy_with_keys("jenkins", &setup).file("Jenkinsfile", &careless));
    let outcome = guard.run();
    assert!(all_output(&outcome).contains("DENIED prod"), "{outcome:#?}");
    assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");
    let without = careless.replace(" | tee guard.log", " --report guard.json");
    let guard = build(copy_with_keys("jenkins", &setup).file("Jenkinsfile", &without));
    let outcome = guard.run();
    was_not_deployed(&guard, &outcome, "DENIED prod");
    assert!(!all_output(&outcome).contains("[Deploy]"), "{outcome:#?}");
}
