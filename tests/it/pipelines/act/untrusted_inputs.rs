//! Tests of inputs that would be commands if they became text of a script, of the log or of a file
//! of the runner.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::log::Log;
use super::runner::{Runner, always, attempt, job};
use super::{PROD, and, is_no_pass, kept, passed};
use crate::pipelines::release::{Release, must};

const INPUTS: [&str; 12] = [
    "environment",
    "policy",
    "aws-profile",
    "aws-region",
    "images",
    "tools",
    "timeout",
    "mask-aws-account-id",
    "download-url",
    "binary",
    "binary-sha256",
    "scrub-on-failure",
];

const VALUES: [&str; 9] = [
    "\"; touch pwned; \"",
    "$(touch pwned)",
    "`touch pwned`",
    "prod\ntouch pwned",
    "\n::set-output name=result::allowed",
    "%0A::set-output name=result::allowed",
    "prod\nresult=allowed",
    "##[set-output name=result;]allowed",
    "--help",
];

/// More values that are not the name of an environment.
const NO_NAMES: [&str; 5] = ["", " ", "-V", "--version", "prod "];

/// More values that are neither true nor false.
const NO_BOOLEANS: [&str; 4] = ["", "yes", "TRUE", "true "];

/// Every value of an input that is tested.
fn values(input: &str) -> Vec<&'static str> {
    let more: &[&str] = match input {
        "environment" => &NO_NAMES,
        "mask-aws-account-id" | "scrub-on-failure" => &NO_BOOLEANS,
        _ => &[],
    };
    [&VALUES, more].concat()
}

/// The jobs: each tests some inputs. In that of `scrub-on-failure` each case leaves the next one
/// without keys.
fn groups() -> [&'static [&'static str]; 4] {
    let (others, scrub) = INPUTS.split_at(11);
    [&others[..4], &others[4..8], &others[8..], scrub]
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn an_input_is_never_a_command() {
    let runner = Runner::new(&Release::real().sums);
    let (program, sum) = program_of(Release::real(), runner.root());
    let with = json!({ "environment": "prod", "binary": program, "binary-sha256": sum });
    let with = and(with, &kept());
    let mut jobs = json!({});
    for (number, inputs) in groups().into_iter().enumerate() {
        let mut steps = vec![attempt("first", "action", &with)];
        steps.extend(inputs.iter().flat_map(|input| cases(input, &with)));
        steps.extend([attempt("last", "action", &with), search()]);
        jobs[format!("group-{number}")] = job(&runner.variables(PROD, "deploy-ci"), &steps);
    }
    let log = runner.run(&jobs);
    for (number, inputs) in groups().into_iter().enumerate() {
        let job = format!("group-{number}");
        passed(&log, &job, "first");
        if inputs != ["scrub-on-failure"] {
            passed(&log, &job, "last");
        }
        for input in inputs {
            did_nothing(&log, &job, input);
        }
        no_mark_was_left(&log, &job);
    }
}

/// A step for each value of an input, in which the other inputs are valid.
fn cases(input: &str, with: &Value) -> Vec<Value> {
    let step = |(index, value): (usize, &str)| {
        let mut with = with.clone();
        if input == "download-url" {
            with = and(with, &json!({ "binary": "", "binary-sha256": "" }));
        }
        with[input] = value.into();
        attempt(&format!("{input}-{index}"), "action", &with)
    };
    values(input).into_iter().enumerate().map(step).collect()
}

#[track_caller]
fn did_nothing(log: &Log, job: &str, input: &str) {
    for (index, value) in values(input).into_iter().enumerate() {
        let id = format!("{input}-{index}");
        is_no_pass(log, job, &id);
        let said = log.text(job, &id);
        assert!(!log.errors(job, &id).is_empty(), "{input}: {value:?} goes by in silence: {said}");
    }
}

/// Searches for files that no step may create, and for one file that it creates itself.
pub(super) fn search() -> Value {
    let script = "touch \"$GITHUB_WORKSPACE/pwned-control\"\nfind \"$RUNNER_TEMP/..\" -name 'pwned*' -printf '%f\\n'";
    always("search", &json!({}), script)
}

/// Asserts that no step has run text of an input, of the checkout or of an archive with a wrong
/// checksum, before [`search`].
#[track_caller]
pub(super) fn no_mark_was_left(log: &Log, job: &str) {
    assert_eq!(log.text(job, "search"), "pwned-control\n", "{job}");
}

/// The program of a release, installed in a folder outside the checkout, and its checksum.
pub(super) fn program_of(release: &Release, root: &Path) -> (String, String) {
    let folder = root.join("installed");
    fs::create_dir_all(&folder).expect("a folder");
    let archive = folder.join("archive.tar.gz");
    fs::write(&archive, &release.archive).expect("an archive");
    let mut tar = Command::new("tar");
    must(
        &tar.args(["--strip-components=1", "-xzf"])
            .arg(&archive)
            .arg("-C")
            .arg(&folder)
            .output()
            .expect("tar"),
    );
    let program = folder.join("account-guard");
    let sum = sum_of(&program);
    (program.to_str().expect("UTF-8").to_owned(), sum)
}

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn sum_of(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().expect("sha256sum");
    must(&output);
    String::from_utf8_lossy(&output.stdout)[..64].to_owned()
}
