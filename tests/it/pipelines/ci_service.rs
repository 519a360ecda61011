//! Replaces a CI service whose runner is not available: a release on the loopback, and the commands
//! of the configuration file, run by the shell of the service.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

use super::release::{Release, Releases, given};
use super::setup::with;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::moto::python;

/// The token that the service gives to a job.
pub(super) const TOKEN: &str = "hush-token-of-the-job";

/// The one release of these tests, at the address where the jobs download it.
pub(super) struct Downloads {
    server: Releases,
    /// The checksum of its archive.
    pub(super) sum: String,
}

/// One release for all tests here.
pub(super) fn release() -> &'static Downloads {
    static DOWNLOADS: OnceLock<Downloads> = OnceLock::new();
    DOWNLOADS.get_or_init(|| {
        let release = Release::real();
        let (sum, _) = release.sums.split_once("  ").expect("a sum");
        let sum = sum.to_owned();
        Downloads { server: Releases::start(vec![("downloads", given(release))]), sum }
    })
}

impl Downloads {
    /// Writes the address of the releases and the checksum into a file of an example, as a user
    /// would.
    pub(super) fn written_to(&self, guard: Guard, file: &str, sum: &str) -> Guard {
        let downloads = self.server.url("downloads");
        let guard = with(
            guard,
            file,
            "https://github.com/OWNER/account-guard/releases/download",
            &downloads,
        );
        let guard = with(guard, file, "the-sum-of-the-archive", sum);
        // The file already contains the version of this release.
        with(guard, file, env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_VERSION"))
    }
}

/// A job of a configuration.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Job {
    /// The name that users see.
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

    /// Runs the commands one by one, each in a shell of its own, until one fails.
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

/// The jobs of the configuration in the working directory.
pub(super) fn jobs(service: &str, guard: &Guard, file: &str) -> Vec<Job> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pipelines/commands.py");
    let mut command: Command = python();
    let read = command.arg(script).arg(service).arg(guard.work().join(file)).output();
    let read = read.expect("commands.py");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).expect("jobs")
}
