//! Tests of the layout of these tests: no file is longer than a reader wants to scroll.

use std::fs;
use std::path::{Path, PathBuf};

/// The number of lines after which a file of tests is split by subject.
const LIMIT: usize = 400;

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect()
}

#[test]
fn no_file_of_tests_is_over_the_limit() {
    let files = rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"));
    assert!(files.len() > 100, "found {} files", files.len());
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= LIMIT, "{} has {lines} lines: split it by subject", file.display());
    }
}
