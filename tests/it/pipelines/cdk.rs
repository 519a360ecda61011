//! Tests of `examples/cdk` with the real CDK and its library, run by npm. moto serves the AWS APIs.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};

use super::setup::{PROD, STAGING, all_output, blocks, tool, with};
use crate::examples::{copied, folder, with_program};
use crate::rig::Credentials;
use crate::rig::ca::Ca;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::moto::{Moto, REGION};

/// moto, with the part of a bootstrap stack that a deploy needs, in both accounts.
struct Setup(Moto);

/// One setup for all tests here, which run one after the other: each run of the CDK needs a whole
/// core.
fn setup() -> MutexGuard<'static, Setup> {
    static SETUP: OnceLock<Mutex<Setup>> = OnceLock::new();
    let setup = SETUP.get_or_init(|| Mutex::new(Setup::new()));
    setup.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Setup {
    fn new() -> Self {
        let hosts = ["*.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com"];
        let setup = Self(Moto::behind_proxy(&Ca::new(), &hosts));
        for account in [PROD, STAGING] {
            let bucket = json!({
                "Bucket": format!("cdk-hnb659fds-assets-{account}-{REGION}"),
                "CreateBucketConfiguration": { "LocationConstraint": REGION },
            });
            let version = "/cdk-bootstrap/hnb659fds/version";
            let version = json!({ "Name": version, "Value": "30", "Type": "String" });
            let caller = setup.keys(account);
            setup.0.call(&caller, "s3", "create_bucket", &bucket);
            setup.0.call(&caller, "ssm", "put_parameter", &version);
        }
        setup
    }

    fn keys(&self, account: &str) -> Credentials {
        self.0.assume_role(account, "deploy-ci", "rig")
    }

    /// A run of npm with the credentials of this account. moto does not support change sets as the
    /// CDK expects them.
    fn npm(&self, account: &str, words: &str) -> Guard {
        let guard = with_program(Guard::new()).credentials(&self.keys(account));
        let variables = guard.variables();
        let path = variables.iter().rfind(|(name, _)| name == "PATH").unwrap().1.to_str().unwrap();
        let cdk = tool("oracles/node/node_modules/.bin");
        let guard = guard.env("PATH", format!("{}:{path}", cdk.display()));
        copied("cdk", guard.envs(self.0.variables()).env("AWS_REGION", REGION))
            .env("NODE_PATH", tool("pipelines/node/node_modules"))
            .env("CDK_DISABLE_CLI_TELEMETRY", "true")
            // Skips an analysis of the template that takes seconds and does not depend on the
            // account.
            .env("CDK_VALIDATION", "false")
            .env("NPM_CONFIG_UPDATE_NOTIFIER", "false")
            .program("npm")
            .instead(&[])
            .args(words)
            .args("-- --method direct --no-notices --no-color")
    }
}

/// Asserts that the stack exists in this account only.
#[track_caller]
fn deployed_to(account: &str, outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let arn = format!("arn:aws:cloudformation:eu-west-1:{account}:stack/Example/");
    assert!(all_output(outcome).contains(&arn), "{outcome:#?}");
}

#[test]
#[ignore = "needs the CDK: tests/pipelines.sh installs it"]
fn an_allowed_deploy_goes_to_the_judged_account() {
    let setup = setup();
    let outcome = setup.npm(PROD, "run deploy").run();
    assert!(all_output(&outcome).contains("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    deployed_to(PROD, &outcome);
}

#[test]
#[ignore = "needs the CDK: tests/pipelines.sh installs it"]
fn a_refusal_does_not_start_the_cdk() {
    let setup = setup();
    let guard = setup.npm(STAGING, "run deploy");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    assert!(
        all_output(&outcome).contains("DENIED prod: these credentials are for staging"),
        "{outcome:#?}"
    );
    assert!(!guard.work().join("cdk.out").exists(), "{outcome:#?}");
    // Without the guard, these commands deploy to the account of their credentials.
    let alone = "deploy --all --require-approval never --method direct --no-notices";
    let guard = guard.program("cdk").instead(&[]).args(alone);
    deployed_to(STAGING, &guard.run());
}

/// The README describes an account in `env`.
#[test]
#[ignore = "needs the CDK: tests/pipelines.sh installs it"]
fn an_account_in_the_app_may_belong_to_another_profile() {
    let setup = setup();
    let [stack] = blocks("cdk", "js").try_into().unwrap();
    let guard = setup.npm(PROD, "run deploy");
    let app = fs::read_to_string(guard.work().join("app.js")).unwrap();
    let (before, rest) = app.split_once("const stack =").unwrap();
    let (_, after) = rest.split_once("\n});\n").unwrap();
    let guard = guard.file("app.js", &format!("{before}{stack}{after}"));
    let outcome = guard.run();
    assert!(all_output(&outcome).contains("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    deployed_to(STAGING, &outcome);

    let staging = format!("\"{STAGING}\"");
    let guard = setup.npm(PROD, "run deploy");
    let guard = with(guard, "app.js", "process.env.CDK_DEFAULT_ACCOUNT", &staging);
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let needs = "Need to perform AWS calls for account 222222222222, but the current credentials are for 111111111111";
    assert!(all_output(&outcome).contains(needs), "{outcome:#?}");
}

/// The documented versions are those that run here.
#[test]
#[ignore = "run by tests/pipelines.sh"]
fn the_documented_versions_are_the_tested_ones() {
    let read = |path: &Path| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = read(&folder("cdk").join("package.json"));
    let library = read(&root.join("tests/pipelines/package.json"));
    let command = read(&root.join("tests/oracles/package.json"));
    for name in ["aws-cdk-lib", "constructs"] {
        assert_eq!(ours["dependencies"][name], library["dependencies"][name]);
    }
    assert_eq!(ours["devDependencies"]["aws-cdk"], command["dependencies"]["aws-cdk"]);
}
