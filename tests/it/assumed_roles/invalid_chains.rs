//! Tests that an invalid role configuration is refused before any request is sent.

use super::{DEPLOY, role};
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::moto::REGION;
use crate::rig::setup::{KEY, POLICY, Setup, denied, message, unknown};

/// Asserts exit 3 with this message, before any request is sent.
fn broken(config: &str, code: &str, says: &str) {
    let setup = Setup::honest();
    let guard = setup.bare().file("~/.aws/config", config).args("check prod --format json");
    let outcome = guard.args("--profile prod").run();
    let document = unknown(&outcome, code);
    let text = outcome.stable(message(&document));
    assert!(text.contains(says), "{says}: {text}");
    assert!(text.contains("[HOME]/.aws/config:"), "{text}");
    assert!(setup.is_untouched(), "{config}");
}

#[test]
fn an_invalid_role_chain_is_refused_with_file_and_line() {
    let keys = "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let prod = |more: &str| role("profile prod", DEPLOY, more);
    let middle = |more: &str| role("profile middle", DEPLOY, more);
    let (invalid, nothing) = ("invalid-configuration", "no-credentials");
    let via = prod("source_profile = middle");
    broken(&prod("source_profile = gone"), "unknown-profile", "config:3): `source_profile` names");
    broken(&(via.clone() + "[profile middle]\n"), nothing, "which has no credentials");
    let circle = middle("source_profile = prod");
    broken(&(via.clone() + &circle), invalid, "config:6): circular `source_profile`");
    let selfish = middle("source_profile = middle");
    broken(&(via.clone() + &selfish), invalid, "config:6): `source_profile` is the profile itself");
    broken(&(via.clone() + &middle("")), invalid, "config:5): `role_arn` without");
    let half = "[profile middle]\naws_access_key_id = A\n";
    broken(
        &(via.clone() + half),
        "partial-credentials",
        "is set but `aws_secret_access_key` is not",
    );
    let no_region = "[profile middle]\nsso_start_url = https://corp.awsapps.com/start\n";
    broken(&(via + no_region), invalid, "missing `sso_");
    for (more, says) in [
        ("duration_seconds = 899", "got `899`"),
        ("duration_seconds = 43201", "got `43201`"),
        ("duration_seconds = 1h", "got `1h`"),
        ("mfa_serial =", "`mfa_serial` has 0 characters"),
        ("external_id = a;b", "`external_id` contains `;`"),
        ("role_session_name = a/b", "`role_session_name` contains `/`"),
    ] {
        broken(&(prod(&format!("source_profile = base\n{more}")) + keys), invalid, says);
    }
}

#[test]
fn a_chained_role_is_limited_to_one_hour() {
    let keys = "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let config = role("profile prod", DEPLOY, "source_profile = middle\nduration_seconds = 3601")
        + &role("profile middle", DEPLOY, "source_profile = base")
        + keys;
    let says =
        "config:4): `duration_seconds` is 3601 seconds, but AWS limits role chaining to one hour";
    broken(&config, "invalid-configuration", says);
    let setup = Setup::honest();
    let config = role("profile prod", DEPLOY, "source_profile = base") + keys;
    let guard = setup.bare().file("~/.aws/config", &config).args("check prod --format json");
    let guard = guard.args("--profile prod --duration 2h --role-arn").arg(DEPLOY);
    let document = unknown(&guard.run(), "invalid-configuration");
    assert!(message(&document).contains("role chaining to one hour"), "{document}");
    assert!(setup.is_untouched());
}

#[test]
fn roles_are_requested_from_no_other_endpoint() {
    let config = role("profile prod", DEPLOY, "source_profile = base")
        + "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        for arguments in [
            "--profile prod",
            "--profile base --role-arn ROLE",
            "--profile base --mfa-serial arn:aws:iam::555555555555:mfa/me",
        ] {
            let setup = Setup::honest();
            let liar = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
            let guard = setup.bare().file("~/.aws/config", &config).env(name, liar.url());
            let guard = guard.env("ACCOUNT_GUARD_MFA_CODE", "123456");
            let guard =
                guard.args("check prod --format json").args(&arguments.replace("ROLE", DEPLOY));
            unknown(&guard.run(), "untrusted-endpoint");
            assert_eq!((liar.connections(), liar.bytes()), (0, 0), "{name} {arguments}");
            assert!(setup.is_untouched(), "{name} {arguments}");
        }
    }
}

/// AWS keys that would only sign the call are not sent to an emulator either.
#[test]
fn aws_keys_of_a_source_profile_are_not_sent_to_an_emulator() {
    let liar = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
    let policy = format!("{POLICY}emulator = [\"{}\"]\n", liar.url());
    let guard = Guard::new().policy(&policy).credentials(&Credentials::of(KEY));
    let guard = guard.env("AWS_REGION", REGION).args("check staging --format json --role-arn");
    denied(&guard.arg(DEPLOY).run(), "real-credentials");
    assert_eq!((liar.connections(), liar.bytes()), (0, 0));
}
