//! Tests of MFA codes: they come from the variable or from a prompt at a real terminal, and without
//! both there is an error at once.

use std::time::Duration;

use crate::assumed_roles::DEPLOY;
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour};
use crate::rig::role_sts::{Sts, handed_out, nothing_leaks};
use crate::rig::setup::{KEY, Setup, allowed, message, unknown};
use crate::rig::sts;
use crate::rig::terminal::{self, Session};

const DEVICE: &str = "arn:aws:iam::555555555555:mfa/me";
const PROMPT: &str = "MFA code of arn:aws:iam::555555555555:mfa/me: ";

fn with_role(guard: Guard) -> Guard {
    guard.args("--role-arn").arg(DEPLOY).args("--mfa-serial").arg(DEVICE)
}

fn with_code(guard: Guard, code: &str) -> Guard {
    guard.env("ACCOUNT_GUARD_MFA_CODE", code)
}

#[test]
fn a_role_is_assumed_with_the_code_from_the_variable() {
    let sts = Sts::generous();
    let outcome = with_code(with_role(sts.check()), "123456").run();
    allowed(&outcome);
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    let requests = sts.requests();
    assert_eq!(
        requests[0].form("SerialNumber"),
        Some("arn%3Aaws%3Aiam%3A%3A555555555555%3Amfa%2Fme")
    );
    assert_eq!(requests[0].form("TokenCode"), Some("123456"));
}

#[test]
fn the_mfa_device_comes_from_the_profile() {
    let sts = Sts::generous();
    let config = format!(
        "[profile prod]\nrole_arn = {DEPLOY}\nmfa_serial = {DEVICE}\nsource_profile = base\n\
         [profile base]\naws_access_key_id = A\naws_secret_access_key = B\n"
    );
    let guard = || sts.check().file("~/.aws/config", &config).args("--profile prod");
    allowed(&with_code(guard(), "123456").run());
    assert_eq!(sts.requests()[0].form("TokenCode"), Some("123456"));
    let session = terminal::without(&guard());
    refused(&session, "mfa-required", "this process has no terminal");
    assert_eq!(sts.requests().len(), 2);
}

#[test]
fn an_mfa_session_without_a_role_is_of_the_same_user() {
    let me = "arn:aws:iam::111111111111:user/me";
    let sts = Sts::new(|_| handed_out("GetSessionToken"), me);
    let guard = sts.check().policy(
        "version = 1\n[environments.prod]\naccounts = [\"111111111111\"]\nusers = [\"me\"]\n",
    );
    let guard = guard.args("--duration 1h --mfa-serial").arg(DEVICE);
    let outcome = with_code(guard, "123456").run();
    let document = allowed(&outcome);
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    assert_eq!(document["source"]["kind"], "session");
    assert!(document["notes"].to_string().contains("command has to create its own"), "{document}");
    let requests = sts.requests();
    for (field, value) in
        [("Action", "GetSessionToken"), ("TokenCode", "123456"), ("DurationSeconds", "3600")]
    {
        assert_eq!(requests[0].form(field), Some(value));
    }
    let temporary = Credentials { session_token: Some("token".to_owned()), ..Credentials::of(KEY) };
    let guard = sts.check().credentials(&temporary).args("--mfa-serial").arg(DEVICE);
    let document = unknown(&with_code(guard, "123456").run(), "invalid-configuration");
    assert!(message(&document).contains("requires long-term keys"), "{document}");
    assert_eq!(sts.requests().len(), 2);
}

#[test]
fn an_invalid_code_is_not_sent() {
    for code in ["", "12345", "1234567", "12345a", "１２３４５６", "654321 654321"] {
        let sts = Sts::generous();
        let outcome = with_code(with_role(sts.check()), code).run();
        let document = unknown(&outcome, "mfa-required");
        assert!(message(&document).contains("expected six digits"), "{document}");
        nothing_leaks(&outcome.stdout, &outcome.stderr);
        assert!(sts.requests().is_empty());
    }
}

#[test]
fn a_code_that_sts_refuses_is_reported() {
    for (code, text) in [
        ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
        ),
    ] {
        let sts = Sts::new(move |_| sts::refusal(403, code, text), hostile::ARN);
        let outcome = with_code(with_role(sts.check()), "123456").run();
        let document = unknown(&outcome, "mfa-required");
        assert!(message(&document).contains(DEVICE), "{document}");
        assert!(
            document["next"].as_str().unwrap().contains("wait for the next code"),
            "{document}"
        );
        nothing_leaks(&outcome.stdout, &outcome.stderr);
    }
}

/// A code is valid once: a chain that needs two cannot use one variable.
#[test]
fn a_code_is_not_used_twice() {
    let sts = Sts::generous();
    let config = format!(
        "[profile prod]\nrole_arn = {DEPLOY}\nmfa_serial = {DEVICE}\nsource_profile = base\n\
         [profile base]\naws_access_key_id = A\naws_secret_access_key = B\n"
    );
    let guard = || {
        let guard = sts.check().file("~/.aws/config", &config).args("--profile prod");
        with_code(with_role(guard), "123456")
    };
    refused(&terminal::without(&guard()), "mfa-required", "another code");
    assert!(sts.requests().is_empty());
    let session = terminal::typing(&guard(), &[(PROMPT, "654321\n")]);
    assert_eq!(session.code, 0, "{session:#?}");
    let codes: Vec<_> =
        sts.requests().iter().filter_map(|it| it.form("TokenCode").map(str::to_owned)).collect();
    assert_eq!(codes, ["123456", "654321"]);
}

#[track_caller]
fn refused(session: &Session, code: &str, says: &str) {
    assert_eq!(session.code, 3, "{session:#?}");
    let document: serde_json::Value = serde_json::from_str(&session.stdout).unwrap();
    assert_eq!(document["error"]["code"], code, "{session:#?}");
    assert!(message(&document).contains(says), "{session:#?}");
    nothing_leaks(&session.stdout, &session.stderr);
}

#[test]
fn the_code_is_prompted_for_at_the_terminal() {
    let sts = Sts::generous();
    let session = terminal::typing(&with_role(sts.check()), &[(PROMPT, "654321\n")]);
    assert_eq!(session.code, 0, "{session:#?}");
    assert!(session.screen.starts_with(PROMPT), "{session:#?}");
    nothing_leaks(&session.stdout, &session.stderr);
    assert_eq!(sts.requests()[0].form("TokenCode"), Some("654321"));
    for typed in ["65432\n", "\n", "nonsense\n"] {
        let session = terminal::typing(&with_role(sts.check()), &[(PROMPT, typed)]);
        refused(&session, "mfa-required", "the input is not an MFA code");
    }
    let session = terminal::typing(&with_role(sts.check()), &[(PROMPT, "\u{4}")]);
    refused(&session, "mfa-required", "no code was entered on the terminal");
    assert_eq!(sts.requests().len(), 2);
}

#[test]
fn interrupting_the_prompt_ends_the_program() {
    let sts = Sts::generous();
    let session = terminal::typing(&with_role(sts.check()), &[(PROMPT, "\u{3}")]);
    assert_eq!((session.code, session.stdout.as_str()), (-2, ""), "{session:#?}");
    assert!(sts.requests().is_empty());
}

#[test]
fn no_prompt_is_shown_without_a_terminal() {
    for (name, value, is_in_terminal, says) in [
        ("X", "", false, "this process has no terminal"),
        ("CI", "true", true, "a CI job has no terminal"),
        ("GITHUB_ACTIONS", "true", true, "a CI job has no terminal"),
    ] {
        let sts = Sts::generous();
        let guard = with_role(sts.check()).env(name, value);
        let session =
            if is_in_terminal { terminal::typing(&guard, &[]) } else { terminal::without(&guard) };
        refused(&session, "mfa-required", says);
        assert!(session.duration < Duration::from_secs(5), "{session:#?}");
        assert!(sts.requests().is_empty());
    }
}

#[test]
fn the_time_at_the_prompt_does_not_count() {
    let sts = Sts::generous();
    let guard = with_role(sts.check()).args("--timeout 3s");
    let session = terminal::typing_after(&guard, Duration::from_secs(5), PROMPT, "654321\n");
    assert_eq!(session.code, 0, "{session:#?}");
}

#[test]
fn the_time_of_sts_after_the_prompt_counts() {
    let setup = Setup::new(Behaviour::SilentAfterRequest);
    let guard = with_role(setup.check()).args("--timeout 2s");
    let session = terminal::typing_after(&guard, Duration::from_secs(3), PROMPT, "654321\n");
    refused(&session, "sts-timeout", "time ran out after 2s");
    assert!(session.duration < Duration::from_secs(15), "{session:#?}");
}
