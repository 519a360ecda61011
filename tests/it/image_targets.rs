//! Tests of `--image`: images that are about to be pushed are judged together with the credentials,
//! and names that only resemble ECR are refused.

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour};
use crate::rig::setup::{KEY, Setup, allowed, denied, document, unknown, usage_error};

const PROD: &str = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1.2";
const STAGING: &str = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/app:1.2";
const TOOLING: &str = "555555555555.dkr.ecr.us-east-1.amazonaws.com/team/app";

/// `prod` pushes to its own registry, `shared` only to that of tooling; both in one region.
const POLICY: &str = r#"version = 1
[accounts]
prod = "111111111111"
staging = "222222222222"
tooling = "555555555555"
audit = "999999999999"
[forbidden]
accounts = ["audit"]
[defaults]
regions = ["eu-west-1"]
[environments.prod]
accounts = ["prod"]
[environments.shared]
accounts = ["prod"]
registries = ["tooling", "audit"]
"#;

fn push(setup: &Setup, environment: &str, images: &[&str]) -> Outcome {
    let guard = setup.bare().policy(POLICY).credentials(&Credentials::of(KEY));
    let guard = guard.args("check --format json").arg(environment);
    images.iter().fold(guard, |guard, image| guard.arg("--image").arg(image)).run()
}

/// The policy lines that decided, and the images that they refused.
fn refusals(outcome: &Outcome) -> Vec<(String, u64)> {
    let document = denied(outcome, "wrong-registry");
    let violations = document["violations"].as_array().unwrap();
    let refusal = |it: &serde_json::Value| {
        assert_eq!(it["code"], "wrong-registry", "{it}");
        (it["message"].as_str().unwrap().to_owned(), it["line"].as_u64().unwrap_or_default())
    };
    violations.iter().map(refusal).collect()
}

#[test]
fn an_image_of_an_allowed_registry_passes() {
    let setup = Setup::honest();
    for (environment, images) in [
        ("prod", &[PROD][..]),
        (
            "prod",
            &[
                PROD,
                PROD,
                "111111111111.dkr-ecr.eu-west-1.on.aws/other@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ],
        ),
        ("prod", &["111111111111.dkr.ecr.ap-south-1.amazonaws.com"]),
        ("shared", &[TOOLING]),
    ] {
        let document = allowed(&push(&setup, environment, images));
        let targets = document["targets"].as_array().unwrap();
        assert_eq!(
            targets.iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(),
            images
        );
        assert_eq!(document["findings"].as_array().unwrap().len(), 3 + images.len());
    }
    let document = allowed(&push(&setup, "shared", &[TOOLING]));
    let expected = serde_json::json!({
        "name": TOOLING, "kind": "image", "account": "555555555555", "account_name": "tooling",
        "partition": "aws", "region": "us-east-1",
    });
    assert_eq!(document["targets"], serde_json::json!([expected]));
}

#[test]
fn an_image_of_another_environment_is_denied_with_allowed_credentials() {
    let setup = Setup::honest();
    allowed(&push(&setup, "prod", &[]));
    let outcome = push(&setup, "prod", &[STAGING]);
    let [(message, line)] = refusals(&outcome).try_into().unwrap();
    let says = "belongs to account staging (222222222222), which is not in `accounts` of prod";
    assert_eq!(message, format!("`{STAGING}` {says}"));
    assert_eq!(line, 12, "the accounts, since no registries are named");
    let document = document(&outcome);
    assert_eq!(document["summary"], message);
    assert_eq!(document["violations"][0]["actual"], "staging (222222222222)");
    assert_eq!(document["violations"][0]["expected"], serde_json::json!(["prod (111111111111)"]));
}

#[test]
fn one_wrong_image_among_others_is_denied() {
    let setup = Setup::honest();
    for images in [[PROD, STAGING], [STAGING, PROD]] {
        let [(message, _)] = refusals(&push(&setup, "prod", &images)).try_into().unwrap();
        assert!(message.starts_with(&format!("`{STAGING}` ")), "{message}");
    }
    assert_eq!(refusals(&push(&setup, "prod", &[STAGING, PROD, TOOLING])).len(), 2);
}

#[test]
fn registries_override_the_accounts_for_images() {
    let setup = Setup::honest();
    let [(_, line)] = refusals(&push(&setup, "shared", &[PROD])).try_into().unwrap();
    assert_eq!(line, 15);
    assert_eq!(refusals(&push(&setup, "prod", &[TOOLING])).len(), 1);
}

#[test]
fn a_pull_registry_is_not_pushed_to() {
    let setup = Setup::honest();
    for pulls in ["[\"*\"]", "[\"tooling\"]", "[\"prod\", \"tooling\"]"] {
        let keys = format!("accounts = [\"prod\"]\npull_registries = {pulls}\n");
        let policy = POLICY.replacen("accounts = [\"prod\"]\n", &keys, 1);
        let guard = || setup.bare().policy(&policy).credentials(&Credentials::of(KEY));
        for image in [TOOLING, "555555555555.dkr.ecr.us-east-1.amazonaws.com"] {
            let guard = guard().args("check prod --format json --image").arg(image);
            denied(&guard.run(), "wrong-registry");
        }
        let outcome = guard().args("exec prod --image").arg(TOOLING).args("-- true").run();
        assert_eq!(outcome.code, Some(125), "{outcome:#?}");
        assert!(outcome.stderr.contains("code     wrong-registry"), "{outcome:#?}");
    }
}

#[test]
fn a_registry_of_a_forbidden_account_is_denied_even_if_listed() {
    let image = "999999999999.dkr.ecr.eu-west-1.amazonaws.com/app";
    let [(message, line)] =
        refusals(&push(&Setup::honest(), "shared", &[image])).try_into().unwrap();
    assert!(message.ends_with("which is forbidden in every environment"), "{message}");
    assert_eq!(line, 8);
}

#[test]
fn a_registry_of_another_partition_is_denied() {
    let image = "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/app";
    let [(message, _)] = refusals(&push(&Setup::honest(), "prod", &[image])).try_into().unwrap();
    assert!(
        message.ends_with("in partition aws-cn, but the credentials are for partition aws"),
        "{message}"
    );
}

#[test]
fn an_allowed_image_does_not_allow_wrong_credentials() {
    let setup = Setup::new(Behaviour::Answers { arn: crate::rig::setup::STAGING });
    denied(&push(&setup, "prod", &[PROD]), "wrong-account");
    let outcome = push(&setup, "prod", &[STAGING]);
    denied(&outcome, "wrong-account");
    denied(&outcome, "wrong-registry");
}

#[test]
fn an_image_without_a_verdict_is_reported_as_not_allowed() {
    let setup = Setup::new(Behaviour::Refuses { code: "InvalidClientTokenId" });
    let document = unknown(&push(&setup, "prod", &[PROD, STAGING]), "invalid-credentials");
    let accounts = document["targets"].as_array().unwrap().iter().map(|it| &it["account"]);
    assert!(accounts.eq(["111111111111", "222222222222"]), "{document:#}");
}

#[test]
fn an_unexpanded_variable_in_an_image_name_is_explained() {
    let setup = Setup::honest();
    let notes = |account: &str| {
        let guard = setup.bare().policy(POLICY).credentials(&Credentials::of(KEY));
        let guard = guard.env("AWS_ACCOUNT_ID", account).args("check shared --format json");
        allowed(&guard.arg("--image").arg(TOOLING).run())["notes"].to_string()
    };
    assert!(!notes("555555555555").contains("AWS_ACCOUNT_ID"));
    assert!(notes("222222222222").contains("AWS_ACCOUNT_ID is `222222222222`"));
}

#[test]
fn an_emulator_environment_allows_no_ecr_image() {
    let server =
        hostile::Hostile::plain(Behaviour::Answers { arn: "arn:aws:iam::000000000000:root" });
    let policy = format!(
        "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"{}\"]\n",
        server.url()
    );
    let guard = || {
        Guard::new()
            .policy(&policy)
            .credentials(&Credentials::of("test"))
            .env("AWS_REGION", "us-east-1")
            .args("check local --format json")
    };
    allowed(&guard().run());
    let image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/app";
    let document = denied(&guard().arg("--image").arg(image).run(), "wrong-registry");
    assert!(document["next"].as_str().unwrap().contains("remove --image"));
    let image = "000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566/app";
    usage_error(
        &guard().arg("--image").arg(image).run(),
        "is a registry on this machine, such as an emulator's",
    );
}

/// A name that is not an ECR image is a usage error: no request is sent, and no credentials file is
/// read.
#[test]
fn an_invalid_image_is_refused_before_any_request() {
    let setup = Setup::honest();
    for (image, words) in [
        ("", "--image is blank"),
        (" ", "--image is blank"),
        ("nginx:latest", "is not an ECR image: without a registry, docker pushes to Docker Hub"),
        ("public.ecr.aws/acme/app", "has no account"),
        ("ghcr.io/acme/app", "`ghcr.io` is not a private registry of ECR"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.com/app", "`amazonaws.com.evil.com`"),
        ("evil-111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.co/app", "not with `amazonaws.co`"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.cn/app", "not with `amazonaws.com.cn`"),
        ("111111111111.dkr.ecr.s3.amazonaws.com/app", "`s3` is not the name"),
        ("evil.com/111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "`evil.com` is not"),
        ("１１１１１１１１１１１１.dkr.ecr.eu-west-1.amazonaws.com/app", "non-ASCII"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:", "`` is not a tag"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com:8443/app", "`:8443` is not the port"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com\u{1b}[2J/app", "control character"),
    ] {
        for images in [&[image][..], &[PROD, image], &[image, PROD]] {
            let outcome = push(&setup, "prod", images);
            usage_error(&outcome, words);
            assert!(outcome.stderr.starts_with("error: --image "), "{outcome:#?}");
            assert!(outcome.stderr.contains("\n  next: "), "{outcome:#?}");
            assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:#?}");
        }
    }
    assert!(setup.is_untouched());
}

#[test]
fn an_image_is_parsed_before_credentials_and_policy() {
    let guard = Guard::new()
        .env("AWS_PROFILE", "nobody")
        .env("AWS_REGION", "moon-1")
        .args("check prod --report report.json --image nginx")
        .file("report.json", "{\"verdict\": \"allowed\"}");
    let outcome = guard.run();
    usage_error(&outcome, "Docker Hub");
    assert_eq!(std::fs::read_to_string(guard.work().join("report.json")).unwrap(), "");
}

#[test]
fn an_image_option_without_a_value_is_a_usage_error() {
    let setup = Setup::honest();
    let run = |words: &str| setup.check().args(words).run();
    usage_error(&run("--image"), "a value is required for '--image <REF>'");
    usage_error(&run("--image="), "--image is blank");
    usage_error(&run(&format!("--images {PROD}")), "--image");
    usage_error(&run(&format!("--image {PROD},{PROD}")), "is not a tag");
    assert!(setup.is_untouched());
}
