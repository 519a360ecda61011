//! Tests of the text of every refusal.

use std::time::Duration;

use super::{PEOPLE, POLICY, check, check_as, end_in, loopback, snapshot};
use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::proxy::Proxy;

fn refused(guard: &Guard) -> Outcome {
    let outcome = guard.run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""), "{outcome:?}");
    outcome
}

#[test]
fn the_account_is_wrong() {
    let sts = loopback(PEOPLE);
    for (name, key, environment) in [
        ("denied-wrong-account", "staging", "prod"),
        ("denied-wrong-account-stranger", "stranger", "prod"),
        ("denied-forbidden-account", "audit", "staging"),
        ("denied-wrong-and-forbidden-account", "audit", "prod"),
    ] {
        snapshot!(name, refused(&check_as(key, environment, &sts)));
    }
}

#[test]
fn the_principal_is_wrong() {
    let sts = loopback(PEOPLE);
    for (name, key, environment) in [
        ("denied-wrong-role", "reader", "prod"),
        ("denied-wrong-role-permission-set", "reader-sso", "prod"),
        ("denied-wrong-role-only-users", "prod", "legacy"),
        ("denied-forbidden-role", "org", "prod"),
        ("denied-wrong-user", "jane", "legacy"),
        ("denied-not-a-role", "jane", "prod"),
        ("denied-not-a-role-federated", "federated", "prod"),
        ("denied-unknown-principal", "strange", "prod"),
        ("denied-wrong-partition", "china", "prod"),
    ] {
        snapshot!(name, refused(&check_as(key, environment, &sts)));
    }
}

#[test]
fn the_region_is_wrong_or_unknown() {
    let sts = loopback(PEOPLE);
    let wrong = check_as("prod", "prod", &sts).env("AWS_REGION", "us-east-1");
    snapshot!("denied-wrong-region", refused(&wrong));
    let none = check_as("prod", "prod", &sts).args("--for boto3");
    snapshot!("denied-no-region", refused(&none));
}

#[test]
fn the_credentials_expire_too_soon() {
    let sts = loopback(PEOPLE);
    let guard = check_as("ci-legacy", "legacy", &sts)
        .env("AWS_SESSION_TOKEN", "a-token-that-opens-nothing")
        .env("AWS_CREDENTIAL_EXPIRATION", end_in(Duration::from_mins(12)));
    let mut outcome = refused(&guard);
    let seconds = ["12m 29s", "12m 30s", "12m 28s"];
    outcome.stdout = seconds.iter().fold(outcome.stdout, |text, s| text.replace(s, "12m"));
    snapshot!("denied-short-lifetime", outcome);
}

#[test]
fn the_configuration_contradicts_sts() {
    let sts = loopback(PEOPLE);
    let config = "[profile prod]\nregion = eu-west-1\naws_access_key_id = staging\n\
                  aws_secret_access_key = opens-nothing\naws_account_id = 111111111111\n";
    let guard = check("staging")
        .file("~/.aws/config", config)
        .env("AWS_ENDPOINT_URL_STS", sts.url())
        .args("--profile prod");
    snapshot!("denied-contradiction", refused(&guard));
}

#[test]
fn aws_keys_are_not_sent_to_an_emulator() {
    let sts = loopback(PEOPLE);
    snapshot!("denied-real-credentials", refused(&check_as("AKIAIOSFODNN7EXAMPLE", "prod", &sts)));
}

#[test]
fn several_violations_at_once() {
    let sts = loopback(PEOPLE);
    let guard = check_as("reader", "staging", &sts).env("AWS_REGION", "cn-north-1");
    snapshot!("denied-several", refused(&guard));
}

#[test]
fn hints_in_ci_suggest_changes_of_the_workflow() {
    let sts = loopback(PEOPLE);
    let people = [("staging", "account"), ("reader", "role")];
    for (key, what) in people {
        let outcome = refused(&check_as(key, "prod", &sts).env("CI", "true"));
        assert!(!outcome.stdout.contains("--profile"), "{outcome:?}");
        snapshot!(format!("denied-wrong-{what}-in-ci"), outcome);
    }
}

#[test]
fn overridden_sources_are_named() {
    let sts = loopback(PEOPLE);
    let config = "[profile acme-prod]\naws_access_key_id = prod\n\
                  aws_secret_access_key = opens-nothing\n";
    let guard = check_as("staging", "prod", &sts)
        .file("~/.aws/config", config)
        .env("AWS_PROFILE", "acme-prod");
    snapshot!("denied-and-hides-a-profile", refused(&guard));
}

#[test]
fn the_root_user_of_a_real_account() {
    let ca = Ca::new();
    let config = ca.server(&["sts.eu-west-1.amazonaws.com"], Validity::Current);
    let root = Behaviour::Answers { arn: "arn:aws:iam::555555555555:root" };
    let server = Hostile::tls(root, config);
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let guard = check("live")
        .policy(POLICY)
        .file("ca.pem", &ca.pem())
        .args("--ca-bundle ca.pem")
        .env("HTTPS_PROXY", proxy.url())
        .credentials(&Credentials::of("AKIAIOSFODNN7EXAMPLE"));
    snapshot!("denied-root-user", refused(&guard));
}
