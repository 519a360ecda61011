//! Tests of the sentence with which STS explains a refusal: it is part of the message, without
//! secrets and without control characters or workflow commands.

use serde_json::Value;

use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::http::{Request, Server};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{KEY, document, message, reaching, unknown};
use crate::rig::sts;
use crate::rig::{Credentials, hostile};

const ROLE: &str = "arn:aws:iam::111111111111:role/deploy-ci";
const TOKEN: &str = "hush-this-is-a-session-token";

/// An STS that refuses every call with this code, and with a sentence made from the request.
struct Refusing {
    ca: Ca,
    proxy: Proxy,
    _server: Server,
}

impl Refusing {
    fn new(
        code: &'static str,
        explain: impl Fn(&Request) -> String + Send + Sync + 'static,
    ) -> Self {
        let ca = Ca::new();
        let hosts = ["eu-west-1", "ap-east-1"].map(|region| format!("sts.{region}.amazonaws.com"));
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let answer = move |request: &Request| sts::refusal(403, code, &explain(request));
        let server = crate::rig::setup::serve(ca.server(&hosts, Validity::Current), answer);
        let proxy = Proxy::start(Mode::Everything(server.address()));
        Self { ca, proxy, _server: server }
    }

    fn saying(code: &'static str, sentence: &'static str) -> Self {
        Self::new(code, move |_| sentence.to_owned())
    }

    /// `check prod --for aws-cli` with temporary keys in the environment.
    fn check(&self) -> Guard {
        let guard = reaching(&self.ca, &self.proxy).credentials(&Credentials::of(KEY));
        guard.env("AWS_SESSION_TOKEN", TOKEN).args("check prod --for aws-cli")
    }
}

fn next(document: &Value) -> &str {
    document["next"].as_str().unwrap_or_default()
}

const ENDPOINT_POLICY: &str = "User: arn:aws:sts::111111111111:assumed-role/deploy-ci/rig is not \
     authorized to perform: sts:GetCallerIdentity because no VPC endpoint policy allows the \
     sts:GetCallerIdentity action";

#[test]
fn the_message_contains_the_sentence_of_sts() {
    for (code, sentence, expected, word) in [
        ("AccessDenied", ENDPOINT_POLICY, "access-denied", "VPC endpoint"),
        (
            "AccessDenied",
            "User: x is not authorized to perform: sts:GetCallerIdentity with an explicit deny in a \
             service control policy",
            "access-denied",
            "organization",
        ),
        ("ExpiredToken", "The security token included in the request is expired", "", ""),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", "", ""),
        ("RegionDisabledException", "STS is not activated in this region", "access-denied", "IAM"),
        ("SignatureDoesNotMatch", "Credential should be scoped to a valid region.", "", ""),
        ("SomethingNew", "Something that AWS has not said before", "sts-unavailable", ""),
    ] {
        let sts = Refusing::saying(code, sentence);
        let document = document(&sts.check().args("--format json").run());
        assert_eq!(document["verdict"], "unknown", "{document}");
        let expected =
            if expected.is_empty() { &document["error"]["code"] } else { &expected.into() };
        assert_eq!(&document["error"]["code"], expected);
        let end = format!("({code}): {}", sentence.trim_end_matches('.'));
        let shown = message(&document);
        assert!(shown.contains(&end) || shown.contains(&format!("{code}: {sentence}")), "{shown}");
        assert!(next(&document).contains(word), "{document}");
    }
}

/// Every kind of request, each with its own secrets.
fn ways(sts: &Refusing) -> Vec<Guard> {
    let role = |guard: Guard| guard.args("--format json --role-arn").arg(ROLE);
    let unsigned = || role(reaching(&sts.ca, &sts.proxy).args("check prod"));
    vec![
        sts.check().args("--format json"),
        role(sts.check()).args("--external-id opens-nothing-to-others"),
        role(sts.check())
            .args("--mfa-serial arn:aws:iam::555555555555:mfa/me")
            .env("ACCOUNT_GUARD_MFA_CODE", "135790"),
        reaching(&sts.ca, &sts.proxy)
            .credentials(&Credentials::of(KEY))
            .args("check prod --for aws-cli --format json --mfa-serial arn:aws:iam::555555555555:mfa/me")
            .env("ACCOUNT_GUARD_MFA_CODE", "135790"),
        unsigned().file("token", "a.web.identity-token").args("--web-identity-token-file token"),
        unsigned()
            .file("assertion", "YS1TQU1MLWFzc2VydGlvbg==")
            .args("--saml-assertion-file assertion")
            .args("--saml-principal-arn arn:aws:iam::111111111111:saml-provider/corp"),
    ]
}

/// The rig searches the output for the secrets of a run; these texts are additional.
fn is_clean(outcome: &Outcome) {
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    for part in [KEY, "135790", "opens-nothing", "Signature=", "AWS4-HMAC", "Canonical", TOKEN] {
        assert!(!all.contains(part), "{part}: {all}");
    }
}

#[test]
fn a_message_that_repeats_the_request_shows_no_secret() {
    let echo = |request: &Request| {
        let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        let names = ["ExternalId", "TokenCode", "WebIdentityToken", "SAMLAssertion"];
        let fields = names.map(|name| request.form(name).unwrap_or_default().to_owned());
        format!(
            "Refused: {} {} '{}'.\n\nThe Canonical String for this request should have been\n'POST\n\
             x-amz-security-token:{}\n' {}",
            header("x-amz-security-token"),
            fields.join(" "),
            header("authorization"),
            header("x-amz-security-token"),
            header("authorization"),
        )
    };
    for code in ["AccessDenied", "SignatureDoesNotMatch", "IncompleteSignature", "ExpiredToken"] {
        let sts = Refusing::new(code, echo);
        for guard in ways(&sts) {
            let outcome = guard.run();
            let document = document(&outcome);
            assert!(message(&document).contains(": Refused"), "{document}");
            is_clean(&outcome);
        }
    }
}

#[test]
fn a_message_with_control_characters_stays_on_one_line() {
    const SENTENCES: [&str; 5] = [
        "one\r\n::error::two\n::add-mask::x\n##[error]three\n##vso[task.complete]four",
        "\u{9b}31m\u{90}x\u{9c} red \u{85} line",
        "a\u{202e}b\u{2066}c\u{200f}d\u{2028}e\u{2029}f",
        "```\n# heading\n<img src=x>\n| a | b |",
        "ALLOWED prod: deploy-ci in prod",
    ];
    for sentence in SENTENCES {
        let sts = Refusing::saying("AccessDenied", sentence);
        let document = unknown(&sts.check().args("--format json").run(), "access-denied");
        let shown = message(&document);
        let is_plain = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric();
        assert!(shown.chars().all(is_plain), "{shown:?}");
        for format in ["human", "github"] {
            let outcome = sts.check().args("--format").arg(format).run();
            assert_eq!(outcome.code, Some(3), "{outcome:#?}");
            for line in outcome.stdout.lines() {
                let line = line.trim_start();
                assert!(!line.contains("##["), "{line}");
                let is_ours = ["::error title=", "::stop-commands::", "::debug"]
                    .iter()
                    .any(|start| line.starts_with(start));
                let is_end = line.starts_with("::") && line.ends_with("::");
                assert!(is_ours || is_end || !line.starts_with("::"), "{line}");
                assert!(!line.starts_with("ALLOWED"), "{line}");
            }
        }
    }
}

#[test]
fn a_message_of_100_kilobytes_is_cut() {
    let sts = Refusing::new("AccessDenied", |_| "no word of it ".repeat(7_200));
    let document = unknown(&sts.check().args("--format json").run(), "access-denied");
    assert!(message(&document).chars().count() < 500, "{document}");
}

#[test]
fn a_region_that_is_off_by_default_is_explained() {
    let sentence = "The security token included in the request is invalid.";
    let sts = Refusing::saying("InvalidClientTokenId", sentence);
    for (region, expected) in [("ap-east-1", true), ("eu-west-1", false)] {
        let guard = sts.check().args("--format json").env("AWS_REGION", region);
        let document = unknown(&guard.run(), "invalid-credentials");
        let next = next(&document);
        assert_eq!(next.contains("enable ap-east-1 for the account"), expected, "{next}");
        assert_eq!(next.contains("https://sts.amazonaws.com"), expected, "{next}");
        assert!(next.contains("another partition (asked: aws, "), "{next}");
    }
}

#[test]
fn the_program_that_set_the_credentials_is_named() {
    let vault = ("AWS_VAULT", "corp-dev");
    let sts = Refusing::saying("ExpiredToken", "expired");
    let document = document(&sts.check().args("--format json").envs([vault]).run());
    assert!(document["notes"].to_string().contains("aws-vault exec corp-dev"), "{document}");
    let sts = Refusing::saying("ExpiredToken", "expired");
    let guard = sts.check().args("--format json").env("KUBERNETES_EXEC_INFO", "{}");
    let document = crate::rig::setup::document(&guard.env("AWS_PROFILE", "gone").run());
    assert!(document["notes"].to_string().contains("kubeconfig"), "{document}");
    let setup = crate::rig::setup::Setup::honest();
    let document = crate::rig::setup::allowed(&setup.check().envs([vault]).run());
    assert!(!document["notes"].to_string().contains("vault"), "{document}");
    assert_eq!(document["identity"]["arn"], hostile::ARN);
}
