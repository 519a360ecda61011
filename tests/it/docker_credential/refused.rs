//! Tests of every case in which docker must get no login.

use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{NOT_FOUND, PROD, STAGING, Setup, refused};
use crate::rig::Credentials;
use crate::rig::ca::Validity;
use crate::rig::ecr;
use crate::rig::guard::{Guard, Stdin, Stdout};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{self, HOST, reaching};
use crate::rig::terminal;

pub(super) const HONEST: Behaviour = Behaviour::Answers { arn: hostile::ARN };

#[test]
fn credentials_of_another_environment_are_not_sent_to_ecr() {
    for (behaviour, words) in [
        (
            Behaviour::Answers { arn: setup::STAGING },
            "DENIED prod: these credentials are for staging",
        ),
        (
            Behaviour::Answers { arn: "arn:aws:sts::111111111111:assumed-role/reader/x" },
            "code     wrong-role",
        ),
        (Behaviour::Answers { arn: "arn:aws:iam::111111111111:root" }, "code     root-user"),
        (Behaviour::Closes, "code     sts-unreachable"),
        (Behaviour::NoAccount, "code     not-sts"),
        (Behaviour::CaptivePortal, "code     not-sts"),
        (Behaviour::Refuses { code: "ExpiredToken" }, "code     expired-credentials"),
    ] {
        let setup = Setup::new(behaviour);
        let outcome = setup.get(PROD).run();
        refused(&outcome, words);
        refused(&outcome, &format!("account-guard refused a docker login for `{PROD}`"));
        assert!(setup.ecr_is_untouched());
    }
}

#[test]
fn a_registry_of_another_environment_gets_no_request() {
    let setup = Setup::new(HONEST);
    for (server, words) in [
        (STAGING, "222222222222"),
        ("999999999999.dkr.ecr.eu-west-1.amazonaws.com", "code     wrong-registry"),
        ("111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn", "code     wrong-registry"),
    ] {
        refused(&setup.get(server).run(), words);
    }
    assert!(setup.ecr_is_untouched());
}

#[test]
fn a_server_other_than_ecr_is_refused_before_any_request() {
    let setup = Setup::new(HONEST);
    for (server, words) in [
        ("https://index.docker.io/v1/", "`index.docker.io` is not a private registry of ECR"),
        ("ghcr.io", "is not a private registry"),
        ("public.ecr.aws", "public ECR"),
        ("localhost:5000", "this machine"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.com", "not"),
        ("evil.com/111111111111.dkr.ecr.eu-west-1.amazonaws.com", "not"),
        ("https://evil.com/https://111111111111.dkr.ecr.eu-west-1.amazonaws.com", "not"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com:8443", "port"),
        ("http://111111111111.dkr.ecr.eu-west-1.amazonaws.com", "only `https://`"),
        ("user@111111111111.dkr.ecr.eu-west-1.amazonaws.com", "not"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com evil.com", "space"),
        ("\u{1b}[31m", "space"),
        ("", "blank"),
        ("\n", "blank"),
        ("https://", "blank"),
        (&"1".repeat(5000), "could not read docker's request"),
    ] {
        let outcome = setup.get(server).run();
        refused(&outcome, words);
        assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:#?}");
    }
    refused(&setup.get("").stdin(Stdin::Closed).run(), "blank");
    assert!(setup.proxy.requests().is_empty());
}

#[test]
fn invalid_input_is_refused_before_any_request() {
    let setup = Setup::new(HONEST);
    let nameless = || reaching(&setup.ca, &setup.proxy).stdin(Stdin::Text(PROD.to_owned()));
    for (guard, words) in [
        (nameless().args("docker-credential get"), "ACCOUNT_GUARD_ENVIRONMENT is not set"),
        (
            // A variable that `exec` sets for its command does not choose an environment.
            nameless()
                .args("docker-credential get")
                .env("ACCOUNT_GUARD_VERIFIED_ENVIRONMENT", "prod"),
            "ACCOUNT_GUARD_ENVIRONMENT is not set",
        ),
        (
            setup.get(PROD).env("ACCOUNT_GUARD_ENVIRONMENT", ""),
            "ACCOUNT_GUARD_ENVIRONMENT is blank",
        ),
        (setup.get(PROD).env("ACCOUNT_GUARD_ENVIRONMENT", "prd"), "did you mean `prod`?"),
        (setup.get(PROD).policy("version = 2\n"), "version"),
        (setup.get(PROD).env("ACCOUNT_GUARD_POLICY", "nowhere.toml"), "nowhere.toml"),
        (setup.get(PROD).arg("more"), "unexpected argument 'more'"),
        (setup.get(PROD).arg("--profile=x"), "unexpected argument '--profile'"),
        (nameless().args("docker-credential"), "Usage: account-guard docker-credential"),
        (nameless().args("docker-credential version"), "invalid value 'version'"),
    ] {
        refused(&guard.run(), words);
    }
    assert!(setup.proxy.requests().is_empty());
}

#[test]
fn missing_credentials_are_refused() {
    let setup = Setup::new(HONEST);
    let bare = || {
        let guard = reaching(&setup.ca, &setup.proxy).env("ACCOUNT_GUARD_ENVIRONMENT", "prod");
        let guard = guard.env("AWS_EC2_METADATA_DISABLED", "true");
        guard.args("docker-credential get").stdin(Stdin::Text(PROD.to_owned()))
    };
    for (guard, words) in [
        (bare(), "code     no-credentials"),
        (bare().env("AWS_ACCESS_KEY_ID", "half"), "code     partial-credentials"),
        (setup.get(PROD).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), "untrusted-endpoint"),
        (setup.get(PROD).env("AWS_ENDPOINT_URL_ECR", "https://evil.com"), "untrusted-endpoint"),
        (
            setup.get(PROD).env("AWS_ENDPOINT_URL_ECR", "https://api.ecr.us-east-1.amazonaws.com"),
            "AWS_ENDPOINT_URL_ECR in the environment sets the ECR endpoint to",
        ),
        (setup.get(PROD).env("AWS_CA_BUNDLE", "/nowhere.pem"), "code     ca-bundle"),
    ] {
        refused(&guard.run(), words);
    }
    assert!(setup.proxy.requests().is_empty());
}

#[test]
fn an_emulator_environment_has_no_ecr_registry() {
    let emulator = Hostile::plain(Behaviour::Answers { arn: "arn:aws:iam::000000000000:root" });
    let policy = "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\n\
                  emulator = [\"http://127.0.0.1:*\"]\n";
    let server = "000000000000.dkr.ecr.eu-west-1.amazonaws.com";
    let guard = Guard::new()
        .policy(policy)
        .credentials(&Credentials::of("test"))
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_REGION", "eu-west-1")
        .env("ACCOUNT_GUARD_ENVIRONMENT", "local");
    let guard = guard.args("docker-credential get").stdin(Stdin::Text(server.to_owned()));
    refused(&guard.run(), "code     wrong-registry");
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn an_invalid_ecr_answer_is_explained_and_is_not_a_token() {
    let data = |token: &str, registry: &str| {
        let registry = format!("https://{registry}");
        ecr::data(&json!({ "authorizationToken": token, "proxyEndpoint": registry }))
    };
    let token = ecr::base64("AWS:hush");
    for (answer, words) in [
        (
            ecr::refusal(400, "AccessDeniedException", "User: x is not authorized"),
            "ecr:GetAuthorizationToken",
        ),
        (ecr::refusal(400, "ExpiredTokenException", "expired"), "code     expired-credentials"),
        (
            ecr::refusal(400, "UnrecognizedClientException", "invalid"),
            "ECR rejected these credentials",
        ),
        (
            ecr::refusal(400, "InvalidSignatureException", "does not match"),
            "code     signature-mismatch",
        ),
        (
            ecr::refusal(400, "InvalidSignatureException", "Signature expired: x"),
            "code     clock-skew",
        ),
        (ecr::refusal(500, "ServerException", "x"), "ECR did not answer 3 attempts"),
        (ecr::refusal(400, "SomethingNew", "x"), "ECR answered with SomethingNew"),
        (ecr::json_of(200, &json!({})), "answered without a token"),
        (ecr::json_of(200, &json!({ "authorizationData": [] })), "answered without a token"),
        (data("", PROD), "answered without a token"),
        (data("hush", PROD), "answered without a token"),
        (data(&ecr::base64("root:hush"), PROD), "answered without a token"),
        (ecr::data(&json!({ "authorizationToken": token })), "answered without a token"),
        (data(&token, STAGING), "answered for the registry"),
        (data(&token, &PROD.replace("eu-west-1", "us-east-1")), "answered for the registry"),
        (data(&token, "127.0.0.1:4566"), "answered for the registry"),
        (data(&token, "\u{1b}[31m"), "answered for the registry"),
    ] {
        let setup = Setup::with(HONEST, ecr::HOST, answer);
        let outcome = setup.get(PROD).run();
        refused(&outcome, words);
        refused(&outcome, "UNKNOWN prod: ");
        assert!(!outcome.stderr.contains("STS"), "it was ECR: {outcome:#?}");
        assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:#?}");
        assert!(!setup.ecr.requests().is_empty());
    }
}

#[test]
fn an_unreachable_or_false_ecr_is_explained() {
    for (behaviour, words) in [
        (Behaviour::Closes, "the connection to api.ecr.eu-west-1.amazonaws.com failed"),
        (Behaviour::CaptivePortal, "api.ecr.eu-west-1.amazonaws.com answered with a web page"),
        (Behaviour::Login, "api.ecr.eu-west-1.amazonaws.com answered with a redirect"),
        (Behaviour::Garbage, "an answer that is not from ECR"),
        (Behaviour::Fails { status: 503 }, "ECR did not answer 3 attempts (HTTP 503)"),
        (Behaviour::Huge, "is longer than any answer of ECR"),
        (Behaviour::SilentAfterRequest, "api.ecr.eu-west-1.amazonaws.com"),
    ] {
        let setup = Setup::new(HONEST);
        let certificate = setup.ca.server(&[ecr::HOST], Validity::Current);
        let ecr = Hostile::tls(behaviour.clone(), certificate);
        let routes = [(HOST, setup.sts.address()), (ecr::HOST, ecr.address())];
        let routes = routes.map(|(host, address)| (format!("{host}:443"), address)).to_vec();
        let proxy = Proxy::start(Mode::Routes(routes));
        let outcome = setup.get(PROD).env("HTTPS_PROXY", proxy.url()).run();
        refused(&outcome, words);
        refused(&outcome, "https://api.ecr.eu-west-1.amazonaws.com/");
        assert!(outcome.duration < Duration::from_secs(20), "{behaviour:?}: {outcome:#?}");
        assert!(ecr.connections() > 0, "{behaviour:?}");
    }
}

#[test]
fn no_mfa_prompt_is_shown_even_at_a_terminal() {
    let setup = Setup::new(HONEST);
    let device = "arn:aws:iam::555555555555:mfa/me";
    let config = format!(
        "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\nmfa_serial = {device}\n\
         source_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n"
    );
    let guard = reaching(&setup.ca, &setup.proxy).file("~/.aws/config", &config);
    let guard = guard.env("ACCOUNT_GUARD_ENVIRONMENT", "prod").args("docker-credential get");
    let guard = guard.stdin(Stdin::Text(PROD.to_owned()));
    let outcome = guard.run();
    refused(&outcome, "code     mfa-required");
    refused(&outcome, "set ACCOUNT_GUARD_MFA_CODE to its six digits, or run docker in");
    // Standard input is a pipe of docker here as well.
    let script = "printf %s \"$SERVER\" | \"$PROGRAM\" docker-credential get";
    let program = env!("CARGO_BIN_EXE_account-guard");
    let guard = guard.env("SERVER", PROD).env("PROGRAM", program).program("/bin/sh");
    let session = terminal::typing(&guard.instead(&["-c", script]), &[("MFA", "123456\r")]);
    assert_eq!((session.code, &*session.stdout), (1, NOT_FOUND), "{session:#?}");
    assert_eq!(session.screen, "", "{session:#?}");
    assert!(session.stderr.contains("mfa-required"), "{session:#?}");
    assert!(setup.proxy.requests().is_empty());
}

#[test]
fn an_mfa_code_is_read_from_the_variable() {
    let setup = Setup::new(HONEST);
    let config = "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n\
                  mfa_serial = arn:aws:iam::555555555555:mfa/me\nsource_profile = base\n\
                  [profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let guard = reaching(&setup.ca, &setup.proxy).file("~/.aws/config", config);
    let guard = guard.env("ACCOUNT_GUARD_ENVIRONMENT", "prod").args("docker-credential get");
    let guard = guard.stdin(Stdin::Text(PROD.to_owned())).env("ACCOUNT_GUARD_MFA_CODE", "123456");
    // This STS answers every request with an identity, which is not a session.
    refused(&guard.run(), "UNKNOWN prod: ");
    assert_eq!(setup.sts.requests()[0].form("TokenCode"), Some("123456"));
}

/// An unreadable refusal is the same to docker.
#[test]
fn a_refusal_that_cannot_be_written_is_still_a_refusal() {
    let setup = Setup::new(Behaviour::Answers { arn: setup::STAGING });
    for stdout in [Stdout::Full, Stdout::Closed, Stdout::BrokenPipe] {
        assert_eq!(setup.get(PROD).stdout(stdout).run().code, Some(1));
    }
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("without-stderr");
    let program = env!("CARGO_BIN_EXE_account-guard");
    std::fs::write(&script, format!("#!/bin/sh\nexec {program} \"$@\" 2>&-\n")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, mode).unwrap();
    refused(&setup.get(PROD).program(&script).run(), "");
    refused(&Guard::new().program(&script).args("docker-credential").run(), "");
}

#[test]
fn input_without_an_end_is_refused_at_the_deadline() {
    let program = env!("CARGO_BIN_EXE_account-guard");
    let mut child = std::process::Command::new(program)
        .args(["docker-credential", "get"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(PROD.as_bytes()).unwrap();
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*stdout), (Some(1), NOT_FOUND));
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
    drop(stdin);
}
