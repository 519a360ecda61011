//! Tests that no secret appears in debug output, in error messages or in the arguments of processes.
//! Besides these tests, the rig searches the output of every run of every test.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, thread};

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::Behaviour;
use crate::rig::secrets::{Secrets, debugged, without_trail};
use crate::rig::setup::{Setup, never_allowed, unknown};

/// The command lines of all processes with this home in their environment, as `ps` shows them.
fn command_lines(home: &Path) -> BTreeSet<String> {
    let mark = format!("HOME={}\0", home.display());
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let text = |path: &Path| Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned());
    let line = |entry: fs::DirEntry| {
        let environment = text(&entry.path().join("environ"))?;
        environment.contains(&mark).then(|| text(&entry.path().join("cmdline")))?
    };
    processes.filter_map(line).map(|line| line.replace('\0', " ")).collect()
}

/// Runs the program, and collects command lines until it ends.
fn seen_while_running(guard: &Guard) -> (BTreeSet<String>, Outcome) {
    let (home, is_over) = (guard.home(), AtomicBool::new(false));
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            while !is_over.load(Ordering::Relaxed) {
                seen.extend(command_lines(&home));
                thread::sleep(Duration::from_millis(20));
            }
            seen
        });
        let outcome = guard.run();
        is_over.store(true, Ordering::Relaxed);
        (watching.join().unwrap(), outcome)
    })
}

#[test]
fn no_process_has_a_secret_in_its_arguments() {
    let setup = Setup::new(Behaviour::SilentAfterRequest);
    let check = || setup.bare().args("check prod --format json --timeout 1s");
    let keys = || Credentials {
        session_token: Some("a-token-that-opens-nothing".to_owned()),
        ..Credentials::of("ASIAOTHER")
    };
    let role = "--role-arn arn:aws:iam::111111111111:role/deploy-ci";
    let process = "[default]\ncredential_process = sleep 20\n";
    for guard in [
        check().credentials(&keys()),
        check()
            .credentials(&Credentials::of("AKIAOTHER"))
            .env("ACCOUNT_GUARD_MFA_CODE", "123456")
            .args(role)
            .args("--mfa-serial arn:aws:iam::111111111111:mfa/me"),
        check()
            .file("token", "a.web.identity-token")
            .args("--web-identity-token-file token")
            .args(role),
        check()
            .file("assertion", "YS1TQU1MLWFzc2VydGlvbg==")
            .args("--saml-assertion-file assertion")
            .args(role)
            .args("--saml-principal-arn arn:aws:iam::111111111111:saml-provider/corp"),
        // The process of the guard must not get the variables that select other credentials.
        check()
            .path()
            .file("~/.aws/config", process)
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush"),
    ] {
        let (seen, outcome) = seen_while_running(&guard);
        unknown(&outcome, "sts-timeout");
        assert!(seen.iter().any(|line| line.contains("account-guard check prod")), "{seen:?}");
        for line in &seen {
            guard.hides_secrets(line, "");
        }
    }
}

/// The secrets are in no argument of the guard, nor of the process that prints them for it.
#[test]
fn printed_credentials_are_in_no_argument() {
    let setup = Setup::honest();
    let keys = "{\"Version\": 1, \"AccessKeyId\": \"ASIAOTHER\", \"SecretAccessKey\": \"hush\"}";
    let process = "[default]\ncredential_process = sh -c 'sleep 1; cat ~/keys'\n";
    for form in ["process", "json", "env", "fish", "powershell"] {
        let guard = setup.bare().path().file("~/keys", keys).file("~/.aws/config", process);
        let guard = guard.args("credentials prod --format").arg(form);
        let (seen, outcome) = seen_while_running(&guard);
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        assert!(outcome.stdout.contains("hush"), "{outcome:#?}");
        assert!(seen.iter().any(|line| line.contains("account-guard credentials")), "{seen:?}");
        for line in &seen {
            assert!(!line.contains("hush") && !line.contains("ASIAOTHER"), "{line}");
        }
    }
}

/// A search that finds nothing in this output would be useless.
#[test]
#[should_panic(expected = "a secret was shown")]
fn the_rig_finds_a_secret_in_the_output() {
    let mut secrets = Secrets::default();
    secrets.of_variable("AWS_SECRET_ACCESS_KEY".as_ref(), "wJalrOther".as_ref());
    secrets.are_not_in(&[], &["", "key: wJalrOther"]);
}

#[test]
fn the_rig_adds_debug_and_removes_its_output() {
    let words = |text: &str| text.split(' ').map(Into::into).collect::<Vec<std::ffi::OsString>>();
    let debug = debugged(&words("exec prod -- env")).unwrap();
    assert_eq!(debug, words("exec prod --debug -- env"));
    assert_eq!(debugged(&words("policy lint")), None);
    assert_eq!(debugged(&words("check prod --debug")), None);
    assert_eq!(
        without_trail("[    1 ms] a step\nan error\n[x] no step\n"),
        "an error\n[x] no step\n"
    );
}

#[test]
fn debug_output_contains_no_secret() {
    let secrets = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG".to_owned(),
        session_token: Some("FwoGZXIvYXdzEBYaDsession".to_owned()),
    };
    for behaviour in [
        Behaviour::Answers { arn: crate::rig::hostile::ARN },
        Behaviour::Answers { arn: crate::rig::setup::STAGING },
        Behaviour::Refuses { code: "ExpiredToken" },
        Behaviour::Refuses { code: "SignatureDoesNotMatch" },
        Behaviour::CaptivePortal,
        Behaviour::Garbage,
        Behaviour::Closes,
        Behaviour::NoAccount,
    ] {
        let setup = Setup::new(behaviour);
        for format in ["human", "json"] {
            let guard = setup.bare().credentials(&secrets).args("check prod --debug --format");
            let guard = guard.arg(format).args("--report report.json");
            let outcome = guard.run();
            let report = fs::read_to_string(guard.work().join("report.json")).unwrap();
            holds_no_secret(&outcome, &report);
            assert!(outcome.stderr.contains(" ms] "), "it does say something: {outcome:#?}");
        }
    }
}

fn holds_no_secret(outcome: &Outcome, report: &str) {
    for secret in ["wJalrXUtnFEMI", "FwoGZXIvYXdz", "AKIAIOSFODNN7EXAMPLE", "hush"] {
        let is_told =
            [&outcome.stdout, &outcome.stderr, report].iter().any(|it| it.contains(secret));
        assert!(!is_told, "{secret}: {outcome:#?}");
    }
}

/// Invalid configurations with a secret that a message could quote.
#[test]
fn errors_about_a_secret_do_not_show_it() {
    let setup = Setup::honest();
    let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    let keys = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";
    for (variables, config) in [
        (&[(id, "x"), (secret, "hush\nhush")][..], String::new()),
        (&[(id, "x"), (secret, "\"hush\"")], String::new()),
        (&[(id, "x"), (secret, "h"), ("AWS_SESSION_TOKEN", "hush hush")], String::new()),
        (&[(secret, "hush")], String::new()),
        (&[(id, "AKIAIOSFODNN7EXAMPLE")], String::new()),
        (&[(id, "AKIAIOSFODNN7EXAMPLE hush"), (secret, "hush")], String::new()),
        (&[], format!("{keys}aws_secret_access_key = hush # hush\n")),
        (&[], format!("{keys}aws_secret_access_key =\n  hush\n")),
        (&[], format!("{keys}aws_secret_access_key = hush hush\n")),
        (&[], format!("{keys}aws_secret_access_key: hush\n")),
        (&[], format!("{keys}aws_secret_access_key hush\n")),
        (&[], "[default]\ncredential_process = vend --password hush\n".to_owned()),
        (
            &[("HTTPS_PROXY", "http://user:hush@127.0.0.1:1"), (id, "x"), (secret, "h")],
            String::new(),
        ),
        (
            &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://u:hush@127.0.0.1:1/hush")],
            String::new(),
        ),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\nhush"),
            ],
            String::new(),
        ),
    ] {
        let guard = setup.bare().envs(variables.iter().copied()).file("~/.aws/config", &config);
        let outcome = guard.args("check prod --debug").run();
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        holds_no_secret(&outcome, "");
        never_allowed(&outcome);
    }
}
