//! What a job leaves in the environment of its steps, held against the Action's scripts.

use std::fs;

use super::root;
use crate::rig::guard::{Guard, Outcome};

/// The lines of `action.yml` that the runner hands to a bash.
fn lines() -> Vec<String> {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("run: "));
    lines.map(|line| line.trim_matches('\'').to_owned()).collect()
}

/// What the runner does with such a line.
fn step(line: &str, guard: Guard) -> Outcome {
    let guard = guard.file("step.sh", line).env("GITHUB_ACTION_PATH", root());
    let step = guard.work().join("step.sh");
    let own = ["--noprofile", "--norc", "-e", "-o", "pipefail", step.to_str().unwrap()];
    guard.path().program("bash").instead(&own).run()
}

/// `env >>"$GITHUB_ENV"` of an earlier step leaves that step's functions too, and one of bash's functions
/// comes before its own `exec`.
#[test]
fn no_function_of_the_job_is_run() {
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
