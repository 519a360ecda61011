//! The examples that people copy, run by the real tools: what is refused is not deployed.

mod make;
mod pre_commit;

use std::path::{Path, PathBuf};

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::stage::{KEY, Stage};

/// The folder of an example.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// With the program on the machine's own `PATH`.
pub(crate) fn with_program(guard: Guard) -> Guard {
    let directory = Path::new(env!("CARGO_BIN_EXE_account-guard")).parent().expect("a directory");
    let path = std::env::var("PATH").expect("a PATH");
    guard.env("PATH", format!("{}:{path}", directory.display()))
}

/// A run in a copy of this folder, with keys that this STS knows.
fn copy(name: &str, stage: &Stage) -> Guard {
    let guard = with_program(stage.bare().credentials(&Credentials::of(KEY)));
    for entry in std::fs::read_dir(folder(name)).expect("the example") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), guard.work().join(entry.file_name())).expect("a copy");
    }
    guard
}
