//! Tests of the suggested next step: the only matching profile, and contradictions.

use super::{PEOPLE, POLICY, check, codes, with_profiles};
use crate::output::snapshots::loopback;
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::http::Server;
use crate::rig::setup::{denied, unknown};

const SSO: &str = "[profile acme-prod]\nsso_start_url = https://corp.awsapps.com/start\n\
    sso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = ProdDeploy\n";
const READ_ONLY: &str = "[profile acme-read]\nsso_start_url = https://corp.awsapps.com/start\n\
    sso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = ReadOnly\n";
const ROLE: &str = "[profile acme-role]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n\
    credential_source = Environment\n";
const OTHER_ROLE: &str = "[profile acme-other]\nrole_arn = arn:aws:iam::222222222222:role/deploy-ci\n\
    credential_source = Environment\n";
const KEYS: &str = "[profile keys]\naws_access_key_id = prod\naws_secret_access_key = hush\n";

/// Keys of staging in a check of prod, on a machine with these profiles.
fn in_staging(profiles: &[&str], sts: &Server) -> Guard {
    let policy = POLICY.replace(
        "roles = [\"deploy-*\"]",
        "roles = [\"deploy-*\"]\npermission_sets = [\"ProdDeploy\"]",
    );
    with_profiles(sts)
        .policy(&policy)
        .file("~/.aws/config", &profiles.concat())
        .credentials(&Credentials::of("staging"))
}

#[test]
fn the_only_matching_profile_is_suggested() {
    let sts = loopback(PEOPLE);
    for (profiles, fitting) in [
        (&[SSO][..], Some("acme-prod")),
        (&[SSO, READ_ONLY, OTHER_ROLE], Some("acme-prod")),
        (&[OTHER_ROLE, ROLE, KEYS], Some("acme-role")),
        (&[SSO, ROLE], None),
        (&[READ_ONLY, OTHER_ROLE, KEYS], None),
        (&[], None),
    ] {
        let document = denied(&check(in_staging(profiles, &sts), "prod"), "wrong-account");
        let next = document["next"].as_str().unwrap();
        let line = fitting.map(|name| {
            format!("use profile `{name}` for prod: account-guard check prod --profile {name}")
        });
        assert_eq!(line.as_deref() == Some(next), line.is_some(), "{profiles:?}: {next}");
        assert_eq!(next.contains("for prod"), fitting.is_some(), "{profiles:?}: {next}");
        let in_ci = check(in_staging(profiles, &sts).env("CI", "true"), "prod");
        let next = denied(&in_ci, "wrong-account")["next"].clone();
        let next = next.as_str().unwrap();
        assert!(next.contains("this job") && !next.contains("profile"), "{next}");
    }
}

#[test]
fn a_refused_profile_is_not_suggested() {
    let sts = loopback(PEOPLE);
    let claims = "[profile acme]\naws_access_key_id = staging\naws_secret_access_key = hush\n\
                  aws_account_id = 111111111111\n";
    let document =
        denied(&check(in_staging(&[claims], &sts), "prod --profile acme"), "contradiction");
    let next = document["next"].as_str().unwrap();
    assert!(!next.contains("for prod"), "{next}");
}

#[test]
fn a_profile_is_not_suggested_for_another_tool() {
    let sts = loopback(PEOPLE);
    let guard = in_staging(&[SSO, KEYS], &sts).credentials(&Credentials::of("prod"));
    let guard = guard.env("AWS_DEFAULT_REGION", "us-east-1");
    let document = denied(&check(guard, "prod"), "other-tool");
    let next = document["next"].as_str().unwrap();
    assert!(next.starts_with("make all tools agree") && next.contains("--for"), "{next}");
}

#[test]
fn a_profile_name_that_needs_quoting_is_not_suggested() {
    let sts = loopback(PEOPLE);
    let hostile = ROLE.replace("acme-role", "acme$(id)");
    let document = denied(&check(in_staging(&[&hostile], &sts), "prod"), "wrong-account");
    let next = document["next"].as_str().unwrap();
    assert_eq!(next, "use profile `acme$(id)` for prod: choose it with --profile");
}

#[test]
fn the_claim_of_another_tools_source_is_compared_with_sts() {
    let sts = loopback(PEOPLE);
    let claims = "[profile acme]\naws_access_key_id = prod\naws_secret_access_key = hush\n\
                  aws_account_id = 222222222222\n";
    let run = |key: &str, words: &str| {
        let guard = in_staging(&[claims], &sts).env("AWS_PROFILE", "acme");
        check(guard.credentials(&Credentials::of(key)), words)
    };
    let document = denied(&run("prod", "prod"), "other-tool");
    assert_eq!(codes(&document), ["other-tool"]);
    let text = document["violations"][0]["message"].as_str().unwrap();
    assert!(text.contains("claims `222222222222` (aws_account_id)"), "{text}");
    denied(&run("prod", "prod --for js"), "contradiction");
    // The account of the keys in the environment is not verified.
    unknown(
        &check(in_staging(&[claims], &sts).env("AWS_PROFILE", "acm"), "prod"),
        "unknown-profile",
    );
}
