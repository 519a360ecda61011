//! Tests of endpoints that are not AWS: `identity` sends them signed requests with a warning, and
//! never a token.

use std::path::Path;

use super::asking;
use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::proxy::Proxy;
use crate::rig::setup::{HOST, KEY, Setup, document};

fn lying_server() -> Hostile {
    Hostile::plain(Behaviour::Answers { arn: hostile::ARN })
}

#[track_caller]
fn answers(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(outcome.stdout.trim_end(), hostile::ARN, "{outcome:#?}");
}

const ARN: &str = "--query Arn --output text";

#[track_caller]
fn warned(outcome: &Outcome) {
    let warning = outcome.stderr.lines().next().unwrap_or_default();
    let is_known = warning.ends_with(" is not an AWS endpoint; do not trust its answer")
        || warning.ends_with(" is not verified; do not trust its answer");
    assert!(warning.starts_with("warning: ") && is_known, "{outcome:#?}");
}

#[test]
fn a_signed_request_to_an_untrusted_endpoint_has_a_warning() {
    let (flag, variable) = (lying_server(), lying_server());
    let outcome = asking(&variable.url(), KEY).args(ARN).run();
    answers(&outcome);
    warned(&outcome);
    let outcome =
        asking(&variable.url(), KEY).args(ARN).arg("--endpoint-url").arg(flag.url()).run();
    answers(&outcome);
    warned(&outcome);
    assert_eq!((variable.requests().len(), flag.requests().len()), (1, 1));
}

#[test]
fn an_aws_endpoint_needs_no_warning() {
    let setup = Setup::honest();
    let outcome = setup.bare().credentials(&Credentials::of(KEY)).arg("identity").args(ARN).run();
    answers(&outcome);
    assert_eq!(outcome.stderr, "");
    let outcome = setup
        .bare()
        .credentials(&Credentials::of(KEY))
        .arg("identity")
        .args(ARN)
        .args("--endpoint-url https://sts.eu-west-1.amazonaws.com")
        .run();
    answers(&outcome);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn an_invalid_url_is_a_usage_or_configuration_error() {
    for url in ["sts.example.com", "ftp://example.com", "https://u:hush@example.com", "http://"] {
        let outcome = asking("http://127.0.0.1:9", KEY).arg("--endpoint-url").arg(url).run();
        assert!(matches!(outcome.code, Some(2 | 3)), "{outcome:#?}");
        assert_eq!(outcome.stdout, "", "{outcome:#?}");
        let outcome = asking(url, KEY).run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
    }
}

/// Profiles whose credentials are obtained by sending a token to AWS.
const PROFILES: &str = "[profile sso]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Deploy
[profile login]
login_session = arn:aws:iam::111111111111:user/jane
[profile over]
role_arn = arn:aws:iam::111111111111:role/deploy-ci
source_profile = sso
";

/// Runs that would send a token, each with a name.
fn tokens() -> [(&'static str, Guard); 4] {
    let of_profile = |name: &str| {
        Guard::new().file("~/.aws/config", PROFILES).args("identity --profile").arg(name)
    };
    let web = Guard::new().file("~/token", "a.web.identity-token").arg("identity");
    let token = web.home().join("token");
    let web = web
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
        .env("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci");
    [
        ("web identity", web),
        ("sso", of_profile("sso")),
        ("login", of_profile("login")),
        ("a role over sso", of_profile("over")),
    ]
}

#[test]
fn no_token_is_sent_to_an_untrusted_endpoint() {
    for how in ["--endpoint-url", "variable"] {
        for (what, guard) in tokens() {
            let lying_server = lying_server();
            let guard = guard.env("AWS_REGION", "eu-west-1").args("--format json");
            let guard = match how {
                "variable" => guard.env("AWS_ENDPOINT_URL_STS", lying_server.url()),
                flag => guard.arg(flag).arg(lying_server.url()),
            };
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{what} {how}: {outcome:#?}");
            let code = &document(&outcome)["error"]["code"];
            assert_eq!(code, "untrusted-endpoint", "{what} {how}: {outcome:#?}");
            assert_eq!((lying_server.connections(), lying_server.bytes()), (0, 0), "{what} {how}");
        }
    }
}

#[test]
fn no_token_is_sent_without_verification() {
    for (what, guard) in tokens() {
        let setup = Setup::honest();
        let outcome = guard
            .env("AWS_REGION", "eu-west-1")
            .env("HTTPS_PROXY", setup.proxy.url())
            .args("--no-verify-ssl --format json")
            .run();
        assert_eq!(outcome.code, Some(3), "{what}: {outcome:#?}");
        assert_eq!(document(&outcome)["error"]["code"], "untrusted-endpoint", "{what}");
        assert!(setup.is_untouched(), "{what}");
    }
}

/// An STS under the name of AWS whose certificate is not trusted, for several reasons.
fn untrusted() -> Vec<(Hostile, Proxy)> {
    let ca = Ca::new();
    [(HOST, Validity::Current), ("sts.example.com", Validity::Current), (HOST, Validity::Expired)]
        .into_iter()
        .map(|(name, validity)| {
            let behaviour = Behaviour::Answers { arn: hostile::ARN };
            let server = Hostile::tls(behaviour, ca.server(&[name], validity));
            let proxy = Proxy::to_sts("eu-west-1", server.address());
            (server, proxy)
        })
        .collect()
}

fn unverified(proxy: &Proxy) -> Guard {
    Guard::new()
        .credentials(&Credentials::of(KEY))
        .env("AWS_REGION", "eu-west-1")
        .env("HTTPS_PROXY", proxy.url())
        .arg("identity")
        .args(ARN)
}

#[test]
fn certificates_are_not_verified_only_on_request() {
    for (server, proxy) in untrusted() {
        let outcome = unverified(&proxy).run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{outcome:#?}");
        assert!(server.requests().is_empty());
        let outcome = unverified(&proxy).arg("--no-verify-ssl").run();
        answers(&outcome);
        warned(&outcome);
        assert_eq!(proxy.targets().last().map(String::as_str), Some(&*format!("{HOST}:443")));
    }
}

#[test]
fn verification_is_also_off_without_a_proxy() {
    let ca = Ca::new();
    let server = Hostile::tls(
        Behaviour::Answers { arn: hostile::ARN },
        ca.server(&["localhost"], Validity::Current),
    );
    let url = format!("https://127.0.0.1:{}", server.address().port());
    // A server on this machine is not called through a proxy, which could not reach it.
    let asking = || asking(&url, KEY).args(ARN).env("HTTPS_PROXY", "http://127.0.0.1:9");
    let outcome = asking().run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("certificate"), "{outcome:#?}");
    answers(&asking().arg("--no-verify-ssl").run());
}

#[test]
fn a_silent_unverified_server_ends_at_the_deadline() {
    let ca = Ca::new();
    for behaviour in [Behaviour::SilentAfterAccept, Behaviour::SilentAfterRequest] {
        let server = Hostile::tls(behaviour, ca.server(&["localhost"], Validity::Current));
        let url = format!("https://127.0.0.1:{}", server.address().port());
        let outcome = asking(&url, KEY)
            .args("--no-verify-ssl --timeout 3s --cli-read-timeout 0 --cli-connect-timeout 0")
            .run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{outcome:#?}");
        assert!(outcome.stderr.contains("time ran out"), "{outcome:#?}");
    }
}

#[test]
fn control_characters_of_an_answer_are_not_printed() {
    const EVIL: &str = "arn:aws:sts::111111111111:assumed-role/deploy/\u{9b}31m";
    let lying_server = Hostile::plain(Behaviour::Answers { arn: EVIL });
    for output in ["json", "text", "table", "yaml", "yaml-stream"] {
        let outcome = asking(&lying_server.url(), KEY).arg("--output").arg(output).run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{output}: {outcome:#?}");
    }
    for format in ["human", "json"] {
        let outcome = asking(&lying_server.url(), KEY).arg("--format").arg(format).run();
        assert!(!outcome.stdout.contains('\u{9b}'), "{format}: {outcome:#?}");
    }
}

/// The files of `src` that allow untrusted endpoints.
#[test]
fn only_identity_may_call_untrusted_endpoints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut users = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a file");
            if ["Unverified", "Unchecked"].iter().any(|name| text.contains(name)) {
                let name = path.strip_prefix(&root).expect("below src");
                users.push(name.to_string_lossy().into_owned());
            }
        }
    }
    users.sort();
    let expected = [
        "aws/endpoint.rs",
        "aws/endpoint/unverified.rs",
        "net/http.rs",
        "net/http/unchecked.rs",
        "preflight/endpoints.rs",
    ];
    assert_eq!(users, expected);
}

#[test]
fn check_refuses_these_options() {
    let lying_server = lying_server();
    for flags in [&["--no-verify-ssl"][..], &["--endpoint-url", &lying_server.url()]] {
        let setup = Setup::honest();
        let outcome = flags.iter().fold(setup.check(), Guard::arg).run();
        assert_eq!(outcome.code, Some(2), "{outcome:#?}");
        assert!(setup.is_untouched());
    }
    assert_eq!(lying_server.connections(), 0);
}
