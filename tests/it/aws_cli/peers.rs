//! Tests of the statements in `docs/comparison.md` about other guards: the AWS CLI in both
//! versions, and Terraform.

use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::output::snapshots::loopback;
use crate::rig::hostile::Behaviour;
use crate::rig::http::Server;
use crate::rig::setup::{STAGING, Setup};

const TOKEN: &str = "hush-token-of-a-peer";

fn installed_tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".rigs/oracles")
}

/// A tool with keys of staging, in an environment of its own.
fn without_guard(program: impl Into<PathBuf>, home: &TempDir) -> Command {
    let mut command = Command::new(program.into());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("AWS_ACCESS_KEY_ID", "staging")
        .env("AWS_SECRET_ACCESS_KEY", "opens-nothing")
        .env("AWS_SESSION_TOKEN", TOKEN)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// `aws sts get-caller-identity` with this version of the AWS CLI.
fn aws(version: u8, home: &TempDir) -> Command {
    let mut command = if version == 1 {
        let mut command = without_guard(installed_tools().join("venv/bin/python"), home);
        command.arg(installed_tools().join("venv/bin/aws"));
        command
    } else {
        without_guard(installed_tools().join("aws-cli-v2/aws"), home)
    };
    command.args(["sts", "get-caller-identity"]);
    command
}

fn run(command: &mut Command) -> Output {
    command.output().expect("a tool, which tests/oracles/install.sh installs")
}

/// An STS at an endpoint that the tools must not trust.
fn other_sts() -> Server {
    loopback(&[("staging", STAGING)])
}

#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn version_1_of_the_aws_cli_may_exit_0_when_its_output_is_lost() {
    let (home, sts) = (tempfile::tempdir().unwrap(), other_sts());
    for (version, unbuffered, code) in [(1, "1", 0), (1, "", 120), (2, "1", 120), (2, "", 120)] {
        let mut full = aws(version, &home);
        full.env("AWS_ENDPOINT_URL_STS", sts.url()).env("PYTHONUNBUFFERED", unbuffered);
        full.stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::null());
        let status = full.status().expect("the AWS CLI, which tests/oracles/install.sh installs");
        assert_eq!(status.code(), Some(code), "version {version} {unbuffered}");
    }
}

#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn the_aws_cli_accepts_the_answer_of_any_endpoint() {
    let (home, sts) = (tempfile::tempdir().unwrap(), other_sts());
    for version in [1, 2] {
        let output = run(aws(version, &home).env("AWS_ENDPOINT_URL", sts.url()));
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("222222222222"), "{output:?}");
    }
}

#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn the_debug_output_of_the_aws_cli_contains_the_session_token() {
    let (home, sts) = (tempfile::tempdir().unwrap(), other_sts());
    for version in [1, 2] {
        let output = run(aws(version, &home).arg("--debug").env("AWS_ENDPOINT_URL_STS", sts.url()));
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(TOKEN), "version {version}");
    }
}

#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn the_aws_cli_puts_an_invalid_region_into_a_host_name() {
    let home = tempfile::tempdir().unwrap();
    let setup = Setup::new(Behaviour::Answers { arn: STAGING });
    let asked = run(aws(2, &home).args(["--region", "s3"]).env("HTTPS_PROXY", setup.proxy.url()));
    assert!(!asked.status.success(), "no server has this name: {asked:?}");
    let requests = format!("{:?}", setup.proxy.requests());
    assert!(requests.contains("sts.s3.amazonaws.com:443"), "{requests} {asked:?}");
}

/// A plan of nothing, with one provider for each of these lists of allowed accounts.
fn plan(lists: &[&str], sts: &Server) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut configuration =
        "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n"
            .to_owned();
    for (index, list) in lists.iter().enumerate() {
        write!(
            configuration,
            "provider \"aws\" {{\n  alias = \"p{index}\"\n  allowed_account_ids = {list}\n}}\n\
             data \"aws_caller_identity\" \"p{index}\" {{\n  provider = aws.p{index}\n}}\n\
             output \"p{index}\" {{\n  value = data.aws_caller_identity.p{index}.account_id\n}}\n"
        )
        .unwrap();
    }
    std::fs::write(home.path().join("main.tf"), configuration).unwrap();
    let terraform = installed_tools().join("terraform");
    std::fs::copy(terraform.join(".terraform.lock.hcl"), home.path().join(".terraform.lock.hcl"))
        .expect("Terraform's provider, which tests/oracles/install.sh installs");
    run(without_guard("terraform", &home)
        .arg(format!("-chdir={}", home.path().display()))
        .args(["plan", "-input=false", "-no-color"])
        .env("TF_DATA_DIR", terraform.join(".terraform"))
        .env("TF_CLI_CONFIG_FILE", installed_tools().join("terraform.rc"))
        .env("CHECKPOINT_DISABLE", "1")
        .env("AWS_ENDPOINT_URL_STS", sts.url()))
}

#[test]
#[ignore = "needs Terraform: run by .ci/run after tests/oracles/install.sh"]
fn terraform_ignores_an_empty_list_of_allowed_accounts() {
    let sts = other_sts();
    let refused = plan(&["[\"111111111111\"]"], &sts);
    assert_eq!(refused.status.code(), Some(1), "the control: {refused:?}");
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("AWS account ID not allowed: 222222222222"), "{why}");
    let planned = plan(&["[]", "[\"\"]"], &sts);
    assert_eq!(planned.status.code(), Some(0), "{planned:?}");
    let said = String::from_utf8_lossy(&planned.stdout);
    assert_eq!(said.matches("= \"222222222222\"").count(), 2, "{said}");
}
