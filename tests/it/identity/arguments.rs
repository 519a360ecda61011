//! Tests of the arguments: those of the AWS CLI are accepted, and invalid ones are refused.

use super::asking;
use crate::output::snapshots::loopback;
use crate::rig::guard::Guard;
use crate::rig::hostile::{Behaviour, Hostile};

const PEOPLE: &[(&str, &str)] =
    &[("role", "arn:aws:sts::111111111111:assumed-role/deploy-ci/GitHubActions")];

#[test]
fn every_parameter_of_the_aws_cli_is_accepted() {
    let sts = loopback(PEOPLE);
    let guard = asking("http://127.0.0.1:9", "role").arg("--endpoint-url").arg(sts.url()).args(
        "--debug --no-verify-ssl --region eu-west-2 --output text --query Account --cli-input-json \
         {} --no-paginate --cli-read-timeout 30 --cli-connect-timeout 30 --color off --no-cli-pager",
    );
    let outcome = guard.run();
    assert_eq!((outcome.code, &*outcome.stdout), (Some(0), "111111111111\n"), "{outcome:#?}");
    assert!(outcome.stderr.contains("ms] asking 127.0.0.1"), "{outcome:#?}");
    assert!(!outcome.stderr.contains("opens-nothing"), "{outcome:#?}");
}

#[test]
fn a_usage_error_sends_no_request() {
    let sts = loopback(PEOPLE);
    for words in [
        &["--query", "a["][..],
        &["--query", ""],
        &["--query", "a b"],
        &["--output", "xml"],
        &["--output", "json", "--format", "json"],
        &["--query", "Arn", "--format", "human"],
        &["--cli-input-json", "[]"],
        &["--cli-input-json", "{\"a\": 1}"],
        &["--cli-input-json", "file://nowhere"],
        &["--cli-read-timeout", "-1"],
        &["--cli-read-timeout", "soon"],
        &["--color", "purple"],
        &["--endpoint-url", "nowhere"],
        &["more"],
        &["--bogus"],
    ] {
        let outcome = words.iter().fold(asking(&sts.url(), "role"), Guard::arg).run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""), "{words:?}: {outcome:#?}");
    }
}

#[test]
fn parameters_can_be_read_from_a_file() {
    let sts = loopback(PEOPLE);
    for (text, code) in [("{}", 0), (" {}\n", 0), ("{\"a\": 1}", 2), ("", 2)] {
        let outcome = asking(&sts.url(), "role")
            .file("parameters.json", text)
            .args("--output off --cli-input-json file://parameters.json")
            .run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(code), ""), "{text:?}: {outcome:#?}");
    }
}

/// A deep or incomplete query is refused and does not crash the program.
#[test]
fn a_deeply_nested_query_is_refused() {
    let sts = loopback(PEOPLE);
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("&", ""), ("{a:", "}"), ("a.", "a")] {
        for count in [90, 2_000, 25_000] {
            let query = format!("{}@{}", open.repeat(count), close.repeat(count));
            let outcome = asking(&sts.url(), "role").arg("--query").arg(&query).run();
            assert!(matches!(outcome.code, Some(0 | 2)), "{open} {count}: {:?}", outcome.stderr);
        }
    }
}

#[test]
fn an_unsigned_request_is_a_usage_error() {
    let sts = Hostile::plain(Behaviour::Answers { arn: PEOPLE[0].1 });
    let outcome = asking(&sts.url(), "role").args("--no-sign-request").run();
    assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{outcome:#?}");
    assert!(outcome.stderr.contains("MissingAuthenticationToken"), "{outcome:#?}");
    assert_eq!(sts.connections(), 0);
}

#[test]
fn aws_cli_timeouts_end_an_attempt_and_timeout_ends_the_run() {
    let sts = Hostile::plain(Behaviour::SilentAfterRequest);
    let outcome = asking(&sts.url(), "role").args("--cli-read-timeout 1 --timeout 25s").run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("(sts-timeout)") || outcome.stderr.contains("sts-timeout"));
    assert_eq!(sts.requests().len(), 3, "an attempt was given up and tried again");
    let outcome = asking(&sts.url(), "role").args("--cli-read-timeout 0 --timeout 2s").run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("time ran out after 2s"), "{outcome:#?}");
    assert_eq!(sts.requests().len(), 4);
}
