//! Tests that text from outside reaches a terminal escaped: the caller chooses the name of a
//! session.

use super::{POLICY, check_as, loopback};
use crate::rig::guard::{Guard, Outcome};

/// A change of the writing direction, an 8-bit CSI, an OSC with a bell, and a line separator.
const HOSTILE: &str = "x\u{202e}\u{9b}31m\u{9d}0;title\u{7f}\u{2028}\u{200f}y";

fn is_harmful(c: char) -> bool {
    c != '\n' && (c.is_control() || "\u{200e}\u{200f}\u{61c}".contains(c))
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

fn is_harmless(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        let found: Vec<_> = text.chars().filter(|&c| is_harmful(c)).collect();
        assert!(found.is_empty(), "{found:?} in {outcome:?}");
    }
}

#[test]
fn messages_of_sts_are_escaped() {
    let session = format!("arn:aws:sts::111111111111:assumed-role/deploy-ci/{HOSTILE}");
    let role = format!("arn:aws:sts::111111111111:assumed-role/{HOSTILE}/jane");
    let user = format!("arn:aws:iam::111111111111:user/{HOSTILE}");
    let strange = format!("arn:aws:sts::111111111111:{HOSTILE}/{HOSTILE}");
    let people = [
        ("session", session.as_str()),
        ("role", &role),
        ("user", &user),
        ("strange", &strange),
        ("escape", "arn:aws:sts::111111111111:assumed-role/deploy-ci/\u{1b}[2J"),
    ];
    let sts = loopback(&people);
    for (key, _) in people {
        for environment in ["prod", "staging", "legacy"] {
            for options in ["--format human", "--format json", "--debug"] {
                let outcome = check_as(key, environment, &sts).args(options).run();
                assert_ne!(outcome.code, Some(2), "{key} {environment} {options}: {outcome:?}");
                is_harmless(&outcome);
            }
        }
    }
}

#[test]
fn control_characters_in_a_session_name_are_refused_or_escaped() {
    let session = format!("arn:aws:sts::222222222222:assumed-role/deploy-ci/{HOSTILE}");
    let sts = loopback(&[("session", &session)]);
    let outcome = check_as("session", "prod", &sts).run();
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("x\\u{202e}\\u{9b}31m"), "{outcome:?}");
    let outcome = check_as("session", "prod", &sts).args("--format json").run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(document["identity"]["arn"], session, "JSON means what STS said");
}

#[test]
fn paths_and_names_of_the_command_line_are_escaped() {
    let sts = loopback(&[]);
    let name = format!("{HOSTILE}\u{1b}[31m.toml");
    for text in [POLICY, "version = 2\n", "nonsense"] {
        let run = |guard: Guard| is_harmless(&guard.file(&name, text).run());
        run(Guard::new().args("policy lint --policy").arg(&name));
        run(check_as("nobody", "prod", &sts).arg("--policy").arg(&name));
        run(check_as("nobody", "prod", &sts).args("--format json --policy").arg(&name));
        run(check_as("nobody", &name, &sts));
        run(check_as("nobody", "prod", &sts).arg("--profile").arg(&name));
        run(check_as("nobody", "prod", &sts).arg("--region").arg(&name));
        run(check_as("nobody", "prod", &sts).arg("--ca-bundle").arg(&name));
        run(check_as("nobody", "prod", &sts).env("AWS_ENDPOINT_URL_STS", &name));
        run(check_as("nobody", "live", &sts).env("AWS_ENDPOINT_URL_STS", &name));
        run(check_as("nobody", "live", &sts).env("HTTPS_PROXY", &name));
        run(check_as("nobody", "prod", &sts).arg("--report").arg(format!("{name}/no")));
        run(Guard::new().args("check").env("ACCOUNT_GUARD_POLICY", format!("{name}.not")));
        run(Guard::new().args("check prod").env("ACCOUNT_GUARD_ENVIRONMENT", &name));
    }
}

#[test]
fn usage_errors_are_escaped() {
    let name = format!("{HOSTILE}\u{1b}[31m");
    for guard in [
        Guard::new().arg(&name),
        Guard::new().args("check prod --format").arg(&name),
        Guard::new().args("check prod --timeout").arg(&name),
        Guard::new().args("check prod").arg(&name),
        Guard::new().args("check prod").arg(format!("--{name}")),
    ] {
        let outcome = guard.run();
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        is_harmless(&outcome);
    }
}
