//! Tests of what the program sends to STS to assume a role, and of the answers that it refuses.

use super::DEPLOY;
use crate::rig::guard::Outcome;
use crate::rig::http::Response;
use crate::rig::role_sts::{Sts, TOKEN, credentials, handed_out, nothing_leaks};
use crate::rig::setup::{HOST, KEY, STAGING, allowed, denied, message, unknown};
use crate::rig::{hostile, sts};

fn role_by_flag(sts: &Sts, more: &str) -> Outcome {
    let guard = sts.check().args("--role-arn").arg(DEPLOY).args(more);
    let outcome = guard.run();
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    outcome
}

#[test]
fn the_request_contains_exactly_the_role_options() {
    let sts = Sts::generous();
    allowed(&role_by_flag(&sts, "--external-id their-id --duration 30m --role-session-name mine"));
    let requests = sts.requests();
    let [assume, whose] = requests.as_slice() else { panic!("{requests:#?}") };
    for (field, value) in [
        ("Action", Some("AssumeRole")),
        ("RoleArn", Some("arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fdeploy-ci")),
        ("RoleSessionName", Some("mine")),
        ("ExternalId", Some("their-id")),
        ("DurationSeconds", Some("1800")),
        ("SerialNumber", None),
        ("TokenCode", None),
    ] {
        assert_eq!(assume.form(field), value, "{field}");
    }
    assert_eq!(sts::access_key_id(assume), Some(KEY));
    assert_eq!(sts::access_key_id(whose), Some("ASIAROLE"));
    assert_eq!(whose.header("x-amz-security-token"), Some(TOKEN));
    allowed(&role_by_flag(&sts, ""));
    assert_eq!(sts.requests()[2].form("DurationSeconds"), None);
}

/// The answer with the credentials names a role too; the program uses only the identity that STS
/// returns for them.
#[test]
fn a_role_that_differs_from_the_answer_of_sts_is_refused() {
    for (whose, code) in [
        (STAGING, "wrong-account"),
        (STAGING, "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/deploy-other/rig", "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/admin/rig", "wrong-role"),
        ("arn:aws:iam::111111111111:user/deploy-ci", "not-a-role"),
    ] {
        let sts = Sts::new(|_| handed_out("AssumeRole"), whose);
        denied(&role_by_flag(&sts, ""), code);
    }
}

#[test]
fn a_role_that_cannot_be_assumed_leaves_the_identity_unknown() {
    let refusal = |code, message| sts::refusal(403, code, message);
    let who =
        "User: arn:aws:iam::555555555555:user/me is not authorized to perform: sts:AssumeRole";
    let too_long =
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    let chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles \
                   assumed by role chaining.";
    for (answer, code, says) in [
        (refusal("AccessDenied", who), "access-denied", "arn:aws:iam::555555555555:user/me"),
        (refusal("AccessDenied", "No"), "access-denied", "AWS_ACCESS_KEY_ID in the environment"),
        (refusal("ExpiredToken", "Expired"), "expired-credentials", "using AWS_ACC"),
        (refusal("InvalidClientTokenId", ""), "invalid-credentials", "using AWS_ACC"),
        (refusal("SignatureDoesNotMatch", ""), "signature-mismatch", "using AWS_ACC"),
        (refusal("ValidationError", too_long), "invalid-configuration", "than the role allows"),
        (refusal("ValidationError", chained), "invalid-configuration", "role chaining to one hour"),
        (refusal("ValidationError", "Else"), "sts-unavailable", "ValidationError"),
        (credentials("AssumeRole", ""), "not-sts", "without credentials"),
        (credentials("AssumeRole", "<Credentials></Credentials>"), "source-failed", "--role-arn"),
        (Response::new(200, "text/html", "<h1>Welcome</h1>"), "not-sts", HOST),
        (Response::new(503, "text/plain", ""), "sts-unavailable", "503"),
    ] {
        let sts = Sts::new(move |_| answer.clone(), hostile::ARN);
        let outcome = role_by_flag(&sts, "--external-id their-id");
        let document = unknown(&outcome, code);
        let text = message(&document);
        assert!(text.contains(says), "{says}: {text}");
        assert!(sts.requests().iter().all(|it| it.form("Action") == Some("AssumeRole")));
        if code == "access-denied" {
            assert!(text.contains(DEPLOY), "{text}");
            assert!(document["next"].as_str().unwrap().contains("trust policy"), "{document}");
        }
    }
}
