//! Tests of the git part of a release: a real repository, and a real bare one to which the tags are
//! pushed.

mod workflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::archive;

const URL: &str = "https://git.example.com/project";

/// A checkout that is ready to become 1.2.3, and its bare repository.
struct Checkout {
    root: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { root: TempDir::new().expect("a directory") };
        checkout.git(".", &["init", "--quiet", "--bare", "--initial-branch=main", "bare"]);
        checkout.git(".", &["clone", "--quiet", "bare", "work"]);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/release.sh");
        for directory in ["packaging", "action"] {
            fs::create_dir(checkout.work().join(directory)).expect("a directory");
        }
        fs::copy(script, checkout.work().join("packaging/release.sh")).expect("the script");
        checkout.write("action/SHA256SUMS", "");
        checkout.is_of("1.2.3");
        checkout
    }

    fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.work().join(path), text).expect("a file");
    }

    /// Sets this version everywhere, commits and pushes.
    fn is_of(&self, version: &str) {
        let package = format!("[package]\nname = \"account-guard\"\nversion = \"{version}\"\n");
        self.write("Cargo.toml", &format!("{package}repository = \"{URL}\"\n\n[dependencies]\n"));
        self.write(
            "Cargo.lock",
            &format!("[[{}", package.trim_start_matches('[').replacen(']', "]]", 1)),
        );
        self.write(
            "CHANGELOG.md",
            &format!("## Unreleased\n\n## {version} - 2026-11-22\n\n- A thing.\n"),
        );
        self.commit();
    }

    fn commit(&self) {
        self.git("work", &["add", "--all"]);
        self.git("work", &["commit", "--quiet", "--allow-empty", "--message", "A change"]);
        self.git("work", &["push", "--quiet", "origin", "HEAD:main"]);
    }

    fn command(&self, directory: &str, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root.path().join(directory)).env_clear();
        command
            .env("PATH", std::env::var_os("PATH").expect("a PATH"))
            .env("HOME", self.root.path());
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "a test")
                .env(format!("GIT_{role}_EMAIL"), "test@example.com");
        }
        command
    }

    /// Runs git, asserts that it succeeds, and returns its output.
    #[track_caller]
    fn git(&self, directory: &str, arguments: &[&str]) -> String {
        let output = self.command(directory, "git").args(arguments).output().expect("git");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    fn release(&self, arguments: &[&str]) -> Output {
        let script = self.work().join("packaging/release.sh");
        self.command(".", script).args(arguments).env("REPOSITORY_URL", URL).output().expect("sh")
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) {
        let output = self.release(arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }

    /// Asserts that the script refuses with this message and does not change the bare repository.
    #[track_caller]
    fn refuses(&self, arguments: &[&str], reason: &str) {
        let before = self.git("bare", &["for-each-ref"]);
        let output = self.release(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
        assert_eq!(self.git("bare", &["for-each-ref"]), before, "{arguments:?}");
    }

    /// The checksums of all archives of this version; the path is relative to the work tree.
    fn sums(&self, version: &str) -> String {
        let names = archive::targets().map(|target| {
            let ending = if target.contains("windows") { "zip" } else { "tar.gz" };
            format!("account-guard-{version}-{target}.{ending}")
        });
        let packages = ["amd64", "arm64"].map(|it| format!("account-guard_{version}-1_{it}.deb"));
        let sum = "0123456789abcdef".repeat(4);
        let lines: Vec<_> = names.chain(packages).map(|name| format!("{sum}  {name}\n")).collect();
        self.write("../SUMS", &lines.concat());
        lines.concat()
    }
}

#[test]
fn the_tag_has_the_checksums_and_no_branch_has() {
    let checkout = Checkout::new();
    let main = checkout.git("bare", &["rev-parse", "main"]);
    let sums = checkout.sums("1.2.3");
    checkout.succeeds(&["check", "1.2.3"]);
    assert_eq!(checkout.git("bare", &["tag"]), "");
    checkout.succeeds(&["commit", "1.2.3", "../SUMS"]);
    let git = |arguments: &[&str]| checkout.git("bare", arguments);
    assert_eq!(git(&["show", "v1.2.3:action/SHA256SUMS"]), sums.trim());
    assert_eq!(git(&["diff", "--name-only", "main", "v1.2.3"]), "action/SHA256SUMS");
    assert_eq!(git(&["rev-parse", "v1.2.3^"]), main);
    assert_eq!(git(&["rev-parse", "main"]), main);
    assert_eq!(git(&["show", "main:action/SHA256SUMS"]), "");
    assert_eq!(git(&["tag"]), "v1.2.3");
    checkout.succeeds(&["major", "1.2.3"]);
    assert_eq!(git(&["rev-parse", "v1"]), git(&["rev-parse", "v1.2.3"]));
}

#[test]
fn the_release_notes_come_from_the_changelog() {
    let checkout = Checkout::new();
    let older = "## 1.2.2 - 2026-11-21\n\n- An older thing.\n";
    let newer = "## 1.2.3 - 2026-11-22\n\n### Added\n\n- A thing.\n\n";
    checkout.write(
        "CHANGELOG.md",
        &format!("# Changelog\n\n## Unreleased\n\n- Not yet.\n\n{newer}{older}"),
    );
    let notes = |version| {
        let output = checkout.release(&["notes", version]);
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    assert_eq!(notes("1.2.3"), "### Added\n\n- A thing.");
    assert_eq!(notes("1.2.2"), "- An older thing.");
    assert_eq!(notes("1.2.1"), "");
}

#[test]
fn a_release_is_made_once() {
    let checkout = Checkout::new();
    checkout.sums("1.2.3");
    checkout.succeeds(&["commit", "1.2.3", "../SUMS"]);
    checkout.refuses(&["commit", "1.2.3", "../SUMS"], "this commit is already a release");
    checkout.git("work", &["reset", "--quiet", "--hard", "origin/main"]);
    checkout.refuses(&["commit", "1.2.3", "../SUMS"], "the tag v1.2.3 already exists");
    checkout.git("work", &["tag", "-d", "v1.2.3"]);
    checkout.refuses(&["commit", "1.2.3", "../SUMS"], "`origin` already has the tag v1.2.3");
    checkout.refuses(&["check", "1.2.3"], "`origin` already has the tag v1.2.3");
}

#[test]
fn the_major_version_tag_moves_forward_only() {
    let checkout = Checkout::new();
    for version in ["1.2.3", "1.10.0", "1.9.9", "2.0.0"] {
        checkout.git("work", &["reset", "--quiet", "--hard", "origin/main"]);
        checkout.is_of(version);
        checkout.sums(version);
        checkout.succeeds(&["commit", version, "../SUMS"]);
        match version {
            "1.9.9" => {
                checkout.refuses(&["major", version], "the tag v1 was not moved: 1.10.0 is newer");
            }
            _ => checkout.succeeds(&["major", version]),
        }
    }
    let at = |tag: &str| checkout.git("bare", &["rev-parse", tag]);
    assert_eq!(at("v1"), at("v1.10.0"));
    assert_eq!(at("v2"), at("v2.0.0"));
    checkout.refuses(&["major", "3.0.0"], "`origin` has no tag v3.0.0");
}

#[test]
fn inconsistent_versions_are_not_released() {
    let refused = |path: &str, from: &str, to: &str, reason: &str| {
        let checkout = Checkout::new();
        checkout.sums("1.2.3");
        let text = fs::read_to_string(checkout.work().join(path)).expect("a file");
        assert!(text.contains(from), "{path}: {text}");
        checkout.write(path, &text.replace(from, to));
        checkout.refuses(&["commit", "1.2.3", "../SUMS"], "uncommitted changes");
        checkout.commit();
        checkout.refuses(&["commit", "1.2.3", "../SUMS"], reason);
        checkout.refuses(&["check", "1.2.3"], reason);
    };
    refused("Cargo.toml", "1.2.3", "1.2.4", "expected version 1.2.3 in Cargo.toml, found 1.2.4");
    refused("Cargo.lock", "1.2.3", "1.2.2", "Cargo.lock does not contain version 1.2.3");
    refused("CHANGELOG.md", "1.2.3", "1x2.3", "CHANGELOG.md has no entries below");
    refused("CHANGELOG.md", "2026-11-22", "soon", "CHANGELOG.md has no entries below");
    refused(
        "CHANGELOG.md",
        "- A thing.",
        "\n## 1.2.2\n\n- A thing.",
        "CHANGELOG.md has no entries below",
    );
    refused("Cargo.toml", "repository", "homepage", "Cargo.toml has no `repository`");
    refused(
        "Cargo.toml",
        URL,
        "https://git.example.com/fork",
        "expected `repository` https://git.example.com/project",
    );
}

#[test]
fn a_modified_work_tree_is_not_released() {
    let checkout = Checkout::new();
    checkout.sums("1.2.3");
    checkout.write("left-over", "");
    checkout.refuses(&["commit", "1.2.3", "../SUMS"], "uncommitted changes: ?? left-over");
}

#[test]
fn only_checksums_of_all_platforms_are_committed() {
    let checkout = Checkout::new();
    checkout.refuses(&["commit", "1.2.3", "../SUMS"], "the file `../SUMS` does not exist");
    let whole = checkout.sums("1.2.3");
    for line in whole.lines() {
        let (_, name) = line.split_once("  ").expect("a sum and a name");
        for (wrong, count) in [
            (whole.replace(&format!("{line}\n"), ""), 0),
            (format!("{whole}{line}\n"), 2),
            (whole.replace(line, &line[1..]), 0),
            (whole.replace(name, &name.replace("1.2.3", "1.2.4")), 0),
        ] {
            checkout.write("../SUMS", &wrong);
            checkout.refuses(
                &["commit", "1.2.3", "../SUMS"],
                &format!("expected 1 checksum of {name} in `../SUMS`, found {count}"),
            );
        }
    }
    checkout.write("../SUMS", &format!("{whole}{}  another\n", "0".repeat(64)));
    checkout
        .refuses(&["commit", "1.2.3", "../SUMS"], "checksums of files that do not belong to 1.2.3");
}

#[test]
fn a_version_has_three_numbers() {
    let checkout = Checkout::new();
    for version in ["v1.2.3", "1.2", "1.2.3-rc.1", "01.2.3", "1.2.3;id", "", "1.2.3\n1.2.3"] {
        checkout.refuses(&["check", version], "is not a version: expected MAJOR.MINOR.PATCH");
    }
    for arguments in
        [&[][..], &["check"], &["commit", "1.2.3"], &["push", "1.2.3"], &["check", "1.2.3", "x"]]
    {
        let output = checkout.release(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("release.sh commit VERSION SUMS"));
    }
}
