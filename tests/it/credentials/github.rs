//! Tests of the output for later steps of a job of GitHub Actions.

use std::fs;
use std::path::Path;

use super::{credentials, formed};
use crate::rig::guard::{Guard, Outcome, Stdout};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{KEY, STAGING, Setup, fifo, usage_error};

/// The outcome, and the file of variables after the run.
fn after(guard: &Guard) -> (Outcome, String) {
    let outcome = guard.run();
    (outcome, fs::read_to_string(guard.work().join("job")).unwrap())
}

/// The value of the variable in later steps, as the runner reads the file.
fn variable<'a>(job: &'a str, name: &str) -> Option<&'a str> {
    job.lines()
        .filter_map(|line| line.split_once('='))
        .filter(|it| it.0 == name)
        .map(|it| it.1)
        .next_back()
}

#[test]
fn later_steps_get_the_judged_credentials_and_the_log_masks_them() {
    let setup = Setup::honest();
    let guard = formed(&setup, "github")
        .file("job", "EARLIER=1")
        .env("AWS_SECURITY_TOKEN", "hush-token")
        .env("AWS_ROLE_ARN", "");
    let (outcome, job) = after(&guard);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let masks = format!(
        "::add-mask::{KEY}\n::add-mask::a-secret-that-opens-nothing\n::add-mask::hush-token\n"
    );
    assert_eq!(outcome.stdout, masks);
    for (name, value) in [
        ("EARLIER", "1"),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", "a-secret-that-opens-nothing"),
        ("AWS_SESSION_TOKEN", "hush-token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_SECURITY_TOKEN", ""),
        ("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "111111111111"),
    ] {
        assert_eq!(variable(&job, name), Some(value), "{name}: {job}");
    }
    assert_eq!(variable(&job, "AWS_ROLE_ARN"), None, "it is blank as it is: {job}");
    assert!(job.lines().all(|line| line.contains('=')), "act takes no empty line: {job}");
}

#[test]
fn boto_credentials_are_hidden_whether_allowed_or_refused() {
    let keys = "[Credentials]\naws_access_key_id = B\naws_secret_access_key = hush-boto\n";
    let other = "[Boto]\nproxy = p\n";
    for (setup, code) in
        [(Setup::honest(), 0), (Setup::new(Behaviour::Answers { arn: STAGING }), 1)]
    {
        for (text, expected) in [(keys, Some("/dev/null")), (other, None)] {
            let (outcome, job) = after(&formed(&setup, "github").file("~/.boto", text));
            assert_eq!(outcome.code, Some(code), "{outcome:#?}");
            assert_eq!(variable(&job, "BOTO_CONFIG"), expected, "{text}: {job}");
        }
    }
}

/// Keys of a user have no token, and a token of an earlier step belongs to other keys.
#[test]
fn a_token_of_an_earlier_step_is_blanked() {
    let setup = Setup::honest();
    let guard = formed(&setup, "github").env("AWS_SESSION_TOKEN", "");
    let (outcome, job) = after(&guard.file("job", "AWS_SESSION_TOKEN=hush-old\n"));
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(variable(&job, "AWS_SESSION_TOKEN"), Some(""), "{job}");
}

#[test]
fn a_refusal_leaves_blank_variables() {
    let earlier = "AWS_ACCESS_KEY_ID=old\nAWS_SECRET_ACCESS_KEY=old\n";
    let denied = Setup::new(Behaviour::Answers { arn: STAGING });
    let unknown = Setup::new(Behaviour::Closes);
    for (guard, code) in [
        (formed(&denied, "github"), 1),
        (formed(&unknown, "github"), 3),
        (formed(&denied, "github").args("--policy gone.toml"), 2),
        (formed(&denied, "github").args("--nonsense"), 2),
        (formed(&denied, "github").args("--report /nowhere/report"), 3),
    ] {
        let (outcome, job) = after(&guard.env("AWS_ROLE_ARN", "x").file("job", earlier));
        assert!(job.lines().all(|line| line.contains('=')), "act takes no empty line: {job}");
        assert_eq!((outcome.code, &*outcome.stdout), (Some(code), ""), "{outcome:#?}");
        for name in
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN"]
        {
            assert_eq!(variable(&job, name), Some(""), "{job}");
        }
        assert_eq!(variable(&job, "AWS_WEB_IDENTITY_TOKEN_FILE"), None, "{job}");
    }
}

#[test]
fn an_unwritable_environment_file_is_an_error() {
    let setup = Setup::honest();
    let guard = formed(&setup, "github");
    let pipe = fifo(guard.home().join("pipe"));
    for (path, why) in [
        (Path::new("/dev/full"), "GITHUB_ENV: not a regular file"),
        (Path::new("gone"), "GITHUB_ENV: No such file"),
        (Path::new("/"), "GITHUB_ENV: not a regular file"),
        (Path::new("/proc/version"), "GITHUB_ENV: "),
        (&pipe, "GITHUB_ENV: not a regular file"),
    ] {
        let outcome = formed(&setup, "github").env("GITHUB_ENV", path).run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        assert!(outcome.stderr.contains(why), "{outcome:#?}");
    }
    for guard in [credentials(&setup), credentials(&setup).env("GITHUB_ENV", "")] {
        usage_error(&guard.args("--format github").run(), "GITHUB_ENV is not set");
    }
}

/// Masks are written before any value, and without them no keys are written.
#[test]
fn without_masks_no_keys_are_written() {
    let setup = Setup::honest();
    let guard = formed(&setup, "github").stdout(Stdout::Full);
    let (outcome, job) = after(&guard);
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert_eq!(variable(&job, "AWS_SECRET_ACCESS_KEY"), Some(""), "{job}");
}

/// A blank profile is not the default profile: the AWS CLI searches for a profile with an empty
/// name.
#[test]
fn a_profile_of_the_job_is_refused() {
    let setup = Setup::honest();
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_STAGING_PROFILE"] {
        let guard = formed(&setup, "github").env(name, "prod");
        usage_error(&guard.run(), &format!("{name} is set, and GITHUB_ENV cannot unset it"));
        assert!(setup.is_untouched());
    }
}
