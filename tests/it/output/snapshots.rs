//! Tests that compare every output of the real program with a snapshot. After an intended change,
//! run with `INSTA_UPDATE=always` and read the difference.

mod colour;
mod denied;
mod github;
mod images;
mod json;
mod policy;
mod unknown;
mod untrusted_text;
mod usage;

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::http::Server;
use crate::rig::sts::{self, Identities};

/// A policy with every kind of rule. All of its environments except the last are emulators.
pub(crate) const POLICY: &str = r#"version = 1

[accounts]
prod    = "111111111111"
prod-dr = "111111111112"
staging = "222222222222"
audit   = "999999999999"
live    = "555555555555"

[forbidden]
accounts = ["audit"]
roles    = ["OrganizationAccountAccessRole"]

[environments.prod]
accounts        = ["prod", "prod-dr"]
roles           = ["deploy-*"]
permission_sets = ["ProdDeploy"]
regions         = ["eu-west-1", "eu-west-2"]
emulator        = ["http://127.0.0.1:*"]

[environments.staging]
accounts = ["staging", "audit"]
emulator = ["http://127.0.0.1:*"]

[environments.legacy]
accounts     = ["prod"]
users        = ["ci-legacy"]
min_lifetime = "30m"
emulator     = ["http://127.0.0.1:*"]

[environments.live]
accounts = ["live"]
"#;

/// The identity of each access key of the loopback STS.
const PEOPLE: &[(&str, &str)] = &[
    ("prod", "arn:aws:sts::111111111111:assumed-role/deploy-ci/GitHubActions"),
    (
        "prod-sso",
        "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_ProdDeploy_0123456789abcdef/jane",
    ),
    ("reader", "arn:aws:sts::111111111111:assumed-role/reader/GitHubActions"),
    (
        "reader-sso",
        "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/jane",
    ),
    ("staging", "arn:aws:sts::222222222222:assumed-role/deploy-ci/GitHubActions"),
    ("stranger", "arn:aws:sts::333333333333:assumed-role/deploy-ci/GitHubActions"),
    ("audit", "arn:aws:sts::999999999999:assumed-role/deploy-ci/GitHubActions"),
    ("org", "arn:aws:sts::111111111111:assumed-role/OrganizationAccountAccessRole/jane"),
    ("jane", "arn:aws:iam::111111111111:user/jane"),
    ("ci-legacy", "arn:aws:iam::111111111111:user/ci-legacy"),
    ("federated", "arn:aws:sts::111111111111:federated-user/jane"),
    ("china", "arn:aws-cn:sts::111111111111:assumed-role/deploy-ci/GitHubActions"),
    ("strange", "arn:aws:sts::111111111111:something-new/deploy-ci"),
];

/// The loopback STS with these identities.
pub(crate) fn loopback(people: &[(&str, &str)]) -> Server {
    let identities: Identities =
        people.iter().map(|(key, arn)| ((*key).to_owned(), (*arn).to_owned())).collect();
    sts::serve(SocketAddr::from(([127, 0, 0, 1], 0)), identities).expect("a loopback port")
}

/// `check` of this environment, with a region and without credentials.
fn check(environment: &str) -> Guard {
    Guard::new()
        .policy(POLICY)
        .args("check")
        .arg(environment)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// `check` at the loopback STS with this access key.
fn check_as(key: &str, environment: &str, sts: &Server) -> Guard {
    check(environment).credentials(&Credentials::of(key)).env("AWS_ENDPOINT_URL_STS", sts.url())
}

/// The expiration of credentials with this lifetime and half a minute, which no output shows.
fn end_in(time: Duration) -> String {
    let end = SystemTime::now() + time + Duration::from_secs(30);
    humantime::format_rfc3339_seconds(end).to_string()
}

/// The run as text for a snapshot, after the assertions that apply to every output.
pub(crate) fn seen(outcome: &Outcome) -> String {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end: {text:?}");
        assert!(!text.contains("opens-nothing"), "a secret is shown: {text}");
    }
    if !outcome.stdout.starts_with('{') && !outcome.stdout.contains('␛') {
        fits(&outcome.stable(&outcome.stdout));
    }
    outcome.snapshot()
}

/// Asserts that all lines except the first fit a terminal. The first is for grep, and a longer word
/// is not split.
fn fits(text: &str) {
    for line in text.lines().skip(1).filter(|line| line.chars().count() > 80) {
        let is_word =
            !line.trim_start().rsplit_once("  ").unwrap_or(("", line)).1.trim().contains(' ');
        assert!(is_word, "wider than 80 columns: {line}");
    }
}

/// Compares a run with the snapshot of this name.
macro_rules! snapshot {
    ($name:expr, $outcome:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots") }, {
            insta::assert_snapshot!($name, crate::output::snapshots::seen(&$outcome));
        })
    };
}
pub(crate) use snapshot;

#[test]
fn an_allowed_run_is_one_line() {
    let sts = loopback(PEOPLE);
    snapshot!("allowed", check_as("prod", "prod", &sts).run());
    snapshot!("allowed-permission-set", check_as("prod-sso", "prod", &sts).run());
    snapshot!("allowed-user", check_as("ci-legacy", "legacy", &sts).run());
}

#[test]
fn an_allowed_run_prints_the_expiration() {
    let sts = loopback(PEOPLE);
    let run = check_as("prod", "prod", &sts)
        .env("AWS_SESSION_TOKEN", "a-token-that-opens-nothing")
        .env("AWS_CREDENTIAL_EXPIRATION", end_in(Duration::from_mins(58)))
        .run();
    snapshot!("allowed-with-an-end", run);
}

#[test]
fn an_allowed_run_prints_notes_below_its_line() {
    let sts = loopback(PEOPLE);
    let run = check_as("ci-legacy", "legacy", &sts)
        .args("--for boto3")
        .env("AWS_SESSION_TOKEN", "a-token-that-opens-nothing")
        .run();
    snapshot!("allowed-with-notes", run);
}

#[test]
fn a_quiet_run_prints_nothing_when_allowed() {
    let sts = loopback(PEOPLE);
    snapshot!("quiet-allowed", check_as("prod", "prod", &sts).arg("--quiet").run());
    snapshot!("quiet-denied", check_as("staging", "prod", &sts).arg("-q").run());
    snapshot!("quiet-json", check_as("prod", "prod", &sts).args("-q --format json").run());
}
