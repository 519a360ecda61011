//! Tests of the rig that runs the program.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::rig::guard::{Guard, Stdin, Stdout, kill_group};

#[test]
fn killing_a_group_ends_all_of_its_processes() {
    let mut leader = Command::new("sh");
    leader.args(["-c", "sleep 1000 & echo $!; wait"]).stdout(Stdio::piped()).process_group(0);
    let mut leader = leader.spawn().unwrap();
    let mut pid = String::new();
    let stdout = leader.stdout.as_mut().unwrap();
    io::BufRead::read_line(&mut io::BufReader::new(stdout), &mut pid).unwrap();
    kill_group(&mut leader);
    // A process that has ended and was not waited for has no command line. It was signalled a
    // moment ago.
    let is_gone = || {
        let command_line = std::fs::read(format!("/proc/{}/cmdline", pid.trim()));
        command_line.map_or(true, |line| line.is_empty())
    };
    let gone = (0..500).any(|_| {
        is_gone() || {
            std::thread::sleep(Duration::from_millis(10));
            false
        }
    });
    assert!(gone);
}

#[test]
fn the_program_runs_in_an_empty_environment_of_its_own() {
    let outcome = Guard::new().policy("version = 1\n").arg("--version").run();
    assert!(outcome.code.is_some(), "{outcome:?}");
    assert!(outcome.duration < Duration::from_secs(5), "{outcome:?}");
}

#[test]
fn a_run_accepts_any_stdin_and_stdout() {
    for stdout in [Stdout::Captured, Stdout::Full, Stdout::Closed, Stdout::BrokenPipe] {
        let stdins = [Stdin::Empty, Stdin::Closed, Stdin::Text("text".repeat(1 << 16))];
        for stdin in stdins {
            let outcome = Guard::new().arg("--version").stdin(stdin).stdout(stdout).run();
            assert_ne!(outcome.code, Some(126), "{outcome:?}");
            assert_ne!(outcome.code, Some(127), "{outcome:?}");
        }
    }
}

#[test]
fn a_snapshot_contains_no_ports_and_no_directories() {
    let guard = Guard::new().file("~/.aws/config", "").file("sub/x", "").directory("sub");
    let (home, work) = (guard.home(), guard.work());
    let text = format!(
        "{}/.aws/config {}/x http://127.0.0.1:43123/ http://localhost:4566 127.0.0.1:*",
        home.display(),
        work.display()
    );
    let outcome = guard.run();
    assert_eq!(
        outcome.stable(&text),
        "[HOME]/.aws/config [WORK]/x http://127.0.0.1:[PORT]/ http://localhost:4566 127.0.0.1:*"
    );
    assert!(outcome.snapshot().starts_with("exit code: "));
}
