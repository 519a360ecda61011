//! Tests of the TLS servers, the CONNECT proxy and the address that drops connections.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::{HOST, STAGING, address_of, connect, get_caller_identity_through, request_text, talk};
use crate::rig::blackhole::BlackHole;
use crate::rig::ca::{self, Ca, Validity};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::proxy::{Mode, Proxy};

#[test]
fn the_real_host_name_leads_to_a_private_server_through_the_proxy() {
    let ca = Ca::new();
    let server =
        Hostile::tls(Behaviour::Answers { arn: STAGING }, ca.server(&[HOST], Validity::Current));
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let answer =
        get_caller_identity_through(&proxy.url(), HOST, ca::client(&ca.pem()), "demo").unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
    assert_eq!(proxy.targets(), [format!("{HOST}:443")]);
    assert_eq!(server.requests()[0].header("host"), Some(HOST));
    let other_region = "sts.eu-west-2.amazonaws.com";
    let answer =
        get_caller_identity_through(&proxy.url(), other_region, ca::client(&ca.pem()), "demo")
            .unwrap();
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_certificate_of_another_ca_name_or_time_is_refused() {
    let (ca, other_ca) = (Ca::new(), Ca::new());
    let cases = [
        (other_ca.server(&[HOST], Validity::Current), "UnknownIssuer"),
        (ca.server(&["sts.amazonaws.com"], Validity::Current), "not valid for name"),
        (ca.server(&[HOST], Validity::Expired), "expired"),
    ];
    for (config, reason) in cases {
        let server = Hostile::tls(Behaviour::Answers { arn: STAGING }, config);
        let proxy = Proxy::start(Mode::Everything(server.address()));
        let error = get_caller_identity_through(&proxy.url(), HOST, ca::client(&ca.pem()), "demo")
            .unwrap_err();
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(server.requests().is_empty(), "{reason}");
    }
}

#[test]
fn a_proxy_refuses_with_its_own_status() {
    for status in [403, 407] {
        let proxy = Proxy::start(Mode::Refuses(status));
        let trust = ca::client(&Ca::new().pem());
        let head = get_caller_identity_through(&proxy.url(), HOST, trust, "demo").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        assert_eq!(head.contains("Proxy-Authenticate"), status == 407, "{head}");
    }
}

#[test]
fn a_silent_proxy_sends_nothing() {
    let proxy = Proxy::start(Mode::Silent);
    let stream = connect(address_of(&proxy.url()));
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let error = talk(stream, &format!("CONNECT {HOST}:443 HTTP/1.1\r\n\r\n")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert_eq!(proxy.targets(), [format!("{HOST}:443")]);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn the_real_host_name_leads_to_a_private_server_without_a_proxy() {
    let ca = Ca::new();
    let config = ca.server(&[HOST], Validity::Current);
    let behaviour = Behaviour::Answers { arn: STAGING };
    let server = Hostile::tls_at(([127, 0, 0, 1], 443).into(), behaviour, config);
    let name = ServerName::try_from(HOST).unwrap();
    let connection = ClientConnection::new(ca::client(&ca.pem()), name).unwrap();
    let stream = TcpStream::connect((HOST, 443)).unwrap();
    let answer = talk(StreamOwned::new(connection, stream), &request_text(HOST, "demo")).unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_black_hole_never_connects() {
    let hole = BlackHole::open();
    let timeout = Duration::from_millis(1500);
    let error = TcpStream::connect_timeout(&hole.address(), timeout).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}
