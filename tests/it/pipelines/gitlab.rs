//! Tests of `examples/gitlab` with gitlab-ci-local and its shell executor. moto accepts the token.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::setup::{
    PROD, STAGING, all_output, at_moto, blocks, deployed, is_by_schema, role, tool,
    was_deployed_to, was_not_deployed, with,
};
use crate::rig::guard::Guard;

const TOKEN: &str = "hush-token-of-gitlab";

/// A run of all jobs, in a project with these variables.
fn pipeline(variables: &str) -> Guard {
    let runner = tool("pipelines/node/node_modules/.bin/gitlab-ci-local");
    let guard = at_moto("gitlab").file("tmp/README", "").file("variables.yml", variables);
    let temporary = guard.work().join("tmp");
    let guard = guard.program(runner).env("TMPDIR", temporary);
    guard
        .instead(&["--force-shell-executor", "--variables-file", "variables.yml"])
        .arg("--variable")
        .arg(format!("AWS_ID_TOKEN={TOKEN}"))
}

/// The variable of every job, in any environment.
fn role_in(account: &str) -> String {
    format!("AWS_ROLE_ARN: {}\n", role(account))
}

/// The runner requires a repository with a remote and a commit.
fn committed(guard: Guard) -> Guard {
    for words in [
        "init --quiet --initial-branch main",
        "remote add origin https://gitlab.example.com/group/project.git",
        "add --all",
        "-c user.name=rig -c user.email=rig@example.com commit --quiet --message all",
    ] {
        let mut git = Command::new("git");
        let git = git.args(words.split(' ')).current_dir(guard.work()).env("HOME", guard.home());
        assert!(git.status().expect("git").success(), "git {words}");
    }
    guard
}

#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn an_allowed_deploy_uses_the_token_of_the_job() {
    let guard = committed(pipeline(&role_in(PROD)));
    let outcome = guard.run();
    was_deployed_to(PROD, &guard, &outcome);
    let allowed = "ALLOWED prod: deploy-ci in prod (111111111111) · eu-west-1 · ";
    assert_eq!(all_output(&outcome).matches(allowed).count(), 2, "in either job: {outcome:#?}");
    let tokens = fs::read_dir(guard.work().join("tmp")).unwrap().map(|it| it.unwrap().path());
    let tokens: Vec<_> = tokens.filter(|path| !path.ends_with("README")).collect();
    assert_eq!(tokens.len(), 2, "{tokens:?}");
    for token in tokens {
        assert_eq!(fs::read_to_string(&token).unwrap(), TOKEN);
        assert_eq!(fs::metadata(token).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn other_branches_deploy_nothing() {
    let guard = committed(pipeline(&role_in(PROD)));
    let mut git = Command::new("git");
    let git = git.args(["checkout", "--quiet", "-b", "other"]).current_dir(guard.work());
    assert!(git.status().expect("git").success());
    let outcome = guard.run();
    assert_eq!((outcome.code, deployed(&guard)), (Some(0), None), "{outcome:#?}");
    assert!(!all_output(&outcome).contains("ALLOWED"), "no job is run: {outcome:#?}");
}

#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn a_refused_deploy_does_not_run_with_or_without_the_check_job() {
    let guard = committed(pipeline(&role_in(STAGING)));
    let outcome = guard.run();
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
    assert!(all_output(&outcome).contains("FAIL 1 "), "{outcome:#?}");
    assert!(!all_output(&outcome).contains("deploy.sh"), "the job is not started: {outcome:#?}");

    let guard = guard.arg("deploy");
    let outcome = guard.run();
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
    assert!(all_output(&outcome).contains("FAIL 125"), "{outcome:#?}");
}

#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn the_environment_comes_from_the_variable() {
    let scoped = format!(
        "AWS_ROLE_ARN:\n  values:\n    prod: {}\n    staging: {}\n",
        role(PROD),
        role(STAGING)
    );
    for (environment, account) in [("prod", PROD), ("staging", STAGING)] {
        let guard = committed(pipeline(&scoped));
        let guard = guard.arg("--variable").arg(format!("ENVIRONMENT={environment}"));
        was_deployed_to(account, &guard, &guard.run());
    }
    let guard = committed(pipeline(&scoped)).arg("--variable").arg("ENVIRONMENT=stagin");
    was_not_deployed(&guard, &guard.run(), "no environment `stagin`");
}

/// The README describes a check in another job.
#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn a_check_in_another_job_sees_other_scoped_variables() {
    let scoped =
        format!("AWS_ROLE_ARN:\n  values:\n    prod: {}\n    '*': {}\n", role(STAGING), role(PROD));
    let [trap] = blocks("gitlab", "yaml").try_into().unwrap();
    let whole =
        fs::read_to_string(crate::examples::folder("gitlab").join(".gitlab-ci.yml")).unwrap();
    let jobs = whole.find("# Reports mistakes early").unwrap();
    let careless = format!("{}{trap}", &whole[..jobs]);
    let guard = committed(pipeline(&scoped).file(".gitlab-ci.yml", &careless));
    let outcome = guard.run();
    assert!(outcome.stdout.contains("ALLOWED prod"), "{outcome:#?}");
    assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");

    let guarded =
        careless.replace("    - ./deploy.sh", "    - account-guard exec prod -- ./deploy.sh");
    let guard = committed(pipeline(&scoped).file(".gitlab-ci.yml", &guarded));
    let outcome = guard.run();
    assert!(outcome.stdout.contains("ALLOWED prod"), "{outcome:#?}");
    was_not_deployed(&guard, &outcome, "DENIED prod: these credentials are for staging");
}

/// A blank token, and a policy as GitLab's runner writes it without the flag, are refused too.
#[test]
#[ignore = "needs gitlab-ci-local: tests/pipelines.sh installs it"]
fn a_missing_token_or_a_world_writable_policy_stops_the_deploy() {
    let guard = committed(pipeline(&role_in(PROD)));
    let guard = guard.arg("--variable").arg("AWS_ID_TOKEN=");
    was_not_deployed(&guard, &guard.run(), "UNKNOWN prod");

    let guard = committed(pipeline(&role_in(PROD)));
    let policy = guard.work().join("account-guard.toml");
    fs::set_permissions(policy, fs::Permissions::from_mode(0o666)).unwrap();
    let words = "the policy `account-guard.toml` is writable by every user of this machine";
    was_not_deployed(&guard, &guard.run(), words);
    let chmod = "    - chmod o-w account-guard.toml\n    - printf";
    let guard = with(guard, ".gitlab-ci.yml", "    - printf", chmod);
    was_deployed_to(PROD, &guard, &guard.run());
}

#[test]
#[ignore = "needs check-jsonschema: tests/pipelines.sh installs it"]
fn the_example_matches_the_schema_of_gitlab() {
    is_by_schema("gitlab", ".gitlab-ci.yml", "vendor.gitlab-ci");
}
