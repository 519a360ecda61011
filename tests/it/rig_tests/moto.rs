//! Tests of moto behind its proxy.

use super::{HOST, get_caller_identity_through};
use crate::rig::moto::{self, Moto};
use crate::rig::{Credentials, ca, sts};

#[test]
fn moto_separates_accounts_behind_the_real_host_name() {
    let moto = Moto::start();
    let prod = moto.assume_role("111111111111", "deploy-ci", "run-1");
    let staging = moto.assume_role("222222222222", "deploy-ci", "run-2");
    let user = moto.create_user("555555555555", "ci-legacy");
    for (credentials, arn) in [
        (&prod, "arn:aws:sts::111111111111:assumed-role/deploy-ci/run-1"),
        (&staging, "arn:aws:sts::222222222222:assumed-role/deploy-ci/run-2"),
        (&user, "arn:aws:iam::555555555555:user/ci-legacy"),
    ] {
        let answer = moto.whoami(credentials, moto::REGION);
        assert_eq!(answer["Arn"], arn);
        assert_eq!(answer["Account"], sts::account_of(arn));
    }
    assert!(user.session_token.is_none());
    rustls_accepts(&moto, &staging);
    boto3_reaches_another_partition(&moto);
}

/// The TLS library of the program is stricter than that of Python.
fn rustls_accepts(moto: &Moto, staging: &Credentials) {
    let trust = ca::client(&std::fs::read_to_string(moto.ca()).unwrap());
    let answer =
        get_caller_identity_through(moto.url(), HOST, trust, &staging.access_key_id).unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
}

fn boto3_reaches_another_partition(moto: &Moto) {
    let arn = "arn:aws-cn:iam::333333333333:role/deploy-ci";
    let china = moto.assume_role_arn(arn, "run-3", "cn-north-1");
    let answer = moto.whoami(&china, "cn-north-1");
    assert_eq!(answer["Arn"], "arn:aws-cn:sts::333333333333:assumed-role/deploy-ci/run-3");
}

#[test]
fn moto_ends_with_its_handle() {
    let moto = Moto::start();
    let process = std::path::PathBuf::from(format!("/proc/{}", moto.pid()));
    assert!(process.exists());
    drop(moto);
    assert!(!process.exists());
}
