//! Tests of name resolution in a static program, in an image without `hosts` and `nsswitch.conf`:
//! only DNS is used.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::engine::Setup;
use crate::rig::setup::{HOST, allowed, unknown};

/// A name server that resolves this one name to the loopback address, and counts queries.
fn name_server(name: &'static str) -> Arc<AtomicUsize> {
    let socket = UdpSocket::bind(("127.0.0.1", 53)).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    // The thread ends with this process, as the namespace does.
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = socket.send_to(&answer(&buffer[..length], name), client);
        }
    });
    asked
}

/// Answers 127.0.0.1 to a query for the A record of the name, and an empty answer to other queries.
fn answer(query: &[u8], name: &str) -> Vec<u8> {
    let label = |it: &str| [&[u8::try_from(it.len()).unwrap()], it.as_bytes()].concat();
    let labels: Vec<u8> = name.split('.').flat_map(label).collect();
    let end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let question = &query[12..end];
    let is_ours = question.starts_with(&labels) && question.ends_with(&[0, 0, 1, 0, 1]);
    let mut answer = query[..2].to_vec();
    answer.extend([0x81, 0x80, 0, 1, 0, u8::from(is_ours), 0, 0, 0, 0]);
    answer.extend(question);
    if is_ours {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn names_are_resolved_by_dns_and_by_a_hosts_file() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let without_hosts = || setup.container().credentials(&prod).options("--no-hosts");
    // No name server listens yet.
    unknown(&without_hosts().check(), "dns");
    let added = format!("--add-host={HOST}:127.0.0.1");
    allowed(&setup.container().credentials(&prod).options(&added).check());
    let asked = name_server(HOST);
    allowed(&without_hosts().check());
    assert!(asked.load(Ordering::SeqCst) >= 2, "the name server was asked by both");
}
