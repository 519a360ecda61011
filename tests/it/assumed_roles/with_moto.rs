//! Tests of roles that moto grants, under the host names of AWS.

use std::sync::OnceLock;

use super::{DEPLOY, role};
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::moto::{Moto, REGION};
use crate::rig::role_sts::nothing_leaks;
use crate::rig::setup::{POLICY, allowed, denied, message, unknown, usage_error};

fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

/// `check prod` against moto.
fn check() -> Guard {
    let guard = Guard::new().policy(POLICY).args("check prod --format json");
    guard.env("AWS_REGION", REGION).envs(moto().variables())
}

fn keys_of(header: &str, keys: &Credentials) -> String {
    let (id, secret) = (&keys.access_key_id, &keys.secret_access_key);
    format!("[{header}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
}

/// A user of the account `555555555555`, which no environment allows.
fn user() -> &'static Credentials {
    static USER: OnceLock<Credentials> = OnceLock::new();
    USER.get_or_init(|| moto().create_user("555555555555", "me"))
}

#[test]
fn a_role_of_a_profile_is_assumed_and_judged() {
    let options = "source_profile = base\nrole_session_name = run-9\nexternal_id = theirs\n\
                   duration_seconds = 7200";
    let config = role("profile prod", DEPLOY, options)
        + &role(
            "profile staging",
            "arn:aws:iam::222222222222:role/deploy-ci",
            "source_profile=base",
        )
        + &role("profile admin", "arn:aws:iam::111111111111:role/admin", "source_profile = base");
    let guard = || {
        let guard = check().file("~/.aws/config", &config);
        guard.file("~/.aws/credentials", &keys_of("base", user()))
    };
    for guard in [guard().args("--profile prod"), guard().env("AWS_PROFILE", "prod")] {
        let outcome = guard.run();
        let document = allowed(&outcome);
        let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/run-9";
        assert_eq!(document["identity"]["arn"], arn, "{document}");
        assert_eq!(document["source"]["kind"], "role", "{document}");
        let detail = outcome.stable(document["source"]["detail"].as_str().unwrap());
        let expected = "profile `prod` ([HOME]/.aws/config:2): role, using profile `base` \
                        ([HOME]/.aws/credentials:2)";
        assert_eq!(detail, expected);
        let left = document["lifetime_seconds"].as_u64().unwrap();
        assert!((7_000..=7_200).contains(&left), "{left}");
    }
    denied(&guard().args("--profile staging").run(), "wrong-account");
    denied(&guard().args("--profile admin").run(), "wrong-role");
    denied(&guard().args("--profile base").run(), "wrong-account");
}

#[test]
fn roles_are_chained() {
    let middle = "arn:aws:iam::222222222222:role/middle";
    let config = role("profile prod", DEPLOY, "source_profile = middle\nduration_seconds = 3600")
        + &role("profile middle", middle, "source_profile = self")
        + &role("profile self", "arn:aws:iam::333333333333:role/inner", "source_profile = self")
        + keys_of("self", user()).trim_start_matches("[self]\n");
    let document = allowed(&check().file("~/.aws/config", &config).args("--profile prod").run());
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/account-guard-prod";
    assert_eq!(document["identity"]["arn"], arn);
    let detail = document["source"]["detail"].as_str().unwrap();
    assert_eq!(detail.matches("using").count(), 1, "{detail}");
    assert_eq!(detail.matches("profile `").count(), 3, "{detail}");
}

#[test]
fn a_role_is_assumed_from_each_credential_source() {
    let machine = Metadata::start(Machine::With(user().clone()));
    for (source, variables) in [
        ("Environment", user().variables()),
        ("EcsContainer", vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", machine.container_uri())]),
        (
            "Ec2InstanceMetadata",
            vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.instance_endpoint())],
        ),
    ] {
        let config = role("profile prod", DEPLOY, &format!("credential_source = {source}"));
        let guard = check().file("~/.aws/config", &config).envs(variables);
        let document = allowed(&guard.args("--profile prod").run());
        assert_eq!(document["identity"]["account"], "111111111111", "{source}");
    }
    for (source, name, value) in [
        ("Environment", "X", ""),
        ("EcsContainer", "X", ""),
        ("Ec2InstanceMetadata", "AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        let config = role("profile prod", DEPLOY, &format!("credential_source = {source}"));
        let guard = check().file("~/.aws/config", &config).env(name, value);
        let document = unknown(&guard.args("--profile prod").run(), "no-credentials");
        assert!(message(&document).contains("config:3"), "{document}");
    }
}

#[test]
fn a_role_is_assumed_by_option() {
    let guard = || check().credentials(user()).args("--role-arn").arg(DEPLOY);
    let document = allowed(&guard().env("GITHUB_RUN_ID", "17").run());
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/account-guard-prod-17";
    assert_eq!(document["identity"]["arn"], arn);
    let source = "--role-arn: role, using AWS_ACCESS_KEY_ID in the environment";
    assert_eq!(document["source"]["detail"], source);
    assert_eq!(document["source"]["shadows"], serde_json::json!([]));
    let notes = document["notes"].to_string();
    assert!(notes.contains("the next command has to assume it again"), "{notes}");
    let winners = document["winners"].as_array().unwrap();
    assert_eq!(winners.len(), 1, "{document}");
    let named = allowed(&guard().args("--role-session-name mine --duration 2h").run());
    assert!(named["identity"]["arn"].as_str().unwrap().ends_with("/mine"), "{named}");
    assert!(named["lifetime_seconds"].as_u64().unwrap() > 7_000, "{named}");
    let profile = check().file("~/.aws/credentials", &keys_of("base", user()));
    let profile = profile.args("--profile base --role-arn").arg(DEPLOY);
    allowed(&profile.run());
    let staging = check().credentials(user()).args("--role-arn");
    let outcome = staging.arg("arn:aws:iam::222222222222:role/deploy-ci").run();
    let document = denied(&outcome, "wrong-account");
    assert!(document["next"].as_str().unwrap().contains("--role-arn"), "{document}");
    let with_mfa = guard().args("--debug --mfa-serial arn:aws:iam::555555555555:mfa/me");
    let outcome = with_mfa.env("ACCOUNT_GUARD_MFA_CODE", "123456").run();
    allowed(&outcome);
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    let secret = &user().secret_access_key;
    assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret), "{outcome:#?}");
}

#[test]
fn invalid_role_options_are_a_usage_error() {
    let run = |words: &str| check().credentials(user()).args(words).run();
    for words in ["--external-id ab", "--role-session-name ab", "--duration 1h"] {
        usage_error(&run(words), "required arguments were not provided");
    }
    usage_error(&run("--role-arn deploy-ci"), "`--role-arn` is not the ARN of a role: `deploy-ci`");
    for (words, says) in [
        ("--external-id x", "--external-id has 1 characters"),
        ("--external-id a;b", "--external-id contains `;`"),
        ("--role-session-name a/b", "--role-session-name contains `/`"),
        ("--mfa-serial me", "--mfa-serial has 2 characters"),
        ("--duration 14m", "expected a duration from 15m to 12h"),
        ("--duration 43201", "expected a duration from 15m to 12h"),
    ] {
        usage_error(&run(&format!("--role-arn {DEPLOY} {words}")), says);
    }
}
