//! Tests of when colours are used, and of the colours themselves.

use super::{PEOPLE, check_as, loopback, snapshot};
use crate::rig::guard::Guard;

/// Replaces each escape character by a visible one.
fn visible(text: &str) -> String {
    text.replace('\u{1b}', "␛")
}

#[test]
fn a_refusal_in_colour() {
    let sts = loopback(PEOPLE);
    for key in ["staging", "nobody", "prod"] {
        let mut outcome = check_as(key, "prod", &sts).args("--color always").run();
        let plain = check_as(key, "prod", &sts).run();
        assert_ne!(outcome.stdout, plain.stdout);
        assert_eq!(without_colours(&outcome.stdout), plain.stdout);
        outcome.stdout = visible(&outcome.stdout);
        snapshot!(format!("colour-{key}"), outcome);
    }
}

fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let (_, rest) = piece.split_once('m').expect("a colour and nothing else");
        text + rest
    })
}

#[test]
fn colours_are_used_at_a_terminal_or_on_request() {
    let sts = loopback(PEOPLE);
    let broken = || Guard::new().policy("version = 2\n").args("policy lint");
    for (argument, variables, is_coloured) in [
        ("auto", &[][..], false),
        ("auto", &[("CLICOLOR_FORCE", "1")], true),
        ("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("auto", &[("TERM", "xterm-256color"), ("CI", "true")], false),
        ("always", &[], true),
        ("always", &[("NO_COLOR", "1")], true),
        ("never", &[], false),
        ("never", &[("CLICOLOR_FORCE", "1")], false),
    ] {
        let dress = |guard: Guard| {
            guard.args("--color").arg(argument).envs(variables.iter().copied()).run()
        };
        let denied = dress(check_as("staging", "prod", &sts));
        let case = format!("{argument} {variables:?}");
        assert_eq!(denied.stdout.contains('\u{1b}'), is_coloured, "{case}: {denied:?}");
        assert_eq!(denied.code, Some(1), "{case}: {denied:?}");
        let lint = dress(broken());
        assert_eq!(lint.stderr.contains('\u{1b}'), is_coloured, "{case}: {lint:?}");
    }
}

#[test]
fn json_output_has_no_colours() {
    let sts = loopback(PEOPLE);
    let guard = check_as("staging", "prod", &sts).args("--color always --format json");
    assert!(!guard.run().stdout.contains('\u{1b}'));
}
