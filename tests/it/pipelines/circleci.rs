//! Tests of the steps in `examples/circleci`, as that service runs them, with a released program.

use super::ci_service::{Job, TOKEN, jobs, release};
use super::setup::{
    PROD, STAGING, all_output, at_moto, blocks, deployed, is_by_schema, role, was_deployed_to,
    was_not_deployed,
};
use crate::examples::{copied, with_program};
use crate::rig::guard::Guard;
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{self, Setup};

const FILE: &str = ".circleci/config.yml";

/// The shell of the Linux executors.
const SHELL: [&str; 4] = ["/bin/bash", "-eo", "pipefail", "-c"];

/// A job with the context of this account, and its configuration with this checksum.
fn setup(account: &str, sum: &str) -> (Guard, Vec<Job>) {
    let guard = at_moto("circleci")
        .path()
        .env("AWS_ROLE_ARN", role(account))
        .env("CIRCLE_OIDC_TOKEN_V2", TOKEN);
    let guard = release().written_to(guard, FILE, sum);
    let jobs = jobs("circleci", &guard, FILE);
    (guard, jobs)
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn an_allowed_deploy_uses_the_released_program() {
    for (index, name, account) in [(0, "deploy-staging", STAGING), (1, "deploy-prod", PROD)] {
        let (guard, jobs) = setup(account, &release().sum);
        assert_eq!((jobs.len(), &*jobs[index].name), (2, name));
        let (guard, outcome) = jobs[index].run(guard, &SHELL);
        was_deployed_to(account, &guard, &outcome);
        assert!(outcome.stderr.contains("· web identity ·"), "{outcome:#?}");
    }
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn a_refused_deploy_does_not_run() {
    let (guard, jobs) = setup(STAGING, &release().sum);
    let (guard, outcome) = jobs[1].run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    let (guard, jobs) = setup(PROD, &release().sum);
    let (guard, outcome) = jobs[1].run(guard.env("CIRCLE_OIDC_TOKEN_V2", ""), &SHELL);
    was_not_deployed(&guard, &outcome, "UNKNOWN prod");
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn an_archive_with_a_wrong_checksum_is_not_unpacked() {
    for sum in ["", &"0".repeat(64), "the-sum-of-the-archive"] {
        let (guard, jobs) = setup(PROD, sum);
        let (guard, outcome) = jobs[1].run(guard, &SHELL);
        was_not_deployed(&guard, &outcome, "");
        assert!(all_output(&outcome).contains("sha256sum: "), "{outcome:#?}");
        assert!(!guard.work().join("account-guard").exists(), "{outcome:#?}");
    }
    // Without an archive, no other file is used.
    let (guard, jobs) = setup(PROD, &release().sum);
    let other_version = jobs[1].with("ACCOUNT_GUARD_VERSION", "0.0.0");
    let (guard, outcome) = other_version.run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "404");
}

/// The README describes a check in another step.
#[test]
#[ignore = "run by tests/pipelines.sh"]
fn exports_of_a_step_are_lost_in_the_next() {
    let setup = Setup::new(Behaviour::Answers { arn: crate::rig::hostile::ARN });
    let [careless] = blocks("circleci", "yaml").try_into().unwrap();
    let setup = |text: &str| {
        let guard = copied("circleci", with_program(setup.bare())).file(FILE, text);
        let guard = guard.env("PROD_ACCESS_KEY_ID", setup::KEY);
        guard.env("PROD_SECRET_ACCESS_KEY", "a-secret-that-opens-nothing")
    };
    let guard = setup(&careless);
    let (guard, outcome) = jobs("circleci", &guard, FILE)[0].run(guard, &SHELL);
    assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");
    // The second step has no such keys, and its error shows that.
    let guarded =
        careless.replace("- run: ./deploy.sh", "- run: account-guard exec prod -- ./deploy.sh");
    let guard = setup(&guarded);
    let (guard, outcome) = jobs("circleci", &guard, FILE)[0].run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "UNKNOWN prod");
}

#[test]
#[ignore = "needs check-jsonschema: tests/pipelines.sh installs it"]
fn the_example_matches_the_schema_of_circleci() {
    is_by_schema("circleci", FILE, "vendor.circle-ci");
}
