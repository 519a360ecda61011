//! Tests of `identity` at moto under the host names of AWS: the output equals that of boto3 for the
//! same credentials.

use serde_json::{Value, json};

use crate::rig::guard::Guard;
use crate::rig::moto::{Moto, REGION};

#[test]
fn the_output_equals_that_of_boto3() {
    let moto = Moto::start();
    let user = moto.create_user("111111111111", "ci-legacy");
    let role = moto.assume_role("222222222222", "deploy-ci", "GitHubActions");
    for credentials in [&user, &role] {
        let outcome = Guard::new()
            .args("identity --output json")
            .credentials(credentials)
            .envs(moto.variables())
            .env("AWS_REGION", REGION)
            .run();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
        let mut ours: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        let mut theirs = moto.whoami(credentials, REGION);
        if credentials.session_token.is_some() {
            // moto generates a new ID for a role at each call.
            ours["UserId"] = json!("");
            theirs["UserId"] = json!("");
        }
        assert_eq!(ours, theirs);
    }
}

/// A chain in a profile: a role that is assumed with the keys of another profile.
#[test]
fn the_identity_of_a_profile_is_printed() {
    let moto = Moto::start();
    let user = moto.create_user("111111111111", "base");
    let config = format!(
        "[profile base]\naws_access_key_id = {}\naws_secret_access_key = {}\n[profile deploy]\n\
         role_arn = arn:aws:iam::222222222222:role/deploy-ci\nsource_profile = base\n\
         role_session_name = here\n",
        user.access_key_id, user.secret_access_key
    );
    let outcome = Guard::new()
        .args("whoami --profile deploy --query Arn --output text")
        .file("~/.aws/config", &config)
        .envs(moto.variables())
        .env("AWS_REGION", REGION)
        .run();
    let arn = "arn:aws:sts::222222222222:assumed-role/deploy-ci/here\n";
    assert_eq!((outcome.code, &*outcome.stdout), (Some(0), arn), "{outcome:#?}");
}
