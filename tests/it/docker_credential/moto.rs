//! Tests with moto as STS and ECR, with real signatures and under the host names of AWS.

use std::sync::OnceLock;

use serde_json::Value;

use super::{PROD, STAGING, refused};
use crate::rig::guard::{Guard, Stdin};
use crate::rig::moto::{Moto, REGION};
use crate::rig::setup::POLICY;

fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

fn get(server: &str, account: &str, role: &str) -> Guard {
    let guard = Guard::new().policy(POLICY).env("AWS_REGION", REGION).envs(moto().variables());
    let guard = guard.credentials(&moto().assume_role(account, role, "run-1"));
    let guard = guard.env("ACCOUNT_GUARD_ENVIRONMENT", "prod").args("docker-credential get");
    guard.stdin(Stdin::Text(server.to_owned()))
}

#[test]
fn ecr_gives_its_token_to_the_allowed_role() {
    let outcome = get(PROD, "111111111111", "deploy-ci").run();
    let login: Value = serde_json::from_str(&outcome.stdout).expect("a login");
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(login["ServerURL"], PROD);
    assert_eq!(login["Username"], "AWS");
    assert_eq!(login["Secret"], "111111111111-auth-token");
}

#[test]
fn other_roles_get_no_token() {
    for (server, account, role, code) in [
        (PROD, "222222222222", "deploy-ci", "wrong-account"),
        (PROD, "111111111111", "reader", "wrong-role"),
        (STAGING, "111111111111", "deploy-ci", "wrong-registry"),
        (STAGING, "222222222222", "deploy-ci", "wrong-account"),
    ] {
        let outcome = get(server, account, role).run();
        refused(&outcome, &format!("code     {code}"));
        refused(&outcome, "DENIED prod: ");
    }
}
