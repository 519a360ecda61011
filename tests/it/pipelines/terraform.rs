//! Tests of `examples/terraform` with the real Terraform and its AWS provider, run by make. moto
//! serves the AWS APIs.

use std::fs;

use super::setup::{PROD, STAGING, all_output, at_moto, blocks, moto, tool, with};
use crate::rig::guard::{Guard, Outcome};

/// A run with the credentials of an account, and with a profile of staging in its files.
fn setup(account: &str) -> Guard {
    let [keys, other] = [account, STAGING].map(|it| moto().assume_role(it, "deploy-ci", "rig"));
    let profile = format!(
        "[acme-staging]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\n",
        other.access_key_id,
        other.secret_access_key,
        other.session_token.unwrap_or_default()
    );
    at_moto("terraform")
        .credentials(&keys)
        .file("~/.aws/credentials", &profile)
        .env("TF_CLI_CONFIG_FILE", tool("oracles/terraform.rc"))
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_ARGS", "-no-color")
}

fn run(guard: Guard, command: &str) -> (Guard, Outcome) {
    let mut words = command.split(' ');
    let guard = guard.program(words.next().unwrap()).instead(&words.collect::<Vec<_>>());
    let outcome = guard.run();
    (guard, outcome)
}

/// Asserts that Terraform has not read the configuration.
fn is_untouched(guard: &Guard) -> bool {
    !guard.work().join(".terraform").exists() && !guard.work().join("prod.tfplan").exists()
}

fn output(account: &str) -> String {
    format!("account = \"{account}\"")
}

#[test]
#[ignore = "needs Terraform with its AWS provider: tests/pipelines.sh looks for it"]
fn plan_and_apply_use_the_judged_account() {
    let (guard, outcome) = run(setup(PROD), "make plan");
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let (_guard, outcome) = run(guard, "make apply");
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("1 added, 0 changed, 0 destroyed"), "{outcome:#?}");
    assert!(outcome.stdout.contains(&output(PROD)), "{outcome:#?}");
}

#[test]
#[ignore = "needs Terraform with its AWS provider: tests/pipelines.sh looks for it"]
fn a_refusal_does_not_start_terraform() {
    for target in ["init", "plan", "apply"] {
        let (guard, outcome) = run(setup(STAGING), &format!("make {target}"));
        assert_eq!(outcome.code, Some(2), "{outcome:#?}");
        let denied = "DENIED prod: these credentials are for staging";
        assert!(outcome.stderr.contains(denied), "{outcome:#?}");
        assert!(outcome.stderr.contains("Error 125"), "{outcome:#?}");
        assert!(is_untouched(&guard), "{outcome:#?}");
    }
}

/// The README describes a profile in the configuration.
#[test]
#[ignore = "needs Terraform with its AWS provider: tests/pipelines.sh looks for it"]
fn a_profile_in_the_configuration_is_not_found() {
    let [provider] = blocks("terraform", "hcl").try_into().unwrap();
    let setup = || {
        let guard = setup(PROD);
        let whole = fs::read_to_string(guard.work().join("main.tf")).unwrap();
        let (before, rest) = whole.split_once("provider \"aws\" {").unwrap();
        let (_, after) = rest.split_once("\n}\n").unwrap();
        guard.file("main.tf", &format!("{before}{provider}{after}"))
    };
    let (guard, outcome) = run(setup(), "make plan");
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("failed to get shared config profile"), "{outcome:#?}");
    let (guard, outcome) = run(guard, "make apply");
    assert!(outcome.stderr.contains("Cannot apply incomplete plan"), "{outcome:#?}");
    // With a separate check before it, Terraform uses another identity.
    let check = "account-guard check prod --for terraform";
    let plan = "terraform plan -input=false -var-file=prod.tfvars";
    let script = format!("{check} && {plan}");
    let guard = guard.program("sh").instead(&["-c", &script]);
    let outcome = guard.run();
    assert!(all_output(&outcome).contains("ALLOWED prod"), "{outcome:#?}");
    assert!(outcome.stdout.contains(&output(STAGING)), "{outcome:#?}");
}

/// The second protection: the wrong variables file with the right credentials.
#[test]
#[ignore = "needs Terraform with its AWS provider: tests/pipelines.sh looks for it"]
fn the_provider_compares_the_account_as_well() {
    let guard = with(setup(PROD), "prod.tfvars", PROD, STAGING);
    let (_guard, outcome) = run(guard, "make plan");
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("ALLOWED prod"), "{outcome:#?}");
    assert!(outcome.stderr.contains("AWS account ID not allowed"), "{outcome:#?}");
}
