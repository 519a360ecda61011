//! Tests of the text for people and of the JSON document of `identity`.

use std::time::{Duration, SystemTime};

use crate::output::snapshots::{POLICY, loopback, snapshot};
use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome, Stdout};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::Server;
use crate::rig::setup::{self, KEY, Setup, document};

const PEOPLE: &[(&str, &str)] = &[
    ("role", "arn:aws:sts::111111111111:assumed-role/deploy-ci/GitHubActions"),
    (
        "sso",
        "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_ProdDeploy_0123456789abcdef/jane",
    ),
    ("user", "arn:aws:iam::111111111111:user/team/ci-legacy"),
    ("federated", "arn:aws:sts::333333333333:federated-user/bob"),
    ("root", "arn:aws:iam::222222222222:root"),
    ("strange", "arn:aws:sts::111111111111:something-new/deploy-ci"),
];

fn asking(sts: &Server, key: &str) -> Guard {
    super::asking(&sts.url(), key).policy(POLICY)
}

/// Every run here prints the warning; other tests check its text.
fn without_warning(mut outcome: Outcome) -> Outcome {
    let (warning, rest) = outcome.stderr.split_once('\n').expect("a warning");
    assert!(warning.starts_with("warning: 127.0.0.1:"), "{outcome:?}");
    outcome.stderr = rest.to_owned();
    outcome
}

#[test]
fn the_text_shows_the_identity_and_its_source() {
    let sts = loopback(PEOPLE);
    for (key, _) in PEOPLE {
        let outcome = asking(&sts, key).run();
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        snapshot!(format!("identity-{key}"), without_warning(outcome));
    }
}

#[test]
fn the_text_is_printed_without_a_policy_and_with_an_invalid_one() {
    let sts = loopback(PEOPLE);
    let outcome = super::asking(&sts.url(), "role").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    snapshot!("identity-without-a-policy", without_warning(outcome));
    for policy in ["version = 1\n[accounts", "version = 1\n"] {
        let outcome = super::asking(&sts.url(), "role").policy(policy).run();
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        snapshot!("identity-with-a-broken-policy", without_warning(outcome));
    }
}

/// An AWS environment is named for an identity from AWS, an emulator environment for one from that
/// emulator.
#[test]
fn environments_are_named_when_their_own_sts_answered() {
    let keys = Credentials::of(KEY);
    let setup = Setup::honest();
    let outcome = setup.bare().credentials(&keys).arg("identity").run();
    assert!(outcome.stdout.contains("environments  prod\n"), "{outcome:#?}");
    assert!(!outcome.stdout.contains("not an AWS endpoint"), "{outcome:#?}");
    let liar = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
    let none = "environments  none allows this identity\n";
    let outcome = super::asking(&liar.url(), KEY).policy(setup::POLICY).run();
    assert!(outcome.stdout.contains(none), "{outcome:#?}");
    let outcome = super::asking(&liar.url(), KEY).policy(POLICY).run();
    assert!(outcome.stdout.contains("environments  prod\n"), "{outcome:#?}");
    let outcome = setup.bare().credentials(&keys).arg("identity").policy(POLICY).run();
    assert!(outcome.stdout.contains(none), "{outcome:#?}");
}

/// A policy that the user names is required.
#[test]
fn a_named_policy_must_be_valid() {
    let sts = loopback(PEOPLE);
    for guard in [
        asking(&sts, "role").args("--policy nowhere.toml"),
        asking(&sts, "role").file("broken.toml", "version = 2").args("--policy broken.toml"),
    ] {
        let outcome = guard.run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""), "{outcome:#?}");
        // Output in the format of the AWS CLI needs no policy.
        let outcome = guard.args("--output text").run();
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    }
}

#[test]
fn temporary_credentials_have_an_expiration_or_it_is_unknown() {
    let sts = loopback(PEOPLE);
    let temporary = asking(&sts, "role").env("AWS_SESSION_TOKEN", "a-token");
    let outcome = temporary.run();
    assert!(outcome.stdout.contains("expires       unknown\n"), "{outcome:#?}");
    let end = SystemTime::now() + Duration::from_secs(58 * 60 + 30);
    let end = humantime::format_rfc3339_seconds(end).to_string();
    let outcome = temporary.env("AWS_CREDENTIAL_EXPIRATION", &end).run();
    assert!(outcome.stdout.contains(&format!("in 58m ({end})")), "{outcome:#?}");
}

#[test]
fn overridden_sources_and_other_identities_are_listed() {
    let config = "[profile other]\naws_access_key_id = user\naws_secret_access_key = s\n\
                  region = eu-west-2\n";
    let sts = loopback(PEOPLE);
    let asking = || asking(&sts, "role").file("~/.aws/config", config).env("AWS_PROFILE", "other");
    let outcome = asking().run();
    let words = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("overrides profile `other`"), "{outcome:#?}");
    assert!(words.contains("js: profile `other`"), "{outcome:#?}");
    assert!(words.contains("boto3 (sam): these credentials, region eu-west-2"), "{outcome:#?}");
    let known = document(&asking().args("--format json").run());
    assert_eq!(known["tools"][3]["family"], "js");
    assert_eq!(known["tools"][3]["is_same"], false);
    // Only the profile: other tools would still use the keys of the environment.
    let profile = document(&asking().args("--format json --profile other").run());
    assert_eq!(profile["identity"]["principal"]["name"], "ci-legacy", "{profile:#}");
    assert_eq!(
        (&profile["tools"][0]["is_same"], &profile["tools"][3]["is_same"]),
        (&false.into(), &true.into())
    );
    assert_eq!(profile["region"], "eu-west-1");
}

#[test]
fn a_tool_family_without_credentials_is_listed_as_such() {
    let sts = loopback(PEOPLE);
    let known =
        document(&asking(&sts, "role").env("AWS_PROFILE", "nope").args("--format json").run());
    // The AWS CLI refuses too: no file contains the profile.
    assert_eq!(known["error"]["code"], "unknown-profile", "{known:#}");
    let only_js = asking(&sts, "role").env("AWS_ACCESS_KEY", "x").args("--format json").run();
    assert_eq!(only_js.code, Some(0), "{only_js:#?}");
}

#[test]
fn a_role_is_assumed_first_on_request() {
    let sts = loopback(PEOPLE);
    let outcome = asking(&sts, "role")
        .args("--format json --role-arn arn:aws:iam::111111111111:role/deploy")
        .run();
    // This STS supports one call only; the test checks that another call was made.
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert_eq!(document(&outcome)["source"]["kind"], "role", "{outcome:#?}");
}

#[test]
fn the_json_document_has_the_same_facts() {
    let sts = loopback(PEOPLE);
    for key in ["sso", "nobody"] {
        let outcome = without_warning(asking(&sts, key).args("--format json").run());
        snapshot!(format!("json-identity-{key}"), outcome);
    }
}

#[test]
fn the_error_code_of_aws_is_in_the_text_and_on_stderr() {
    for code in ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "AccessDenied"] {
        let sts = Hostile::plain(Behaviour::Refuses { code });
        for words in ["", "--output text", "--query Arn", "--format json", "--output off"] {
            let outcome = super::asking(&sts.url(), "key").args(words).run();
            assert_eq!(outcome.code, Some(3), "{code} {words}: {outcome:#?}");
            assert!(outcome.stderr.contains(&format!("({code})")), "{code} {words}: {outcome:#?}");
            let is_document = words == "--format json";
            assert_eq!(!outcome.stdout.is_empty(), is_document, "{code} {words}: {outcome:#?}");
        }
    }
}

#[test]
fn missing_credentials_are_an_error() {
    let sts = loopback(PEOPLE);
    for words in ["", "--output json", "--query Account", "--format json"] {
        let outcome = Guard::new()
            .arg("identity")
            .args(words)
            .env("AWS_ENDPOINT_URL", sts.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .run();
        assert_eq!(outcome.code, Some(3), "{words}: {outcome:#?}");
        assert!(outcome.stderr.contains("no credentials"), "{words}: {outcome:#?}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_exits_3() {
    let sts = loopback(PEOPLE);
    for words in
        ["", "--output json", "--output text", "--output table", "--output yaml", "--format json"]
    {
        for stdout in [Stdout::Full, Stdout::BrokenPipe] {
            let outcome = asking(&sts, "role").args(words).stdout(stdout).run();
            assert_eq!(outcome.code, Some(3), "{words}: {outcome:#?}");
            assert!(outcome.stderr.contains("(output)"), "{words}: {outcome:#?}");
        }
    }
    let outcome = asking(&sts, "role").args("--output off").stdout(Stdout::Full).run();
    assert_eq!(outcome.code, Some(0), "nothing is written: {outcome:#?}");
}

/// The alias of the command, and the colours that either spelling selects.
#[test]
fn whoami_is_an_alias_and_colour_has_two_spellings() {
    let sts = loopback(PEOPLE);
    let plain = asking(&sts, "role").run().stdout;
    let by_name = super::asking(&sts.url(), "role").policy(POLICY);
    let whoami = by_name.args("--color off").run();
    assert_eq!(whoami.stdout, plain);
    let coloured = |word: &str| asking(&sts, "role").arg("--color").arg(word).run().stdout;
    assert_eq!(coloured("on"), coloured("always"));
    assert!(coloured("on").contains("\u{1b}["));
    assert_eq!(coloured("never"), plain);
    let alias = Guard::new()
        .args("whoami --output text")
        .env("AWS_ACCESS_KEY_ID", "role")
        .env("AWS_SECRET_ACCESS_KEY", "opens-nothing")
        .env("AWS_ENDPOINT_URL", sts.url())
        .run();
    assert!(alias.stdout.starts_with("111111111111\t"), "{alias:#?}");
}

/// The AWS CLI reads a default for `--output` from the environment or the profile. It is meant for
/// interactive shells; a script that passes no format must get the usual one.
#[test]
fn the_format_comes_from_the_arguments_only() {
    let sts = loopback(PEOPLE);
    let outcome = asking(&sts, "role").env("AWS_DEFAULT_OUTPUT", "yaml").run();
    assert!(outcome.stdout.starts_with("deploy-ci in prod"), "{outcome:#?}");
}
