//! What stands for a service whose own runner is not to be had: a release on the loopback, and the
//! commands of its configuration, read out of the file and run by the service's shell.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

use super::scene::with;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::http::{Request, Response, Server};
use crate::rig::moto::python;

/// The token that the service gives a job.
pub(super) const TOKEN: &str = "hush-token-of-the-job";

const TARGET: &str = "x86_64-unknown-linux-musl";

/// One release, packed as releases are, at the address at which a service's jobs look for it.
pub(super) struct Release {
    server: Server,
    /// The sum of its archive.
    pub(super) sum: String,
}

/// One for all tests here.
pub(super) fn release() -> &'static Release {
    static RELEASE: OnceLock<Release> = OnceLock::new();
    RELEASE.get_or_init(Release::pack)
}

impl Release {
    /// In the archive is a script that runs the program: of a debug build it would take minutes.
    fn pack() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        let program = env!("CARGO_BIN_EXE_account-guard");
        fs::write(at("program"), format!("#!/bin/sh\nexec {program} \"$@\"\n")).expect("a script");
        fs::create_dir(at("archives")).expect("a directory");
        let archives = [at("archives").into_os_string()];
        archive(
            "pack",
            &[&[at("program").into(), TARGET.into()], &archives[..], &[program.into()]],
        );
        archive("sums", &[&archives, &[at("SHA256SUMS").into()]]);
        let sums = fs::read_to_string(at("SHA256SUMS")).expect("sums");
        let (sum, name) = sums.trim_end().split_once("  ").expect("one sum");
        let bytes = fs::read(at("archives").join(name)).expect("an archive");
        let path = format!("/downloads/v{}/{name}", env!("CARGO_PKG_VERSION"));
        let server = Server::start(move |mut stream| {
            let Ok(Some(request)) = Request::read(&mut BufReader::new(&stream)) else { return };
            let is_there = request.target() == path;
            let (status, body) = if is_there { (200, bytes.clone()) } else { (404, Vec::new()) };
            // A job that gives up is its own affair.
            let _ = stream.write_all(&Response::new(status, "application/gzip", body).bytes());
        });
        Self { server: server.expect("a loopback port"), sum: sum.to_owned() }
    }

    /// Writes into a file of an example what a person would: where releases are, and the sum.
    pub(super) fn written_into(&self, guard: Guard, file: &str, sum: &str) -> Guard {
        let downloads = format!("{}/downloads", self.server.url());
        let guard = with(
            guard,
            file,
            "https://github.com/OWNER/account-guard/releases/download",
            &downloads,
        );
        let guard = with(guard, file, "the-sum-of-the-archive", sum);
        // The version is that of this release already.
        with(guard, file, env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_VERSION"))
    }
}

fn archive(command: &str, arguments: &[&[std::ffi::OsString]]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/archive.py");
    let made = python().arg(script).arg(command).args(arguments.concat()).output();
    let made = made.expect("archive.py");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// A job of a configuration.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Job {
    /// As people see it.
    pub(super) name: String,
    variables: BTreeMap<String, String>,
    commands: Vec<String>,
}

impl Job {
    /// The same with another value of a variable, which it must have.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut job = self.clone();
        assert!(job.variables.insert(name.to_owned(), value.to_owned()).is_some(), "{name}");
        job
    }

    /// Runs its commands one by one, each by a shell of its own, until one fails.
    pub(super) fn run(&self, guard: Guard, shell: &[&str]) -> (Guard, Outcome) {
        let mut guard = guard.program(shell[0]).envs(&self.variables);
        let mut last = None;
        for command in &self.commands {
            guard = guard.instead(&shell[1..]).arg(command);
            let outcome = guard.run();
            let is_done = outcome.code == Some(0);
            last = Some(outcome);
            if !is_done {
                break;
            }
        }
        (guard, last.expect("a command"))
    }
}

/// The jobs of the configuration that lies in the working directory.
pub(super) fn jobs(service: &str, guard: &Guard, file: &str) -> Vec<Job> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pipelines/commands.py");
    let mut command: Command = python();
    let read = command.arg(script).arg(service).arg(guard.work().join(file)).output();
    let read = read.expect("commands.py");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).expect("jobs")
}
