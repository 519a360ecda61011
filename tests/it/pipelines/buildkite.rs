//! Tests of the commands in `examples/buildkite`, as the agent of Buildkite runs them, with the
//! program of a release.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::ci_service::{Job, TOKEN, jobs, release};
use super::setup::{
    PROD, STAGING, all_output, at_moto, blocks, copy_with_keys, deployed, is_by_schema, moto,
    was_deployed_to, was_not_deployed, with,
};
use crate::rig::guard::Guard;
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{self, Setup};

const FILE: &str = ".buildkite/pipeline.yml";

/// The shell of the Buildkite agent.
const SHELL: [&str; 3] = ["/bin/bash", "-e", "-c"];

/// The pipeline with this checksum, on an agent whose environment has keys of staging.
fn setup(sum: &str) -> Guard {
    let left = moto().assume_role(STAGING, "deploy-ci", "left");
    let agent = format!(
        "#!/bin/sh\n[ \"$*\" = 'oidc request-token --audience sts.amazonaws.com' ] && echo {TOKEN}\n"
    );
    let guard = at_moto("buildkite").credentials(&left).file("~/bin/buildkite-agent", &agent);
    let program = guard.home().join("bin/buildkite-agent");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let directory = program.parent().unwrap().display().to_string();
    let temporary = guard.home().join("tmp");
    let guard = guard.file("~/tmp/README", "").env("TMPDIR", temporary);
    release().written_to(guard.env("PATH", format!("{directory}:{path}")), FILE, sum)
}

/// The step that deploys to prod.
fn prod(guard: &Guard) -> Job {
    let mut jobs = jobs("buildkite", guard, FILE);
    assert_eq!(
        jobs.iter().map(|job| &*job.name).collect::<Vec<_>>(),
        ["deploy to staging", "deploy to prod"]
    );
    jobs.remove(1)
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn an_allowed_deploy_uses_the_token_only() {
    let guard = setup(&release().sum);
    let (guard, outcome) = prod(&guard).run(guard, &SHELL);
    was_deployed_to(PROD, &guard, &outcome);
    let left = fs::read_dir(guard.home().join("tmp")).unwrap().count();
    assert_eq!(left, 1, "the token is gone: {outcome:#?}");
    let guard = setup(&release().sum);
    let (guard, outcome) = jobs("buildkite", &guard, FILE)[0].run(guard, &SHELL);
    was_deployed_to(STAGING, &guard, &outcome);
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn a_refused_deploy_does_not_run() {
    let guard = with(setup(&release().sum), FILE, "111111111111:role", "222222222222:role");
    let (guard, outcome) = prod(&guard).run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    // Without a role or a token there are no credentials: the keys of the agent, which staging
    // allows, are not used.
    let guard = setup(&release().sum);
    let staging = jobs("buildkite", &guard, FILE).remove(0);
    let (guard, outcome) = staging.with("ROLE_ARN", "").run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "ROLE_ARN: parameter not set or null");
    let guard = setup(&release().sum).file("~/bin/buildkite-agent", "#!/bin/sh\nexit 1\n");
    let (guard, outcome) = staging.run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "");
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
}

#[test]
#[ignore = "run by tests/pipelines.sh"]
fn an_archive_with_a_wrong_checksum_is_not_unpacked() {
    let zeros = "0".repeat(64);
    for (sum, words) in [
        ("", "ACCOUNT_GUARD_SHA256: parameter not set or null"),
        (&zeros, "sha256sum: WARNING"),
        ("the-sum-of-the-archive", "sha256sum: "),
    ] {
        let guard = setup(sum);
        let (guard, outcome) = prod(&guard).run(guard, &SHELL);
        was_not_deployed(&guard, &outcome, words);
        assert!(!guard.work().join("account-guard").exists(), "{outcome:#?}");
    }
}

/// The README describes the effect of a pipe.
#[test]
#[ignore = "run by tests/pipelines.sh"]
fn a_pipe_hides_the_exit_code_of_a_refusal() {
    let setup = Setup::new(Behaviour::Answers { arn: setup::STAGING });
    let [careless] = blocks("buildkite", "yaml").try_into().unwrap();
    let guard = copy_with_keys("buildkite", &setup).file(FILE, &careless);
    let (guard, outcome) = jobs("buildkite", &guard, FILE)[0].run(guard, &SHELL);
    assert!(all_output(&outcome).contains("DENIED prod"), "{outcome:#?}");
    assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");
    let without = careless.replace(" | tee guard.log", " --report guard.json");
    let guard = copy_with_keys("buildkite", &setup).file(FILE, &without);
    let (guard, outcome) = jobs("buildkite", &guard, FILE)[0].run(guard, &SHELL);
    was_not_deployed(&guard, &outcome, "DENIED prod");
    assert!(guard.work().join("guard.json").exists(), "{outcome:#?}");
}

#[test]
#[ignore = "needs check-jsonschema: tests/pipelines.sh installs it"]
fn the_example_matches_the_schema_of_buildkite() {
    is_by_schema("buildkite", FILE, "vendor.buildkite");
}
