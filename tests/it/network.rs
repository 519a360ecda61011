//! Tests of the connection to STS: certificates, CA bundles, proxies, host names and ports. An
//! error leaves the identity unknown, and its message names the part that failed.

use std::net::TcpListener;

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{HOST, KEY, POLICY, Setup, allowed, message, unknown};

const GOOD: Behaviour = Behaviour::Answers { arn: hostile::ARN };

/// `check prod` with keys, and without a CA bundle and a proxy.
fn without_ca_or_proxy() -> Guard {
    Guard::new()
        .policy(POLICY)
        .credentials(&Credentials::of(KEY))
        .env("AWS_REGION", "eu-west-1")
        .args("check prod --format json")
}

#[test]
fn a_certificate_of_another_host_is_refused() {
    for (names, validity, word) in [
        (&["sts.amazonaws.com"][..], Validity::Current, "does not match"),
        (&["*.amazonaws.com"], Validity::Current, "does not match"),
        (&["sts.eu-west-1.amazonaws.com.evil.example"], Validity::Current, "does not match"),
        (&[HOST], Validity::Expired, "has expired"),
    ] {
        let setup = Setup::with_certificate(GOOD, names, validity);
        let document = unknown(&setup.check().run(), "tls");
        assert!(message(&document).contains(word), "{names:?}: {}", message(&document));
        assert!(message(&document).contains(HOST), "{names:?}");
        assert!(setup.server.requests().is_empty(), "{names:?}");
    }
}

#[test]
fn a_certificate_of_an_unknown_ca_is_refused() {
    let setup = Setup::honest();
    let guard = setup.check().file("~/ca.pem", &Ca::new().pem());
    let document = unknown(&guard.run(), "tls");
    assert!(message(&document).contains("signed by an unknown CA"), "{}", message(&document));
    assert!(setup.server.requests().is_empty());
}

#[test]
fn a_server_without_tls_is_refused() {
    let server = hostile::Hostile::plain(GOOD);
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let guard =
        without_ca_or_proxy().env("HTTPS_PROXY", proxy.url()).file("~/ca.pem", &Ca::new().pem());
    let bundle = guard.home().join("ca.pem");
    unknown(&guard.env("AWS_CA_BUNDLE", bundle).run(), "sts-unreachable");
    assert!(server.requests().is_empty());
}

/// Each way to configure a CA bundle is used, and is an error when its file is invalid.
#[test]
fn a_configured_ca_bundle_is_used_or_is_an_error() {
    let setup = Setup::honest();
    let name = |guard: Guard, by: &str, path: &std::path::Path| match by {
        "--ca-bundle" => guard.arg(by).arg(path),
        "ca_bundle" => {
            let config = format!("[default]\nca_bundle = {}\n", path.display());
            guard.file("~/.aws/config", &config)
        }
        variable => guard.env(variable, path),
    };
    for by in ["--ca-bundle", "AWS_CA_BUNDLE", "ca_bundle", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let run = |text: Option<&str>| {
            let guard = without_ca_or_proxy().env("HTTPS_PROXY", setup.proxy.url());
            let path = guard.home().join("bundle.pem");
            let guard =
                text.into_iter().fold(guard, |guard, text| guard.file("~/bundle.pem", text));
            name(guard, by, &path).run()
        };
        let document = allowed(&run(Some(&setup.ca.pem())));
        let shown = if by == "ca_bundle" { "profile `default`" } else { by };
        assert!(document["notes"].to_string().contains(shown), "{by}: {document}");
        let before = setup.server.connections();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for text in [None, Some(""), Some("no PEM at all"), Some(broken), Some(key)] {
            let document = unknown(&run(text), "ca-bundle");
            assert!(message(&document).contains(shown), "{by} {text:?}: {}", message(&document));
        }
        assert_eq!(setup.server.connections(), before, "{by}");
    }
}

#[test]
fn missing_ca_certificates_are_reported() {
    let setup = Setup::honest();
    let guard =
        without_ca_or_proxy().env("HTTPS_PROXY", setup.proxy.url()).file("~/certs/readme", "");
    let directory = guard.home().join("certs");
    let document = unknown(&guard.env("SSL_CERT_DIR", directory).run(), "ca-bundle");
    assert!(message(&document).contains("no CA certificates"), "{}", message(&document));
    assert!(setup.server.requests().is_empty());
}

#[test]
fn a_proxy_that_refuses_the_connection_is_named() {
    let setup = Setup::honest();
    for (mode, word) in [
        (Mode::Refuses(407), "password"),
        (Mode::Refuses(403), "refused the connection"),
        (Mode::Refuses(502), "refused the connection"),
        (Mode::Refuses(302), "refused the connection"),
    ] {
        let proxy = Proxy::start(mode.clone());
        let document = unknown(&setup.check().env("HTTPS_PROXY", proxy.url()).run(), "proxy");
        assert!(message(&document).contains(word), "{mode:?}: {}", message(&document));
        assert!(!proxy.requests().is_empty(), "{mode:?}");
    }
    assert!(setup.is_untouched());
}

#[test]
fn a_silent_or_missing_proxy_is_an_error() {
    let setup = Setup::honest();
    let silent = Proxy::start(Mode::Silent);
    let outcome = setup.check().env("HTTPS_PROXY", silent.url()).args("--timeout 2s").run();
    unknown(&outcome, "sts-timeout");
    let closed = format!("http://127.0.0.1:{}", closed_port());
    let document = unknown(&setup.check().env("HTTPS_PROXY", &closed).run(), "proxy");
    assert!(
        message(&document).contains("could not connect to the proxy"),
        "{}",
        message(&document)
    );
    assert!(setup.is_untouched(), "nothing goes around the proxy");
}

#[test]
fn the_proxy_password_is_sent_and_not_shown() {
    let setup = Setup::honest();
    let url = setup.proxy.url().replace("http://", "http://user:hush@");
    let outcome = setup.check().env("HTTPS_PROXY", url).args("--debug").run();
    let document = allowed(&outcome);
    assert!(document["notes"].to_string().contains("HTTPS_PROXY"), "{document}");
    assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
    assert_eq!(setup.proxy.requests()[0].header("proxy-authorization"), Some("Basic dXNlcjpodXNo"));
    assert!(setup.server.requests()[0].header("proxy-authorization").is_none());
}

#[test]
fn an_invalid_proxy_address_is_an_error() {
    let setup = Setup::honest();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        for value in ["socks5://127.0.0.1:1080", "http://", "http://u:hush@h:notaport", "://"] {
            let guard = without_ca_or_proxy().env(name, value);
            let document = unknown(&guard.run(), "proxy");
            assert!(message(&document).contains(name), "{name}={value}: {}", message(&document));
            assert!(!document.to_string().contains("hush"), "{name}={value}");
        }
    }
    assert!(setup.is_untouched());
}

#[cfg(unix)]
#[test]
fn a_network_variable_that_is_not_utf_8_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let setup = Setup::honest();
    let value = std::ffi::OsStr::from_bytes(b"http://127.0.0.1:1/\xff");
    for name in ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "AWS_PROFILE"] {
        let document = unknown(&setup.check().env(name, value).run(), "invalid-configuration");
        assert!(message(&document).contains(name), "{name}: {}", message(&document));
    }
    assert!(setup.is_untouched());
}

fn closed_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn emulator_at(url: &str) -> Guard {
    let policy = format!(
        "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"{url}\"]\n"
    );
    Guard::new()
        .policy(&policy)
        .credentials(&Credentials::of("test"))
        .args("check local --format json")
}

#[test]
fn a_closed_port_and_an_unknown_name_are_different_errors() {
    let closed = format!("http://127.0.0.1:{}", closed_port());
    let document = unknown(&emulator_at(&closed).run(), "sts-unreachable");
    assert!(message(&document).contains("refused"), "{}", message(&document));
    let document = unknown(&emulator_at("http://sts.invalid:4566").run(), "dns");
    assert!(message(&document).contains("sts.invalid"), "{}", message(&document));
}

#[test]
fn an_address_that_drops_packets_ends_at_the_deadline() {
    let hole = crate::rig::blackhole::BlackHole::open();
    unknown(&emulator_at(&hole.url()).args("--timeout 2s").run(), "sts-timeout");
}
