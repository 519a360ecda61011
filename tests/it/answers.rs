//! What STS, or whoever answers in its place, may say under AWS's own name: none of it passes but
//! its own answer for an identity that the policy allows.

use crate::rig::hostile::{self, Behaviour};
use crate::stage::{Stage, allowed, denied, message, unknown};

#[test]
fn the_stage_lets_an_honest_answer_pass() {
    let stage = Stage::honest();
    let document = allowed(&stage.check().run());
    assert_eq!(document["identity"]["arn"], hostile::ARN);
    assert_eq!(document["identity"]["account"], "111111111111");
    assert_eq!(stage.proxy.targets(), ["sts.eu-west-1.amazonaws.com:443"]);
    assert_eq!(document["endpoint"], "https://sts.eu-west-1.amazonaws.com/");
}

/// Behaviour, error code, and a word of the message.
#[test]
fn an_answer_that_is_none_leaves_the_identity_unknown() {
    let elsewhere = Behaviour::Claims { account: "111111111111", arn: crate::stage::STAGING };
    let stranger = "arn:awz:sts::111111111111:assumed-role/deploy-ci/rig";
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
        (elsewhere, "not-sts", "but ARN"),
        (Behaviour::Claims { account: "111111111111", arn: "" }, "not-sts", "ARN"),
        (Behaviour::Claims { account: "111111111111", arn: "deploy-ci" }, "not-sts", "ARN"),
        (Behaviour::Claims { account: "111111111111", arn: stranger }, "not-sts", "partition"),
        (Behaviour::Huge, "not-sts", "longer"),
        (Behaviour::Endless, "not-sts", "longer"),
        (Behaviour::Fails { status: 500 }, "sts-unavailable", "HTTP 500"),
        (Behaviour::Fails { status: 503 }, "sts-unavailable", "HTTP 503"),
        (Behaviour::Fails { status: 200 }, "not-sts", "not from STS"),
        (Behaviour::Fails { status: 204 }, "not-sts", "not from STS"),
        (Behaviour::Fails { status: 404 }, "not-sts", "HTTP 404"),
        (Behaviour::Throttles { times: 99 }, "sts-unavailable", "Throttling"),
    ] {
        let stage = Stage::new(behaviour.clone());
        let document = unknown(&stage.check().run(), code);
        assert!(message(&document).contains(word), "{behaviour:?}: {}", message(&document));
        assert!(document["identity"].is_null(), "{behaviour:?}");
        assert!(stage.server.connections() > 0, "{behaviour:?}");
    }
}

#[test]
fn what_sts_refuses_keeps_its_reason_and_is_asked_once() {
    for (code, expected) in [
        ("ExpiredToken", "expired-credentials"),
        ("InvalidClientTokenId", "invalid-credentials"),
        ("SignatureDoesNotMatch", "signature-mismatch"),
        ("RequestExpired", "clock-skew"),
        ("AccessDenied", "access-denied"),
    ] {
        let stage = Stage::new(Behaviour::Refuses { code });
        let document = unknown(&stage.check().run(), expected);
        assert!(message(&document).contains(code), "{code}: {}", message(&document));
        assert!(document["next"].is_string(), "{code}");
        assert_eq!(stage.server.requests().len(), 1, "{code}: errors of authentication are final");
    }
}

#[test]
fn a_clock_that_is_wrong_is_named_with_how_wrong_it_is() {
    for (seconds, hours, word) in [(2 * 3600 + 30, "2h", "behind"), (-3 * 3600 - 30, "3h", "ahead")]
    {
        let stage = Stage::new(Behaviour::Skewed { seconds });
        let document = unknown(&stage.check().run(), "clock-skew");
        let message = message(&document);
        assert!(message.contains("RequestExpired"), "{message}");
        assert!(message.contains(hours) && message.contains(word), "{message}");
    }
}

#[test]
fn a_silent_server_is_given_up_at_the_deadline() {
    for behaviour in
        [Behaviour::SilentAfterAccept, Behaviour::SilentAfterRequest, Behaviour::Trickles]
    {
        let stage = Stage::new(behaviour.clone());
        let outcome = stage.check().args("--timeout 2s").run();
        let document = unknown(&outcome, "sts-timeout");
        assert!(message(&document).contains("2s"), "{behaviour:?}: {}", message(&document));
        assert!(message(&document).contains("sts.eu-west-1"), "{behaviour:?}");
    }
}

#[test]
fn two_throttled_attempts_and_then_the_answer_pass() {
    let stage = Stage::new(Behaviour::Throttles { times: 2 });
    allowed(&stage.check().run());
    assert_eq!(stage.server.requests().len(), 3);
}

/// STS's own answers for identities that the policy does not allow.
#[test]
fn an_identity_that_is_known_and_wrong_is_denied() {
    for (arn, code) in [
        (crate::stage::STAGING, "wrong-account"),
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
        let stage = Stage::new(Behaviour::Answers { arn });
        let document = denied(&stage.check().run(), code);
        assert_eq!(document["identity"]["arn"], arn);
        assert!(document["next"].is_string(), "{arn}");
    }
}

#[test]
fn one_question_is_one_connection_and_one_request() {
    let stage = Stage::honest();
    let metadata = crate::fall_through::machine();
    allowed(&stage.check().envs(metadata.variables()).run());
    assert_eq!((stage.server.connections(), stage.server.requests().len()), (1, 1));
    assert_eq!(stage.proxy.requests().len(), 1);
    assert!(metadata.requests().is_empty());
}
