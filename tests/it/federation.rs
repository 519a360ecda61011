//! Tests of `--web-identity-token-file` and `--saml-assertion-file`: a role for a token from a
//! file, in an unsigned call and without any other source.

use std::sync::{Arc, Mutex};

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::Guard;
use crate::rig::hostile;
use crate::rig::http::{Request, Response, Server};
use crate::rig::proxy::Proxy;
use crate::rig::setup::{
    HOST, STAGING, allowed, denied, message, reaching, serve, unknown, usage_error,
};
use crate::rig::sts;

const ROLE_ARN: &str = "arn:aws:iam::111111111111:role/team/deploy-ci";
const PROVIDER: &str = "arn:aws:iam::111111111111:saml-provider/corp";
const TOKEN: &str = "a.web.identity-token";
const ASSERTION: &str = "YS1TQU1MLWFzc2VydGlvbg==";

/// An STS that returns credentials for any token.
struct Sts {
    ca: Ca,
    proxy: Proxy,
    asked: Arc<Mutex<Vec<Request>>>,
    _server: Server,
}

impl Sts {
    /// STS identifies them as this caller.
    fn of(whose: &'static str) -> Self {
        let ca = Ca::new();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let server = serve(ca.server(&[HOST], Validity::Current), move |request| {
            log.lock().unwrap().push(request.clone());
            match request.form("Action") {
                Some(action) if action.starts_with("AssumeRoleWith") => handed_out(action),
                _ => sts::identity(whose, sts::account_of(whose), &sts::user_id_of(whose)),
            }
        });
        let proxy = Proxy::to_sts("eu-west-1", server.address());
        Self { ca, proxy, asked, _server: server }
    }

    fn requests(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// `check prod`, with both files in the working directory.
    fn check(&self) -> Guard {
        reaching(&self.ca, &self.proxy)
            .file("token", &format!("{TOKEN}\n"))
            .file("assertion", &format!("{}\n{}\n", &ASSERTION[..12], &ASSERTION[12..]))
            .args("check prod --format json --debug")
    }

    fn web_identity(&self) -> Guard {
        self.check().args("--web-identity-token-file token --role-arn").arg(ROLE_ARN)
    }

    fn saml(&self) -> Guard {
        let guard = self.check().args("--saml-assertion-file assertion --role-arn").arg(ROLE_ARN);
        guard.arg("--saml-principal-arn").arg(PROVIDER)
    }
}

fn handed_out(action: &str) -> Response {
    let keys = "<Credentials><AccessKeyId>ASIATOKEN</AccessKeyId>\
        <SecretAccessKey>hush</SecretAccessKey><SessionToken>hush-token</SessionToken>\
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>";
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <{action}Result>{keys}</{action}Result></{action}Response>"
    );
    Response::new(200, "text/xml", body)
}

/// The text in form encoding.
fn encoded(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F").replace('=', "%3D")
}

#[test]
fn a_role_is_assumed_with_the_token_only() {
    let sts = Sts::of(hostile::ARN);
    // Each of these would otherwise be used first.
    let guard = sts.web_identity().credentials(&Credentials::of("AKIAOTHER"));
    let guard = guard
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "another")
        .env("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/other")
        .env("GITHUB_RUN_ID", "17");
    let document = allowed(&guard.args("--duration 30m").run());
    assert_eq!(document["source"]["kind"], "web-identity");
    assert!(document["notes"].to_string().contains("has to assume it again"), "{document}");
    let [assume, ask] = &*sts.requests() else { panic!("two requests") };
    assert_eq!(assume.header("authorization"), None);
    for (name, value) in [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("RoleArn", ROLE_ARN),
        ("WebIdentityToken", TOKEN),
        ("RoleSessionName", "account-guard-prod-17"),
        ("DurationSeconds", "1800"),
    ] {
        assert_eq!(assume.form(name), Some(&*encoded(value)), "{name}");
    }
    assert_eq!(sts::access_key_id(ask), Some("ASIATOKEN"));
}

#[test]
fn a_role_is_assumed_with_the_assertion_only() {
    let sts = Sts::of(hostile::ARN);
    let guard = sts.saml().credentials(&Credentials::of("AKIAOTHER"));
    let outcome = guard.args("--duration 30m").run();
    let document = allowed(&outcome);
    assert_eq!(document["source"]["kind"], "saml");
    assert!(!format!("{outcome:?}").contains(&ASSERTION[..12]), "{outcome:#?}");
    let [assume, ask] = &*sts.requests() else { panic!("two requests") };
    assert_eq!(assume.header("authorization"), None);
    for (name, value) in [
        ("Action", "AssumeRoleWithSAML"),
        ("RoleArn", ROLE_ARN),
        ("PrincipalArn", PROVIDER),
        ("SAMLAssertion", ASSERTION),
        ("DurationSeconds", "1800"),
    ] {
        assert_eq!(assume.form(name), Some(&*encoded(value)), "{name}");
    }
    assert_eq!(assume.form("RoleSessionName"), None);
    assert_eq!(sts::access_key_id(ask), Some("ASIATOKEN"));
}

#[test]
fn sts_identifies_the_credentials_for_a_token() {
    for (arn, code) in [
        (STAGING, "wrong-account"),
        (STAGING, "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/deploy-other/rig", "contradiction"),
        ("arn:aws:iam::111111111111:root", "root-user"),
    ] {
        denied(&Sts::of(arn).web_identity().run(), code);
        denied(&Sts::of(arn).saml().run(), code);
    }
}

#[test]
fn a_file_without_a_token_is_not_sent() {
    let xml = "<samlp:Response>hush</samlp:Response>";
    let long = "A".repeat(100_001);
    for (text, words) in [
        (None, "could not read"),
        (Some(""), "is empty"),
        (Some(" \n"), "is empty"),
        (Some(xml), "contains XML"),
        (Some("SAMLResponse=hush%3D"), "is not base64"),
        (Some(&*long), "is longer than"),
    ] {
        let sts = Sts::of(hostile::ARN);
        let put = |guard: Guard, name: &str| {
            let path = guard.work().join(name);
            match text {
                Some(text) => std::fs::write(path, text).unwrap(),
                None => std::fs::remove_file(path).unwrap(),
            }
            guard
        };
        let outcome = put(sts.saml(), "assertion").run();
        let document = unknown(&outcome, "source-failed");
        assert!(message(&document).contains(words), "{words}: {document}");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
        if text.is_none_or(|text| text.trim().is_empty()) {
            let document = unknown(&put(sts.web_identity(), "token").run(), "source-failed");
            assert!(message(&document).contains(words), "{words}: {document}");
        }
        assert_eq!(sts.requests().len(), 0, "{words}");
    }
}

#[test]
fn a_missing_option_is_a_usage_error() {
    let sts = Sts::of(hostile::ARN);
    let role = format!("--role-arn {ROLE_ARN}");
    let provider = format!("--saml-principal-arn {PROVIDER}");
    for (arguments, words) in [
        ("--web-identity-token-file token", "--role-arn"),
        (&*format!("--saml-assertion-file assertion {role}"), "--saml-principal-arn"),
        (&*format!("--saml-assertion-file assertion {provider}"), "--role-arn"),
        (&*format!("{provider} {role}"), "--saml-assertion-file"),
        (&*format!("--web-identity-token-file token {role} --profile x"), "--profile"),
        (
            &*format!("--web-identity-token-file token {role} --mfa-serial 123456789"),
            "--mfa-serial",
        ),
        (&*format!("--web-identity-token-file token {role} --external-id xx"), "--external-id"),
        (&*format!("--saml-assertion-file a {provider} {role} --role-session-name xx"), "--role-s"),
        (&*format!("--saml-assertion-file a {provider} {role} --profile xx"), "--profile"),
        (
            &*format!("--saml-assertion-file a {provider} {role} --web-identity-token-file token"),
            "--web-identity-token-file",
        ),
        ("--web-identity-token-file token --role-arn deploy", "not the ARN of a role"),
    ] {
        usage_error(&sts.check().args(arguments).run(), words);
    }
    usage_error(&sts.web_identity().arg("--web-identity-token-file=").run(), "token-file");
    for arn in ["corp", "arn:aws:iam::111111111111:saml-provider/", ROLE_ARN] {
        let guard = sts.check().args("--saml-assertion-file assertion --role-arn").arg(ROLE_ARN);
        let outcome = guard.arg("--saml-principal-arn").arg(arn).run();
        usage_error(&outcome, "not the ARN of a SAML provider");
    }
    assert!(sts.proxy.requests().is_empty());
}

/// A user who names tools must not conclude that they were checked.
#[test]
fn a_note_reports_that_tools_have_no_effect_with_a_token() {
    let sts = Sts::of(hostile::ARN);
    let document = allowed(&sts.web_identity().args("--for terraform").run());
    assert!(document["notes"].to_string().contains("--for has no effect"), "{document}");
}
