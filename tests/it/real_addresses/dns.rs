//! Tests of host names that no name server answers.

use std::net::UdpSocket;
use std::time::Duration;

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::setup::{KEY, POLICY, message, unknown};

/// The resolver of the namespace uses this address. A query without an answer would block
/// `getaddrinfo` and its caller for ten seconds.
#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn a_silent_name_server_ends_at_the_deadline() {
    let silent = UdpSocket::bind(("127.0.0.1", 53)).unwrap();
    let guard = Guard::new()
        .policy(POLICY)
        .credentials(&Credentials::of(KEY))
        .env("AWS_REGION", "ap-south-1")
        .args("check prod --format json --timeout 1s");
    let outcome = guard.run();
    let document = unknown(&outcome, "sts-timeout");
    assert!(message(&document).contains("sts.ap-south-1.amazonaws.com"), "{document}");
    assert!(outcome.duration < Duration::from_secs(4), "{outcome:#?}");
    silent.set_nonblocking(true).unwrap();
    assert!(silent.recv(&mut [0; 512]).is_ok(), "the name server was asked");
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn a_missing_name_server_is_a_dns_error() {
    let guard = Guard::new()
        .policy(POLICY)
        .credentials(&Credentials::of(KEY))
        .env("AWS_REGION", "ap-south-1")
        .args("check prod --format json");
    let document = unknown(&guard.run(), "dns");
    assert!(message(&document).contains("sts.ap-south-1.amazonaws.com"), "{document}");
}
