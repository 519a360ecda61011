//! Tests that every blocked operation ends at the deadline and leaves no process behind. The rig
//! kills a program that does not end, and fails the test.

use std::time::Duration;

use crate::fail_open::default_chain::machine;
use crate::rig::setup::{Setup, fifo, message, unknown};

/// The variable that names the pipe. The message names the pipe, and no other service is blamed.
#[test]
fn a_pipe_without_a_writer_is_named_at_the_deadline() {
    for name in [
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CA_BUNDLE",
    ] {
        let (setup, metadata) = (Setup::honest(), machine());
        let guard = setup.bare().envs(metadata.variables());
        let pipe = fifo(guard.home().join("pipe"));
        let role = ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci");
        let guard = guard.env(name, &pipe).env(role.0, role.1);
        let outcome = guard.args("check prod --format json --timeout 1s").run();
        let document = unknown(&outcome, "unreadable-configuration");
        let expected = format!("could not read `{}` within 1s: the file blocks", pipe.display());
        assert_eq!(message(&document), expected, "{name}");
        assert!(outcome.duration < Duration::from_secs(10), "{name}: {outcome:#?}");
        assert!(metadata.requests().is_empty() && setup.is_untouched(), "{name}");
    }
}

/// A file that is part of the question makes the question wrong. `identity` reads it before the deadline of
/// the call, `policy lint` has no option for a deadline.
#[test]
fn a_pipe_in_place_of_a_file_of_the_question_is_a_wrong_question() {
    for (arguments, what) in [
        ("check prod --timeout 1s --policy", "the policy"),
        ("credentials prod --timeout 1s --policy", "the policy"),
        ("identity --timeout 1s --policy", "the policy"),
        ("policy lint --policy", "the policy"),
        ("identity --timeout 1s --cli-input-json", "the file of --cli-input-json"),
    ] {
        let setup = Setup::honest();
        let guard = setup.bare();
        let pipe = fifo(guard.home().join("pipe"));
        let scheme = if arguments.ends_with("json") { "file://" } else { "" };
        let guard = guard.args(arguments).arg(format!("{scheme}{}", pipe.display()));
        let outcome = guard.run();
        assert_eq!(outcome.code, Some(2), "{arguments}: {outcome:#?}");
        let limit = if arguments.starts_with("policy") { "15s" } else { "1s" };
        let expected =
            format!("could not read {what} `{}` within {limit}: the file blocks", pipe.display());
        assert!(outcome.stderr.contains(&expected), "{arguments}: {outcome:#?}");
        assert!(outcome.duration < Duration::from_secs(30), "{arguments}: {outcome:#?}");
        assert!(setup.is_untouched(), "{arguments}");
    }
}

#[test]
fn a_metadata_service_that_drops_packets_ends_at_the_deadline() {
    let (setup, hole) = (Setup::honest(), crate::rig::blackhole::BlackHole::open());
    for name in ["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
        let guard = setup.bare().env(name, hole.url()).args("check prod --format json");
        let document = unknown(&guard.args("--timeout 1s").run(), "sts-timeout");
        assert!(message(&document).contains("obtaining the credentials"), "{document}");
        assert!(setup.is_untouched(), "{name}");
    }
}

/// A report can be written to a pipe that has a reader. The program does not wait for one.
#[test]
fn a_report_to_a_pipe_without_a_reader_is_an_error() {
    let setup = Setup::honest();
    for arguments in ["", "--nonsense"] {
        let guard = setup.check().args(arguments);
        let pipe = fifo(guard.home().join("pipe"));
        let outcome = guard.arg("--report").arg(pipe).run();
        assert_eq!(outcome.code, Some(if arguments.is_empty() { 3 } else { 2 }), "{outcome:#?}");
        crate::rig::setup::never_allowed(&outcome);
    }
    assert!(setup.is_untouched());
}
