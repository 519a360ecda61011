//! Tests that the environment and the checkout of a job do not change what the scripts of the
//! Action do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::{bash, root, sum_of};
use crate::rig::guard::{Guard, Outcome};

/// The `run:` lines of `action.yml` that the runner passes to bash.
fn lines() -> Vec<String> {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("run: "));
    lines.map(|line| line.trim_matches('\'').to_owned()).collect()
}

/// Runs such a line as the runner does.
fn step(line: &str, guard: Guard) -> Outcome {
    let guard = guard.file("step.sh", line).env("GITHUB_ACTION_PATH", root());
    let step = guard.work().join("step.sh");
    let own = ["--noprofile", "--norc", "-e", "-o", "pipefail", step.to_str().unwrap()];
    guard.path().program("bash").instead(&own).run()
}

/// `env >>"$GITHUB_ENV"` in an earlier step exports shell functions as well, and bash calls a
/// function named `exec` before its builtin.
#[test]
fn shell_functions_of_the_job_are_not_run() {
    let lines = lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let names = ["exec", "exit", "source", "set", "command", "printf", "mktemp", "env"];
    let functions = |guard: Guard| {
        guard.envs(names.map(|name| (format!("BASH_FUNC_{name}%%"), "() { builtin exit 0; }")))
    };
    assert_eq!(step("exec false", functions(Guard::new())).code, Some(0), "the control");
    for line in &lines {
        let outcome = step(line, functions(Guard::new()));
        assert!(outcome.code.is_some_and(|code| code != 0), "{line}: {outcome:#?}");
    }
}

/// A checkout with programs that create a file when they run, and the files that a job needs.
struct Setup(TempDir);

impl Setup {
    fn new(programs: &[&str]) -> Self {
        let setup = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(setup.path("checkout/bin")).unwrap();
        for program in programs {
            let path = setup.path("checkout").join(program);
            fs::write(&path, "#!/bin/sh\necho >>\"$MARK\"\n").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs this script of the Action in the checkout, with this `PATH`.
    fn run(&self, script: &str, guard: Guard, path: &str) -> Outcome {
        let checkout = self.path("checkout");
        let path = path.replace("CHECKOUT", checkout.to_str().unwrap());
        let script = root().join("action").join(script);
        let script = script.display();
        let text = format!("cd '{}' && PATH='{path}' && . '{script}'", checkout.display());
        let guard = guard.env("GITHUB_WORKSPACE", &checkout).env("MARK", self.path("mark"));
        let guard = guard.env("GITHUB_ENV", self.path("job")).env("RUNNER_TEMP", self.0.path());
        bash(guard, &["-c", &text])
    }
}

/// The inputs of a step that masks account IDs and installs this script as the program.
fn asking(setup: &Setup, script: &str) -> Guard {
    let program = setup.path("guard");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let sum = sum_of(&program);
    let inputs = [("ENVIRONMENT", "prod"), ("POLICY", "x"), ("TIMEOUT", "1s"), ("IMAGES", "none")];
    let truths = ["SCRUB_ON_FAILURE", "MASK_AWS_ACCOUNT_ID"].map(|name| (name, "true"));
    let inputs = inputs.into_iter().chain(truths).chain([("BINARY_SHA256", &*sum)]);
    let guard =
        inputs.fold(Guard::new(), |guard, (name, value)| guard.env(format!("INPUT_{name}"), value));
    guard.env("INPUT_BINARY", program).env("GITHUB_OUTPUT", setup.path("output"))
}

#[test]
fn scrub_runs_no_program_of_the_checkout() {
    let own = std::env::var("PATH").unwrap();
    for path in [&format!("CHECKOUT/bin:{own}"), "CHECKOUT/bin", "bin", ""] {
        let setup = Setup::new(&["bin/env", "env"]);
        let guard = Guard::new().env("AWS_STAGING_PROFILE", "\nhush");
        let outcome = setup.run("scrub.sh", guard, path);
        assert!(!setup.path("mark").exists(), "{path}: {outcome:#?}");
        let job = fs::read_to_string(setup.path("job")).unwrap();
        for line in ["AWS_ACCESS_KEY_ID=", "AWS_CONFIG_FILE=/dev/null", "AWS_STAGING_PROFILE="] {
            assert!(job.lines().any(|it| it == line), "{path}: {line}: {job}");
        }
    }
}

/// With an empty `PATH`, a shell searches for programs in the current directory.
#[test]
fn a_path_that_contains_only_the_checkout_is_refused() {
    for path in ["CHECKOUT/bin", "bin", "", ":"] {
        let setup = Setup::new(&["bin/mktemp", "mktemp"]);
        let guard = asking(&setup, "#!/bin/sh\n");
        let outcome = setup.run("check.sh", guard, path);
        assert!(!setup.path("mark").exists(), "{path}: {outcome:#?}");
        assert_eq!(outcome.code, Some(3), "{path}: {outcome:#?}");
        assert!(outcome.stdout.contains("in RUNNER_TEMP\n"), "{path}: {outcome:#?}");
    }
}

/// On Windows, `aws_profile` and `AWS_PROFILE` are the same variable.
#[test]
fn variables_are_blanked_in_any_letter_case_on_windows() {
    let own = std::env::var("PATH").unwrap();
    for (system, is_blank) in [("Windows", true), ("Linux", false)] {
        let setup = Setup::new(&[]);
        let guard = Guard::new().envs([("aws_profile", "hush"), ("Aws_Role_Arn", "hush")]);
        let outcome = setup.run("scrub.sh", guard.env("RUNNER_OS", system), &own);
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        let job = fs::read_to_string(setup.path("job")).unwrap();
        for line in ["aws_profile=", "Aws_Role_Arn="] {
            assert_eq!(job.lines().any(|it| it == line), is_blank, "{system}: {line}: {job}");
        }
    }
}

/// A directory with a grep that reads `GREP_OPTIONS`, as the grep of macOS does.
fn old_grep(setup: &Setup) -> String {
    let own = std::env::var("PATH").unwrap();
    let found = Command::new("sh").args(["-c", "command -v grep"]).output().unwrap().stdout;
    let grep = String::from_utf8_lossy(&found);
    let script = format!(
        "#!/bin/sh\noptions=$GREP_OPTIONS\nunset GREP_OPTIONS\nexec {} $options \"$@\"\n",
        grep.trim()
    );
    fs::create_dir(setup.path("tools")).unwrap();
    fs::write(setup.path("tools/grep"), script).unwrap();
    fs::set_permissions(setup.path("tools/grep"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{own}", setup.path("tools").display())
}

/// Colour options and bytes that are not text must not hide an account ID or a verdict from grep.
#[test]
fn grep_options_of_the_job_are_ignored() {
    let denied = r#"#!/bin/sh
for it; do case $it in --report=*) report=${it#*=} ;; esac; done
printf '{\n  "version": 1,\n  "verdict": "denied",\n  "environment": "prod",\n  "x": 1\n}\n' >"$report"
printf 'of \000 \377 222222222222, 3333333333334 and 111111111111' >&2
"#;
    for options in ["", "-v", "--color=always"] {
        let setup = Setup::new(&[]);
        let path = old_grep(&setup);
        let guard = asking(&setup, denied).envs([("GREP_OPTIONS", options), ("LC_ALL", "C.UTF-8")]);
        let outcome = setup.run("check.sh", guard, &path);
        assert_eq!(outcome.code, Some(3), "{options}: {outcome:#?}");
        assert!(outcome.stdout.contains("the step does not pass"), "{options}: {outcome:#?}");
        let (masks, _) = outcome.stdout.split_once("::stop-commands::").unwrap();
        assert_eq!(masks, "::add-mask::222222222222\n::add-mask::111111111111\n", "{options}");
    }
}
