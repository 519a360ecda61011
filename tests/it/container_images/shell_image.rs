//! Tests of the image with a shell, as GitLab's runner and others use it: the script is on the
//! standard input of the shell.

use super::engine::{SHELL, Setup};
use crate::rig::guard::Outcome;

/// GitLab's runner detects the shell in this way: as the command of the container, after the entry
/// point of the image.
const DETECTION: &str = "if [ -x /usr/local/bin/bash ]; then\n\texec /usr/local/bin/bash\n\
    elif [ -x /usr/bin/bash ]; then\n\texec /usr/bin/bash\nelif [ -x /bin/sh ]; then\n\texec /bin/sh\n\
    else\n\techo shell not found\n\texit 1\nfi\n";

/// A job with this script and a session of this account.
fn job(setup: &Setup, account: &str, script: &str) -> Outcome {
    let script = format!("set -e\n{script}\n");
    let container = setup.container().credentials(&setup.session(account));
    container.stdin(&script).run(SHELL, &["sh", "-c", DETECTION])
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_script_continues_when_allowed_and_ends_when_denied() {
    let setup = Setup::of_all();
    let script = "account-guard check prod\necho deployed";
    let outcome = job(setup, "111111111111", script);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stdout.starts_with("ALLOWED prod:"), "{outcome:#?}");
    assert!(outcome.stdout.ends_with("deployed\n"), "{outcome:#?}");
    let outcome = job(setup, "222222222222", script);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert!(outcome.stdout.starts_with("DENIED prod:"), "{outcome:#?}");
    assert!(!outcome.stdout.contains("deployed"), "{outcome:#?}");
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn exec_runs_a_command_of_the_image() {
    let setup = Setup::of_all();
    let script = "account-guard exec prod -- sh -c 'echo \"started as $(id -u) with ${AWS_ACCESS_KEY_ID%%A*}\"; exit 42'";
    let outcome = job(setup, "111111111111", script);
    assert_eq!(outcome.code, Some(42), "{outcome:#?}");
    assert!(outcome.stdout.contains("started as 65532 with"), "{outcome:#?}");
    let outcome = job(setup, "222222222222", script);
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    assert!(!outcome.stdout.contains("started"), "{outcome:#?}");
    assert!(outcome.stderr.contains("DENIED prod:"), "{outcome:#?}");
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn docker_finds_the_credential_helper_on_the_path() {
    let setup = Setup::of_all();
    let script = "echo ghcr.io | docker-credential-account-guard get";
    let outcome = job(setup, "111111111111", script);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert!(outcome.stdout.contains("credentials not found in native keychain"), "{outcome:#?}");
}

/// GitLab's runner clones with a `umask` of 0, so that every user may write to the checkout.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_world_writable_policy_of_the_runner_is_copied_first() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let run = |script: &str| {
        let container = setup.container().owned("account-guard.toml", 0, 0o666);
        let container = container.credentials(&prod).options("--read-only=false").stdin(script);
        container.run(SHELL, &["sh"])
    };
    let outcome = run("account-guard check prod");
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("is writable by every user of this machine"), "{outcome:#?}");
    let outcome = run("install -m 600 account-guard.toml /tmp\n\
        account-guard check prod --policy /tmp/account-guard.toml");
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}
