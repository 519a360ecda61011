//! Runs the program in a terminal in which a test types, or without a controlling terminal, which
//! is different from closed streams.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::guard::Guard;
use super::moto::python;

/// The result of a run in a terminal.
#[derive(Debug)]
pub(crate) struct Session {
    /// The text on the terminal, including the echo.
    pub(crate) screen: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The exit code; negative when a signal ended the program.
    pub(crate) code: i64,
    pub(crate) duration: Duration,
}

/// Runs the program in a terminal. When the first text appears, the second is typed.
pub(crate) fn typing(guard: &Guard, waits_and_types: &[(&str, &str)]) -> Session {
    let types = waits_and_types.iter().map(|(wait, text)| json!([wait, text])).collect();
    run(guard, true, types)
}

/// The same, with a delay before the text is typed.
pub(crate) fn typing_after(guard: &Guard, pause: Duration, wait: &str, text: &str) -> Session {
    run(guard, true, json!([[wait, text, pause.as_secs_f32()]]))
}

/// Runs the program without a terminal.
pub(crate) fn without(guard: &Guard) -> Session {
    run(guard, false, json!([]))
}

/// Runs the program with standard output on a terminal of this width. Returns only the text of the
/// screen.
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
    // The typed text is echoed on the screen; other tests search the rest of the output.
    guard.hides_secrets(&stdout, &stderr);
    Session {
        screen,
        stdout,
        stderr,
        code: seen["code"].as_i64().expect("a code"),
        duration: start.elapsed(),
    }
}
