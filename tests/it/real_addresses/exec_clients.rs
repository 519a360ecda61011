//! Tests of real clients inside `exec`: each uses the judged credentials, although all other
//! configuration selects another account. moto serves STS on its own names and without an override.

use std::path::PathBuf;
use std::process::Command;

use super::HOST;
use crate::rig::Credentials;
use crate::rig::ca::Ca;
use crate::rig::guard::Guard;
use crate::rig::moto::Moto;
use crate::rig::setup::POLICY;

const JUDGED: &str = "111111111111";
const OTHER: &str = "222222222222";

/// The clients that `tests/oracles/install.sh` installs: the command, and the additional variables
/// of each.
fn clients() -> Vec<(&'static str, Vec<PathBuf>, Vec<&'static str>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let rigs = root.join(".rigs/oracles");
    let runners = root.join("tests/oracles/runners");
    let question = vec!["sts", "get-caller-identity", "--output", "text", "--query", "Account"];
    let python = rigs.join("venv/bin/python");
    let chdir = PathBuf::from(format!("-chdir={}", rigs.join("terraform").display()));
    let rust =
        PathBuf::from(env!("CARGO_BIN_EXE_account-guard")).with_file_name("examples/oracle_rust");
    vec![
        ("aws-cli-v2", vec![rigs.join("aws-cli-v2/aws")], question.clone()),
        ("aws-cli-v1", vec![python.clone(), rigs.join("venv/bin/aws")], question),
        ("boto3", vec![python, runners.join("ask_boto3.py")], vec![]),
        ("js", vec!["node".into(), runners.join("ask_js.cjs")], vec![]),
        ("go", vec![rigs.join("ask_go")], vec![]),
        ("rust", vec![rust], vec![]),
        (
            "terraform",
            vec!["terraform".into(), chdir],
            vec!["plan", "-input=false", "-lock=false", "-no-color"],
        ),
    ]
}

fn section(header: &str, keys: &Credentials) -> String {
    let token = keys.session_token.as_deref().unwrap_or_default();
    format!(
        "[{header}]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {token}\n",
        keys.access_key_id, keys.secret_access_key
    )
}

/// A run in which all configuration except the profile `good` selects another account.
fn with_other_sources(moto: &Moto) -> Guard {
    let [good, other] =
        [JUDGED, OTHER].map(|account| moto.assume_role(account, "deploy-ci", "run"));
    let profiles = ["default", "other"].map(|name| section(name, &other)).concat();
    let ca = moto.ca().to_str().unwrap();
    let node = format!("{}/.rigs/oracles/node/node_modules", env!("CARGO_MANIFEST_DIR"));
    Guard::new()
        .policy(POLICY)
        .path()
        .file("~/.aws/credentials", &format!("{}{profiles}", section("good", &good)))
        .file("~/token", "a.web.identity-token")
        .credentials(&other)
        .envs([
            ("AWS_SECURITY_TOKEN", other.session_token.as_deref().unwrap()),
            ("AWS_PROFILE", "other"),
            ("AWS_DEFAULT_PROFILE", "other"),
            ("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/other"),
            ("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/other"),
            ("AWS_ACCESS_KEY", &other.access_key_id),
            ("AWS_SECRET_KEY", &other.secret_access_key),
            ("AWS_STAGING_ACCESS_KEY_ID", &other.access_key_id),
            ("AWS_STAGING_SECRET_ACCESS_KEY", &other.secret_access_key),
            ("HTTP_PROXY", "http://127.0.0.1:9"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
        ])
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
        .envs(["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].map(|name| (name, ca)))
        .envs([("NODE_PATH", &*node), ("CHECKPOINT_DISABLE", "1")])
}

/// A profile in the code of a program has priority over the environment; in `exec`, that profile
/// does not exist.
#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn a_profile_in_the_code_of_a_client_has_no_credentials() {
    let moto = Moto::on_real_names(&Ca::new(), &[HOST]);
    for (name, program, words) in clients() {
        let named: &[&str] = match name {
            "aws-cli-v1" | "aws-cli-v2" => &["--profile", "other"],
            "terraform" => &["-var=profile=other"],
            _ => &["other"],
        };
        let run = |mode: &str| {
            let start = format!("exec prod --profile good --quiet --timeout 60s {mode} --");
            let guard = program.iter().fold(with_other_sources(&moto).args(&start), Guard::arg);
            words.iter().chain(named).fold(guard, Guard::arg).run()
        };
        // The SDK for Rust uses keys of the environment before any profile.
        let (isolated, kept) = match name {
            "rust" => (&[JUDGED][..], JUDGED),
            _ => (&[][..], OTHER),
        };
        let outcome = run("");
        assert_eq!(accounts(&outcome.stdout), isolated, "{name}: {outcome:#?}");
        assert_eq!(outcome.code == Some(0), !isolated.is_empty(), "{name}: {outcome:#?}");
        // With the configuration files the client uses another account; therefore they are hidden.
        let outcome = run("--keep-config");
        assert_eq!(accounts(&outcome.stdout), [kept], "{name}: {outcome:#?}");
    }
}

/// The accounts that the output of a client contains.
fn accounts(text: &str) -> Vec<&str> {
    [JUDGED, OTHER].into_iter().filter(|account| text.contains(account)).collect()
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn every_client_uses_the_judged_credentials() {
    let moto = Moto::on_real_names(&Ca::new(), &[HOST]);
    let guard = with_other_sources(&moto);
    for (name, program, words) in clients() {
        // Without the guard the client uses another account, otherwise the test would prove
        // nothing. With the expiration in the past, botocore would have no credentials.
        let alone = Command::new(&program[0])
            .args(&program[1..])
            .args(&words)
            .env_clear()
            .envs(guard.variables())
            .env_remove("AWS_CREDENTIAL_EXPIRATION")
            .current_dir(guard.work())
            .output()
            .unwrap_or_else(|why| {
                panic!("{name} is missing; run: tests/oracles/install.sh ({why})")
            });
        let alone = String::from_utf8_lossy(&alone.stdout).into_owned();
        assert_eq!(accounts(&alone), [OTHER], "{name}: {alone}");

        let inside =
            with_other_sources(&moto).args("exec prod --profile good --quiet --timeout 60s --");
        let inside = program.iter().fold(inside, Guard::arg);
        let outcome = words.iter().fold(inside, Guard::arg).run();
        assert_eq!(outcome.code, Some(0), "{name}: {outcome:#?}");
        assert_eq!(accounts(&outcome.stdout), [JUDGED], "{name}: {outcome:#?}");
    }
}
