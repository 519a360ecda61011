//! Tests of IAM Identity Center: a valid session, one that must be renewed, and an expired one. A
//! refresh token is used once, even when several processes renew the session.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::Response;
use crate::rig::sessions::{Aws, OIDC, PORTAL, REFRESH_TOKEN, STS, in_seconds, refusal};
use crate::rig::setup::{allowed, denied, message, unknown};

/// The role of the permission set `Deploy`.
pub(crate) const DEPLOY: &str =
    "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/me";
const POLICY: &str = "version = 1
[environments.prod]
accounts = [\"111111111111\", \"222222222222\"]
permission_sets = [\"Deploy\"]
";
pub(crate) const SESSION: &str = "[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Deploy
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
";
const LEGACY: &str = "[profile dev]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Deploy
";
/// Named after the SHA-1 of the session name, and of the start URL.
pub(crate) const OF_SESSION: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f";
const OF_URL: &str = "a51746d4aa793ae07b25e90c3a5db96fc7832bd7";

/// A token that expires in this number of seconds, with the data to renew it.
pub(crate) fn token(seconds: i64) -> Value {
    json!({
        "startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1",
        "accessToken": "hush-token", "expiresAt": in_seconds(seconds),
        "clientId": "a-client", "clientSecret": "hush-client", "refreshToken": REFRESH_TOKEN,
        "registrationExpiresAt": in_seconds(86400), "scopes": ["sso:account:access"],
    })
}

/// The token without one of its parts.
fn without(mut token: Value, part: &str) -> Value {
    token.as_object_mut().unwrap().remove(part);
    token
}

pub(crate) fn check(aws: &Aws, config: &str) -> Guard {
    let guard = aws.reach(Guard::new().policy(POLICY)).file("~/.aws/config", config);
    guard.env("AWS_PROFILE", "dev").args("check prod --format json --debug")
}

pub(crate) fn path(guard: &Guard, name: &str) -> PathBuf {
    guard.home().join(format!(".aws/sso/cache/{name}.json"))
}

fn cached(guard: Guard, name: &str, token: &Value) -> Guard {
    guard.file(&format!("~/.aws/sso/cache/{name}.json"), &token.to_string())
}

pub(crate) fn session(aws: &Aws, token: &Value) -> Guard {
    cached(check(aws, SESSION), OF_SESSION, token)
}

/// Runs the program, and asserts that its output contains no secret.
pub(crate) fn run(guard: &Guard) -> Outcome {
    let outcome = guard.run();
    assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
    outcome
}

pub(crate) fn kept(guard: &Guard) -> Value {
    serde_json::from_slice(&fs::read(path(guard, OF_SESSION)).unwrap()).unwrap()
}

#[test]
fn a_valid_session_is_used_unchanged() {
    for token in [token(3600), without(token(3600), "refreshToken"), token(330)] {
        let aws = Aws::of(DEPLOY);
        let guard = session(&aws, &token);
        let document = allowed(&run(&guard));
        assert_eq!(document["source"]["kind"], "sso");
        let counts = [OIDC, PORTAL, STS].map(|host| aws.asked(host).len());
        assert_eq!(counts, [0, 1, 1]);
        let portal = aws.asked(PORTAL)[0].target().to_owned();
        assert!(portal.contains("account_id=111111111111"), "{portal}");
        assert!(portal.contains("role_name=Deploy"), "{portal}");
        assert_eq!(kept(&guard), token);
        let files = fs::read_dir(guard.home().join(".aws/sso/cache")).unwrap().count();
        assert_eq!(files, 1, "a lock is made for a renewal alone");
    }
}

/// The AWS CLI continues with the stored file.
#[test]
fn a_session_near_its_end_is_renewed_and_stored() {
    for seconds in [-3600, -1, 60, 290] {
        let aws = Aws::of(DEPLOY);
        let guard = session(&aws, &token(seconds));
        let before = kept(&guard);
        fs::set_permissions(path(&guard, OF_SESSION), fs::Permissions::from_mode(0o644)).unwrap();
        allowed(&run(&guard));
        let after = kept(&guard);
        assert_eq!(
            (&after["accessToken"], &after["refreshToken"]),
            (&"hush-renewed-1".into(), &"hush-refresh-1".into())
        );
        assert!(after["expiresAt"].as_str().unwrap() > &*in_seconds(28_000), "{after}");
        for name in
            ["clientId", "clientSecret", "registrationExpiresAt", "startUrl", "region", "scopes"]
        {
            assert_eq!(after[name], before[name], "{name}");
        }
        for name in ["json", "lock"] {
            let mode = fs::metadata(path(&guard, OF_SESSION).with_extension(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        let bearer = aws.asked(PORTAL)[0].header("x-amz-sso_bearer_token").map(str::to_owned);
        assert_eq!(bearer.as_deref(), Some("hush-renewed-1"));
        allowed(&run(&guard));
        assert_eq!(aws.asked(OIDC).len(), 1, "the second run finds it good");
    }
}

#[test]
fn an_expired_session_suggests_a_new_login() {
    let old = |part: &str| without(token(-60), part);
    let mut unregistered = token(-60);
    unregistered["registrationExpiresAt"] = in_seconds(-1).into();
    let mut used = token(-60);
    used["refreshToken"] = "hush-used".into();
    for (token, renewals) in [
        (Some(old("refreshToken")), 0),
        (Some(old("clientId")), 0),
        (Some(old("clientSecret")), 0),
        (Some(old("registrationExpiresAt")), 0),
        (Some(unregistered), 0),
        (None, 0),
        (Some(used), 1),
    ] {
        let aws = Aws::of(DEPLOY);
        let guard = check(&aws, SESSION);
        let guard = match &token {
            Some(token) => cached(guard, OF_SESSION, token),
            None => guard,
        };
        let document = unknown(&run(&guard), "expired-credentials");
        let next = document["next"].as_str().unwrap();
        assert!(next.contains("aws sso login --sso-session corp"), "{document}");
        assert_eq!((aws.asked(OIDC).len(), aws.asked(PORTAL).len()), (renewals, 0), "{document}");
        if let Some(token) = &token {
            assert_eq!(kept(&guard), *token, "what was there stays there");
        }
    }
}

/// A failed renewal is not an error while the token is valid.
#[test]
fn a_valid_token_is_used_after_a_failed_renewal() {
    let aws = Aws::with(DEPLOY, |host, _| {
        (host == OIDC).then(|| refusal(400, "InvalidGrantException", &json!({})))
    });
    allowed(&run(&session(&aws, &token(200))));
    assert_eq!((aws.asked(OIDC).len(), aws.asked(PORTAL).len()), (1, 1));
}

#[test]
fn a_legacy_profile_is_used_until_its_token_expires() {
    let aws = Aws::of(DEPLOY);
    let good = json!({ "startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1",
        "accessToken": "hush-token", "expiresAt": "2099-01-01T00:00:00UTC" });
    let check = || check(&aws, LEGACY);
    allowed(&run(&cached(check(), OF_URL, &good)));
    assert_eq!(aws.asked(PORTAL).len(), 1);
    for guard in
        [cached(check(), OF_URL, &token(-60)), check(), cached(check(), OF_SESSION, &token(60))]
    {
        let document = unknown(&run(&guard), "expired-credentials");
        let next = document["next"].as_str().unwrap();
        assert!(next.contains("aws sso login --profile dev"), "{document}");
    }
    assert_eq!((aws.asked(OIDC).len(), aws.asked(PORTAL).len()), (0, 1), "it is not renewed");
}

#[test]
fn an_invalid_cached_token_is_reported() {
    for text in [
        "",
        "hush",
        "[]",
        "\"hush\"",
        "{}",
        r#"{"accessToken": "hush"}"#,
        r#"{"accessToken": "", "expiresAt": "2099-01-01T00:00:00Z"}"#,
        r#"{"accessToken": "hush", "expiresAt": "hush"}"#,
        r#"{"accessToken": "hush", "expiresAt": 7}"#,
    ] {
        let aws = Aws::of(DEPLOY);
        let guard = check(&aws, SESSION).file(&format!("~/.aws/sso/cache/{OF_SESSION}.json"), text);
        let document = unknown(&run(&guard), "source-failed");
        assert!(message(&document).contains(OF_SESSION), "{text}: {document}");
        assert!(aws.proxy.requests().is_empty(), "{text}");
    }
}

#[test]
fn sts_identifies_the_credentials_after_a_renewal() {
    for (arn, code) in [
        (
            "arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/me",
            "contradiction",
        ),
        (
            "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me",
            "wrong-role",
        ),
        (hostile::ARN, "contradiction"),
    ] {
        let aws = Aws::of(arn);
        denied(&run(&session(&aws, &token(-60))), code);
        assert_eq!(aws.asked(OIDC).len(), 1);
    }
}

#[test]
fn invalid_answers_of_the_services_leave_the_identity_unknown() {
    let json = |status, text: &str| Response::new(status, "application/json", text);
    for (host, response, code) in [
        (
            PORTAL,
            refusal(401, "UnauthorizedException", &json!({"message": "hush"})),
            "expired-credentials",
        ),
        (
            PORTAL,
            refusal(403, "ForbiddenException", &json!({"message": "No access"})),
            "access-denied",
        ),
        (PORTAL, refusal(404, "ResourceNotFoundException", &json!({})), "access-denied"),
        (PORTAL, refusal(429, "TooManyRequestsException", &json!({})), "source-failed"),
        (PORTAL, refusal(400, "hush hush", &json!({})), "source-failed"),
        (PORTAL, json(200, "{}"), "source-failed"),
        (PORTAL, json(200, "<html>hush</html>"), "source-failed"),
        (
            OIDC,
            refusal(401, "InvalidClientException", &json!({"error": "invalid_client"})),
            "expired-credentials",
        ),
        (OIDC, refusal(400, "SlowDownException", &json!({})), "source-failed"),
        (OIDC, refusal(500, "InternalServerException", &json!({})), "source-failed"),
        (OIDC, json(200, "{}"), "source-failed"),
        (OIDC, json(200, r#"{"accessToken": "hush", "expiresIn": -1}"#), "source-failed"),
        (OIDC, json(200, r#"{"accessToken": " ", "expiresIn": 900}"#), "source-failed"),
        (OIDC, json(200, "<html>hush</html>"), "source-failed"),
        (OIDC, json(302, "").with("Location", "https://evil.example/hush"), "source-failed"),
    ] {
        let case = format!("{host} {response:?}");
        let aws = Aws::with(DEPLOY, move |at, _| (at == host).then(|| response.clone()));
        let guard = session(&aws, &token(-60));
        let before = kept(&guard);
        let outcome = run(&guard);
        let document = unknown(&outcome, code);
        assert!(document["next"].is_string(), "{case}: {document}");
        assert_eq!(kept(&guard) == before, host == OIDC, "{case}");
        assert!(aws.asked(STS).is_empty(), "{case}");
    }
}

#[test]
fn a_service_that_hangs_ends_at_the_deadline() {
    for host in [OIDC, PORTAL] {
        let aws = Aws::with(DEPLOY, move |at, _| {
            if at == host {
                thread::sleep(Duration::from_secs(20));
            }
            None
        });
        let guard = session(&aws, &token(-60)).args("--timeout 2s");
        let document = unknown(&run(&guard), "sts-timeout");
        assert!(message(&document).contains("obtaining the credentials (sso)"), "{document}");
        let files = fs::read_dir(guard.home().join(".aws/sso/cache")).unwrap().count();
        assert_eq!(files, 2, "nothing is left but the session and its lock");
    }
}

#[test]
fn a_token_is_sent_to_no_other_endpoint() {
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        for ignored in [false, true] {
            let (aws, liar) = (Aws::of(DEPLOY), Hostile::plain(Behaviour::Garbage));
            let guard = session(&aws, &token(-60)).env(name, liar.url());
            if ignored {
                allowed(&run(&guard.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")));
            } else {
                let before = kept(&guard);
                unknown(&run(&guard), "untrusted-endpoint");
                assert!(aws.proxy.requests().is_empty(), "{name}");
                assert_eq!(kept(&guard), before);
            }
            assert_eq!((liar.connections(), liar.bytes()), (0, 0), "{name}");
        }
    }
}

#[test]
fn a_session_is_renewed_at_the_configured_endpoint_variant() {
    let (fips, dual) = ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT");
    for (name, host) in
        [(fips, "oidc-fips.eu-west-1.amazonaws.com:443"), (dual, "oidc.eu-west-1.api.aws:443")]
    {
        let aws = Aws::of(DEPLOY);
        unknown(&run(&session(&aws, &token(-60)).env(name, "true")), "proxy");
        assert_eq!(aws.proxy.targets().first().map(String::as_str), Some(host));
    }
}
