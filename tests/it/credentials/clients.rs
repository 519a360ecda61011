//! Tests with a real client whose profile runs the guard: all other configuration selects another
//! account, and the client reports the judged one. `tests/oracles/handed_over.py` runs the other
//! clients.

use std::fs;

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::moto::{Moto, REGION, python};
use crate::rig::setup::POLICY;

const ASK: &str = "import boto3, sys\n\
                   session = boto3.Session(profile_name=sys.argv[1] if len(sys.argv) > 1 else None)\n\
                   print(session.client('sts').get_caller_identity()['Account'])";

fn keys_of(header: &str, keys: &Credentials) -> String {
    let token = keys.session_token.as_deref().unwrap_or_default();
    format!(
        "[{header}]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {token}\n",
        keys.access_key_id, keys.secret_access_key
    )
}

/// The identity that boto3 prints for this profile, and its error output.
fn boto3(guard: &Guard, profile: &[&str]) -> (String, String) {
    let run = guard.description();
    let output = python()
        .args(["-c", ASK])
        .args(profile)
        .envs(run["env"].as_object().unwrap().iter().map(|it| (it.0, it.1.as_str().unwrap())))
        .current_dir(guard.work())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    guard.hides_secrets(&stdout, &stderr);
    (stdout.trim().to_owned(), stderr)
}

#[test]
fn boto3_reports_the_account_that_was_judged() {
    let moto = Moto::start();
    let prod = moto.assume_role("111111111111", "deploy-ci", "rig");
    let staging = moto.assume_role("222222222222", "deploy-ci", "rig");
    let program = env!("CARGO_BIN_EXE_account-guard");
    let process = |profile: &str| {
        format!(
            "[profile guarded-{profile}]\nregion = {REGION}\n\
             credential_process = {program} credentials prod --profile {profile} -q\n"
        )
    };
    let keys =
        keys_of("default", &staging) + &keys_of("prod", &prod) + &keys_of("staging", &staging);
    let guard = Guard::new()
        .policy(POLICY)
        .envs(moto.variables())
        .env("AWS_REGION", REGION)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .file("~/.aws/config", &(process("prod") + &process("staging")))
        .file("~/.aws/credentials", &keys);
    let named = guard.env("AWS_DEFAULT_PROFILE", "staging");
    assert_eq!(boto3(&named, &[]).0, "222222222222", "without the guard");
    assert_eq!(boto3(&named, &["guarded-prod"]).0, "111111111111");
    let (account, why) = boto3(&named, &["guarded-staging"]);
    assert_eq!(account, "", "{why}");
    assert!(why.contains("DENIED prod: these credentials are for staging"), "{why}");
    // Keys of the environment and a variable that names the profile have no effect.
    let keyed = named.credentials(&staging);
    assert_eq!(boto3(&keyed, &[]).0, "222222222222", "without the guard");
    assert_eq!(boto3(&keyed, &["guarded-prod"]).0, "111111111111");
    assert_eq!(boto3(&keyed, &["guarded-staging"]).0, "");
    assert!(fs::read_dir(keyed.home().join(".aws")).unwrap().count() == 2, "nothing is cached");
}
