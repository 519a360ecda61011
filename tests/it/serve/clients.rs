//! Tests of real clients of the endpoint: each gets short-lived credentials from it and renews
//! them, until the policy refuses.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::setup::{DEPLOY, Sts};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::moto::python;

/// The message of the refusal, with which an SDK ends.
const DENIED: &str = "DENIED prod: `deploy-ci` is not a role that prod allows (wrong-role)";

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// One of the tools that `tests/oracles/install.sh` installs.
fn oracle(path: &str) -> PathBuf {
    let path = root(".rigs/oracles").join(path);
    assert!(path.exists(), "{} is missing; run: tests/oracles/install.sh", path.display());
    path
}

/// Runs the client, which changes the policy itself.
fn renewing(sts: &Sts, client: &[OsString]) -> (Guard, Outcome) {
    let guard = client.iter().fold(sts.exec().arg("--"), Guard::arg);
    let policy = guard.work().join("account-guard.toml");
    let guard = guard.arg(policy).args("deploy- release-");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let said = format!("account-guard: could not renew the credentials: {DENIED}\n");
    assert_eq!(outcome.stderr.matches(&said).count(), 1, "once: {outcome:#?}");
    (guard, outcome)
}

/// Asserts that the client called STS three times, each time with other keys, and printed why the
/// fourth was refused.
fn renews_until_refused(sts: &Sts, client: &[OsString], agent: &str, says: &str) {
    let (_guard, outcome) = renewing(sts, client);
    assert_eq!(outcome.stdout.matches(&format!("{DEPLOY}\n")).count(), 3, "{outcome:#?}");
    assert!(outcome.stdout.contains(says), "{outcome:#?}");
    let keys = sts.keys_of(agent);
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!((keys.len(), distinct.len()), (3, 3), "{keys:?}");
}

#[test]
fn boto3_renews_and_prints_the_refusal() {
    let python = python().get_program().to_owned();
    let script = root("tests/clients/serve.py").into();
    let says = format!("account-guard: {DENIED}");
    renews_until_refused(&Sts::honest(), &[python, script], "Boto3/", &says);
}

/// This SDK renews credentials from five to ten seconds before they expire.
#[test]
fn the_rust_sdk_renews_and_reports_a_refusal() {
    let program = std::env::current_exe().unwrap();
    let program = program.ancestors().nth(2).unwrap().join("examples/serve_rust");
    assert!(program.exists(), "run: cargo build --examples");
    let client = [program.into()];
    renews_until_refused(&Sts::lasting(5, |_| DEPLOY), &client, "app/serve-rust", "403");
}

/// This SDK renews credentials in the background while the old ones are valid.
#[test]
#[ignore = "needs the tools that tests/oracles/install.sh installs"]
fn the_javascript_sdk_renews_and_prints_the_refusal() {
    let modules = oracle("node/node_modules");
    let client = ["env".into(), joined("NODE_PATH=", &modules), "node".into(), script("serve.cjs")];
    let (_guard, outcome) = renewing(&Sts::lasting(3, |_| DEPLOY), &client);
    let keys: Vec<_> = outcome.stdout.lines().take(3).collect();
    assert!(keys[0] < keys[1] && keys[1] < keys[2], "{outcome:#?}");
    let says = format!("wrong-role: account-guard: {DENIED}");
    assert!(outcome.stdout.contains(&says), "{outcome:#?}");
}

#[test]
#[ignore = "needs the tools that tests/oracles/install.sh installs"]
fn the_go_sdk_renews_and_prints_the_refusal() {
    let program = tempfile::tempdir().unwrap();
    let program = program.path().join("serve");
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([program.as_os_str(), script("serve.go").as_os_str()])
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .env("GOCACHE", oracle("go-cache"))
        .status();
    assert!(built.is_ok_and(|it| it.success()), "Go and its SDK: run tests/oracles/install.sh");
    let says = format!("wrong-role: account-guard: {DENIED}");
    renews_until_refused(&Sts::honest(), &[program.into()], "aws-sdk-go-v2/", &says);
}

/// Every call of the AWS CLI calls the endpoint.
#[test]
#[ignore = "needs the tools that tests/oracles/install.sh installs"]
fn the_aws_cli_requests_credentials_at_every_call() {
    for (aws, agent) in [
        (vec![oracle("aws-cli-v2/aws")], "aws-cli/2"),
        (vec![oracle("venv/bin/python"), oracle("venv/bin/aws")], "aws-cli/1"),
    ] {
        let words = aws.iter().map(|word| word.display().to_string()).collect::<Vec<_>>().join(" ");
        let call = format!("{words} sts get-caller-identity --query Arn --output text");
        let script = format!(
            "{call}; {call}; {call}\nsed -i \"s/$2/$3/\" \"$1\"\n{call} 2>&1 && exit 9; exit 0"
        );
        let client = ["sh", "-c", &script, "sh"].map(OsString::from);
        let says = format!("account-guard: {DENIED}");
        renews_until_refused(&Sts::honest(), &client, agent, &says);
    }
}

/// Within one run, the AWS provider gets new credentials for each of its calls.
#[test]
#[ignore = "needs the tools that tests/oracles/install.sh installs"]
fn terraform_renews_within_one_plan() {
    let sts = Sts::honest();
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(script("serve.tf"), directory.path().join("main.tf")).unwrap();
    let terraform = format!(
        "export TF_CLI_CONFIG_FILE={} CHECKPOINT_DISABLE=1\n\
         cd {} && terraform init -input=false -no-color && exec terraform plan -input=false -no-color",
        oracle("terraform.rc").display(),
        directory.path().display()
    );
    let outcome = sts.exec().args("-- sh -c").arg(terraform).run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains(DEPLOY), "{outcome:#?}");
    let keys: std::collections::BTreeSet<_> = sts.keys_of("terraform").into_iter().collect();
    assert!(keys.len() > 2, "{keys:?}");
}

fn script(name: &str) -> OsString {
    root("tests/clients").join(name).into()
}

fn joined(text: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(text);
    joined.push(path);
    joined
}
