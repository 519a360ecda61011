//! Endpoints that nobody vouches for: `identity` asks there with signatures, and never with a token.

use std::path::Path;

use super::asking;
use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::proxy::Proxy;
use crate::stage::{HOST, KEY, Stage, document};

fn liar() -> Hostile {
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
    assert!(outcome.stderr.starts_with("warning: nobody vouches for "), "{outcome:#?}");
}

#[test]
fn a_signed_question_goes_where_it_is_told_to_with_a_warning() {
    let (flag, variable) = (liar(), liar());
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
fn aws_itself_needs_no_warning() {
    let stage = Stage::honest();
    let outcome = stage.bare().credentials(&Credentials::of(KEY)).arg("identity").args(ARN).run();
    answers(&outcome);
    assert_eq!(outcome.stderr, "");
    let outcome = stage
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
fn a_url_that_is_none_is_a_wrong_question_or_a_wrong_configuration() {
    for url in ["sts.example.com", "ftp://example.com", "https://u:hush@example.com", "http://"] {
        let outcome = asking("http://127.0.0.1:9", KEY).arg("--endpoint-url").arg(url).run();
        assert!(matches!(outcome.code, Some(2 | 3)), "{outcome:#?}");
        assert_eq!(outcome.stdout, "", "{outcome:#?}");
        let outcome = asking(url, KEY).run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
    }
}

/// Profiles on whose way to credentials a token is sent to AWS.
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

/// Runs that would send a token, each with what it is.
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
fn no_token_goes_to_a_stranger() {
    for how in ["--endpoint-url", "variable"] {
        for (what, guard) in tokens() {
            let liar = liar();
            let guard = guard.env("AWS_REGION", "eu-west-1").args("--format json");
            let guard = match how {
                "variable" => guard.env("AWS_ENDPOINT_URL_STS", liar.url()),
                flag => guard.arg(flag).arg(liar.url()),
            };
            let outcome = guard.run();
            assert_eq!(outcome.code, Some(3), "{what} {how}: {outcome:#?}");
            let code = &document(&outcome)["error"]["code"];
            assert_eq!(code, "untrusted-endpoint", "{what} {how}: {outcome:#?}");
            assert_eq!((liar.connections(), liar.bytes()), (0, 0), "{what} {how}");
        }
    }
}

#[test]
fn no_token_goes_out_unverified() {
    for (what, guard) in tokens() {
        let stage = Stage::honest();
        let outcome = guard
            .env("AWS_REGION", "eu-west-1")
            .env("HTTPS_PROXY", stage.proxy.url())
            .args("--no-verify-ssl --format json")
            .run();
        assert_eq!(outcome.code, Some(3), "{what}: {outcome:#?}");
        assert_eq!(document(&outcome)["error"]["code"], "untrusted-endpoint", "{what}");
        assert!(stage.is_untouched(), "{what}");
    }
}

/// An STS under AWS's name whose certificate nobody here trusts, for one reason or another.
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
fn a_certificate_is_overlooked_only_where_that_is_asked_for() {
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
fn nothing_is_verified_directly_either() {
    let ca = Ca::new();
    let server = Hostile::tls(
        Behaviour::Answers { arn: hostile::ARN },
        ca.server(&["localhost"], Validity::Current),
    );
    let url = format!("https://127.0.0.1:{}", server.address().port());
    // What listens on this machine is not asked through a proxy, which would not find it there.
    let asking = || asking(&url, KEY).args(ARN).env("HTTPS_PROXY", "http://127.0.0.1:9");
    let outcome = asking().run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("certificate"), "{outcome:#?}");
    answers(&asking().arg("--no-verify-ssl").run());
}

#[test]
fn an_unverified_server_that_says_nothing_is_not_waited_for() {
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
fn an_answer_that_a_terminal_would_obey_is_not_printed() {
    const EVIL: &str = "arn:aws:sts::111111111111:assumed-role/deploy/\u{9b}31m";
    let liar = Hostile::plain(Behaviour::Answers { arn: EVIL });
    for output in ["json", "text", "table", "yaml", "yaml-stream"] {
        let outcome = asking(&liar.url(), KEY).arg("--output").arg(output).run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{output}: {outcome:#?}");
    }
    for format in ["human", "json"] {
        let outcome = asking(&liar.url(), KEY).arg("--format").arg(format).run();
        assert!(!outcome.stdout.contains('\u{9b}'), "{format}: {outcome:#?}");
    }
}

/// Each file of `src` that leads to unverified endpoints.
#[test]
fn only_identity_leads_to_strangers() {
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
        "preflight/identity.rs",
    ];
    assert_eq!(users, expected);
}

#[test]
fn check_knows_no_such_flags() {
    let liar = liar();
    for flags in [&["--no-verify-ssl"][..], &["--endpoint-url", &liar.url()]] {
        let stage = Stage::honest();
        let outcome = flags.iter().fold(stage.check(), Guard::arg).run();
        assert_eq!(outcome.code, Some(2), "{outcome:#?}");
        assert!(stage.is_untouched());
    }
    assert_eq!(liar.connections(), 0);
}
