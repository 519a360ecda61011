//! Tests of `login_session`, the console session of `aws login`: valid credentials are used from
//! the cache, and those near their end are renewed with a proof of the session key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::http::Response;
use crate::rig::sessions::{
    Aws, KEY, REFRESH_TOKEN, SIGN_IN, STS, denied as refused, in_seconds, refusal,
};
use crate::rig::setup::{allowed, denied, message, unknown};

pub(crate) const ME: &str = "arn:aws:iam::111111111111:user/me";
const POLICY: &str = "version = 1
[environments.prod]
accounts = [\"111111111111\", \"222222222222\"]
";
const CONFIG: &str = "[profile dev]\nlogin_session = arn:aws:iam::111111111111:user/me\n";
/// The SHA-256 of the session.
const NAME: &str = "f588fbe994a0abe4d250a61f6da847b285b7ffe841c32dc31fbeed4f0bc75d30";

/// Credentials that expire in this number of seconds, with the data to renew them.
pub(crate) fn token(seconds: i64) -> Value {
    json!({
        "accessToken": { "accessKeyId": "ASIACACHED", "secretAccessKey": "hush-secret",
            "sessionToken": "hush-session", "accountId": "111111111111",
            "expiresAt": in_seconds(seconds) },
        "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": REFRESH_TOKEN, "idToken": "hush-identity", "dpopKey": KEY,
        "signInRegion": "eu-west-1",
    })
}

pub(crate) fn check(aws: &Aws) -> Guard {
    let guard = aws.reach(Guard::new().policy(POLICY)).file("~/.aws/config", CONFIG);
    guard.env("AWS_PROFILE", "dev").args("check prod --format json --debug --for aws-cli")
}

pub(crate) fn path(guard: &Guard) -> PathBuf {
    guard.home().join(format!(".aws/login/cache/{NAME}.json"))
}

pub(crate) fn session(aws: &Aws, token: &Value) -> Guard {
    check(aws).file(&format!("~/.aws/login/cache/{NAME}.json"), &token.to_string())
}

/// Runs the program, and asserts that its output contains no secret and no line of the key.
pub(crate) fn run(guard: &Guard) -> Outcome {
    let outcome = guard.run();
    let text = format!("{outcome:?}");
    let is_shown = KEY.lines().any(|line| text.contains(line));
    assert!(!text.contains("hush") && !is_shown, "{outcome:#?}");
    outcome
}

pub(crate) fn kept(guard: &Guard) -> Value {
    serde_json::from_slice(&fs::read(path(guard)).unwrap()).unwrap()
}

/// The token with one of its parts replaced by this one.
fn with(part: &str, value: impl Into<Value>) -> Value {
    let mut token = token(-60);
    match part.strip_prefix("accessToken.") {
        Some(part) => token["accessToken"][part] = value.into(),
        None => token[part] = value.into(),
    }
    token
}

#[test]
fn a_valid_session_sends_no_request_to_the_sign_in_service() {
    for seconds in [330, 800] {
        let aws = Aws::of(ME);
        let token = token(seconds);
        let guard = session(&aws, &token);
        let document = allowed(&run(&guard));
        assert_eq!(document["source"]["kind"], "login");
        assert_eq!(document["identity"]["arn"], ME);
        assert!(document["lifetime_seconds"].as_u64().unwrap() <= 800, "{document}");
        assert_eq!(aws.proxy.targets(), [format!("{STS}:443")]);
        assert_eq!(kept(&guard), token);
        assert_eq!(fs::read_dir(guard.home().join(".aws/login/cache")).unwrap().count(), 1);
    }
}

/// The service of the rig accepts only a proof of the session key.
#[test]
fn a_session_near_its_end_is_renewed_and_stored() {
    for seconds in [-86400, -1, 60, 290] {
        let aws = Aws::of(ME);
        let guard = session(&aws, &token(seconds));
        let before = kept(&guard);
        fs::set_permissions(path(&guard), fs::Permissions::from_mode(0o644)).unwrap();
        let document = allowed(&run(&guard));
        assert!(document["lifetime_seconds"].as_u64().unwrap() > 800, "{document}");
        let after = kept(&guard);
        let access = &after["accessToken"];
        assert_eq!(
            (&access["accessKeyId"], &access["accountId"]),
            (&"ASIARENEWED".into(), &"111111111111".into())
        );
        assert!(access["expiresAt"].as_str().unwrap() > &*in_seconds(800), "{after}");
        assert_eq!(after["refreshToken"], "hush-refresh-1");
        for name in ["tokenType", "clientId", "idToken", "dpopKey", "signInRegion"] {
            assert_eq!(after[name], before[name], "{name}");
        }
        let mode = fs::metadata(path(&guard)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        allowed(&run(&guard));
        assert_eq!(aws.asked(SIGN_IN).len(), 1, "the second run finds it good");
    }
}

/// The region in which the session started, or else the region of the deploy.
#[test]
fn the_sign_in_service_of_the_session_region_is_used() {
    for (region, host) in [
        (json!("eu-central-1"), "eu-central-1.signin.aws.amazon.com:443"),
        (json!("cn-north-1"), "cn-north-1.signin.amazonaws.cn:443"),
        (Value::Null, "eu-west-1.signin.aws.amazon.com:443"),
    ] {
        let aws = Aws::of(ME);
        run(&session(&aws, &with("signInRegion", region)));
        assert_eq!(aws.proxy.targets().first().map(String::as_str), Some(host));
    }
    for region in ["eu-west-1.evil.example/", "s3", "evil"] {
        let aws = Aws::of(ME);
        let outcome = run(&session(&aws, &with("signInRegion", region)));
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        assert!(aws.proxy.requests().is_empty(), "{region}");
    }
    let (fips, dual) = ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT");
    for (variables, host) in [
        (&[fips][..], "signin-fips.eu-west-1.amazonaws.com:443"),
        (&[dual], "signin.eu-west-1.api.aws:443"),
        (&[fips, dual], "signin-fips.eu-west-1.api.aws:443"),
    ] {
        let aws = Aws::of(ME);
        let guard = session(&aws, &token(-60)).envs(variables.iter().map(|name| (name, "true")));
        unknown(&run(&guard), "proxy");
        assert_eq!(aws.proxy.targets().first().map(String::as_str), Some(host));
    }
}

#[test]
fn an_expired_session_suggests_a_new_login() {
    let refusing = |reason: &'static str| {
        Aws::with(ME, move |host, _| (host == SIGN_IN).then(|| refused(reason)))
    };
    let invalid = || {
        Aws::with(ME, |host, _| {
            (host == SIGN_IN)
                .then(|| refusal(400, "ValidationException", &json!({"error": "INVALID_REQUEST"})))
        })
    };
    let good = || Aws::of(ME);
    for (aws, token) in [
        (good(), None),
        (good(), Some(with("refreshToken", "hush-used"))),
        (refusing("TOKEN_EXPIRED"), Some(token(-60))),
        (refusing("USER_CREDENTIALS_CHANGED"), Some(token(60))),
        (refusing("hush hush"), Some(token(-60))),
        (invalid(), Some(token(-60))),
    ] {
        let guard = match &token {
            Some(token) => session(&aws, token),
            None => check(&aws),
        };
        let document = unknown(&run(&guard), "expired-credentials");
        assert!(message(&document).contains("`aws login`"), "{document}");
        assert_eq!(aws.asked(SIGN_IN).len(), usize::from(token.is_some()), "a refusal is final");
        assert_eq!(document["next"], "run aws login --profile dev");
        assert!(aws.asked(STS).is_empty());
        if let Some(token) = &token {
            assert_eq!(kept(&guard), *token, "what was there stays there");
        }
    }
    let aws = refusing("INSUFFICIENT_PERMISSIONS");
    let document = unknown(&run(&session(&aws, &token(-60))), "access-denied");
    assert!(document["next"].as_str().unwrap().contains("signin:CreateOAuth2Token"), "{document}");
}

#[test]
fn an_invalid_cached_session_is_reported() {
    let mut texts: Vec<String> =
        ["", "hush", "[]", "{}", r#"{"accessToken": "hush"}"#].map(str::to_owned).into();
    for part in ["accessKeyId", "secretAccessKey", "sessionToken", "expiresAt", "accountId"] {
        for value in [json!(null), json!(""), json!(" "), json!(7)] {
            texts.push(with(&format!("accessToken.{part}"), value).to_string());
        }
    }
    for part in ["refreshToken", "clientId", "dpopKey"] {
        texts.push(with(part, Value::Null).to_string());
        texts.push(with(part, "").to_string());
    }
    texts.push(with("dpopKey", "hush").to_string());
    texts.push(with("dpopKey", KEY.replace("MHc", "MHd")).to_string());
    for text in texts {
        let aws = Aws::of(ME);
        let guard = check(&aws).file(&format!("~/.aws/login/cache/{NAME}.json"), &text);
        let document = unknown(&run(&guard), "source-failed");
        assert!(message(&document).contains(NAME), "{text}: {document}");
        assert!(aws.proxy.requests().is_empty(), "{text}");
    }
}

#[test]
fn an_invalid_answer_of_the_service_leaves_the_identity_unknown() {
    let json = |status, text: &str| Response::new(status, "application/json", text);
    let answer = |part: &str, value: Value| {
        let mut answer = json!({ "accessToken": { "accessKeyId": "ASIARENEWED",
            "secretAccessKey": "hush", "sessionToken": "hush" }, "tokenType": "aws_sigv4",
            "expiresIn": 900, "refreshToken": "hush" });
        match part.strip_prefix("accessToken.") {
            Some(part) => answer["accessToken"][part] = value,
            None => answer[part] = value,
        }
        answer.to_string()
    };
    for response in [
        json(200, ""),
        json(200, "{}"),
        json(200, "<html>hush</html>"),
        json(200, &answer("accessToken", Value::Null)),
        json(200, &answer("accessToken.accessKeyId", " ".into())),
        json(200, &answer("accessToken.secretAccessKey", Value::Null)),
        json(200, &answer("accessToken.sessionToken", "".into())),
        json(200, &answer("expiresIn", (-1).into())),
        json(200, &answer("expiresIn", i32::MAX.into())),
        json(200, &answer("refreshToken", "".into())),
        json(302, "").with("Location", "https://evil.example/hush"),
        json(403, "{}"),
        json(404, "hush"),
        refusal(429, "TooManyRequestsError", &json!({"error": "hush"})),
        refusal(500, "InternalServerException", &json!({"error": "hush"})),
    ] {
        let case = format!("{response:?}");
        let aws = Aws::with(ME, move |host, _| (host == SIGN_IN).then(|| response.clone()));
        let token = token(-60);
        let guard = session(&aws, &token);
        let document = unknown(&run(&guard), "source-failed");
        assert!(document["next"].is_string(), "{case}: {document}");
        assert_eq!(kept(&guard), token, "{case}");
        assert!(aws.asked(STS).is_empty(), "{case}");
    }
}

#[test]
fn a_service_that_hangs_ends_at_the_deadline() {
    let aws = Aws::with(ME, |host, _| {
        if host == SIGN_IN {
            thread::sleep(Duration::from_secs(20));
        }
        None
    });
    let guard = session(&aws, &token(-60)).args("--timeout 2s");
    let document = unknown(&run(&guard), "sts-timeout");
    assert!(message(&document).contains("obtaining the credentials (login)"), "{document}");
}

#[test]
fn a_session_is_sent_to_no_other_endpoint() {
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SIGNIN"] {
        for seconds in [-60, 3600] {
            let (aws, liar) = (Aws::of(ME), Hostile::plain(Behaviour::Garbage));
            let guard = || session(&aws, &token(seconds)).env(name, liar.url());
            let document = unknown(&run(&guard()), "untrusted-endpoint");
            assert!(message(&document).contains(name), "{document}");
            assert!(aws.proxy.requests().is_empty(), "{name}");
            allowed(&run(&guard().env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")));
            assert_eq!((liar.connections(), liar.bytes()), (0, 0), "{name}");
        }
    }
    let (aws, liar) = (Aws::of(ME), Hostile::plain(Behaviour::Garbage));
    let services = format!("[services local]\nsignin =\n  endpoint_url = {}\n", liar.url());
    for config in [
        format!("{CONFIG}services = local\n{services}"),
        format!("{CONFIG}endpoint_url = {}\n", liar.url()),
    ] {
        let guard = session(&aws, &token(-60)).file("~/.aws/config", &config);
        unknown(&run(&guard), "untrusted-endpoint");
    }
    assert_eq!((liar.connections(), aws.proxy.requests().len()), (0, 0));
    let own = "https://eu-west-1.signin.aws.amazon.com";
    allowed(&run(&session(&aws, &token(-60)).env("AWS_ENDPOINT_URL_SIGNIN", own)));
}

#[test]
fn sts_identifies_the_credentials_of_a_session() {
    const OTHER: &str = "arn:aws:iam::222222222222:user/me";
    for seconds in [800, -60] {
        let document = denied(&run(&session(&Aws::of(OTHER), &token(seconds))), "contradiction");
        assert!(document.to_string().contains("login_session"), "{document}");
    }
    // The profile names one account, and the service that returned the credentials another.
    let mut token = token(800);
    token["accessToken"]["accountId"] = "222222222222".into();
    denied(&run(&session(&Aws::of(ME), &token)), "contradiction");
}

#[test]
fn the_session_directory_follows_the_variable() {
    let aws = Aws::of(ME);
    let guard = check(&aws).file(&format!("~/elsewhere/{NAME}.json"), &token(800).to_string());
    let folder = guard.home().join("elsewhere");
    allowed(&run(&guard.env("AWS_LOGIN_CACHE_DIRECTORY", folder)));
    for (value, code) in [
        ("", "invalid-configuration"),
        (" ", "invalid-configuration"),
        ("~/elsewhere", "ambiguous-configuration"),
        ("$HOME/elsewhere", "ambiguous-configuration"),
        ("/nonexistent", "expired-credentials"),
    ] {
        let guard = session(&aws, &token(800)).env("AWS_LOGIN_CACHE_DIRECTORY", value);
        unknown(&run(&guard), code);
    }
}

/// The behaviour of a tool written in Go depends on its version, which the program cannot see.
#[test]
fn login_sessions_of_go_tools_are_ambiguous() {
    let metadata = crate::fail_open::default_chain::machine();
    let (aws, guard) = (Aws::of(ME), |aws: &Aws, scope: &str| {
        let guard = aws.reach(Guard::new().policy(POLICY)).file("~/.aws/config", CONFIG);
        let guard = guard.file(&format!("~/.aws/login/cache/{NAME}.json"), &token(800).to_string());
        guard.env("AWS_PROFILE", "dev").args("check prod --format json --debug").args(scope)
    });
    for scope in ["", "--for terraform", "--for aws-cli,terraform"] {
        let guard = guard(&aws, scope).envs(metadata.variables());
        let document = unknown(&run(&guard), "ambiguous-configuration");
        assert!(message(&document).contains("`login_session`"), "{document}");
        let next = document["next"].as_str().unwrap();
        assert!(next.contains("export-credentials --profile dev"), "{document}");
        assert_eq!(next.contains("--for aws-cli"), scope != "--for terraform", "{document}");
    }
    assert!(aws.proxy.requests().is_empty() && metadata.requests().is_empty());
    allowed(&run(&guard(&aws, "--for aws-cli,boto3,js,cdk,rust")));
    allowed(&run(&guard(&aws, "--profile dev")));
    assert_eq!(aws.asked(STS).len(), 2, "one source, asked once");
}

/// The credentials of a session are not the long-term keys of a user, which an MFA session with STS
/// requires.
#[test]
fn a_session_gets_no_mfa_session() {
    let aws = Aws::of(ME);
    let guard = session(&aws, &token(800)).args("--mfa-serial arn:aws:iam::111111111111:mfa/me");
    unknown(&run(&guard.env("ACCOUNT_GUARD_MFA_CODE", "123456")), "invalid-configuration");
    assert!(aws.proxy.requests().is_empty());
}
