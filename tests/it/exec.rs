//! Tests of `exec`: the command runs with the judged credentials only, and does not start after a
//! refusal.

use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome, Stdin, Stdout};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{KEY, POLICY, STAGING, Setup};

/// `exec prod` at this STS, with keys of the environment and a `PATH`.
fn exec(setup: &Setup) -> Guard {
    setup.bare().path().credentials(&session()).args("exec prod")
}

fn session() -> Credentials {
    Credentials { session_token: Some("hush-token".to_owned()), ..Credentials::of(KEY) }
}

/// The variables that `env` printed.
fn variable<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    outcome.stdout.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn the_command_gets_the_judged_credentials_and_its_own_stdout() {
    let setup = Setup::honest();
    let outcome = exec(&setup).args("-- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.starts_with("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    assert!(!outcome.stdout.contains("ALLOWED"), "{outcome:#?}");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SESSION_TOKEN", "hush-token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCOUNT_ID", "111111111111"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("ACCOUNT_GUARD_VERIFIED_ENVIRONMENT", "prod"),
        ("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "111111111111"),
    ] {
        assert_eq!(variable(&outcome, name), Some(value), "{name}");
    }
}

#[test]
fn a_refused_command_is_not_started() {
    for (setup, word) in [
        (Setup::new(Behaviour::Answers { arn: STAGING }), "DENIED"),
        (Setup::new(Behaviour::Closes), "UNKNOWN"),
    ] {
        let guard = exec(&setup).args("-- touch started");
        let outcome = guard.run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(125), ""), "{outcome:#?}");
        assert!(outcome.stderr.starts_with(word), "{outcome:#?}");
        assert!(!guard.work().join("started").exists());
    }
}

/// Every variable that would select other credentials for some tool.
const OTHERS: [(&str, &str); 33] = [
    ("AWS_PROFILE", "other"),
    ("AWS_DEFAULT_PROFILE", "other"),
    ("AWS_SECURITY_TOKEN", "hush-other"),
    ("EC2_SECURITY_TOKEN", "hush-other"),
    ("AWS_ACCESS_KEY", "AKIAOTHER"),
    ("AWS_SECRET_KEY", "hush-other"),
    ("SECRET_ACCESS_KEY", "hush-other"),
    ("AMAZON_ACCESS_KEY_ID", "AKIAOTHER"),
    ("AMAZON_SECRET_ACCESS_KEY", "hush-other"),
    ("AWS_STAGING_ACCESS_KEY_ID", "AKIAOTHER"),
    ("AWS_STAGING_SECRET_ACCESS_KEY", "hush-other"),
    ("AWS_STAGING_SESSION_TOKEN", "hush-other"),
    ("AWS_STAGING_PROFILE", "other"),
    ("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/other"),
    ("AWS_ROLE_SESSION_NAME", "other"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/other"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/other"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/other"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-other"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/other"),
    ("AWS_CREDENTIAL_FILE", "/other"),
    ("AWS_CREDENTIALS_EXPIRATION", "2001-01-01T00:00:00Z"),
    ("AWS_SESSION_EXPIRATION", "2001-01-01T00:00:00Z"),
    ("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_SIGNIN", "http://127.0.0.1:9"),
    ("ACCOUNT_GUARD_MFA_CODE", "123456"),
    ("TG_IAM_ASSUME_ROLE", "arn:aws:iam::222222222222:role/other"),
    ("TERRAGRUNT_IAM_ROLE", "arn:aws:iam::222222222222:role/other"),
    ("TG_AUTH_PROVIDER_CMD", "vend other"),
    ("TERRAGRUNT_AUTH_PROVIDER_CMD", "vend other"),
    ("CDK_PROFILE", "other"),
    ("CDK_REGION", "us-east-1"),
    ("CDKPROFILE", "other"),
];

/// The profile is judged, so that variables of the environment are neither used nor refused.
#[test]
fn variables_that_select_other_credentials_are_unset() {
    let setup = Setup::honest();
    let profile = format!("[good]\naws_access_key_id = {KEY}\naws_secret_access_key = hush-good\n");
    let guard = setup.bare().path().file("~/.aws/credentials", &profile);
    let guard = guard
        .envs(OTHERS)
        .env("AWS_SESSION_TOKEN", "hush-other")
        .env("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z")
        .args("exec prod --profile good -- env");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(variable(&outcome, "AWS_ACCESS_KEY_ID"), Some(KEY));
    for (name, _) in OTHERS {
        assert_eq!(variable(&outcome, name), None, "{name}: {outcome:#?}");
    }
    for name in ["AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"] {
        assert_eq!(variable(&outcome, name), None, "{name}");
    }
}

#[test]
fn boto_files_are_hidden_only_when_they_contain_credentials() {
    let keys = "[Credentials]\naws_access_key_id = B\naws_secret_access_key = hush-boto\n";
    let other = "[Boto]\nhttps_validate_certificates = True\n";
    for (name, text, set, expected) in [
        ("~/.boto", keys, None, Some("/dev/null")),
        ("~/.boto", other, None, None),
        ("~/gs", keys, Some("~/gs"), Some("/dev/null")),
        ("~/gs", other, Some("~/gs"), Some("~/gs")),
    ] {
        let setup = Setup::honest();
        let mut guard = exec(&setup).file(name, text);
        if let Some(path) = set {
            guard = guard.env("BOTO_CONFIG", path);
        }
        let outcome = guard.args("-- env").run();
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        assert_eq!(variable(&outcome, "BOTO_CONFIG"), expected, "{name} {text}");
    }
}

#[test]
fn unrelated_variables_are_kept() {
    let setup = Setup::honest();
    let outcome = exec(&setup)
        .env("AWS_ACCOUNT_ID", "555555555555")
        .env("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        .env("AWS_MAX_ATTEMPTS", "7")
        .env("CDK_DOCKER", "podman")
        .env("TG_NON_INTERACTIVE", "true")
        .env("OTHER", "x")
        .args("-- env")
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    for (name, value) in [
        ("AWS_ACCOUNT_ID", "555555555555"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"),
        ("AWS_MAX_ATTEMPTS", "7"),
        ("CDK_DOCKER", "podman"),
        ("TG_NON_INTERACTIVE", "true"),
        ("OTHER", "x"),
    ] {
        assert_eq!(variable(&outcome, name), Some(value), "{name}");
    }
    assert!(
        variable(&outcome, "AWS_CA_BUNDLE").is_some()
            && variable(&outcome, "HTTPS_PROXY").is_some()
    );
    assert!(outcome.stderr.contains("the command keeps AWS_ENDPOINT_URL_S3"), "{outcome:#?}");
    assert!(outcome.stderr.contains("AWS_ACCOUNT_ID is `555555555555`"), "{outcome:#?}");
}

/// Network settings of a profile would be lost together with the configuration files.
#[test]
fn network_settings_of_the_profile_reach_the_command() {
    let setup = Setup::honest();
    let guard = Guard::new().policy(POLICY).path().credentials(&session());
    let guard = guard.env("HTTPS_PROXY", setup.proxy.url()).file("~/ca.pem", &setup.ca.pem());
    let bundle = guard.home().join("ca.pem");
    let config = format!("[default]\nca_bundle = {}\nregion = eu-west-1\n", bundle.display());
    let outcome = guard.file("~/.aws/config", &config).args("exec prod -- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(variable(&outcome, "AWS_CA_BUNDLE"), bundle.to_str());
    assert_eq!(variable(&outcome, "AWS_REGION"), Some("eu-west-1"));
}

#[test]
fn configuration_files_are_kept_on_request() {
    let setup = Setup::honest();
    let outcome = exec(&setup).args("--keep-config -- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(variable(&outcome, "AWS_CONFIG_FILE"), None);
    assert!(outcome.stderr.contains("which was not judged"), "{outcome:#?}");
}

#[test]
fn the_exit_status_is_that_of_the_command() {
    let setup = Setup::honest();
    for (script, code, signal) in [
        ("exit 0", Some(0), None),
        ("exit 1", Some(1), None),
        ("exit 7", Some(7), None),
        ("exit 255", Some(255), None),
        ("kill -TERM $$", None, Some(15)),
        ("kill -KILL $$", None, Some(9)),
    ] {
        let outcome = exec(&setup).args("-- sh -c").arg(script).run();
        assert_eq!((outcome.code, outcome.signal), (code, signal), "{script}: {outcome:#?}");
    }
}

#[test]
fn a_command_that_cannot_be_started_is_an_error() {
    let setup = Setup::honest();
    let guard = exec(&setup).file("text", "no program").args("-- ./text");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(126), "{outcome:#?}");
    assert!(outcome.stderr.contains("could not run the command `./text`"), "{outcome:#?}");
    let outcome = exec(&setup).args("-- no-such-command --at-all").run();
    assert_eq!(outcome.code, Some(127), "{outcome:#?}");
    assert!(
        outcome.stderr.ends_with("error: could not find the command `no-such-command`\n"),
        "{outcome:#?}"
    );
}

#[test]
fn a_usage_error_exits_125() {
    let setup = Setup::honest();
    let allowed = || setup.bare().path().credentials(&session());
    for guard in [
        allowed().args("exec prod"),
        allowed().args("exec prod --"),
        allowed().args("exec prod touch started"),
        allowed().args("exec --nonsense prod -- touch started"),
        allowed().args("exec -- touch started"),
        allowed().args("exec prd -- touch started"),
        allowed().args("exec prod --profile typo -- touch started"),
        allowed().args("exec prod --image nginx:latest -- touch started"),
        allowed().args("exec prod --role-arn nonsense -- touch started"),
        allowed().args("exec prod --report /nowhere/report -- touch started"),
        allowed().args("exec prod -- touch started").env("ACCOUNT_GUARD_ENVIRONMENT", "staging"),
        allowed().args("exec prod -- touch started").policy("version = 2"),
        allowed().args("exec prod -- touch started").env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ] {
        let outcome = guard.run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(125), ""), "{outcome:#?}");
        assert!(!guard.work().join("started").exists(), "{outcome:#?}");
    }
    assert_eq!(allowed().args("exec --help").run().code, Some(0));
}

#[test]
fn an_image_of_another_account_is_not_pushed() {
    let setup = Setup::honest();
    for (image, code) in [
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1", 0),
        ("222222222222.dkr.ecr.eu-west-1.amazonaws.com/app:1", 125),
    ] {
        let guard = exec(&setup).arg("--image").arg(image).args("-- touch started");
        let outcome = guard.run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        assert_eq!(guard.work().join("started").exists(), code == 0);
    }
}

/// Without its message, a refusal or a verdict could not be explained.
#[test]
fn a_verdict_that_cannot_be_written_starts_no_command() {
    let setup = Setup::honest();
    let guard = exec(&setup).args("--report /dev/full -- touch started");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    assert!(!guard.work().join("started").exists());
}

#[test]
fn the_report_is_written_before_the_command_runs() {
    let setup = Setup::honest();
    let outcome = exec(&setup).args("--quiet --report report.json -- cat report.json").run();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(document["verdict"], "allowed");
}

#[test]
fn the_command_keeps_streams_arguments_and_descriptors() {
    let setup = Setup::honest();
    let text = "0123456789abcdef".repeat(10 << 16);
    let outcome = exec(&setup).stdin(Stdin::Text(text.clone())).args("-q -- cat").run();
    assert_eq!(
        (outcome.code, outcome.stdout == text),
        (Some(0), true),
        "{} bytes",
        outcome.stdout.len()
    );
    let words = exec(&setup).args("-q -- printf").arg("<%s>").arg("a b").arg("$HOME").arg("--help");
    assert_eq!(words.run().stdout, "<a b><$HOME><--help>");
    let outcome = exec(&setup).args("-q -- ls /proc/self/fd").run();
    let bare = std::process::Command::new("ls").arg("/proc/self/fd").output().unwrap();
    let count = |text: &str| text.lines().count();
    assert_eq!(
        count(&outcome.stdout),
        count(&String::from_utf8_lossy(&bare.stdout)),
        "{outcome:#?}"
    );
    assert_eq!(exec(&setup).stdout(Stdout::Full).args("-- true").run().code, Some(0));
}

/// The inner guard judges again, and does not trust a variable of the outer one.
#[test]
fn a_nested_exec_judges_again() {
    let setup = Setup::honest();
    let program = env!("CARGO_BIN_EXE_account-guard");
    let nested = |environment: &str| {
        let guard = exec(&setup).args("--").arg(program).args("exec").arg(environment);
        guard.args("-- touch started")
    };
    let guard = nested("prod");
    assert_eq!(guard.run().code, Some(0));
    assert!(guard.work().join("started").exists());
    assert_eq!(setup.server.requests().len(), 2);
    let guard = nested("staging").env("ACCOUNT_GUARD_VERIFIED_ENVIRONMENT", "staging");
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    assert!(!guard.work().join("started").exists());
}

#[test]
fn a_short_remaining_lifetime_is_reported() {
    let setup = Setup::honest();
    let end = humantime::format_rfc3339_seconds(
        std::time::SystemTime::now() + std::time::Duration::from_mins(5),
    );
    let guard = exec(&setup).env("AWS_CREDENTIAL_EXPIRATION", end.to_string());
    let outcome = guard.args("-- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let text = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = "use --serve with a profile or a role, because keys cannot be renewed";
    assert!(text.contains(what), "{outcome:#?}");
    assert_eq!(variable(&outcome, "AWS_CREDENTIAL_EXPIRATION"), Some(&*end.to_string()));
}

/// The SDKs of the command call the same emulator, and no variable redirects them.
#[test]
fn an_emulator_environment_directs_the_command_to_the_emulator() {
    let emulator = crate::rig::hostile::Hostile::plain(Behaviour::Answers {
        arn: "arn:aws:iam::000000000000:root",
    });
    let policy = format!(
        "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"{}\"]\n",
        emulator.url()
    );
    let guard = Guard::new().path().policy(&policy).credentials(&Credentials::of("test"));
    let outcome =
        guard.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").args("exec local -- env").run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(variable(&outcome, "AWS_ENDPOINT_URL"), Some(&*emulator.url()));
    assert_eq!(variable(&outcome, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), None);
}

/// The command gets the resulting credentials, so that it does not need to resolve them again.
#[test]
fn the_command_gets_the_credentials_of_an_assumed_role() {
    let moto = crate::rig::moto::Moto::start();
    let guard = Guard::new().path().policy(POLICY).envs(moto.variables());
    let outcome = guard
        .credentials(&moto.create_user("111111111111", "ci"))
        .env("AWS_REGION", "eu-west-1")
        .args("exec prod --role-arn arn:aws:iam::111111111111:role/deploy-ci")
        .args("--role-session-name run-7 -- env")
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/run-7";
    assert_eq!(variable(&outcome, "ACCOUNT_GUARD_VERIFIED_ARN"), Some(arn));
    assert!(variable(&outcome, "AWS_SESSION_TOKEN").is_some());
    assert!(variable(&outcome, "AWS_CREDENTIAL_EXPIRATION").is_some());
    assert!(!outcome.stderr.contains("has to assume it again"), "{outcome:#?}");
}

/// The command owns the terminal: it gets the typed text, and handles it.
#[test]
fn ctrl_c_at_a_terminal_reaches_the_command() {
    let setup = Setup::honest();
    for (trap, code) in [("exit 7", 7), ("", -2)] {
        let trap = if trap.is_empty() { "-".to_owned() } else { format!("'{trap}'") };
        // A waiting shell is interrupted at once; a shell that runs a command is interrupted
        // afterwards.
        let wait = "sleep 20 >/dev/null 2>&1 & echo ready >/dev/tty; wait; exit 1";
        let script = format!("trap {trap} INT; {wait}");
        let guard = exec(&setup).args("--quiet -- sh -c").arg(script);
        let session = crate::rig::terminal::typing(&guard, &[("ready", "\u{3}")]);
        assert_eq!(session.code, code, "{session:#?}");
        assert!(session.duration < std::time::Duration::from_secs(15), "{session:#?}");
    }
}
