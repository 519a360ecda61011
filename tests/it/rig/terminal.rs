//! A run of the program in a terminal of its own, in which a person types; or with no terminal at all,
//! which is more than a run without streams.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::guard::Guard;
use super::moto::python;

/// What a run in a terminal left behind.
#[derive(Debug)]
pub(crate) struct Session {
    /// What was shown on the terminal, echo included.
    pub(crate) screen: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Below zero where a signal ended it.
    pub(crate) code: i64,
    pub(crate) duration: Duration,
}

/// Runs it in a terminal, in which somebody waits for a text and then types another.
pub(crate) fn typing(guard: &Guard, waits_and_types: &[(&str, &str)]) -> Session {
    let types = waits_and_types.iter().map(|(wait, text)| json!([wait, text])).collect();
    run(guard, true, types)
}

/// The same, by somebody who takes a time to answer.
pub(crate) fn typing_after(guard: &Guard, pause: Duration, wait: &str, text: &str) -> Session {
    run(guard, true, json!([[wait, text, pause.as_secs_f32()]]))
}

/// Runs it where there is no terminal.
pub(crate) fn without(guard: &Guard) -> Session {
    run(guard, false, json!([]))
}

/// Runs it with standard output on a terminal of this width, whose screen is all that is seen of it.
pub(crate) fn wide(guard: &Guard, columns: u64) -> Session {
    let mut run = described(guard, true, json!([]));
    run["columns"] = columns.into();
    start(guard, &run)
}

fn run(guard: &Guard, terminal: bool, types: Value) -> Session {
    start(guard, &described(guard, terminal, types))
}

fn described(guard: &Guard, terminal: bool, types: Value) -> Value {
    let mut run = guard.description();
    run["terminal"] = terminal.into();
    run["types"] = types;
    run
}

fn start(guard: &Guard, run: &Value) -> Session {
    let start = Instant::now();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rig/terminal.py");
    let mut child = python()
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python to start");
    child.stdin.take().expect("stdin").write_all(run.to_string().as_bytes()).expect("a run");
    let output = child.wait_with_output().expect("an end");
    let seen: Value = serde_json::from_slice(&output.stdout).expect("what was seen");
    let text = |name: &str| seen[name].as_str().expect("a text").to_owned();
    let [screen, stdout, stderr] = ["screen", "stdout", "stderr"].map(text);
    // What was typed is echoed on the screen; what is written there besides is searched elsewhere.
    guard.hides_secrets(&stdout, &stderr);
    Session {
        screen,
        stdout,
        stderr,
        code: seen["code"].as_i64().expect("a code"),
        duration: start.elapsed(),
    }
}
