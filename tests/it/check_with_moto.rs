//! Tests of `check` from the command line to the verdict, against moto under the host names of AWS
//! and without an endpoint override.

use std::sync::OnceLock;

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::moto::{Moto, REGION};

/// One moto for all tests in this file; it ends with this process, which holds its standard input.
fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

const POLICY: &str = r#"version = 1

[accounts]
prod    = "111111111111"
staging = "222222222222"
tooling = "555555555555"
china   = "333333333333"
audit   = "999999999999"

[forbidden]
accounts = ["audit"]
roles    = ["OrganizationAccountAccessRole"]

[environments.prod]
accounts        = ["prod"]
roles           = ["deploy-*"]
permission_sets = ["ProdDeploy"]
regions         = ["eu-west-1", "eu-west-2"]

[environments.staging]
accounts = ["staging"]

[environments.legacy]
accounts = ["prod"]
users    = ["ci-legacy"]

[environments.network]
accounts = ["prod", "staging"]
callers  = ["tooling"]
roles    = ["tf-runner"]

[environments.china]
accounts = ["china"]
roles    = ["arn:aws-cn:iam::333333333333:role/deploy-*"]
regions  = ["cn-north-1"]

[environments.careless]
accounts = ["prod", "audit"]
"#;

/// `check` of this environment, with moto under the host names of AWS.
fn check(environment: &str) -> Guard {
    Guard::new()
        .policy(POLICY)
        .args("check")
        .arg(environment)
        .env("AWS_REGION", REGION)
        .envs(moto().variables())
}

fn first_line(outcome: &Outcome) -> &str {
    outcome.stdout.lines().next().unwrap_or_default()
}

/// Asserts exit 0 and one line for the verdict, which starts with this text.
fn allowed(guard: &Guard, start: &str) {
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(first_line(&outcome).starts_with(start), "{outcome:?}");
}

/// Asserts exit 1, this first line, and these codes in this order.
fn denied(guard: Guard, first: &str, codes: &[&str]) -> Outcome {
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(first_line(&outcome), first, "{outcome:?}");
    let json = guard.args("--format json").run();
    assert_eq!(json.code, Some(1), "{json:?}");
    let document: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let violations = document["violations"].as_array().expect("violations");
    let found: Vec<_> = violations.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(found, codes, "{json:?}");
    outcome
}

fn session(account: &str, role: &str) -> Credentials {
    moto().assume_role(account, role, "run-1")
}

#[test]
fn an_allowed_role_passes() {
    let start = "ALLOWED prod: deploy-ci in prod (111111111111) · eu-west-1 · environment";
    allowed(&check("prod").credentials(&session("111111111111", "deploy-ci")), start);
}

#[test]
fn credentials_of_another_environment_are_denied_with_its_name() {
    let guard = check("prod").credentials(&session("222222222222", "deploy-ci"));
    let outcome =
        denied(guard, "DENIED prod: these credentials are for staging", &["wrong-account"]);
    let caller = "caller   arn:aws:sts::222222222222:assumed-role/deploy-ci/run-1";
    for part in ["staging (222222222222)", caller, "account-guard.toml:15"] {
        assert!(outcome.stdout.contains(part), "{part}: {outcome:?}");
    }
}

#[test]
fn an_account_of_no_environment_is_denied() {
    let guard = check("staging").credentials(&session("444444444444", "deploy-ci"));
    let first = "DENIED staging: the account 444444444444 is not in the policy";
    denied(guard, first, &["wrong-account"]);
}

#[test]
fn the_wrong_role_of_the_right_account_is_denied() {
    let guard = check("prod").credentials(&session("111111111111", "reader"));
    denied(guard, "DENIED prod: `reader` is not a role that prod allows", &["wrong-role"]);
}

#[test]
fn users_are_allowed_by_name_only() {
    let user = moto().create_user("111111111111", "ci-legacy");
    allowed(&check("legacy").credentials(&user), "ALLOWED legacy: ci-legacy in prod");
    let first = "DENIED prod: `ci-legacy` is a user, but prod allows only roles";
    denied(check("prod").credentials(&user), first, &["not-a-role"]);
    let other = moto().create_user("111111111111", "jane");
    let first = "DENIED legacy: `jane` is not a user that legacy allows";
    denied(check("legacy").credentials(&other), first, &["wrong-user"]);
}

#[test]
fn a_permission_set_is_recognised_by_its_role_name() {
    let role = "AWSReservedSSO_ProdDeploy_0123456789abcdef";
    let start = "ALLOWED prod: ProdDeploy in prod (111111111111)";
    allowed(&check("prod").credentials(&session("111111111111", role)), start);
    let role = "AWSReservedSSO_ReadOnly_0123456789abcdef";
    let first = "DENIED prod: `ReadOnly` is not a permission set that prod allows";
    denied(check("prod").credentials(&session("111111111111", role)), first, &["wrong-role"]);
    let imitation = "AWSReservedSSO_ProdDeploy_xyz";
    let first = "DENIED prod: `AWSReservedSSO_ProdDeploy_xyz` is not a role that prod allows";
    denied(check("prod").credentials(&session("111111111111", imitation)), first, &["wrong-role"]);
}

#[test]
fn the_caller_account_may_differ_from_the_target_account() {
    let start = "ALLOWED network: tf-runner in tooling (555555555555)";
    allowed(&check("network").credentials(&session("555555555555", "tf-runner")), start);
    let guard = check("network").credentials(&session("111111111111", "tf-runner"));
    let first = "DENIED network: these credentials are for careless";
    denied(guard, first, &["wrong-account"]);
}

#[test]
fn forbidden_accounts_and_roles_are_denied_even_if_allowed() {
    let guard = check("careless").credentials(&session("999999999999", "deploy-ci"));
    let first = "DENIED careless: the account audit (999999999999) is forbidden everywhere";
    denied(guard, first, &["forbidden-account"]);
    let guard =
        check("careless").credentials(&session("111111111111", "organizationaccountaccessROLE"));
    let first = "DENIED careless: the role `organizationaccountaccessROLE` is forbidden everywhere";
    denied(guard, first, &["forbidden-role"]);
}

#[test]
fn a_region_must_be_listed() {
    let credentials = session("111111111111", "deploy-ci");
    let first = "DENIED prod: us-east-1 is not a region that prod allows";
    let guard = check("prod").credentials(&credentials).env("AWS_REGION", "us-east-1");
    denied(guard, first, &["wrong-region"]);
    let guard = check("prod").credentials(&credentials).args("--region us-east-1");
    denied(guard, first, &["wrong-region"]);
    let other_region = check("prod").credentials(&credentials).args("--region eu-west-2");
    allowed(&other_region, "ALLOWED prod: deploy-ci in prod (111111111111) · eu-west-2");
}

#[test]
fn all_violations_are_reported() {
    let guard = check("prod")
        .credentials(&session("999999999999", "OrganizationAccountAccessRole"))
        .env("AWS_REGION", "us-east-1");
    let first = "DENIED prod: these credentials belong to audit (999999999999)";
    let codes =
        ["wrong-account", "forbidden-account", "forbidden-role", "wrong-role", "wrong-region"];
    denied(guard, first, &codes);
}

#[test]
fn another_partition_is_called_in_its_own_region() {
    let arn = "arn:aws-cn:iam::333333333333:role/";
    let china = |role: &str| {
        let credentials = moto().assume_role_arn(&format!("{arn}{role}"), "run-1", "cn-north-1");
        check("china").credentials(&credentials).env("AWS_REGION", "cn-north-1")
    };
    let start = "ALLOWED china: deploy-ci in china (333333333333) · cn-north-1";
    allowed(&china("deploy-ci"), start);
    let first = "DENIED china: `reader` is not a role that china allows";
    denied(china("reader"), first, &["wrong-role"]);
    // AWS refuses keys of another partition; moto answers with an ARN that AWS never returns.
    let first =
        "DENIED china: `arn:aws:sts::333333333333:user/moto` is a principal of an unknown kind";
    let guard = china("deploy-ci").env("AWS_REGION", "eu-west-1");
    denied(guard, first, &["unknown-principal", "wrong-region"]);
}

fn section(header: &str, keys: &Credentials) -> String {
    let token = keys.session_token.as_deref().unwrap_or_default();
    format!(
        "[{header}]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {token}\n",
        keys.access_key_id, keys.secret_access_key
    )
}

#[test]
fn profiles_with_keys_are_selected_by_option_and_by_variable() {
    let prod = section("prod", &session("111111111111", "deploy-ci"));
    let staging = section("staging", &session("222222222222", "deploy-ci"));
    let guard = |environment: &str| {
        check(environment).file("~/.aws/credentials", &format!("{prod}\n{staging}"))
    };
    let start = "ALLOWED prod: deploy-ci in prod (111111111111) · eu-west-1 · profile `prod`";
    allowed(&guard("prod").args("--profile prod"), start);
    allowed(&guard("prod").env("AWS_PROFILE", "prod"), start);
    let flag_wins = guard("prod").env("AWS_PROFILE", "staging").args("--profile prod");
    allowed(&flag_wins, start);
    let first = "DENIED prod: these credentials are for staging";
    let outcome = denied(guard("prod").env("AWS_PROFILE", "staging"), first, &["wrong-account"]);
    assert!(
        outcome.stable(&outcome.stdout).contains("profile `staging` ([HOME]/.aws/credentials:")
    );
    let hidden = guard("prod").credentials(&session("222222222222", "deploy-ci"));
    let outcome =
        denied(hidden.env("AWS_PROFILE", "prod"), first, &["wrong-account", "other-tool"]);
    assert!(outcome.stdout.contains("; overrides"), "{outcome:?}");
}

#[test]
fn web_identity_is_exchanged_and_then_checked() {
    let guard = |environment: &str, role_arn: &str| {
        check(environment)
            .file("token", "a.web-identity.token")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
            .env("AWS_ROLE_ARN", role_arn)
            .env("AWS_ROLE_SESSION_NAME", "run-7")
    };
    let prod = "arn:aws:iam::111111111111:role/deploy-ci";
    allowed(&guard("prod", prod), "ALLOWED prod: deploy-ci in prod (111111111111)");
    let first = "DENIED staging: these credentials are for prod, careless";
    denied(guard("staging", prod), first, &["wrong-account"]);
}

#[test]
fn a_web_identity_of_the_command_line_is_exchanged_and_then_checked() {
    let guard = |environment: &str, role_arn: &str| {
        let guard = check(environment).file("token", "a.web-identity.token");
        guard.args("--web-identity-token-file token --role-arn").arg(role_arn)
    };
    let prod = "arn:aws:iam::111111111111:role/deploy-ci";
    allowed(&guard("prod", prod), "ALLOWED prod: deploy-ci in prod (111111111111)");
    let first = "DENIED staging: these credentials are for prod, careless";
    denied(guard("staging", prod), first, &["wrong-account"]);
    let first = "DENIED prod: `admin` is not a role that prod allows";
    denied(guard("prod", &prod.replace("deploy-ci", "admin")), first, &["wrong-role"]);
}

/// moto reads the assertion and returns credentials, but does not store their role. Its identity
/// for them is not the requested role, so that the check must deny it.
#[test]
fn a_saml_assertion_is_exchanged_and_its_credentials_are_checked() {
    let outcome = check("prod")
        .file("assertion", include_str!("check_with_moto/saml-assertion.txt"))
        .args("--saml-assertion-file assertion --format json")
        .args("--role-arn arn:aws:iam::111111111111:role/deploy-ci")
        .args("--saml-principal-arn arn:aws:iam::111111111111:saml-provider/corp")
        .run();
    let document = crate::rig::setup::denied(&outcome, "contradiction");
    assert_eq!(document["source"]["kind"], "saml");
}

#[test]
fn an_unknown_environment_is_a_usage_error() {
    let outcome = check("prd").run();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
    let expected = "error: the policy has no environment `prd`\n  next: did you mean `prod`?\n";
    assert_eq!(outcome.stderr, expected);
}

#[test]
fn an_invalid_policy_is_reported_with_its_line() {
    let broken = POLICY.replace("roles           = [\"deploy-*\"]", "rolse           = []");
    let guard = check("prod").policy(&broken).credentials(&session("111111111111", "deploy-ci"));
    let outcome = guard.run();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
    for part in ["account-guard.toml:16:1", "unknown key `rolse`", "did you mean `roles`?"] {
        assert!(outcome.stderr.contains(part), "{part}: {outcome:?}");
    }
}
