//! Tests of the answers that STS, or a server in its place, may give under the name of AWS: the
//! program accepts only a valid answer with an identity that the policy allows.

mod messages;

use crate::rig::hostile::{self, Behaviour};
use crate::rig::setup::{Setup, allowed, denied, message, unknown};

#[test]
fn the_setup_allows_a_correct_answer() {
    let setup = Setup::honest();
    let document = allowed(&setup.check().run());
    assert_eq!(document["identity"]["arn"], hostile::ARN);
    assert_eq!(document["identity"]["account"], "111111111111");
    assert_eq!(setup.proxy.targets(), ["sts.eu-west-1.amazonaws.com:443"]);
    assert_eq!(document["endpoint"], "https://sts.eu-west-1.amazonaws.com/");
}

/// The behaviour, the error code, and a part of the message.
#[test]
fn an_invalid_answer_leaves_the_identity_unknown() {
    let other_account =
        Behaviour::Claims { account: "111111111111", arn: crate::rig::setup::STAGING };
    let unknown_partition = "arn:awz:sts::111111111111:assumed-role/deploy-ci/rig";
    for (behaviour, code, word) in [
        (Behaviour::Closes, "sts-unreachable", "closed"),
        (Behaviour::ClosesAfterRequest, "sts-unreachable", "connection"),
        (Behaviour::CaptivePortal, "not-sts", "web page"),
        (Behaviour::Login, "not-sts", "redirect"),
        (Behaviour::Garbage, "not-sts", "not from STS"),
        (Behaviour::NoAccount, "not-sts", "no account"),
        (Behaviour::BlankAccount, "not-sts", "not an account ID"),
        (Behaviour::Claims { account: "1", arn: hostile::ARN }, "not-sts", "12 digits"),
        (Behaviour::Claims { account: "000111111111111", arn: hostile::ARN }, "not-sts", "digits"),
        (Behaviour::Claims { account: "222222222222", arn: hostile::ARN }, "not-sts", "but ARN"),
        (other_account, "not-sts", "but ARN"),
        (Behaviour::Claims { account: "111111111111", arn: "" }, "not-sts", "ARN"),
        (Behaviour::Claims { account: "111111111111", arn: "deploy-ci" }, "not-sts", "ARN"),
        (
            Behaviour::Claims { account: "111111111111", arn: unknown_partition },
            "not-sts",
            "partition",
        ),
        (Behaviour::Huge, "not-sts", "longer"),
        (Behaviour::Endless, "not-sts", "longer"),
        (Behaviour::Fails { status: 500 }, "sts-unavailable", "HTTP 500"),
        (Behaviour::Fails { status: 503 }, "sts-unavailable", "HTTP 503"),
        (Behaviour::Fails { status: 200 }, "not-sts", "not from STS"),
        (Behaviour::Fails { status: 204 }, "not-sts", "not from STS"),
        (Behaviour::Fails { status: 404 }, "not-sts", "HTTP 404"),
        (Behaviour::Throttles { times: 99 }, "sts-unavailable", "Throttling"),
    ] {
        let setup = Setup::new(behaviour.clone());
        let document = unknown(&setup.check().run(), code);
        assert!(message(&document).contains(word), "{behaviour:?}: {}", message(&document));
        assert!(document["identity"].is_null(), "{behaviour:?}");
        assert!(setup.server.connections() > 0, "{behaviour:?}");
    }
}

#[test]
fn a_refusal_of_sts_keeps_its_reason_and_is_not_retried() {
    for (code, expected) in [
        ("ExpiredToken", "expired-credentials"),
        ("InvalidClientTokenId", "invalid-credentials"),
        ("SignatureDoesNotMatch", "signature-mismatch"),
        ("RequestExpired", "clock-skew"),
        ("AccessDenied", "access-denied"),
    ] {
        let setup = Setup::new(Behaviour::Refuses { code });
        let document = unknown(&setup.check().run(), expected);
        assert!(message(&document).contains(code), "{code}: {}", message(&document));
        assert!(document["next"].is_string(), "{code}");
        assert_eq!(setup.server.requests().len(), 1, "{code}: errors of authentication are final");
    }
}

#[test]
fn a_wrong_clock_is_reported_with_its_offset() {
    for (seconds, hours, word) in [(2 * 3600 + 30, "2h", "behind"), (-3 * 3600 - 30, "3h", "ahead")]
    {
        let setup = Setup::new(Behaviour::Skewed { seconds });
        let document = unknown(&setup.check().run(), "clock-skew");
        let message = message(&document);
        assert!(message.contains("RequestExpired"), "{message}");
        assert!(message.contains(hours) && message.contains(word), "{message}");
    }
}

#[test]
fn a_silent_server_ends_at_the_deadline() {
    for behaviour in
        [Behaviour::SilentAfterAccept, Behaviour::SilentAfterRequest, Behaviour::Trickles]
    {
        let setup = Setup::new(behaviour.clone());
        let outcome = setup.check().args("--timeout 2s").run();
        let document = unknown(&outcome, "sts-timeout");
        assert!(message(&document).contains("2s"), "{behaviour:?}: {}", message(&document));
        assert!(message(&document).contains("sts.eu-west-1"), "{behaviour:?}");
    }
}

#[test]
fn an_answer_after_two_throttled_attempts_passes() {
    let setup = Setup::new(Behaviour::Throttles { times: 2 });
    allowed(&setup.check().run());
    assert_eq!(setup.server.requests().len(), 3);
}

/// Valid answers of STS for identities that the policy does not allow.
#[test]
fn a_known_identity_that_is_not_allowed_is_denied() {
    for (arn, code) in [
        (crate::rig::setup::STAGING, "wrong-account"),
        ("arn:aws:sts::999999999999:assumed-role/deploy-ci/rig", "forbidden-account"),
        ("arn:aws:sts::111111111111:assumed-role/admin/rig", "wrong-role"),
        ("arn:aws:iam::111111111111:user/deploy-ci", "not-a-role"),
        ("arn:aws:sts::111111111111:federated-user/deploy-ci", "not-a-role"),
        ("arn:aws:iam::111111111111:root", "root-user"),
        ("arn:aws:sts::111111111111:assumed-root", "unknown-principal"),
        ("arn:aws:sts::111111111111:self", "unknown-principal"),
        ("arn:aws:iam::111111111111:role/deploy-ci", "unknown-principal"),
        ("arn:aws:iot::111111111111:thing/deploy-ci", "unknown-principal"),
        ("arn:aws-cn:sts::111111111111:assumed-role/deploy-ci/rig", "wrong-partition"),
    ] {
        let setup = Setup::new(Behaviour::Answers { arn });
        let document = denied(&setup.check().run(), code);
        assert_eq!(document["identity"]["arn"], arn);
        assert!(document["next"].is_string(), "{arn}");
    }
}

#[test]
fn one_check_is_one_connection_and_one_request() {
    let setup = Setup::honest();
    let metadata = crate::fail_open::default_chain::machine();
    allowed(&setup.check().envs(metadata.variables()).run());
    assert_eq!((setup.server.connections(), setup.server.requests().len()), (1, 1));
    assert_eq!(setup.proxy.requests().len(), 1);
    assert!(metadata.requests().is_empty());
}
