//! Tests of the output for `eval` in real shells: a script gets only the judged credentials, and
//! after any error its next command does not run.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{formed, session};
use crate::rig::guard::Guard;
use crate::rig::hostile::Behaviour;
use crate::rig::http::{Request, Response, Server, exchange};
use crate::rig::setup::{KEY, STAGING, Setup};

/// Shells that every build machine has, and the statement that stops a script in each.
const USUAL: &[(&str, &[&str])] = &[("bash", &["bash", "-c"]), ("dash", &["dash", "-c"])];
/// Shells that only some machines have.
const OTHERS: &[(&str, &[&str])] = &[
    ("zsh", &["zsh", "-fc"]),
    ("ash", &["busybox", "ash", "-c"]),
    ("bash as sh", &["bash", "--posix", "-c"]),
];
const FISH: &[&str] = &["fish", "--no-config", "-c"];

/// The result of a script.
#[derive(Debug)]
struct Script {
    stdout: String,
    stderr: String,
    code: Option<i32>,
    /// Whether the script reached `touch x`.
    went_on: bool,
}

impl Script {
    fn variable(&self, name: &str) -> Option<&str> {
        self.stdout.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Runs a script with the variables and files of a run, and with the program on its `PATH`.
fn run(shell: &[&str], guard: &Guard, script: &str) -> Script {
    let run = guard.description();
    let directory = Path::new(env!("CARGO_BIN_EXE_account-guard")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .arg(script)
        .env_clear()
        .envs(run["env"].as_object().unwrap().iter().map(|it| (it.0, it.1.as_str().unwrap())))
        .env("PATH", format!("{}:{path}", directory.display()))
        .current_dir(guard.work())
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|why| panic!("{shell:?}: {why}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    guard.hides_secrets("", &stderr);
    let went_on = guard.work().join("x").exists();
    Script { stdout, stderr, code: output.status.code(), went_on }
}

/// A run whose environment also selects credentials in every other way.
fn with_other_sources(setup: &Setup) -> Guard {
    let keys = "[other]\naws_access_key_id = ASIAOTHER\naws_secret_access_key = hush-other\n";
    setup
        .bare()
        .credentials(&session())
        .file("~/.aws/credentials", keys)
        .env("AWS_PROFILE", "other")
        .env("AWS_SECURITY_TOKEN", "hush-token")
        .env("AWS_STAGING_ACCESS_KEY_ID", "other")
        .env("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/other")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "222222222222")
        .env("_ACCOUNT_GUARD_KEPT", "it's")
}

const GONE: [&str; 5] = [
    "AWS_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_STAGING_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

#[track_caller]
fn handed_over(script: &Script) {
    assert_eq!(script.code, Some(0), "{script:#?}");
    assert!(script.stderr.starts_with("ALLOWED prod: deploy-ci"), "{script:#?}");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", "a-secret-that-opens-nothing"),
        ("AWS_SESSION_TOKEN", "hush-token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("ACCOUNT_GUARD_VERIFIED_ENVIRONMENT", "prod"),
        ("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "111111111111"),
        ("_ACCOUNT_GUARD_KEPT", "it's"),
    ] {
        assert_eq!(script.variable(name), Some(value), "{name}: {script:#?}");
    }
    for name in GONE {
        assert_eq!(script.variable(name), None, "{name}: {script:#?}");
    }
}

fn gets_credentials(shells: &[(&str, &[&str])]) {
    let setup = Setup::honest();
    for (_, shell) in shells {
        for line in ["eval \"$(", "eval $("] {
            let end = if line.contains('"') { ")\"" } else { ")" };
            let script =
                format!("set -eu; {line}account-guard credentials prod --format env{end}; env");
            handed_over(&run(shell, &with_other_sources(&setup), &script));
        }
    }
}

#[test]
fn a_shell_gets_only_the_judged_credentials() {
    gets_credentials(USUAL);
}

#[test]
#[ignore = "needs zsh and busybox: tests/root.sh installs them"]
fn zsh_and_busybox_get_the_same() {
    gets_credentials(OTHERS);
}

/// Runs that are refused, each with its arguments and the exit code of the guard.
fn refusals() -> Vec<(Setup, &'static str, i32)> {
    let denied = || Setup::new(Behaviour::Answers { arn: STAGING });
    vec![
        (denied(), "prod", 1),
        (Setup::new(Behaviour::Closes), "prod", 3),
        (Setup::new(Behaviour::SilentAfterRequest), "prod --timeout 1s", 3),
        (Setup::honest(), "prod --policy gone.toml", 2),
        (Setup::honest(), "prdo", 2),
        (Setup::honest(), "", 2),
        (Setup::honest(), "prod --nonsense", 2),
        (Setup::honest(), "prod --timeout soon", 2),
        (Setup::honest(), "prod staging", 2),
        (Setup::honest(), "prod --report /nowhere/report", 3),
    ]
}

#[track_caller]
fn stopped(script: &Script, code: i32) {
    assert_eq!((script.code, script.went_on), (Some(code), false), "{script:#?}");
    assert_eq!(script.stdout, "", "{script:#?}");
}

fn refuses(shells: &[(&str, &[&str])]) {
    for (setup, words, code) in refusals() {
        for (name, shell) in shells {
            let line = format!("account-guard credentials {words} --format env");
            let script = format!("set -e; eval \"$({line})\"; touch x");
            stopped(&run(shell, &with_other_sources(&setup), &script), code);
            let script = format!("eval \"$({line})\"; echo code=$?; env");
            let outcome = run(shell, &with_other_sources(&setup), &script);
            let code = code.to_string();
            assert_eq!(outcome.variable("code"), Some(&*code), "{name}: {outcome:#?}");
            let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
            for variable in GONE.iter().chain(&keys).chain(&["ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID"]) {
                assert_eq!(outcome.variable(variable), None, "{name}: {variable}: {outcome:#?}");
            }
        }
    }
}

#[test]
fn a_refusal_stops_a_script_and_leaves_no_credentials() {
    refuses(USUAL);
}

#[test]
#[ignore = "needs zsh and busybox: tests/root.sh installs them"]
fn a_refusal_stops_a_script_in_zsh_and_busybox() {
    refuses(OTHERS);
}

/// Usage errors for which the program cannot be certain that a shell evaluates its output.
fn mistaken(shells: &[(&str, &[&str])]) {
    let setup = Setup::honest();
    for words in [
        "credentials prod --format evn",
        "credentials prod --fromat env",
        "credentials prod --format",
        "credentails prod --format=env",
        "--format env credentials prod",
        "credentials prod --format env --format env",
        "credentials prod --format env -- more",
    ] {
        for (_, shell) in shells {
            let script = format!("set -e; eval \"$(account-guard {words})\"; touch x");
            stopped(&run(shell, &with_other_sources(&setup), &script), 2);
        }
    }
}

#[test]
fn a_usage_error_stops_a_script() {
    mistaken(USUAL);
}

/// A guard that is killed before it answers must not leave empty output, and neither must one whose
/// verdict cannot be written.
#[test]
fn incomplete_output_stops_a_script() {
    let silent = Setup::new(Behaviour::SilentAfterRequest);
    let honest = Setup::honest();
    for (_, shell) in USUAL {
        for signal in ["KILL", "TERM"] {
            let line = format!("timeout -s {signal} 1 account-guard credentials prod --format env");
            let script = format!("set -e; eval \"$({line})\"; touch x");
            let outcome = run(shell, &with_other_sources(&silent), &script);
            assert!(outcome.code != Some(0) && !outcome.went_on, "{outcome:#?}");
        }
        let line = "account-guard credentials prod --format env 2>/dev/full";
        stopped(
            &run(
                shell,
                &with_other_sources(&honest),
                &format!("set -e; eval \"$({line})\"; touch x"),
            ),
            3,
        );
    }
}

/// A metadata service whose answer makes the AWS SDK panic: the name of its role starts with a line
/// break.
fn metadata_of_a_panic() -> Server {
    let answer = |request: &Request| match (request.method(), request.target()) {
        ("PUT", _) => Response::new(200, "text/plain", "a-token")
            .with("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        _ => Response::new(200, "text/plain", "\nrole"),
    };
    let visit = move |stream| {
        let _ = exchange(stream, answer);
    };
    Server::start(visit).expect("a loopback port")
}

#[test]
fn a_panic_stops_a_script() {
    let (setup, machine) = (Setup::honest(), metadata_of_a_panic());
    for (_, shell) in USUAL {
        let guard = setup.bare().env("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.url());
        let line = "account-guard credentials prod --format env";
        let outcome = run(shell, &guard, &format!("set -e; eval \"$({line})\"; touch x"));
        stopped(&outcome, 3);
        assert!(outcome.stderr.contains("(internal)"), "{outcome:#?}");
    }
}

#[test]
fn usage_errors_of_other_commands_print_nothing_on_stdout() {
    for words in [
        "check prod --format env",
        "exec prod tool --format env",
        "policy lint --format env",
        "credentials prod --format json --nonsense",
        "credentials prod --format process --nonsense",
        "--format yaml credentials prod",
    ] {
        let outcome = Guard::new().args(words).run();
        assert_eq!(outcome.stdout, "", "{words}: {outcome:#?}");
    }
}

/// Names and values come from outside; `eval` must not run them.
#[test]
fn names_and_values_are_not_evaluated_as_commands() {
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/it's$(touch${IFS}x)`touch\\x`";
    let setup = Setup::new(Behaviour::Answers { arn });
    let names = ["AWS_$(touch x)_PROFILE", "AWS_;touch x;_PROFILE", "AWS_\ntouch x\n_PROFILE"];
    for form in ["env", "fish", "powershell", "github"] {
        let guard = names.iter().fold(formed(&setup, form), |guard, name| guard.env(name, "v"));
        let outcome = guard.run();
        let job = fs::read_to_string(guard.work().join("job")).unwrap();
        for text in [&outcome.stdout, &job] {
            assert!(!text.contains("touch x"), "{form}: {outcome:#?} {job}");
        }
        if outcome.code == Some(0) {
            assert!(outcome.stderr.contains("could not unset"), "{form}: {outcome:#?}");
        }
    }
    let outcome = formed(&setup, "env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    for (_, shell) in USUAL {
        let guard = with_other_sources(&setup);
        let script = "eval \"$(account-guard credentials prod --format env)\"; env";
        let outcome = run(shell, &guard, script);
        assert_eq!(outcome.variable("ACCOUNT_GUARD_VERIFIED_ARN"), Some(arn), "{outcome:#?}");
        assert!(!outcome.went_on, "{outcome:#?}");
    }
}

const PIPED: &str = "account-guard credentials WORDS --format fish | source";
const EVALUATED: &str = "eval (account-guard credentials WORDS --format fish)";
const WHOLE: &str = "eval (account-guard credentials WORDS --format fish | string collect)";

#[test]
#[ignore = "needs fish: tests/root.sh installs it"]
fn fish_gets_only_the_judged_credentials() {
    let setup = Setup::honest();
    for line in [PIPED, EVALUATED, WHOLE] {
        let script = format!("{}; env", line.replace("WORDS", "prod"));
        handed_over(&run(FISH, &with_other_sources(&setup), &script));
    }
}

#[test]
#[ignore = "needs fish: tests/root.sh installs it"]
fn a_refusal_stops_a_fish_script() {
    for (setup, words, code) in refusals() {
        for line in [PIPED, EVALUATED, WHOLE] {
            let script = format!("{}; touch x", line.replace("WORDS", words));
            let outcome = run(FISH, &with_other_sources(&setup), &script);
            // When the output is sourced, `exit` would end only the `source`; a signal ends the
            // script.
            let code = if line == PIPED { None } else { Some(code) };
            assert_eq!((outcome.code, outcome.went_on), (code, false), "{outcome:#?}");
        }
    }
    // A terminal stays open, without credentials.
    let setup = Setup::new(Behaviour::Answers { arn: STAGING });
    let interactive = ["fish", "--no-config", "--interactive", "-c"];
    let script = format!("{}; echo code=$status; env", PIPED.replace("WORDS", "prod"));
    let outcome = run(&interactive, &with_other_sources(&setup), &script);
    assert_eq!(outcome.variable("code"), Some("1"), "{outcome:#?}");
    assert_eq!(outcome.variable("AWS_ACCESS_KEY_ID"), None, "{outcome:#?}");
    assert_eq!(outcome.variable("AWS_PROFILE"), None, "{outcome:#?}");
}

/// A universal variable applies to all later sessions of fish: it is overridden here and not
/// changed.
#[test]
#[ignore = "needs fish: tests/root.sh installs it"]
fn a_universal_variable_of_fish_is_overridden_and_kept() {
    let setup = Setup::honest();
    let line = WHOLE.replace("WORDS", "prod");
    let script = format!("set -Ux AWS_ROLE_ARN mine; {line}; env; set --show AWS_ROLE_ARN");
    let outcome = run(&["fish", "-c"], &with_other_sources(&setup), &script);
    assert_eq!(outcome.variable("AWS_ROLE_ARN"), Some(""), "{outcome:#?}");
    assert!(outcome.stdout.contains("|mine|"), "{outcome:#?}");
}

/// PowerShell is not installed here; the test compares the text.
#[test]
fn powershell_output_is_one_line() {
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/a'b\u{2019}c";
    let setup = Setup::new(Behaviour::Answers { arn });
    let outcome = formed(&setup, "powershell").run();
    let text = &outcome.stdout;
    assert_eq!(text.lines().count(), 1, "{outcome:#?}");
    let begin = "if ($true) { Remove-Item -ErrorAction Ignore -LiteralPath 'Env:AWS_PROFILE',";
    assert!(text.starts_with(begin), "{outcome:#?}");
    assert!(text.contains("'; $Env:AWS_SESSION_TOKEN = 'hush-token'; "), "{outcome:#?}");
    assert!(text.contains("/deploy-ci/a''b\u{2019}\u{2019}c'; }\n"), "{outcome:#?}");
    let setup = Setup::new(Behaviour::Answers { arn: STAGING });
    let outcome = formed(&setup, "powershell").run();
    let end = "; throw 'account-guard refuses the credentials (exit code 1)'; }\n";
    assert!(outcome.stdout.ends_with(end), "{outcome:#?}");
    assert!(outcome.stdout.contains("'Env:AWS_SECRET_ACCESS_KEY'"), "{outcome:#?}");
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:#?}");
}
