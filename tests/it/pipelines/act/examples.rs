//! Tests of `examples/github`. Two of their lines are replaced: the one with the address of the
//! Action, and the step that obtains credentials.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::log::Log;
use super::runner::Runner;
use super::{passed, refused};
use crate::pipelines::release::{Release, Releases, given};
use crate::rig::moto::python;

/// A substitute for docker: prints its arguments, and reads the password of a login.
const DOCKER: &str =
    "#!/bin/sh\necho \"docker $*\"\nif [ \"$1\" = login ]; then cat >/dev/null; fi\n";

const RELEASE: &str = "OWNER/account-guard@vVERSION # better: the hash of its commit";
const CONFIGURE: &str =
    "aws-actions/configure-aws-credentials@517a711dbcd0e402f90c77e7e2f81e849156e31d # v6.2.2";

/// The directory below the repository in which a runner unpacks the Action.
const UNPACKED: &str = "_actions/OWNER/account-guard/v0";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/github")
}

fn workflow(name: &str) -> String {
    let text = fs::read_to_string(folder().join(name)).expect("the example");
    let replaced = |text: &str, line: &str, by: &str| {
        assert_eq!(text.matches(line).count(), 1, "{name}: {line}");
        text.replace(line, by)
    };
    replaced(&replaced(&text, RELEASE, &format!("./{UNPACKED}")), CONFIGURE, "./configure")
}

/// A repository with an example, whose Action finds its release by its own path.
struct Setup {
    runner: Runner,
    releases: Releases,
}

impl Setup {
    fn new() -> Self {
        let release = Release::real();
        let runner = Runner::new(&release.sums);
        runner.action(UNPACKED, &release.sums);
        for name in ["account-guard.toml", "deploy.sh"] {
            let copy = runner.work().join(name);
            fs::copy(folder().join(name), copy).expect("a file of the example");
        }
        let python = python().get_program().to_str().expect("UTF-8").to_owned();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/pipelines/act/configure.py");
        let step = json!({
            "shell": "bash",
            "env": { "ROLE": "${{ inputs.role-to-assume }}", "REGION": "${{ inputs.aws-region }}" },
            "run": format!("'{python}' '{script}' \"$ROLE\" \"$REGION\""),
        });
        let configure = json!({
            "inputs": { "role-to-assume": {}, "aws-region": {} },
            "runs": { "using": "composite", "steps": [step] },
        });
        runner.file("configure/action.yml", &configure.to_string());
        let place = "OWNER/account-guard/releases/download";
        Self { runner, releases: Releases::start(vec![(place, given(release))]) }
    }

    fn run(&self, workflow: &str) -> Log {
        let server = self.releases.url("").trim_end_matches('/').to_owned();
        let variables = [self.runner.way(), vec![("GITHUB_SERVER_URL", server)]].concat();
        self.runner.run_text(workflow, &variables)
    }
}

/// The guard allows the first run, and refuses the second.
#[track_caller]
fn guards(name: &str, job: &str, deployed: &str) {
    let (setup, workflow) = (Setup::new(), workflow(name));
    setup.runner.program("docker", DOCKER);
    setup.runner.program("aws", "#!/bin/sh\necho a-token-that-opens-nothing\n");
    let log = setup.run(&workflow);
    passed(&log, job, "guard");
    assert!(log.text(job, "deploy").contains(deployed), "{}", log.text(job, "deploy"));
    for (role, words) in [
        ("333333333333:role/deploy-ci", "is not one that"),
        ("OWN:role/reader", "`reader` is not a role that"),
    ] {
        let log = setup.run(&by_role(&workflow, role));
        refused(&log, job, "guard", words);
        assert_eq!((log.job(job), log.step(job, "deploy")), ("failure", "not run"), "{name}");
    }
}

/// The workflow with this role in place of its own: `ACCOUNT:role/NAME`.
fn by_role(workflow: &str, role: &str) -> String {
    let (before, rest) = workflow.split_once("role-to-assume: arn:aws:iam::").expect("a role");
    let (own, rest) = rest.split_once('\n').expect("a line");
    let role = role.replace("OWN", &own[..12]);
    format!("{before}role-to-assume: arn:aws:iam::{role}\n{rest}")
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn an_oidc_role_is_checked() {
    guards("oidc.yml", "deploy", "deployed to the account of the current credentials\n");
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn a_deploy_gets_the_judged_credentials() {
    guards("exec.yml", "deploy", "deployed to 111111111111\n");
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn an_image_is_pushed_to_the_allowed_registry() {
    let pushed = "docker push 555555555555.dkr.ecr.eu-west-1.amazonaws.com/app:";
    guards("docker-push.yml", "push", pushed);
    let (setup, workflow) = (Setup::new(), workflow("docker-push.yml"));
    setup.runner.program("docker", DOCKER);
    let registry = "IMAGE: 555555555555.dkr";
    let log = setup.run(&workflow.replace(registry, "IMAGE: 111111111111.dkr"));
    refused(&log, "push", "guard", "111111111111");
    assert_eq!(log.step("push", "deploy"), "not run");
    let log = setup.run(&workflow.replace("env.IMAGE", "env.IMAGES"));
    refused(&log, "push", "guard", "line 1 of the input `images` is blank");
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn each_environment_has_its_own_verdict() {
    let (setup, workflow) = (Setup::new(), workflow("matrix.yml"));
    let log = setup.run(&workflow);
    for environment in ["staging", "prod"] {
        let of_one = log.of_matrix("environment", environment);
        passed(&of_one, "deploy", "guard");
        assert_eq!(of_one.outputs("deploy", "guard")["environment"], environment);
        assert_eq!(of_one.step("deploy", "deploy"), "success");
    }
    let prod = "arn:aws:iam::111111111111:role/deploy-ci";
    assert_eq!(workflow.matches(prod).count(), 1);
    let log = setup.run(&workflow.replace(prod, "arn:aws:iam::222222222222:role/deploy-ci"));
    passed(&log.of_matrix("environment", "staging"), "deploy", "guard");
    let of_prod = log.of_matrix("environment", "prod");
    refused(&of_prod, "deploy", "guard", "the account staging (222222222222) is not one that");
    assert_eq!(of_prod.step("deploy", "deploy"), "not run");
}

/// Without the guard, each of these workflows deploys.
#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn without_the_guard_the_deploy_runs() {
    let (setup, workflow) = (Setup::new(), workflow("oidc.yml"));
    let guard = format!(
        "      - id: guard\n        uses: ./{UNPACKED}\n        with:\n          environment: prod\n"
    );
    assert_eq!(workflow.matches(&guard).count(), 1);
    let log = setup.run(&by_role(&workflow.replace(&guard, ""), "333333333333:role/deploy-ci"));
    assert_eq!((log.job("deploy"), log.step("deploy", "deploy")), ("success", "success"));
}
