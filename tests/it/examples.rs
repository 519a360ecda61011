//! Tests of the examples with the real tools: a refused deploy does not run.

mod make;
mod pre_commit;

use std::fs;
use std::path::{Path, PathBuf};

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::setup::{KEY, Setup};

/// The folder of an example.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Adds the program to the `PATH` of the machine.
pub(crate) fn with_program(guard: Guard) -> Guard {
    let directory = Path::new(env!("CARGO_BIN_EXE_account-guard")).parent().expect("a directory");
    let path = std::env::var("PATH").expect("a PATH");
    guard.env("PATH", format!("{}:{path}", directory.display()))
}

/// A run in a copy of this folder.
pub(crate) fn copied(name: &str, guard: Guard) -> Guard {
    lay(&folder(name), &guard.work());
    guard
}

fn lay(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the example") {
        let entry = entry.expect("an entry");
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir(&copy).expect("a directory");
            lay(&path, &copy);
        } else {
            fs::copy(path, copy).expect("a copy");
        }
    }
}

/// A run in a copy of this folder, with keys that this STS accepts.
fn copy(name: &str, setup: &Setup) -> Guard {
    copied(name, with_program(setup.bare().credentials(&Credentials::of(KEY))))
}
