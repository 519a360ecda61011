//! The setup that all examples share: a copy of their folder, an STS under the name of AWS, and the
//! tools that run them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::examples::{copied, folder, with_program};
use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::moto::{Moto, REGION};
use crate::rig::setup::{KEY, Setup};

/// The account that the policies of the examples name `prod`.
pub(super) const PROD: &str = "111111111111";

/// The account that they name `staging`.
pub(super) const STAGING: &str = "222222222222";

/// One moto for all tests here; it ends with this process, which holds its standard input.
pub(super) fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

/// A run in a copy of this example, which reaches moto and no other service.
pub(super) fn at_moto(name: &str) -> Guard {
    copied(name, with_program(Guard::new()).envs(moto().variables()).env("AWS_REGION", REGION))
}

/// A run in a copy of this example, with keys that this STS accepts.
pub(super) fn copy_with_keys(name: &str, setup: &Setup) -> Guard {
    copied(name, with_program(setup.bare().credentials(&Credentials::of(KEY))))
}

/// The deploy role of an account.
pub(super) fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/deploy-ci")
}

/// The account that the substitute for a deploy has recorded.
pub(super) fn deployed(guard: &Guard) -> Option<String> {
    fs::read_to_string(guard.work().join("deployed")).ok()
}

/// Asserts that the deploy of the example ran with judged credentials of this account.
#[track_caller]
pub(super) fn was_deployed_to(account: &str, guard: &Guard, outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(deployed(guard), Some(format!("to {account}\n")), "{outcome:#?}");
}

/// Asserts that the run failed with this text, and that its deploy did not start.
#[track_caller]
pub(super) fn was_not_deployed(guard: &Guard, outcome: &Outcome, words: &str) {
    assert!(outcome.code.is_some_and(|code| code != 0), "{outcome:#?}");
    assert_eq!(deployed(guard), None, "{outcome:#?}");
    assert!(all_output(outcome).contains(words), "{words}: {outcome:#?}");
}

/// The text of both streams.
pub(super) fn all_output(outcome: &Outcome) -> String {
    format!("{}{}", outcome.stdout, outcome.stderr)
}

/// A tool that `tests/pipelines.sh` installs below `.rigs`.
pub(super) fn tool(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".rigs").join(path);
    assert!(path.exists(), "{} is missing; run: tests/pipelines.sh", path.display());
    path
}

/// The file of this example with one piece of text replaced, which it must contain.
#[track_caller]
pub(super) fn with(guard: Guard, file: &str, from: &str, to: &str) -> Guard {
    let text = fs::read_to_string(guard.work().join(file)).expect("a file of the example");
    assert!(text.contains(from), "{file} has no `{from}`");
    guard.file(file, &text.replace(from, to))
}

/// The blocks of this language in the README of an example.
pub(super) fn blocks(name: &str, language: &str) -> Vec<String> {
    let page = fs::read_to_string(folder(name).join("README.md")).expect("a README");
    let fence = format!("```{language}\n");
    let blocks = page.split(&fence).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// Asserts that the schema of the service accepts the file.
#[track_caller]
pub(super) fn is_by_schema(name: &str, file: &str, schema: &str) {
    let output = Command::new(tool("venv-pipelines/bin/check-jsonschema"))
        .args(["--builtin-schema", schema])
        .arg(folder(name).join(file))
        .output()
        .expect("check-jsonschema");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
