//! Tests of the signals, the streams and the exit of the command: they are the same with the
//! endpoint as without it.

use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::setup::{Sts, serving};
use crate::rig::guard::{Guard, PATIENCE, Stdin};
use crate::rig::terminal;

/// `exec prod --serve -- sh -c SCRIPT`
fn script(sts: &Sts, script: &str) -> Guard {
    sts.exec().args("-- sh -c").arg(script)
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let sts = Sts::honest();
    for code in [0, 1, 7, 125, 255] {
        assert_eq!(script(&sts, &format!("exit {code}")).run().code, Some(code));
    }
    for (command, code, says) in [
        ("absent-program", 127, "could not find the command `absent-program`"),
        ("./account-guard.toml", 126, "could not run the command `./account-guard.toml`"),
    ] {
        let outcome = sts.exec().arg("--").arg(command).run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        assert!(outcome.stderr.contains(says), "{outcome:#?}");
    }
}

#[test]
fn the_parent_sees_the_signal_that_ended_the_command() {
    let sts = Sts::honest();
    for (name, number) in
        [("TERM", 15), ("KILL", 9), ("INT", 2), ("HUP", 1), ("QUIT", 3), ("ABRT", 6), ("USR1", 10)]
    {
        let session = terminal::without(&script(&sts, &format!("kill -{name} $$")));
        assert_eq!(session.code, -number, "{name}: {session:#?}");
    }
    let dumped = fs::read_dir(".").unwrap().filter(|it| {
        it.as_ref().is_ok_and(|it| it.file_name().to_string_lossy().starts_with("core"))
    });
    assert_eq!(dumped.count(), 0, "a picture of our memory");
}

#[test]
fn signals_to_the_guard_are_passed_on() {
    let sts = Sts::honest();
    for name in ["TERM", "HUP", "USR1", "USR2"] {
        let caught = format!(
            "trap 'echo caught; exit 7' {name}; kill -{name} $PPID; while :; do sleep 0.05; done"
        );
        let session = terminal::without(&script(&sts, &caught));
        assert_eq!((session.code, &*session.stdout), (7, "caught\n"), "{name}: {session:#?}");
        let uncaught = format!("kill -{name} $PPID; while :; do sleep 0.05; done");
        let session = terminal::without(&script(&sts, &uncaught));
        assert!(session.code < 0, "{name}: {session:#?}");
    }
}

/// A terminal signals both processes. When the guard passed its signal on, the command would get
/// two, and Terraform aborts at the second one.
#[test]
fn terminal_signals_are_left_to_the_command() {
    let sts = Sts::honest();
    let sent = "kill -INT $PPID; kill -QUIT $PPID; sleep 0.3; exit 5";
    assert_eq!(script(&sts, sent).run().code, Some(5), "neither ends the guard, nor is passed on");
    let caught = "trap 'echo caught >> seen; exit 6' INT; echo ready > /dev/tty\n\
                  while :; do sleep 0.05; done";
    let guard = script(&sts, caught);
    let session = terminal::typing(&guard, &[("ready", "\u{3}")]);
    assert_eq!(session.code, 6, "{session:#?}");
    assert_eq!(fs::read_to_string(guard.work().join("seen")).unwrap(), "caught\n");
    for (key, number) in [("\u{3}", 2), ("\u{1c}", 3)] {
        let uncaught = script(&sts, "echo ready > /dev/tty; while :; do sleep 0.05; done");
        let session = terminal::typing(&uncaught, &[("ready", key)]);
        assert_eq!(session.code, -number, "{session:#?}");
    }
}

/// A `credential_process` runs at the start and at every renewal.
#[test]
fn a_credential_process_does_not_change_signal_handling() {
    let sts = Sts::honest();
    let outcome = serving(sts.exec_with_process(), |client| {
        let guard = client.variable("GUARD");
        for _ in 0..2 {
            assert_eq!(client.get().0, 200);
            let sent = Command::new("kill").args(["-INT", &guard]).status().unwrap();
            assert!(sent.success());
        }
        assert_eq!(client.get().0, 200);
    });
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

/// The description of a run as a command of its own, which differs by how it is started.
fn started_by(shell: &[&str], guard: &Guard) -> Command {
    let run = guard.description();
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).env_clear().current_dir(run["cwd"].as_str().unwrap());
    command.args(run["argv"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()));
    let variables = run["env"].as_object().unwrap().iter();
    command.envs(variables.map(|(name, value)| (name, value.as_str().unwrap())));
    command
}

#[test]
fn ignored_signals_stay_ignored() {
    let sts = Sts::honest();
    let guard = script(&sts, "kill -HUP $$; kill -INT $$; kill -HUP $PPID; sleep 0.1; exit 3");
    let mut nohup = started_by(&["sh", "-c", "trap '' HUP INT; exec \"$0\" \"$@\""], &guard);
    assert_eq!(nohup.status().unwrap().code(), Some(3));
}

#[test]
fn a_stopped_job_continues() {
    let sts = Sts::honest();
    let guard = script(&sts, "kill -TSTP 0; echo on; exit 4");
    let job = "set -m; \"$0\" \"$@\" & id=$!\n\
               until grep -q 'State:.T' /proc/$id/status; do sleep 0.05; done\n\
               kill -CONT -- -$id; wait $id; code=$?\n\
               [ $code -lt 128 ] || { wait $id; code=$?; }; exit $code";
    let output = started_by(&["bash", "-c", job], &guard).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("on\n"), "{output:?}");
}

#[test]
fn the_command_inherits_the_same_as_without_the_endpoint() {
    let sts = Sts::honest();
    // Only the first 31 signals: glibc reserves some of the later ones.
    let script = "ls -1 /proc/self/fd; umask\n\
                  grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status | sed -E 's/\t.{8}/ /'";
    let [with, without] = ["exec prod --serve", "exec prod"]
        .map(|words| sts.guard(words).args("-- sh -c").arg(script).run().stdout);
    assert!(with.contains("SigIgn"), "{with}");
    assert_eq!(with, without);
}

#[test]
fn large_streams_pass_through() {
    let sts = Sts::honest();
    let text = "0123456789abcde\n".repeat(10 << 16);
    let guard = sts.exec().args("-- cat").stdin(Stdin::Text(text.clone()));
    let outcome = guard.run();
    assert_eq!((outcome.code, outcome.stdout.len()), (Some(0), text.len()));
    assert!(outcome.stdout == text);
}

#[test]
fn the_endpoint_ends_with_the_command_and_with_the_guard() {
    let sts = Sts::honest();
    let mut address = None;
    serving(sts.exec(), |client| {
        assert_eq!(client.get().0, 200);
        address = Some(client.address);
    });
    assert!(TcpStream::connect(address.unwrap()).is_err(), "after the command");
    let outcome = serving(sts.exec(), |client| {
        let guard = client.variable("GUARD");
        assert!(Command::new("kill").args(["-KILL", &guard]).status().unwrap().success());
        let start = Instant::now();
        while TcpStream::connect(client.address).is_ok() {
            assert!(start.elapsed() < PATIENCE, "the endpoint is still there");
            thread::sleep(Duration::from_millis(10));
        }
    });
    assert_eq!(outcome.code, None, "{outcome:#?}");
}

/// A renewal in progress does not delay the end of the command, and leaves no process running.
#[test]
fn a_renewal_ends_with_the_command() {
    let sts = Sts::honest();
    let guard = sts.exec_with_process();
    let slow = "n=$(grep -c run \"$HOME/runs\" 2> /dev/null)\n\
                [ \"${n:-0}\" -eq 0 ] || { echo $$ > \"$HOME/slow\"; exec sleep 300; }\n";
    let process = fs::read_to_string(guard.home().join("vend")).unwrap();
    let guard = guard.file("~/vend", &format!("{slow}{process}")).args("--timeout 60s");
    let mut id = String::new();
    let outcome = serving(guard, |client| {
        assert_eq!(client.get().0, 200);
        client.give_up();
        let start = Instant::now();
        while id.is_empty() {
            assert!(start.elapsed() < PATIENCE, "the process was not started");
            id = fs::read_to_string(client.home.join("slow")).unwrap_or_default();
            thread::sleep(Duration::from_millis(10));
        }
    });
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.duration < PATIENCE / 2, "{outcome:#?}");
    let start = Instant::now();
    while fs::read_to_string(format!("/proc/{}/stat", id.trim()))
        .is_ok_and(|it| !it.contains(") Z"))
    {
        assert!(start.elapsed() < PATIENCE, "the process still runs");
        thread::sleep(Duration::from_millis(10));
    }
}
