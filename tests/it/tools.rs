//! Tests of `--for`: the identity that each tool would use is judged.

use serde_json::Value;

use crate::output::snapshots::{loopback, snapshot};
use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::Server;
use crate::rig::setup::{Setup, allowed, denied, message, never_allowed, unknown, usage_error};

mod hints;
mod long_output;
mod regions;

/// The environments are emulators, since the keys of a loopback STS are not AWS keys.
const POLICY: &str = r#"version = 1
[accounts]
prod = "111111111111"
prod-dr = "111111111112"
staging = "222222222222"
[environments.prod]
accounts = ["prod"]
roles = ["deploy-*"]
regions = ["eu-west-1", "eu-west-2"]
emulator = ["http://127.0.0.1:*"]
[environments.staging]
accounts = ["staging"]
emulator = ["http://127.0.0.1:*"]
[environments.both]
accounts = ["prod", "prod-dr"]
emulator = ["http://127.0.0.1:*"]
"#;

const PEOPLE: &[(&str, &str)] = &[
    ("prod", "arn:aws:sts::111111111111:assumed-role/deploy-ci/jane"),
    ("prod-app", "arn:aws:sts::111111111111:assumed-role/deploy-app/jane"),
    ("prod-reader", "arn:aws:sts::111111111111:assumed-role/reader/jane"),
    ("prod-dr", "arn:aws:sts::111111111112:assumed-role/deploy-ci/jane"),
    ("staging", "arn:aws:sts::222222222222:assumed-role/deploy-ci/jane"),
];

/// A profile for each identity, and profiles whose credentials are unavailable.
fn config() -> String {
    let keys = |(name, _): &(&str, &str)| {
        format!("[profile {name}]\naws_access_key_id = {name}\naws_secret_access_key = hush\n")
    };
    let profiles: String = PEOPLE.iter().map(keys).collect();
    format!(
        "{profiles}[profile sso]\nsso_session = corp\nsso_account_id = 111111111111\n\
         sso_role_name = Deploy\n[sso-session corp]\nsso_region = eu-west-1\n\
         sso_start_url = https://corp.awsapps.com/start\n\
         [profile role]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n\
         source_profile = prod\n[profile login]\nlogin_session = arn:aws:iam::111111111111:user/jane\n\
         [profile process]\ncredential_process = /usr/bin/touch it-ran\n\
         [profile nothing]\nregion = eu-west-1\n\
         [profile half]\naws_access_key_id = prod\n"
    )
}

/// A run with these profiles, a region and an STS with these identities.
fn with_profiles(sts: &Server) -> Guard {
    Guard::new()
        .policy(POLICY)
        .file("~/.aws/config", &config())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL_STS", sts.url())
}

/// A run with one identity in a profile, and another in the environment.
fn two(profile: &str, key: &str, sts: &Server) -> Guard {
    with_profiles(sts).env("AWS_PROFILE", profile).credentials(&Credentials::of(key))
}

fn check(guard: Guard, words: &str) -> Outcome {
    guard.args("check --format json").args(words).run()
}

fn codes(document: &Value) -> Vec<&str> {
    let violations = document["violations"].as_array().unwrap();
    violations.iter().map(|it| it["code"].as_str().unwrap()).collect()
}

fn notes(document: &Value) -> String {
    let notes = document["notes"].as_array().unwrap().iter();
    notes.map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// `tool=account` for every tool in scope.
fn winners(document: &Value) -> Vec<String> {
    let rows = document["winners"].as_array().unwrap().iter();
    let mut rows: Vec<_> = rows
        .map(|it| format!("{}={}", it["tool"].as_str().unwrap(), it["account"].as_str().unwrap()))
        .collect();
    rows.sort();
    rows
}

#[test]
fn a_profile_and_environment_keys_are_two_identities() {
    let sts = loopback(PEOPLE);
    let run = |words: &str| check(two("prod", "staging", &sts), words);
    allowed(&run("prod --for js"));
    allowed(&run("prod --for sst"));
    unknown(&run("prod --for serverless"), "unknown-profile");
    let serverless = two("prod", "staging", &sts).env("AWS_SDK_LOAD_CONFIG", "1");
    allowed(&check(serverless, "prod --for serverless --region eu-west-1"));
    allowed(&run("staging --for aws-cli"));
    allowed(&run("staging --for aws-cli,terraform --for sam --for cdk,rust"));
    assert_eq!(codes(&denied(&run("staging --for js"), "wrong-account")), ["wrong-account"]);
    assert_eq!(codes(&denied(&run("prod --for aws-cli"), "wrong-account")), ["wrong-account"]);
    for (words, tools) in [
        ("prod", vec!["aws-cli=2", "boto3=2", "cdk=2", "go=2", "js=1", "rust=2"]),
        ("staging", vec!["aws-cli=2", "boto3=2", "cdk=2", "go=2", "js=1", "rust=2"]),
        ("staging --for terraform,sst", vec!["sst=1", "terraform=2"]),
        ("staging --for terraform --for sst", vec!["sst=1", "terraform=2"]),
        ("prod --for sst,terraform", vec!["sst=1", "terraform=2"]),
    ] {
        let document = denied(&run(words), "other-tool");
        let tools: Vec<_> = tools
            .iter()
            .map(|it| it.split_once('=').unwrap())
            .map(|(tool, digit)| format!("{tool}={}", digit.repeat(12)))
            .collect();
        assert_eq!(winners(&document), tools, "{words}");
    }
}

#[test]
fn both_identities_are_shown() {
    let sts = loopback(PEOPLE);
    let run = |words: &str| two("prod", "staging", &sts).args("check").args(words).run();
    snapshot!("tools-everybody", run("prod"));
    snapshot!("tools-by-name", run("staging --for terraform,sst"));
}

#[test]
fn an_unknown_tool_is_a_usage_error() {
    let sts = loopback(PEOPLE);
    for words in ["--for terrafrom", "--for aws", "--for terraform,", "--for terraform,,sst"] {
        usage_error(&check(two("prod", "prod", &sts), &format!("prod {words}")), "terraform, tofu");
    }
    for name in ["", " ", "Terraform", "terraform sst"] {
        let guard = two("prod", "prod", &sts).args("check prod --for").arg(name);
        usage_error(&guard.run(), "terraform, tofu");
    }
    let near = check(two("prod", "prod", &sts), "prod --for terrafrom");
    usage_error(&near, "a similar value exists: 'terraform'");
}

#[test]
fn the_command_line_overrides_the_tools_of_the_policy() {
    let sts = loopback(PEOPLE);
    let with = |environment: &str, defaults: &str| {
        let policy = POLICY.replace("roles = [\"deploy-*\"]\n", environment);
        two("prod", "staging", &sts).policy(&format!("{policy}{defaults}"))
    };
    let own = "tools = [\"sst\"]\n";
    allowed(&check(with(own, ""), "prod"));
    allowed(&check(with("", "[defaults]\ntools = [\"sst\"]\n"), "prod"));
    allowed(&check(with(own, "[defaults]\ntools = [\"terraform\"]\n"), "prod"));
    denied(&check(with("tools = [\"terraform\"]\n", ""), "prod"), "wrong-account");
    denied(&check(with(own, ""), "prod --for terraform"), "wrong-account");
    allowed(&check(with("tools = [\"terraform\"]\n", ""), "prod --for js"));
    denied(&check(with("tools = [\"sst\", \"terraform\"]\n", ""), "prod"), "other-tool");
    usage_error(&check(with("tools = []\n", ""), "prod"), "tools");
    usage_error(&check(with("tools = [\"terrafrom\"]\n", ""), "prod"), "did you mean `terraform`?");
}

#[test]
fn two_accounts_are_denied_and_two_roles_are_allowed() {
    let sts = loopback(PEOPLE);
    let document = denied(&check(two("prod", "prod-dr", &sts), "both"), "other-tool");
    assert_eq!(codes(&document), ["other-tool"]);
    let text = document["violations"][0]["message"].as_str().unwrap();
    assert!(text.starts_with("js would deploy as deploy-ci in prod (111111111111)"), "{text}");
    allowed(&check(two("prod", "prod-dr", &sts), "both --for js"));
    allowed(&check(two("prod", "prod-dr", &sts), "both --for go"));

    let document = denied(&check(two("prod-reader", "prod", &sts), "prod"), "other-tool");
    assert!(document["summary"].as_str().unwrap().contains("`reader` is not a role"));
    let document = denied(&check(two("prod", "prod-reader", &sts), "prod"), "wrong-role");
    assert_eq!(codes(&document), ["wrong-role"]);

    let same = two("prod-app", "prod", &sts);
    allowed(&check(two("prod-app", "prod", &sts), "prod"));
    snapshot!("tools-two-allowed-roles", same.args("check prod").run());
}

#[test]
fn a_missing_session_is_never_skipped() {
    let sts = loopback(PEOPLE);
    let document = unknown(&check(two("sso", "prod", &sts), "prod"), "expired-credentials");
    assert!(message(&document).ends_with("(affects js)"), "{document}");
    let next = document["next"].as_str().unwrap();
    assert!(next.contains("aws sso login --sso-session corp"), "{next}");
    assert!(next.contains("--for aws-cli,boto3,go,cdk,rust"), "{next}");
    let source = document["source"]["detail"].as_str().unwrap();
    assert!(source.contains("profile `sso`"), "{document}");
    allowed(&check(two("sso", "prod", &sts), "prod --for aws-cli,boto3,go,cdk,rust"));
    let document =
        unknown(&check(two("sso", "prod", &sts), "prod --for js"), "expired-credentials");
    assert!(!message(&document).contains("rules of"), "{document}");
    let ended = r#"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1",
        "accessToken": "a-token", "expiresAt": "2020-01-01T00:00:00Z"}"#;
    let cache = "~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    let document =
        unknown(&check(two("sso", "prod", &sts).file(cache, ended), "prod"), "expired-credentials");
    assert_eq!(document["next"], next, "{document}");
    let in_ci = check(two("sso", "prod", &sts).env("CI", "true"), "prod");
    let next = unknown(&in_ci, "expired-credentials")["next"].clone();
    assert!(next.as_str().unwrap().contains("--for aws-cli,boto3,go,cdk,rust"), "{next}");
}

#[test]
fn an_unavailable_source_is_never_skipped() {
    let sts = loopback(PEOPLE);
    for (profile, code) in [
        // The loopback STS does not support AssumeRole.
        ("role", "sts-unavailable"),
        ("login", "expired-credentials"),
        ("process", "source-failed"),
    ] {
        let guard = || two(profile, "prod", &sts).path();
        let run = guard().args("check prod --format json");
        let document = unknown(&run.run(), code);
        assert_eq!(run.work().join("it-ran").exists(), profile == "process", "{profile}");
        assert!(message(&document).ends_with("(affects js)"), "{document}");
        let next = document["next"].as_str().unwrap();
        assert!(next.contains("--for aws-cli,boto3,go,cdk,rust"), "{next}");
        let run = guard().args("check prod --format json --for aws-cli,boto3,go,cdk,rust");
        allowed(&run.run());
        assert!(!run.work().join("it-ran").exists(), "no tool in scope runs it");
    }
}

#[test]
fn an_invalid_source_of_one_family_is_never_skipped() {
    let sts = loopback(PEOPLE);
    for (profile, code) in [
        ("half", "partial-credentials"),
        ("nothing", "no-credentials"),
        ("nobody", "unknown-profile"),
        (" ", "blank-profile"),
        ("", "blank-profile"),
    ] {
        let outcome = check(two(profile, "prod", &sts), "prod");
        let document = unknown(&outcome, code);
        let next = document["next"].as_str().unwrap();
        assert!(message(&document).contains("(affects "), "{document}");
        assert!(next.contains("--for "), "{profile}: {next}");
    }
    // Each tool fails with another error: the message is that of the first, and `--for` leaves all
    // of them out.
    let guard = with_profiles(&sts).env("AWS_DEFAULT_PROFILE", "sso").env("AWS_PROFILE", "role");
    let outcome = check(guard.credentials(&Credentials::of("prod")), "prod --for go,cdk,js");
    let next = unknown(&outcome, "sts-unavailable")["next"].clone();
    assert!(next.as_str().unwrap().contains("--for go,cdk"), "{next}");
}

#[test]
fn an_unknown_key_is_never_skipped() {
    let sts = loopback(&PEOPLE[1..]);
    let document = unknown(&check(two("prod", "prod-app", &sts), "prod"), "invalid-credentials");
    assert!(message(&document).ends_with("(affects js)"), "{document}");
    assert!(document["source"]["detail"].as_str().unwrap().contains("profile `prod`"));
    allowed(&check(two("prod", "prod-app", &sts), "prod --for terraform,sam"));
    let document = unknown(&check(two("prod-app", "prod", &sts), "prod"), "invalid-credentials");
    assert!(document["next"].as_str().unwrap().contains("--for js, or"), "{document}");
    allowed(&check(two("prod-app", "prod", &sts), "prod --for js"));
}

#[test]
fn no_tool_has_credentials() {
    let sts = loopback(PEOPLE);
    for words in ["prod", "prod --for js", "prod --for aws-cli,js,cdk", "staging", "both"] {
        unknown(&check(with_profiles(&sts), words), "no-credentials");
    }
    // A tool that is not in scope has credentials.
    let guard = with_profiles(&sts).env("AWS_ACCESS_KEY", "prod").env("AWS_SECRET_KEY", "hush");
    unknown(&check(guard, "prod --for aws-cli,js"), "no-credentials");
    let guard = with_profiles(&sts).env("AMAZON_ACCESS_KEY_ID", "prod");
    let guard = guard.env("AMAZON_SECRET_ACCESS_KEY", "hush");
    allowed(&check(guard, "prod --for cdk"));
}

#[test]
fn an_explicit_profile_ignores_other_tools() {
    let sts = loopback(PEOPLE);
    let run = |words: &str| check(two("prod-reader", "staging", &sts), words);
    let document = allowed(&run("prod --profile prod"));
    assert_eq!(winners(&document), ["aws-cli=111111111111"]);
    let notes = notes(&document);
    assert!(notes.contains("aws-cli, boto3, go, cdk, rust: AWS_ACCESS_KEY_ID"), "{notes}");
    assert!(notes.contains("js: profile `prod-reader`"), "{notes}");
    // Neither the command line nor the policy selects other tools, and a note says so.
    let document = allowed(&run("prod --profile prod --for js,terraform"));
    assert!(self::notes(&document).contains("--for"), "{document}");
    denied(&check(two("prod", "prod", &sts), "prod --profile staging"), "wrong-account");
}

#[test]
fn account_hints_neither_allow_nor_deny() {
    // The account ID encoded in this key is 609629065308.
    let key = "ASIAY34FZKBOKMUTVV7A";
    let setup = Setup::honest();
    let run = |guard: Guard, account: &str| {
        let guard = guard.credentials(&Credentials::of(key)).env("AWS_ACCOUNT_ID", account);
        guard.args("check prod --format json").run()
    };
    let document = allowed(&run(setup.bare(), "222222222222"));
    let said = notes(&document);
    assert!(said.contains("seems to belong to account 609629065308"), "{said}");
    assert!(said.contains("AWS_ACCOUNT_ID is `222222222222`"), "{said}");
    assert!(!notes(&allowed(&run(setup.bare(), "111111111111"))).contains("AWS_ACCOUNT_ID"));
    let other = Setup::new(Behaviour::Answers { arn: crate::rig::setup::STAGING });
    for account in ["111111111111", "222222222222", ""] {
        let document = denied(&run(other.bare(), account), "wrong-account");
        assert_eq!(codes(&document), ["wrong-account"]);
    }
}

#[test]
fn no_aws_key_of_any_tool_is_sent_to_an_emulator() {
    for key in [crate::rig::setup::KEY, "ASIAIOSFODNN7EXAMPLE"] {
        let real =
            format!("[profile real]\naws_access_key_id = {key}\naws_secret_access_key = x\n");
        let server = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
        let with_profiles = || {
            Guard::new()
                .policy(POLICY)
                .file("~/.aws/config", &format!("{real}{}", config()))
                .env("AWS_REGION", "eu-west-1")
                .env("AWS_ENDPOINT_URL_STS", server.url())
        };
        let profile =
            with_profiles().env("AWS_PROFILE", "real").credentials(&Credentials::of("prod"));
        let document = denied(&check(profile, "prod"), "real-credentials");
        let source = document["source"]["detail"].as_str().unwrap();
        assert!(source.contains("profile `real`"), "{document}");
        let variable =
            with_profiles().env("AWS_PROFILE", "prod").credentials(&Credentials::of(key));
        let outcome = check(variable, "prod");
        denied(&outcome, "real-credentials");
        never_allowed(&outcome);
        assert_eq!((server.connections(), server.bytes()), (0, 0));
        let left_out =
            with_profiles().env("AWS_PROFILE", "real").credentials(&Credentials::of("prod"));
        allowed(&check(left_out, "prod --for aws-cli"));
    }
}
