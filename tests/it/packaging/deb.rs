//! Tests of programs for which no Debian package is made. tests/packages.sh makes, installs and
//! uses a package.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::archive;

/// The message with which deb.py refuses an archive.
#[track_caller]
fn refusal(name: &str, archive: &Path, variables: &[(&str, &str)]) -> String {
    let directory = TempDir::new().expect("a directory");
    let renamed = directory.path().join(name);
    fs::copy(archive, &renamed).expect("an archive");
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/deb.py"));
    command
        .env_remove("MAINTAINER")
        .env_remove("SOURCE_DATE_EPOCH")
        .envs(variables.iter().copied());
    let output = command.arg(&renamed).arg(directory.path()).output().expect("python3");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let left = fs::read_dir(directory.path()).expect("a directory").count();
    assert_eq!(left, 1, "nothing but the archive");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_unsupported_program_is_not_packaged() {
    let directory = TempDir::new().expect("a directory");
    let gnu = archive::packed(directory.path(), "x86_64-unknown-linux-gnu");
    let musl = archive::packed(directory.path(), "x86_64-unknown-linux-musl");
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let all = [("MAINTAINER", "A test <test@example.com>"), ("SOURCE_DATE_EPOCH", "1767225600")];
    for missing in 0..2 {
        let said = refusal(&name(&gnu), &gnu, &all[missing..=missing]);
        assert!(said.ends_with(" in the environment\n"), "{said}");
    }
    let said = refusal(&name(&musl), &musl, &all);
    assert!(
        said.contains("is not an archive of a program for Linux with the GNU C library"),
        "{said}"
    );
    let said = refusal("account-guard-9.9.9-x86_64-unknown-linux-gnu.tar.gz", &gnu, &all);
    assert!(said.contains("as in Cargo.toml, got `account-guard-9.9.9-"), "{said}");
    // The program of this archive consists of its first bytes only, and has no dependencies.
    let said = refusal(&name(&gnu), &gnu, &all);
    assert!(said.contains("the program does not use the C library"), "{said}");
}
