//! Sentences that would contradict a fact beside them.

use crate::output::snapshots::{POLICY, loopback};
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::http::Server;
use crate::stage::{denied, document, unknown};

const PEOPLE: &[(&str, &str)] = &[
    ("role", "arn:aws:sts::111111111111:assumed-role/deploy-ci/jane"),
    ("federated", "arn:aws:sts::111111111111:federated-user/jane"),
    ("user", "arn:aws:iam::111111111111:user/jane"),
];

fn run(sts: &Server, key: &str, words: &str) -> Guard {
    Guard::new()
        .policy(POLICY)
        .credentials(&Credentials::of(key))
        .env("AWS_ENDPOINT_URL_STS", sts.url())
        .args(words)
}

/// Emulators issue sessions without a session token; AWS never does.
#[test]
fn only_users_have_credentials_that_never_expire() {
    let sts = loopback(PEOPLE);
    for (key, lifetime, line) in [
        ("role", "unknown", "expires       unknown\n"),
        ("federated", "unknown", "expires       unknown\n"),
        ("user", "endless", "expires       never (long-term keys)\n"),
    ] {
        let text = run(&sts, key, "identity --region eu-west-1").run();
        assert!(text.stdout.contains(line), "{text:?}");
        let json = document(&run(&sts, key, "identity --region eu-west-1 --format json").run());
        assert_eq!(json["lifetime"], lifetime, "{json:#}");
    }
}

/// This STS does not answer `AssumeRole`.
#[test]
fn a_role_that_could_not_be_assumed_is_not_said_to_be() {
    let sts = loopback(PEOPLE);
    let role = "--region eu-west-1 --format json --role-arn arn:aws:iam::111111111111:role/x";
    for words in ["check prod", "identity"] {
        let outcome = run(&sts, "role", words).args(role).run();
        assert_eq!(outcome.code, Some(3), "{outcome:?}");
        assert!(!outcome.stdout.contains("was assumed here"), "{outcome:?}");
    }
}

#[test]
fn without_any_region_the_refusal_is_about_the_region() {
    let sts = loopback(PEOPLE);
    let first = "no region is set, and prod allows only eu-west-1, eu-west-2";
    let next = "set AWS_REGION and AWS_DEFAULT_REGION to eu-west-1 or eu-west-2, or choose the \
                region with --region";
    for (words, metadata) in [("", "true"), ("", "false"), ("--for terraform,cdk", "true")] {
        let guard = run(&sts, "role", "check prod --format json").args(words);
        let outcome = guard.env("AWS_EC2_METADATA_DISABLED", metadata).run();
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        let json = document(&outcome);
        assert_eq!((&json["summary"], &json["next"]), (&first.into(), &next.into()), "{json:#}");
    }
    // AWS_REGION, which boto3 does not read.
    let guard = run(&sts, "role", "check prod --format json --for boto3");
    let json = denied(&guard.env("AWS_REGION", "eu-west-1").run(), "wrong-region");
    assert_eq!(json["summary"], first.replace("set,", "set for boto3,"), "{json:#}");
    // A region that is set is the one to speak of.
    let guard =
        run(&sts, "role", "check prod --format json").env("AWS_DEFAULT_REGION", "us-east-1");
    let json = document(&guard.env("AWS_EC2_METADATA_DISABLED", "true").run());
    assert!(json["summary"].as_str().unwrap().contains("us-east-1"), "{json:#}");
    let guard = run(&sts, "role", "check prod --format json --for cdk");
    let json = denied(&guard.run(), "wrong-region");
    assert!(json["summary"].as_str().unwrap().contains("us-east-1"), "{json:#}");
}

#[test]
fn every_variable_of_a_next_step_is_named() {
    let sts = loopback(PEOPLE);
    let json = denied(&run(&sts, "role", "check staging --format json").run(), "wrong-account");
    let next = json["next"].as_str().unwrap();
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        assert!(next.contains(variable), "{next}");
    }
    let nobody = run(&sts, "nobody", "check staging --format json").run();
    unknown(&nobody, "invalid-credentials");
}
