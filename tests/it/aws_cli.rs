//! Tests with the real AWS CLI in the same home: each program uses the sessions that the other has
//! renewed.

mod peers;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::rig::guard::Guard;
use crate::rig::sessions::{Aws, OIDC, PORTAL, SIGN_IN, STS};
use crate::rig::setup::allowed;
use crate::rig::sts::access_key_id;
use crate::{login_session, sso};

/// The identity that the AWS CLI prints for this run.
fn identity(guard: &Guard) -> Value {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let run = guard.description();
    let output = Command::new(root.join(".rigs/oracles/aws-cli-v2/aws"))
        .args(["sts", "get-caller-identity", "--output", "json"])
        .env_clear()
        .envs(run["env"].as_object().unwrap().iter().map(|(n, v)| (n, v.as_str().unwrap())))
        .output()
        .expect("the AWS CLI, which tests/oracles/install.sh installs");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Either program may renew first; together they renew once.
#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn the_aws_cli_and_the_program_use_sessions_that_the_other_renewed() {
    for is_first in [false, true] {
        let aws = Aws::of(sso::DEPLOY);
        let guard = sso::session(&aws, &sso::token(-60));
        if is_first {
            assert_eq!(identity(&guard)["Arn"], sso::DEPLOY);
        }
        let document = allowed(&guard.run());
        assert_eq!(identity(&guard)["Arn"], document["identity"]["arn"]);
        assert_eq!(aws.asked(OIDC).len(), 1, "{is_first}");
        let bearers = aws.asked(PORTAL);
        let mut bearers = bearers.iter().map(|it| it.header("x-amz-sso_bearer_token"));
        assert!(bearers.all(|it| it == Some("hush-renewed-1")), "{is_first}");

        let aws = Aws::of(login_session::ME);
        let guard = login_session::session(&aws, &login_session::token(-60));
        if is_first {
            assert_eq!(identity(&guard)["Arn"], login_session::ME);
        }
        allowed(&guard.run());
        assert_eq!(identity(&guard)["Arn"], login_session::ME);
        assert_eq!(aws.asked(SIGN_IN).len(), 1, "{is_first}");
        let asked = aws.asked(STS);
        assert!(asked.iter().all(|it| access_key_id(it) == Some("ASIARENEWED")), "{is_first}");
    }
}

#[test]
#[ignore = "needs the AWS CLI: run by .ci/run after tests/oracles/install.sh"]
fn unknown_fields_of_a_session_are_kept() {
    let aws = Aws::of(login_session::ME);
    let mut token = login_session::token(-60);
    token["somethingNew"] = json!({ "of": "tomorrow" });
    let guard = login_session::session(&aws, &token);
    allowed(&guard.run());
    let mut kept = login_session::kept(&guard);
    assert_eq!(kept["somethingNew"], token["somethingNew"]);
    kept["accessToken"]["expiresAt"] = token["accessToken"]["expiresAt"].clone();
    std::fs::write(login_session::path(&guard), kept.to_string()).unwrap();
    assert_eq!(identity(&guard)["Arn"], login_session::ME);
    assert_eq!(aws.asked(SIGN_IN).len(), 2);
    assert_eq!(login_session::kept(&guard)["refreshToken"], "hush-refresh-2");
}
