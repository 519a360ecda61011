//! Tests of the STS that misbehaves: each behaviour is what its name says.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{STAGING, connect, get_caller_identity, request_text, talk};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::sts;

#[test]
fn a_misbehaving_sts_behaves_as_configured() {
    let cases = [
        (Behaviour::Answers { arn: STAGING }, "HTTP/1.1 200", "<Account>222222222222</Account>"),
        (
            Behaviour::Claims { account: "111111111111", arn: STAGING },
            "HTTP/1.1 200",
            "<Account>111111111111</Account>",
        ),
        (Behaviour::NoAccount, "HTTP/1.1 200", hostile::ARN),
        (Behaviour::BlankAccount, "HTTP/1.1 200", "<Account> </Account>"),
        (Behaviour::CaptivePortal, "HTTP/1.1 200", "text/html"),
        (Behaviour::Login, "HTTP/1.1 302", "Location: https://login.example.com/"),
        (Behaviour::Garbage, "HTTP/1.1 200", "<<<"),
        (Behaviour::Refuses { code: "ExpiredToken" }, "HTTP/1.1 403", "<Code>ExpiredToken</Code>"),
        (
            Behaviour::Refuses { code: "SignatureDoesNotMatch" },
            "HTTP/1.1 403",
            "<Code>SignatureDoesNotMatch</Code>",
        ),
        (Behaviour::Skewed { seconds: 3600 }, "HTTP/1.1 400", "Date: "),
        (Behaviour::Fails { status: 503 }, "HTTP/1.1 503", "Content-Length: 0"),
    ];
    for (behaviour, status, part) in cases {
        let server = Hostile::plain(behaviour.clone());
        let answer = get_caller_identity(server.address(), "demo");
        assert!(answer.starts_with(status), "{behaviour:?}: {answer}");
        assert!(answer.contains(part), "{behaviour:?}: {answer}");
        assert_eq!((server.connections(), server.requests().len()), (1, 1), "{behaviour:?}");
        assert_eq!(sts::access_key_id(&server.requests()[0]), Some("demo"), "{behaviour:?}");
        assert_eq!(server.bytes(), request_text("127.0.0.1", "demo").len() as u64, "{behaviour:?}");
    }
}

#[test]
fn an_answer_without_an_account_has_no_account_element() {
    let server = Hostile::plain(Behaviour::NoAccount);
    assert!(!get_caller_identity(server.address(), "demo").contains("Account>"));
}

#[test]
fn a_throttling_sts_answers_after_its_refusals() {
    let server = Hostile::plain(Behaviour::Throttles { times: 2 });
    let answers: Vec<_> = (0..3).map(|_| get_caller_identity(server.address(), "demo")).collect();
    assert!(answers[0].contains("<Code>Throttling</Code>"), "{}", answers[0]);
    assert!(answers[1].contains("<Code>Throttling</Code>"), "{}", answers[1]);
    assert!(answers[2].contains("<Account>111111111111</Account>"), "{}", answers[2]);
}

#[test]
fn a_silent_server_counts_requests_and_bytes() {
    for (behaviour, requests) in
        [(Behaviour::SilentAfterAccept, 0), (Behaviour::SilentAfterRequest, 1)]
    {
        let server = Hostile::plain(behaviour);
        let stream = connect(server.address());
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let error = talk(stream, &request_text("127.0.0.1", "demo")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        assert_eq!(server.requests().len(), requests);
        assert_eq!(server.bytes(), request_text("127.0.0.1", "demo").len() as u64);
    }
}

#[test]
fn a_server_that_closes_gives_no_answer() {
    let server = Hostile::plain(Behaviour::ClosesAfterRequest);
    assert_eq!(get_caller_identity(server.address(), "demo"), "");
    let server = Hostile::plain(Behaviour::Closes);
    let mut nothing = Vec::new();
    assert_eq!(connect(server.address()).read_to_end(&mut nothing).unwrap(), 0);
    assert_eq!((server.connections(), server.bytes()), (1, 0));
}

#[test]
fn a_huge_answer_arrives_whole() {
    let server = Hostile::plain(Behaviour::Huge);
    let answer = get_caller_identity(server.address(), "demo");
    assert!(answer.len() > hostile::HUGE);
    assert!(answer.trim_end().ends_with("</GetCallerIdentityResponse>"));
}

#[test]
fn an_endless_answer_is_longer_than_a_huge_one() {
    let server = Hostile::plain(Behaviour::Endless);
    let mut stream = connect(server.address());
    stream.write_all(request_text("127.0.0.1", "demo").as_bytes()).unwrap();
    let enough = 2 * hostile::HUGE as u64;
    assert_eq!(io::copy(&mut stream.take(enough), &mut io::sink()).unwrap(), enough);
}

#[test]
fn a_trickle_is_one_byte_per_second() {
    let server = Hostile::plain(Behaviour::Trickles);
    let mut stream = connect(server.address());
    stream.write_all(request_text("127.0.0.1", "demo").as_bytes()).unwrap();
    let start = Instant::now();
    let mut three = [0; 3];
    stream.read_exact(&mut three).unwrap();
    assert_eq!(&three, b"HTT");
    assert!(start.elapsed() >= Duration::from_millis(1900), "{:?}", start.elapsed());
}

#[test]
fn a_dropped_server_is_closed() {
    let server = Hostile::plain(Behaviour::SilentAfterAccept);
    let address = server.address();
    let mut held = connect(address);
    drop(server);
    assert_eq!(held.read(&mut [0]).unwrap_or(0), 0);
    assert!(TcpStream::connect(address).is_err());
}
