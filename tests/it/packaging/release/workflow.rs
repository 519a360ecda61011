//! Tests of the shell commands in the release workflow, with a real repository and a `gh` that
//! records its arguments.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use super::{Checkout, URL, archive};
use crate::rig::moto::python;

/// The commands of the steps of a job.
fn commands(job: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = "import json, sys, yaml\n\
        steps = yaml.safe_load(open(sys.argv[1]))['jobs'][sys.argv[2]]['steps']\n\
        json.dump([step['run'] for step in steps if 'run' in step], sys.stdout)";
    let mut python = python();
    python.args(["-c", script]).arg(root.join(".github/workflows/release.yml")).arg(job);
    let output = python.output().expect("python");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

/// The exit status of the last command of this job; the commands before it have succeeded.
fn job(checkout: &Checkout, job: &str, version: &str, branch: &str) -> Output {
    let temp = checkout.root.path().join("temp");
    let bin = checkout.root.path().join("bin");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a PATH"));
    let mut last = None;
    for command in commands(job) {
        let mut bash = checkout.command("work", "bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &command]);
        bash.env("PATH", &path).env("RUNNER_TEMP", &temp).env("VERSION", version);
        bash.env("REPOSITORY_URL", URL).env("GITHUB_REF", branch);
        let output = bash.output().expect("bash");
        let succeeded = output.status.success();
        last = Some(output);
        if !succeeded {
            break;
        }
    }
    last.expect("a command")
}

/// A checkout with all files that the job `publish` gets.
fn built(version: &str) -> Checkout {
    let checkout = Checkout::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = checkout.work().join("packaging/archive.py");
    fs::copy(root.join("packaging/archive.py"), script).expect("the script");
    checkout.commit();
    for directory in ["temp/dist", "bin"] {
        fs::create_dir_all(checkout.root.path().join(directory)).expect("a directory");
    }
    for line in checkout.sums(version).lines() {
        let (_, name) = line.split_once("  ").expect("a name");
        fs::write(checkout.root.path().join("temp/dist").join(name), name).expect("a file");
    }
    let gh = checkout.root.path().join("bin/gh");
    let script = "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$HOME/asked\"\n\
        [ \"$1\" != api ] || cat \"$HOME/releases\"\n";
    fs::write(&gh, script).expect("a script");
    fs::write(checkout.root.path().join("releases"), "v1.2.2\nv11.2.3\n").expect("a list");
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("a mode");
    checkout
}

fn asked(checkout: &Checkout) -> Vec<String> {
    let asked = fs::read_to_string(checkout.root.path().join("asked")).unwrap_or_default();
    asked
        .lines()
        .filter(|line| !line.starts_with("auth ") && !line.starts_with("api "))
        .map(str::to_owned)
        .collect()
}

const MAIN: &str = "refs/heads/main";

#[test]
fn a_release_is_published_after_its_tag() {
    let checkout = built("1.2.3");
    let output = job(&checkout, "check", "1.2.3", MAIN);
    assert!(output.status.success(), "{output:?}");
    let output = job(&checkout, "publish", "1.2.3", MAIN);
    assert!(output.status.success(), "{output:?}");
    let asked = asked(&checkout);
    assert!(asked[0].starts_with("release create v1.2.3 --draft --title 1.2.3 "), "{asked:?}");
    for target in archive::targets() {
        assert!(asked[0].contains(&format!("account-guard-1.2.3-{target}.")), "{asked:?}");
    }
    assert!(asked[0].ends_with("/SHA256SUMS"), "{asked:?}");
    assert_eq!(asked[1..], ["release edit v1.2.3 --draft=false --verify-tag"]);
    let git = |arguments: &[&str]| checkout.git("bare", arguments);
    let sums = fs::read_to_string(checkout.root.path().join("temp/SHA256SUMS")).expect("sums");
    assert_eq!(git(&["show", "v1.2.3:action/SHA256SUMS"]), sums.trim());
    assert_eq!(git(&["rev-parse", "v1"]), git(&["rev-parse", "v1.2.3"]));
}

#[test]
fn a_refused_release_leaves_no_draft_and_no_tag() {
    let checkout = built("1.2.3");
    for (name, version, branch) in [
        ("check", "1.2.3", "refs/heads/other"),
        ("check", "1.2.4", MAIN),
        ("publish", "1.2.4", MAIN),
    ] {
        let output = job(&checkout, name, version, branch);
        assert_eq!(output.status.code(), Some(1), "{name}: {output:?}");
    }
    assert_eq!(asked(&checkout), [""; 0]);
    assert_eq!(checkout.git("bare", &["tag"]), "");
}

#[test]
fn without_a_package_the_draft_is_not_published() {
    let checkout = built("1.2.3");
    let package = checkout.root.path().join("temp/dist/account-guard_1.2.3-1_arm64.deb");
    fs::remove_file(package).expect("a package");
    let output = job(&checkout, "publish", "1.2.3", MAIN);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(asked(&checkout).iter().all(|line| line.contains(" --draft ")), "{output:?}");
    assert_eq!(checkout.git("bare", &["tag"]), "");
}

/// With two releases on one tag, the wrong one could be published: its archives have other
/// checksums.
#[test]
fn an_existing_draft_blocks_a_release() {
    for (left, code) in [(Some("v1.2.2\nv1.2.3\n"), 1), (None, 1), (Some(""), 0)] {
        let checkout = built("1.2.3");
        let list = checkout.root.path().join("releases");
        match left {
            Some(names) => fs::write(list, names).expect("a list"),
            None => fs::remove_file(list).expect("no answer"),
        }
        let output = job(&checkout, "publish", "1.2.3", MAIN);
        assert_eq!(output.status.code(), Some(code), "{left:?}: {output:?}");
        assert_eq!(asked(&checkout).is_empty(), code == 1, "{left:?}: {output:?}");
        assert_eq!(checkout.git("bare", &["tag"]).is_empty(), code == 1, "{left:?}: {output:?}");
    }
}
