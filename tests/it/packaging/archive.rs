//! Tests of the archives of a release: their content, and the checksums that the Action installs
//! by.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The platforms of a release, and the first bytes of a program for each.
const TARGETS: [(&str, &[u8]); 7] = [
    ("x86_64-unknown-linux-gnu", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0"),
    ("aarch64-unknown-linux-gnu", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xb7\0"),
    ("x86_64-unknown-linux-musl", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0"),
    ("aarch64-unknown-linux-musl", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xb7\0"),
    ("x86_64-apple-darwin", b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
    ("aarch64-apple-darwin", b"\xcf\xfa\xed\xfe\x0c\0\0\x01"),
    ("x86_64-pc-windows-msvc", b"MZ"),
];

const VERSION: &str = env!("CARGO_PKG_VERSION");
const NATIVE: &str = env!("CARGO_BIN_EXE_account-guard");

/// The commands in the documentation that verify a download.
const CHECK: &str = "sha256sum --check --ignore-missing SHA256SUMS";

pub(super) fn targets() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().map(|(target, _)| *target)
}

/// A run of archive.py in this directory.
fn archive(directory: &Path, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/archive.py");
    let mut command = Command::new(script);
    command.args(arguments).current_dir(directory).output().expect("python3")
}

/// The message of a refused run.
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The archive of this target, packed into a directory `out`; its program consists of the first
/// bytes only.
pub(super) fn packed(directory: &Path, target: &str) -> PathBuf {
    let (_, begin) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    fs::write(directory.join("program"), begin).expect("a program");
    fs::create_dir_all(directory.join("out")).expect("a directory");
    let output = archive(directory, &["pack", "program", target, "out", NATIVE]);
    assert!(output.status.success(), "{output:?}");
    let name = String::from_utf8(output.stdout).expect("a name");
    directory.join("out").join(name.trim())
}

/// The program of a platform, at the path where archive.py expects it when it packs all.
fn program(directory: &Path, target: &str, begin: &[u8]) {
    let name = if target.contains("windows") { "account-guard.exe" } else { "account-guard" };
    let place = directory.join(format!("programs/program-{target}"));
    fs::create_dir_all(&place).expect("a directory");
    fs::write(place.join(name), begin).expect("a program");
}

/// The archives of all platforms, by their targets.
pub(super) fn all_packed(directory: &Path) -> Vec<(&'static str, PathBuf)> {
    for (target, begin) in TARGETS {
        program(directory, target, begin);
    }
    fs::create_dir(directory.join("out")).expect("a directory");
    let output = archive(directory, &["all", "programs", "out", NATIVE]);
    assert!(output.status.success(), "{output:?}");
    let names = String::from_utf8(output.stdout).expect("names");
    let path = |target: &str| {
        let name = names.lines().find(|name| name.contains(target)).expect("an archive");
        directory.join("out").join(name)
    };
    targets().map(|target| (target, path(target))).collect()
}

/// The files of an archive with their modes, as the usual tool unpacks them.
pub(super) fn unpacked(path: &Path, into: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir(into).expect("a directory");
    let mut command = match path.extension().and_then(|it| it.to_str()) {
        Some("gz") => Command::new("tar"),
        _ => Command::new("python3"),
    };
    match path.extension().and_then(|it| it.to_str()) {
        Some("gz") => command.arg("-xzf").arg(path).arg("-C").arg(into),
        _ => command.args(["-m", "zipfile", "-e"]).arg(path).arg(into),
    };
    let output = command.output().expect("an unpacker");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let mut found = BTreeMap::new();
    let mut directories = vec![into.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.strip_prefix(into).expect("a name").display().to_string();
            let mode = path.metadata().expect("a mode").permissions().mode() & 0o777;
            found.insert(name, (mode, fs::read(path).expect("a file")));
        }
    }
    found
}

#[test]
fn the_archive_of_each_platform_has_one_top_folder() {
    let directory = TempDir::new().expect("a directory");
    for ((target, path), (_, begin)) in all_packed(directory.path()).into_iter().zip(TARGETS) {
        let windows = target.contains("windows");
        let top = format!("account-guard-{VERSION}-{target}");
        let (program, ending) =
            if windows { ("account-guard.exe", "zip") } else { ("account-guard", "tar.gz") };
        assert_eq!(path.file_name().and_then(|it| it.to_str()), Some(&*format!("{top}.{ending}")));
        let files = unpacked(&path, &directory.path().join(target));
        let of = |name: &str| {
            files.get(&format!("{top}/{name}")).unwrap_or_else(|| panic!("{target}: {name}"))
        };
        assert_eq!(of(program).1, begin, "{target}");
        for name in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            let ours = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a text");
            assert_eq!(of(name).1, ours, "{target}: {name}");
        }
        for (name, says) in [
            ("completions/account-guard.bash", "complete -F"),
            ("completions/account-guard.fish", "complete -c account-guard"),
            ("completions/_account-guard", "#compdef account-guard"),
            ("completions/_account-guard.ps1", "Register-ArgumentCompleter"),
            ("completions/account-guard.elv", "edit:completion"),
            ("man/account-guard.1", ".TH account-guard 1"),
            ("man/account-guard-exec.1", ".TH account-guard-exec 1"),
        ] {
            assert!(String::from_utf8_lossy(&of(name).1).contains(says), "{target}: {name}");
        }
        let others = files.keys().filter(|name| !name.starts_with(&format!("{top}/")));
        assert_eq!(others.collect::<Vec<_>>(), [""; 0], "{target}");
        if !windows {
            for (name, (mode, _)) in &files {
                let expected = if *name == format!("{top}/{program}") { 0o755 } else { 0o644 };
                assert_eq!(*mode, expected, "{target}: {name}");
            }
        }
    }
}

/// The unpacker of Python drops modes; this reads them from the zip.
#[test]
fn the_zip_marks_the_program_as_executable() {
    let directory = TempDir::new().expect("a directory");
    let path = packed(directory.path(), "x86_64-pc-windows-msvc");
    let script = "import sys, zipfile\n\
        for it in zipfile.ZipFile(sys.argv[1]).infolist():\n\
        \x20   print(oct(it.external_attr >> 16), it.filename.split('/', 1)[1])";
    let output = Command::new("python3").args(["-c", script]).arg(path).output().expect("python3");
    let shown = String::from_utf8(output.stdout).expect("text");
    let programs = shown.lines().filter(|line| line.starts_with("0o755"));
    assert_eq!(programs.collect::<Vec<_>>(), ["0o755 account-guard.exe"], "{shown}");
    assert!(shown.lines().filter(|line| line.starts_with("0o644 ")).count() > 10, "{shown}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for target in ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"] {
        let bytes = [(); 2].map(|()| {
            let directory = TempDir::new().expect("a directory");
            fs::read(packed(directory.path(), target)).expect("an archive")
        });
        assert!(bytes[0] == bytes[1], "{target}");
    }
}

#[test]
fn sha256sum_accepts_the_checksums() {
    let directory = TempDir::new().expect("a directory");
    for target in ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"] {
        packed(directory.path(), target);
    }
    let out = directory.path().join("out");
    fs::write(out.join("account-guard_0.1.0-1_amd64.deb"), "a package").expect("a file");
    fs::write(out.join("notes.txt"), "nothing to install").expect("a file");
    let sums = archive(directory.path(), &["sums", "out", "out/SHA256SUMS"]);
    assert!(sums.status.success(), "{sums:?}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/packaging.md");
    assert!(fs::read_to_string(page).expect("the page").lines().any(|line| line == CHECK));
    let check = || {
        let mut command = Command::new("sh");
        command.args(["-c", CHECK]).current_dir(&out).output().expect("sh")
    };
    let good = check();
    assert!(good.status.success(), "{good:?}");
    let lines = String::from_utf8_lossy(&good.stdout).into_owned();
    let names = lines.lines().filter_map(|line| line.strip_suffix(": OK"));
    let archive = |target, ending| format!("account-guard-{VERSION}-{target}.{ending}");
    let expected = [
        archive("x86_64-pc-windows-msvc", "zip"),
        archive("x86_64-unknown-linux-gnu", "tar.gz"),
        "account-guard_0.1.0-1_amd64.deb".to_owned(),
    ];
    assert_eq!(names.collect::<Vec<_>>(), expected);
    fs::remove_file(out.join(&expected[1])).expect("an archive");
    assert!(check().status.success(), "one archive can be checked alone");
    fs::write(out.join(&expected[0]), "another").expect("a file");
    assert!(!check().status.success());
}

#[test]
fn without_an_archive_no_checksums_are_written() {
    let directory = TempDir::new().expect("a directory");
    fs::create_dir(directory.path().join("out")).expect("a directory");
    for files in [&[][..], &["notes.txt"], &["notes.txt", "account-guard_0.1.0-1_amd64.deb"]] {
        for name in files {
            fs::write(directory.path().join("out").join(name), "text").expect("a file");
        }
        let output = archive(directory.path(), &["sums", "out", "SHA256SUMS"]);
        assert_eq!(refusal(&output), "archive.py: no archive in `out`\n");
        assert!(!directory.path().join("SHA256SUMS").exists());
    }
}

#[test]
fn a_program_for_another_platform_is_not_packed() {
    let directory = TempDir::new().expect("a directory");
    // The first bytes do not identify the C library, and a program with the wrong one does not
    // start on other machines.
    let platform =
        |target: &str| target.trim_end_matches("-gnu").trim_end_matches("-musl").to_owned();
    for (target, _) in TARGETS {
        for (_, begin) in TARGETS.iter().filter(|(other, _)| platform(other) != platform(target)) {
            fs::write(directory.path().join("program"), begin).expect("a program");
            let output = archive(directory.path(), &["pack", "program", target, ".", NATIVE]);
            let expected = format!("archive.py: `program` is not a program for {target}\n");
            assert_eq!(refusal(&output), expected);
        }
    }
    let output =
        archive(directory.path(), &["pack", "program", "riscv64gc-unknown-linux-gnu", ".", NATIVE]);
    assert_eq!(
        refusal(&output),
        "archive.py: `riscv64gc-unknown-linux-gnu` is not a known target\n"
    );
}

#[test]
fn all_platforms_are_packed_or_it_fails() {
    let directory = TempDir::new().expect("a directory");
    for (target, begin) in TARGETS {
        let refused = refusal(&archive(directory.path(), &["all", "programs", "out", NATIVE]));
        assert!(refused.starts_with("archive.py: missing program for "), "{target}: {refused}");
        program(directory.path(), target, begin);
    }
}

#[test]
fn a_program_of_another_version_is_not_packed() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().expect("a directory");
    let native = directory.path().join("native");
    for says in ["account-guard 9.9.9", VERSION, ""] {
        fs::write(&native, format!("#!/bin/sh\necho {says}\n")).expect("a script");
        fs::set_permissions(&native, fs::Permissions::from_mode(0o755)).expect("a mode");
        let output =
            archive(directory.path(), &["pack", NATIVE, "x86_64-unknown-linux-gnu", ".", "native"]);
        let said = refusal(&output);
        assert!(
            said.contains(&format!("version {VERSION}, as in Cargo.toml, got `{says}`")),
            "{said}"
        );
    }
}

#[test]
fn invalid_arguments_show_the_usage() {
    let directory = TempDir::new().expect("a directory");
    for arguments in [
        &[][..],
        &["pack"],
        &["pack", "a", "b"],
        &["sums", "."],
        &["sums", ".", "a", "b"],
        &["sum"],
        &["all", ".", "."],
    ] {
        let said = refusal(&archive(directory.path(), arguments));
        assert!(said.contains("archive.py pack PROGRAM TARGET DIRECTORY [NATIVE]"), "{said}");
    }
}

#[test]
fn the_workflow_builds_every_platform() {
    let workflow = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows/release.yml");
    let workflow = fs::read_to_string(workflow).expect("the workflow");
    let built = workflow.lines().filter_map(|line| line.trim().strip_prefix("- target: "));
    let (mut built, mut ours): (Vec<_>, Vec<_>) = (built.collect(), targets().collect());
    built.sort_unstable();
    ours.sort_unstable();
    assert_eq!(built, ours);
}
