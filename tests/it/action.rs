//! Tests of the scripts of the Action, run by bash without a runner. `pipelines::act` runs the
//! whole Action with act.

mod job;
mod texts;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rig::guard::{Guard, Outcome};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Runs bash with these arguments and only `PATH` from the machine.
fn bash(guard: Guard, arguments: &[&str]) -> Outcome {
    let own: &[&str] = &["--noprofile", "--norc", "-p"];
    guard.path().program("bash").instead(&[own, arguments].concat()).run()
}

/// Runs this text after the scripts of the Action have been sourced.
fn script(guard: Guard, text: &str) -> Outcome {
    let scripts = root().join("action");
    let text = format!(
        "set -euo pipefail\nhere='{0}'\nsource '{0}/say.sh'\nsource '{0}/inputs.sh'\nsource '{0}/place.sh'\n\
         source '{0}/install.sh'\ndownload_url=${{INPUT_DOWNLOAD_URL-}}\n{text}",
        scripts.display()
    );
    bash(guard, &["-c", &text])
}

#[test]
fn the_environment_input_is_checked_first() {
    let check = root().join("action/check.sh");
    for environment in
        ["", " ", "\n", "--help", "-V", "1prod", "prod\n", "prod x", "prod\ttwo", "é"]
    {
        let guard = Guard::new().env("INPUT_ENVIRONMENT", environment).env("INPUT_BINARY", "\n");
        let outcome = bash(guard, &[check.to_str().unwrap()]);
        assert_eq!(outcome.code, Some(2), "{environment:?}: {outcome:#?}");
        let start = "::error title=account-guard::the input `environment` is ";
        assert!(outcome.stdout.starts_with(start), "{environment:?}: {outcome:#?}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{environment:?}: {outcome:#?}");
    }
    let outcome = bash(Guard::new(), &[check.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
}

/// The SHA-256 of a file, in hexadecimal.
fn sum_of(path: &Path) -> String {
    let sum = Command::new("sha256sum").arg(path).output().expect("sha256sum").stdout;
    String::from_utf8_lossy(&sum[..64]).into_owned()
}

/// Text that a program prints on stderr is not run as a workflow command, and becomes the
/// annotation of a usage error.
#[test]
fn error_text_is_not_run_as_a_workflow_command() {
    let complaint = "::error::one\n##[error]two 100%\naccount 123456789012, not 1234567890123";
    let script =
        format!("#!/bin/sh\ncat >&2 <<'EOF'\n::add-mask::123456789012\n{complaint}\nEOF\nexit 2\n");
    let guard = Guard::new().file("guard", &script).file("checkout/file", "");
    let [program, checkout, output] =
        ["guard", "checkout", "output"].map(|name| guard.work().join(name));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let guard = guard
        .envs([("INPUT_ENVIRONMENT", "prod"), ("INPUT_POLICY", "x"), ("INPUT_IMAGES", "none")])
        .envs([("INPUT_TIMEOUT", "1s"), ("INPUT_SCRUB_ON_FAILURE", "true")])
        .envs([("INPUT_MASK_AWS_ACCOUNT_ID", "true")])
        .env("INPUT_BINARY_SHA256", sum_of(&program))
        .env("GITHUB_WORKSPACE", checkout)
        .env("RUNNER_TEMP", program.parent().unwrap())
        .env("INPUT_BINARY", &program)
        .env("GITHUB_OUTPUT", output);
    let check = root().join("action/check.sh");
    let outcome = bash(guard, &[check.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    let (masks, rest) = outcome.stdout.split_once("::stop-commands::").unwrap();
    assert_eq!(masks, "::add-mask::123456789012\n".repeat(2));
    let (token, rest) = rest.split_once('\n').unwrap();
    let end = format!(
        "{complaint}\n\n::{token}::\n::error title=account-guard::account-guard ended with 2: {}\n",
        complaint.replace('%', "%25").replace('\n', "%0A")
    );
    assert_eq!(rest, end);
}

#[test]
fn releases_come_from_the_repository_of_the_action() {
    let server = ("GITHUB_SERVER_URL", "https://forge.example");
    let unpacked = "/runner/_actions/OWNER/account-guard/v0.1.0";
    let nested = "/runner/_actions/OWNER/account-guard/feature/x/";
    let windows = "D:\\a\\_actions\\OWNER\\account-guard\\v0";
    let own = "https://forge.example/OWNER/account-guard/releases/download";
    for (path, context, mirror, found) in [
        (unpacked, "", "", own),
        (nested, "", "", own),
        (windows, "", "", own),
        (unpacked, "another/wrapper", "", own),
        ("/checkout/app/./", "OWNER/account-guard", "", own),
        (unpacked, "", "https://mirror.example/releases/", "https://mirror.example/releases"),
        (unpacked, "", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (unpacked, "", "http://[::1]:8080/x", "http://[::1]:8080/x"),
    ] {
        let guard = Guard::new().envs([server, ("GITHUB_ACTION_PATH", path)]);
        let guard = guard.envs([("ACTION_REPOSITORY", context), ("INPUT_DOWNLOAD_URL", mirror)]);
        let outcome = script(guard, "find_releases; printf '%s' \"$download_url\"");
        assert_eq!((outcome.code, &*outcome.stdout), (Some(0), found), "{path}: {outcome:#?}");
    }
    for (path, context) in
        [("/checkout/app/", ""), ("/checkout/app/", "no-owner"), ("/x/_actions/OWNER", "")]
    {
        let guard = Guard::new().envs([server, ("GITHUB_ACTION_PATH", path)]);
        let outcome = script(guard.env("ACTION_REPOSITORY", context), "find_releases");
        assert_eq!(outcome.code, Some(3), "{path}: {outcome:#?}");
        assert!(outcome.stdout.contains("`download-url`"), "{path}: {outcome:#?}");
    }
}

#[test]
fn a_download_url_is_https_or_loopback() {
    for place in [
        "http://mirror.example/releases",
        "http://127.0.0.1.example/",
        "http://127.0.0.1@mirror.example/",
        "http://localhost.example",
        "https://user:hush@mirror.example/releases",
        "https://mirror.example/releases?x=y",
        "https://mirror.example/{a,b}",
        "https://mirror.example/a b",
        "file:///tmp/releases",
        "ftp://mirror.example/",
        "--help",
        "https://",
    ] {
        let outcome = script(Guard::new().env("INPUT_DOWNLOAD_URL", place), "find_releases");
        assert_eq!(outcome.code, Some(2), "{place}: {outcome:#?}");
        assert!(outcome.stdout.contains("is not a valid URL"), "{place}: {outcome:#?}");
    }
}

#[test]
fn each_platform_has_an_archive_or_an_error() {
    for (runner, target) in [
        ("Linux X64", "x86_64-unknown-linux-musl account-guard"),
        ("Linux ARM64", "aarch64-unknown-linux-musl account-guard"),
        ("macOS X64", "x86_64-apple-darwin account-guard"),
        ("macOS ARM64", "aarch64-apple-darwin account-guard"),
        ("Windows X64", "x86_64-pc-windows-msvc account-guard.exe"),
        ("Windows ARM64", ""),
        ("Linux ARM", ""),
        ("Linux X86", ""),
        ("Plan9 X64", ""),
    ] {
        let (system, machine) = runner.split_once(' ').unwrap();
        let guard = Guard::new().envs([("RUNNER_OS", system), ("RUNNER_ARCH", machine)]);
        let outcome = script(guard, "find_target; printf '%s %s' \"$target\" \"$name\"");
        match target {
            "" => {
                assert_eq!(outcome.code, Some(3), "{runner}: {outcome:#?}");
                let words = format!("no archive for runners of type `{system}/{machine}`");
                assert!(outcome.stdout.contains(&words), "{runner}: {outcome:#?}");
            }
            _ => assert_eq!(&*outcome.stdout, target, "{runner}: {outcome:#?}"),
        }
    }
}

/// The names in the constants of the program that list the variables which select credentials.
fn selectors() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("src/handoff/environment.rs")).unwrap();
    let (_, list) = text.split_once("const SELECTORS").unwrap();
    let (list, rest) = list.split_once("];").unwrap();
    let (_, endings) = rest.split_once("const ENDINGS").unwrap();
    let (endings, _) = endings.split_once("];").unwrap();
    let texts =
        |list: &str| list.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let of_stage = texts(endings).into_iter().map(|ending| format!("AWS_STAGING{ending}"));
    texts(list).into_iter().chain(of_stage).collect()
}

#[test]
fn variables_that_exec_unsets_are_blanked_for_later_steps() {
    let selectors = selectors();
    assert!(selectors.len() > 30 && selectors.contains("AWS_STAGING_PROFILE"), "{selectors:?}");
    let kept = ["AWS_REGION", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_S3", "HTTPS_PROXY"];
    let folder = tempfile::tempdir().unwrap();
    let job = folder.path().join("job");
    fs::write(&job, "EARLIER=1\n").unwrap();
    let names = selectors.iter().map(String::as_str).chain(kept);
    let guard = Guard::new().envs(names.map(|name| (name, "hush"))).env("GITHUB_ENV", &job);
    let guard = guard.env("AWS_MY-STAGE_PROFILE", "hush-stage");
    let scrub = root().join("action/scrub.sh");
    let outcome = bash(guard, &[scrub.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(!outcome.stdout.contains("hush"), "{outcome:#?}");
    let job = fs::read_to_string(job).unwrap();
    let has = |line: &str| job.lines().any(|it| it == line);
    for name in &selectors {
        assert!(has(&format!("{name}=")), "{name}: {job}");
    }
    for line in [
        "EARLIER=1",
        "AWS_ACCESS_KEY_ID=",
        "AWS_SESSION_TOKEN=",
        "AWS_MY-STAGE_PROFILE=",
        "AWS_CONFIG_FILE=/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
        "AWS_EC2_METADATA_DISABLED=true",
    ] {
        assert!(has(line), "{line}: {job}");
    }
    assert!(!kept.iter().any(|name| job.contains(&format!("{name}="))), "{job}");
    assert!(!job.contains("hush"), "{job}");
}

#[test]
fn boto_files_with_credentials_are_hidden_from_later_steps() {
    let keys = "[Credentials]\naws_access_key_id = B\n";
    let other = "[Boto]\nproxy = p\n";
    for (file, text, set, expected) in [
        ("~/.boto", keys, None, true),
        ("~/.boto", other, None, false),
        ("~/gs", keys, Some("gs"), true),
        ("~/gs", other, Some("gs"), false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let job = folder.path().join("job");
        let mut guard = Guard::new().file(file, text).env("GITHUB_ENV", &job);
        if let Some(name) = set {
            let path = guard.home().join(name);
            guard = guard.env("BOTO_CONFIG", path);
        }
        let scrub = root().join("action/scrub.sh");
        let outcome = bash(guard, &[scrub.to_str().unwrap()]);
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        let job = fs::read_to_string(job).unwrap();
        assert_eq!(job.contains("BOTO_CONFIG=/dev/null"), expected, "{file} {text}: {job}");
        assert_eq!(job.contains("BOTO_CONFIG="), expected, "{file} {text}: {job}");
    }
}
