//! Tests of real proxies, as companies run them.

use super::{HOST, Sts, machine_at};
use crate::rig::daemon::Daemon;
use crate::rig::guard::Outcome;

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "machine-key"), ("AWS_SECRET_ACCESS_KEY", "hush-hush")];

fn through(sts: &Sts, proxy: &str, more: &[(&str, &str)]) -> Outcome {
    sts.check(&[&KEYS[..], &[("HTTPS_PROXY", proxy)], more].concat())
}

/// Asserts that the proxy got requests for STS only.
fn only_sts(proxy: &Daemon, times: usize) {
    assert_eq!(proxy.requests(), vec![format!("CONNECT {HOST}:443 HTTP/1.1"); times]);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn tinyproxy_connects_to_sts_and_gets_no_other_request() {
    let (sts, proxy) = (Sts::start(), Daemon::tinyproxy(None));
    let (_machine, _container) = (machine_at([169, 254, 169, 254]), machine_at([169, 254, 170, 2]));
    let url = proxy.url("");
    let proxies =
        [("HTTPS_PROXY", &*url), ("HTTP_PROXY", &url), ("http_proxy", &url), ("ALL_PROXY", &url)];
    let container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container/credentials");
    let loopback = machine_at([127, 0, 0, 1]);
    let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/container/credentials");
    for source in [&KEYS[..], &[], &[container], &[full]] {
        let outcome = sts.check(&[&proxies[..], source].concat());
        assert_eq!(outcome.code, Some(0), "{source:?}: {outcome:#?}");
    }
    assert!(!loopback.requests().is_empty());
    only_sts(&proxy, 4);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn tinyproxy_requires_its_password() {
    let (sts, proxy) = (Sts::start(), Daemon::tinyproxy(Some(("ci", "hush-hush"))));
    let outcome = through(&sts, &proxy.url("ci:hush-hush@"), &[]);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(sts.server.requests().len(), 1);
    for user in ["", "ci@", "ci:wrong@", "other:hush-hush@"] {
        let outcome = through(&sts, &proxy.url(user), &[]);
        assert_eq!(outcome.code, Some(3), "{user}: {outcome:#?}");
        assert!(outcome.stdout.contains("password"), "{user}: {outcome:#?}");
    }
    assert_eq!(sts.server.requests().len(), 1);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn no_proxy_bypasses_tinyproxy() {
    let (sts, proxy) = (Sts::start(), Daemon::tinyproxy(None));
    for (name, value) in [
        ("NO_PROXY", HOST),
        ("no_proxy", ".amazonaws.com"),
        ("NO_PROXY", "amazonaws.com"),
        ("no_proxy", "*"),
    ] {
        let outcome = through(&sts, &proxy.url(""), &[(name, value)]);
        assert_eq!(outcome.code, Some(0), "{name}={value}: {outcome:#?}");
    }
    only_sts(&proxy, 0);
    assert_eq!(through(&sts, &proxy.url(""), &[("NO_PROXY", "example.com")]).code, Some(0));
    only_sts(&proxy, 1);
}

/// A company proxy signs the names of AWS with its own CA. The program trusts it when one of the
/// variables names that CA, and only then.
#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn mitmproxy_is_trusted_by_its_configured_ca() {
    let sts = Sts::start();
    let proxy = Daemon::mitmproxy(&sts.ca.pem());
    let ca = proxy.ca();
    let ca = ca.to_str().unwrap();
    let outcome = through(&sts, &proxy.url(""), &[]);
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stdout.contains("code     tls"), "{outcome:#?}");
    assert!(sts.server.requests().is_empty());
    for name in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let outcome = through(&sts, &proxy.url(""), &[("AWS_CA_BUNDLE", ""), (name, ca)]);
        assert_eq!(outcome.code, Some(0), "{name}: {outcome:#?}");
        let outcome =
            through(&sts, &proxy.url(""), &[("AWS_CA_BUNDLE", ""), (name, ca), ("NO_PROXY", "*")]);
        assert_eq!(outcome.code, Some(3), "{name}, and the CA of AWS is another: {outcome:#?}");
    }
    assert_eq!(sts.server.requests().len(), 3);
}
