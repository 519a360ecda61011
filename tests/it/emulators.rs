//! Tests of emulator environments: the program calls only the endpoints in the policy, without a
//! proxy, and never with AWS keys.

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{KEY, allowed, denied, unknown};

const ROOT: &str = "arn:aws:iam::000000000000:root";

fn emulator(arn: &'static str) -> Hostile {
    Hostile::plain(Behaviour::Answers { arn })
}

/// The environment `local` at these emulators, and `prod` at AWS.
fn local(emulators: &[&str]) -> Guard {
    let policy = format!(
        "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\nemulator = {emulators:?}\n\
         [environments.prod]\naccounts = [\"111111111111\"]\n"
    );
    Guard::new()
        .policy(&policy)
        .credentials(&Credentials::of("test"))
        .env("AWS_REGION", "eu-west-1")
        .args("check local --format json")
}

#[test]
fn root_is_allowed_at_an_emulator_only() {
    let server = emulator(ROOT);
    let document = allowed(&local(&[&server.url()]).run());
    assert_eq!(document["identity"]["principal"]["kind"], "root");
    assert_eq!(document["endpoint"], format!("{}/", server.url()));
    assert_eq!((server.connections(), server.requests().len()), (1, 1));
}

#[test]
fn a_name_that_iam_does_not_allow_is_denied_at_an_emulator() {
    for arn in [
        "arn:aws:sts::000000000000:assumed-role/deploy-a\nb/s",
        "arn:aws:iam::000000000000:user/deploy a",
        "arn:aws:sts::000000000000:assumed-role/deploy\u{202e}/s",
    ] {
        let document = denied(&local(&[&emulator(arn).url()]).run(), "unknown-principal");
        assert_eq!(document["identity"]["principal"]["kind"], "unknown", "{document}");
    }
}

#[test]
fn the_configured_endpoint_is_used_when_it_is_listed() {
    let (first, second) = (emulator(ROOT), emulator(ROOT));
    let run = |url: &str| local(&[&first.url(), &second.url()]).env("AWS_ENDPOINT_URL", url).run();
    allowed(&run(&second.url()));
    assert_eq!((first.connections(), second.connections()), (0, 1));
    allowed(&run(&first.url()));
    assert_eq!((first.connections(), second.connections()), (1, 1));
}

#[test]
fn an_unlisted_endpoint_gets_no_request() {
    let (listed, unlisted) = (emulator(ROOT), emulator(ROOT));
    let at = |prefix: &str, suffix: &str, server: &Hostile| {
        format!("http://{prefix}{}{suffix}", server.address())
    };
    for (name, url) in [
        ("AWS_ENDPOINT_URL", unlisted.url()),
        ("AWS_ENDPOINT_URL_STS", unlisted.url()),
        ("AWS_ENDPOINT_URL", at("user:hush@", "", &unlisted)),
        ("AWS_ENDPOINT_URL", at("user:hush@", "", &listed)),
        ("AWS_ENDPOINT_URL", at("", "/path", &listed)),
        ("AWS_ENDPOINT_URL", at("", "/?query", &listed)),
        ("AWS_ENDPOINT_URL", at("", "#fragment", &listed)),
        ("AWS_ENDPOINT_URL", "nonsense".to_owned()),
    ] {
        let before = listed.requests().len();
        let outcome = local(&[&listed.url()]).env(name, &url).run();
        let document = allowed(&outcome);
        assert_eq!(document["endpoint"], format!("{}/", listed.url()), "{url}");
        assert!(!outcome.stdout.contains("hush"), "{url}");
        let requests = listed.requests();
        assert_eq!(requests.len(), before + 1, "{url}");
        assert_eq!(requests[before].target(), "/", "{url}");
        assert_eq!((unlisted.connections(), unlisted.bytes()), (0, 0), "{url}");
    }
}

#[test]
fn a_port_wildcard_applies_to_its_host_only() {
    let server = emulator(ROOT);
    let url = server.url();
    allowed(&local(&["http://127.0.0.1:*"]).env("AWS_ENDPOINT_URL", &url).run());
    let by_name = url.replace("127.0.0.1", "localhost");
    let outcome = local(&["http://127.0.0.2:*"]).env("AWS_ENDPOINT_URL", &by_name).run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_emulator_is_never_called_through_a_proxy() {
    let (server, proxy) = (emulator(ROOT), Proxy::start(Mode::Refuses(403)));
    let names =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    allowed(&local(&[&server.url()]).envs(names.map(|name| (name, proxy.url()))).run());
    assert!(proxy.requests().is_empty());
}

#[test]
fn aws_keys_are_not_sent_to_an_emulator() {
    let server = emulator(ROOT);
    for key in [KEY, "ASIAIOSFODNN7EXAMPLE"] {
        let guard = local(&[&server.url()]).credentials(&Credentials::of(key));
        denied(&guard.run(), "real-credentials");
    }
    let config = format!("[profile a]\naws_access_key_id = {KEY}\naws_secret_access_key = hush\n");
    let guard = local(&[&server.url()]).file("~/.aws/config", &config);
    denied(&guard.args("--profile a").run(), "real-credentials");
    assert_eq!((server.connections(), server.bytes()), (0, 0));
    for key in ["test", "000000000000", "AKIA", "LKIAQAAAAAAAHFR7TTMX"] {
        allowed(&local(&[&server.url()]).credentials(&Credentials::of(key)).run());
    }
}

#[test]
fn an_emulator_identity_of_another_environment_is_refused() {
    for (arn, code) in [
        (hostile::ARN, "wrong-account"),
        ("arn:aws:iam::111111111111:root", "wrong-account"),
        ("arn:aws:sts::000000000000:self", "unknown-principal"),
    ] {
        let server = emulator(arn);
        let document = denied(&local(&[&server.url()]).run(), code);
        assert!(!document["summary"].to_string().contains("prod"), "{document}");
    }
}

#[test]
fn an_emulator_never_answers_for_aws() {
    let server = emulator(hostile::ARN);
    let guard = local(&[&server.url()]).env("AWS_ENDPOINT_URL", server.url());
    let guard = Guard::new()
        .policy(&std::fs::read_to_string(guard.work().join("account-guard.toml")).unwrap())
        .credentials(&Credentials::of("test"))
        .envs([("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", &server.url())])
        .args("check prod --format json");
    unknown(&guard.run(), "untrusted-endpoint");
    assert_eq!((server.connections(), server.bytes()), (0, 0));
}

#[test]
fn a_contradictory_answer_of_an_emulator_is_refused() {
    for (behaviour, code) in [
        (Behaviour::NoAccount, "not-sts"),
        (Behaviour::Claims { account: "000000000000", arn: hostile::ARN }, "not-sts"),
        (Behaviour::Fails { status: 500 }, "sts-unavailable"),
        (Behaviour::Login, "not-sts"),
    ] {
        let server = Hostile::plain(behaviour);
        unknown(&local(&[&server.url()]).run(), code);
    }
}
