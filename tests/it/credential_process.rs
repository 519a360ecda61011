//! Tests of `credential_process`: the program runs it as each tool would, shows none of its output,
//! and leaves no process running.

mod expiration;
mod shell_words;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fail_open::default_chain::machine;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome, PATIENCE};
use crate::rig::hostile;
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{HOST, POLICY, STAGING, Setup, allowed, denied, message, serve, unknown};
use crate::rig::sts;

/// The valid output of a process, without its closing brace; every secret in it contains `hush`.
pub(crate) const PRINTED: &str = r#"{"Version": 1, "AccessKeyId": "ASIAPROCESS", "SecretAccessKey": "hush",
    "SessionToken": "hush-token""#;

/// A run whose default profile has this command line; `{home}/vend` is a script with this text.
pub(crate) fn with_process(setup: &Setup, line: &str, script: &str) -> Guard {
    let guard = setup.bare().path().file("~/vend", &format!("#!/bin/sh\n{script}\n"));
    let home = guard.home();
    fs::set_permissions(home.join("vend"), fs::Permissions::from_mode(0o755)).unwrap();
    let line = line.replace("{home}", &home.to_string_lossy());
    let config = format!("[default]\ncredential_process = {line}\n");
    guard.file("~/.aws/config", &config).args("check prod --format json --debug")
}

pub(crate) fn printing(text: &str) -> String {
    format!("cat <<'END'\n{text}\nEND")
}

#[track_caller]
pub(crate) fn shows_no_secret(outcome: &Outcome) {
    assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("hush"), "{outcome:#?}");
}

/// Whether a process has ended; a zombie has ended too.
fn has_ended(id: &str) -> bool {
    let id = id.trim();
    assert!(!id.is_empty());
    fs::read_to_string(format!("/proc/{id}/stat")).map_or(true, |stat| stat.contains(") Z "))
}

#[track_caller]
fn have_ended(directory: &Path, names: &[&str]) {
    let start = Instant::now();
    let ids = names.iter().map(|name| fs::read_to_string(directory.join(name)).unwrap());
    for id in ids {
        while !has_ended(&id) {
            assert!(start.elapsed() < Duration::from_secs(5), "{id} still runs");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn sts_identifies_the_credentials_of_a_process() {
    for (end, has_end) in [
        ("}", false),
        (r#", "Expiration": "2099-01-01T00:00:00Z"}"#, true),
        (r#", "Expiration": "2099-01-01T00:00:00+01:00", "AccountId": "111111111111"}"#, true),
        (r#", "Expiration": null, "AccountId": "", "Other": ["x"]}"#, false),
    ] {
        let setup = Setup::honest();
        let outcome =
            with_process(&setup, "{home}/vend", &printing(&format!("{PRINTED}{end}"))).run();
        let document = allowed(&outcome);
        assert_eq!(document["source"]["kind"], "process");
        assert_eq!(document["lifetime_seconds"].is_u64(), has_end, "{document}");
        let requests = setup.server.requests();
        assert_eq!(requests.len(), 1, "one line, one winner: {requests:#?}");
        assert_eq!(sts::access_key_id(&requests[0]), Some("ASIAPROCESS"));
        assert_eq!(requests[0].header("x-amz-security-token"), Some("hush-token"));
        shows_no_secret(&outcome);
    }
}

#[test]
fn a_process_gets_the_environment_of_the_guard_and_no_input() {
    let setup = Setup::honest();
    let script = format!(
        "test \"$MARK\" = mine && test \"$AWS_REGION\" = eu-west-1 && ! read line || exit 9\n\
         head -c 300000 /dev/zero >&2\n{}",
        printing(&format!("{PRINTED}}}"))
    );
    let outcome = with_process(&setup, "{home}/vend", &script).env("MARK", "mine").run();
    allowed(&outcome);
}

#[test]
fn the_account_of_a_process_is_compared_with_sts() {
    let setup = Setup::honest();
    let script = printing(&format!(r#"{PRINTED}, "AccountId": "222222222222"}}"#));
    let document = denied(&with_process(&setup, "{home}/vend", &script).run(), "contradiction");
    assert!(document["violations"].to_string().contains("AccountId"), "{document}");
}

/// A script, the error code, and a part of the message.
const FAILURES: &[(&str, &str, &str)] = &[
    ("echo hush >&2; exit 3", "source-failed", "exit code 3, and wrote to stderr"),
    ("echo hush; exit 3", "source-failed", "exit code 3"),
    ("kill -9 $$", "source-failed", "signal 9"),
    ("true", "source-failed", "printed nothing"),
    ("echo", "source-failed", "printed nothing"),
    ("echo hush", "source-failed", "invalid JSON"),
    ("printf '{\"Version\": 1, \"SecretAccessKey\": \"hush'", "source-failed", "invalid JSON"),
    ("echo '[\"hush\"]'", "source-failed", "expected a JSON object"),
    (
        "echo '{\"Version\": 1, \"SecretAccessKey\": [\"hush\"]}'",
        "source-failed",
        "unique keys and string values",
    ),
    ("echo '{}'", "source-failed", "no `Version`"),
    ("echo '{\"Version\": 2}'", "source-failed", "expected 1, got 2"),
    ("echo '{\"Version\": \"hush\"}'", "source-failed", "expected the number 1"),
    ("echo '{\"Version\": 1, \"AccessKeyId\": \"A\"}'", "source-failed", "no `SecretAccessKey`"),
    (
        "echo '{\"Version\": 1, \"SecretAccessKey\": \"hush\", \"AccessKeyId\": \" \"}'",
        "source-failed",
        "no `AccessKeyId`",
    ),
    (
        "echo '{\"Version\": 1, \"SecretAccessKey\": \"hush hush\", \"AccessKeyId\": \"A\"}'",
        "source-failed",
        "credentials with invalid characters",
    ),
    ("yes hush", "source-failed", "more than 64 KiB"),
];

/// The text after the keys, the error code, and a part of the message.
const ENDS: &[(&str, &str, &str)] = &[
    ("} hush", "source-failed", "invalid JSON"),
    (
        r#", "Expiration": "hush"}"#,
        "source-failed",
        "an `Expiration` that account-guard cannot read as the AWS CLI",
    ),
    (
        r#", "Expiration": ""}"#,
        "source-failed",
        "an `Expiration` that account-guard cannot read as the AWS CLI",
    ),
    (
        r#", "Expiration": "2020-01-01T00:00:00Z"}"#,
        "expired-credentials",
        "expired at 2020-01-01T00:00:00Z",
    ),
    (r#", "AccountId": "hush"}"#, "source-failed", "expected 12 digits"),
    (r#", "SessionToken": "hush\nhush"}"#, "source-failed", "unique keys"),
];

#[track_caller]
fn fails(line: &str, script: &str, code: &str, said: &str) {
    let (setup, metadata) = (Setup::honest(), machine());
    let outcome = with_process(&setup, line, script).envs(metadata.variables()).run();
    let document = unknown(&outcome, code);
    assert!(message(&document).contains(said), "{script}: {}", message(&document));
    assert!(message(&document).contains("config:2"), "{script}: {}", message(&document));
    assert!(document["next"].is_string(), "{script}: {document}");
    shows_no_secret(&outcome);
    assert!(outcome.duration < Duration::from_secs(10), "{outcome:#?}");
    assert!(metadata.requests().is_empty() && setup.is_untouched(), "{script}");
}

#[test]
fn a_process_that_fails_never_falls_through() {
    for (script, code, said) in FAILURES {
        fails("{home}/vend", script, code, said);
    }
    for (end, code, said) in ENDS {
        fails("{home}/vend", &printing(&format!("{PRINTED}{end}")), code, said);
    }
}

#[test]
fn a_process_that_cannot_be_run_never_falls_through() {
    for (line, said) in [
        ("{home}/absent --password hush", "/home/absent` does not exist"),
        ("absent-program --password hush", "its program `absent-program` does not exist"),
        ("{home} --password hush", "is not executable"),
        ("{home}/.aws/config", "is not executable"),
        ("A=hush {home}/vend", "its program does not exist"),
        ("{home}/vend \"hush", "unclosed quotation mark"),
    ] {
        let setup = Setup::honest();
        let outcome = with_process(&setup, line, "exit 9").args("--for aws-cli").run();
        let document = unknown(&outcome, "source-failed");
        assert!(message(&document).contains(said), "{line}: {}", message(&document));
        shows_no_secret(&outcome);
        assert!(setup.is_untouched(), "{line}");
    }
    for (line, said) in [
        ("\"$HOME/absent\" hush", "exit code 127: the shell did not find a command"),
        ("\"$HOME/.aws/config\" hush", "exit code 126: the shell could not run it"),
        ("A=3 && exit $A", "exit code 3"),
        ("{home}/vend \"hush", "exit code 2, and wrote to stderr"),
    ] {
        let setup = Setup::honest();
        let outcome = with_process(&setup, line, "exit 9").args("--for terraform").run();
        let document = unknown(&outcome, "source-failed");
        assert!(message(&document).contains(said), "{line}: {}", message(&document));
        shows_no_secret(&outcome);
        assert!(setup.is_untouched(), "{line}");
    }
}

/// STS recognises two keys; the script prints the one that its argument selects.
fn two_identities(line: &str, who: &str, arguments: &str) -> Outcome {
    let ca = Ca::new();
    let server = serve(ca.server(&[HOST], Validity::Current), |request| {
        let arn = match sts::access_key_id(request) {
            Some("ASIASTAGING") => STAGING,
            _ => hostile::ARN,
        };
        sts::identity(arn, sts::account_of(arn), &sts::user_id_of(arn))
    });
    let proxy = Proxy::start(Mode::Routes(vec![(format!("{HOST}:443"), server.address())]));
    let script = "case \"$1\" in staging) key=ASIASTAGING;; *) key=ASIAPROD;; esac\n\
                  echo \"$1\" >> \"$0.trace\"\n\
                  echo \"{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"$key\\\", \
                  \\\"SecretAccessKey\\\": \\\"hush\\\"}\"";
    let guard = Guard::new().policy(POLICY).path().file("~/ca.pem", &ca.pem());
    let home = guard.home();
    let line = line.replace("{home}", &home.to_string_lossy());
    let guard = guard
        .env("AWS_CA_BUNDLE", home.join("ca.pem"))
        .env("HTTPS_PROXY", proxy.url())
        .env("AWS_REGION", "eu-west-1")
        .env("WHO", who)
        .file("~/vend", script)
        .file("~/.aws/config", &format!("[default]\ncredential_process = {line}\n"))
        .args("check prod --format json --debug")
        .args(arguments);
    let outcome = guard.run();
    shows_no_secret(&outcome);
    let traced = fs::read_to_string(home.join("vend.trace")).unwrap();
    let expected = if line.contains('$') { 2 } else { 1 };
    let expected = if arguments.is_empty() { expected } else { 1 };
    assert_eq!(traced.lines().count(), expected, "{traced}");
    outcome
}

/// The AWS CLI passes `$WHO` unchanged, Terraform expands it.
#[test]
fn one_command_line_with_two_identities_is_judged_twice() {
    let line = "sh {home}/vend $WHO";
    let document = denied(&two_identities(line, "staging", ""), "other-tool");
    assert_eq!(document["identity"]["account"], "111111111111", "{document}");
    allowed(&two_identities(line, "prod", ""));
    allowed(&two_identities(line, "staging", "--for aws-cli"));
    denied(&two_identities(line, "staging", "--for terraform"), "wrong-account");
    allowed(&two_identities("sh {home}/vend prod", "staging", ""));
    denied(&two_identities("sh {home}/vend staging", "prod", ""), "wrong-account");
}

#[test]
fn a_process_that_runs_the_guard_again_is_an_error() {
    let setup = Setup::honest();
    let guard = env!("CARGO_BIN_EXE_account-guard");
    let script = format!(
        "echo run >> \"$HOME/trace\"\n\
         {guard} check prod --format json > \"$HOME/inner\" && exit 0\nexit 9"
    );
    let guard = with_process(&setup, "{home}/vend hush", &script);
    let outcome = guard.run();
    let document = unknown(&outcome, "source-failed");
    assert!(message(&document).contains("exit code 9"), "{document}");
    assert_eq!(fs::read_to_string(guard.home().join("trace")).unwrap(), "run\n");
    let inner = fs::read_to_string(guard.home().join("inner")).unwrap();
    assert!(inner.contains("runs itself") && !inner.contains("hush"), "{inner}");
    assert!(setup.is_untouched());
    let guard = with_process(&setup, "{home}/vend", "echo run >> \"$HOME/trace\"");
    let document = unknown(&guard.env("_ACCOUNT_GUARD_PROCESS", "a:b:c:d").run(), "source-failed");
    assert!(message(&document).contains("inside of 4 other processes"), "{document}");
}

/// A process that ignores every signal, its child, and a process that keeps its output open after
/// its end.
#[test]
fn no_process_is_left_at_the_deadline() {
    for (line, script, started) in [
        ("{home}/vend", "echo $$ > \"$HOME/a\"\nexec sleep 300", &["a"][..]),
        (
            "{home}/vend",
            "trap '' TERM INT HUP\necho $$ > \"$HOME/a\"\nsleep 300 &\necho $! > \"$HOME/b\"\nwait",
            &["a", "b"],
        ),
        ("{home}/vend", "sleep 300 &\necho $! > \"$HOME/a\"\necho '{}'", &["a"]),
        ("'{home}/vend'; true", "echo $$ > \"$HOME/a\"\nsleep 300; true", &["a"]),
    ] {
        let setup = Setup::honest();
        let guard = with_process(&setup, line, script).args("--timeout 1s");
        let outcome = guard.run();
        let document = unknown(&outcome, "sts-timeout");
        assert!(message(&document).contains("process"), "{document}");
        assert!(outcome.duration < Duration::from_secs(10), "{outcome:#?}");
        have_ended(&guard.home(), started);
        assert!(setup.is_untouched());
    }
}

/// Ctrl-C, and a pipeline that cancels its job, signal only the guard.
#[test]
fn no_process_is_left_when_a_signal_ends_the_guard() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let setup = Setup::honest();
        let script = "echo $PPID > \"$HOME/guard\"\nsleep 300 &\necho $! > \"$HOME/b\"\n\
                      echo $$ > \"$HOME/a\"\nwait";
        let guard = with_process(&setup, "{home}/vend", script).args("--timeout 60s");
        let home = guard.home();
        let outcome = thread::scope(|scope| {
            let run = scope.spawn(|| guard.run());
            let start = Instant::now();
            while !fs::read_to_string(home.join("a")).is_ok_and(|id| id.ends_with('\n')) {
                assert!(start.elapsed() < PATIENCE, "the process was not started");
                thread::sleep(Duration::from_millis(10));
            }
            let id = fs::read_to_string(home.join("guard")).unwrap();
            let killed = Command::new("kill").arg(format!("-{signal}")).arg(id.trim()).status();
            assert!(killed.unwrap().success());
            run.join().unwrap()
        });
        assert_eq!((outcome.code, &*outcome.stdout), (Some(code), ""), "{outcome:#?}");
        have_ended(&home, &["a", "b"]);
    }
}

/// In a process group of its own, a process that reads from the terminal would be stopped and wait
/// forever.
#[test]
fn a_process_that_reads_the_terminal_is_an_error_at_once() {
    let setup = Setup::honest();
    let script = "echo $$ > \"$HOME/a\"\nread answer < /dev/tty\necho '{}'";
    let guard = with_process(&setup, "{home}/vend", script);
    let line = format!("{} check prod", env!("CARGO_BIN_EXE_account-guard"));
    let start = Instant::now();
    let outcome = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env_clear()
        .env("HOME", guard.home())
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("AWS_REGION", "eu-west-1")
        .current_dir(guard.work())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout);
    assert_eq!(outcome.status.code(), Some(3), "{said}");
    assert!(said.contains("prompts on the terminal"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(5), "{said}");
    have_ended(&guard.home(), &["a"]);
    assert!(setup.is_untouched());
}
