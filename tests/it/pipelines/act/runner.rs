//! Runs act, which executes workflows of GitHub Actions on this machine, in a new repository that
//! contains the Action.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::log::Log;
use crate::pipelines::release::must;
use crate::rig::Credentials;
use crate::rig::moto::{Moto, REGION};

/// The policy of every repository, to whose lines annotations refer.
pub(super) const POLICY: &str = r#"version = 1

[accounts]
prod = "111111111111"
staging = "222222222222"

[environments.prod]
accounts = ["prod"]
roles = ["deploy-*"]

[environments.staging]
accounts = ["staging"]
"#;

const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";

/// A repository, a home directory for act, and an STS.
pub(super) struct Runner {
    root: TempDir,
    moto: &'static Moto,
}

impl Runner {
    /// A repository with the policy, and with the Action in `action` as a release with these
    /// checksums.
    pub(super) fn new(sums: &str) -> Self {
        let root = tempfile::Builder::new().prefix("account-guard-").tempdir().expect("a folder");
        let runner = Self { root, moto: moto() };
        fs::create_dir(runner.root.path().join("home")).expect("a home");
        runner.program("bash", &patient_bash());
        runner.file("account-guard.toml", POLICY);
        runner.action("action", sums);
        runner
    }

    /// Writes a file of the repository.
    pub(super) fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Writes a script on the `PATH` of all steps.
    pub(super) fn program(&self, name: &str, script: &str) {
        let path = self.file(&format!("../programs/{name}"), script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode");
    }

    /// Copies the Action with these checksums to this folder of the repository.
    pub(super) fn action(&self, folder: &str, sums: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &Path| fs::read_to_string(path).expect("a file of the Action");
        self.file(&format!("{folder}/action.yml"), &read(&root.join("action.yml")));
        for entry in fs::read_dir(root.join("action")).expect("the Action's scripts") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("UTF-8");
            self.file(&format!("{folder}/action/{name}"), &read(&entry.path()));
        }
        self.file(&format!("{folder}/action/SHA256SUMS"), sums);
    }

    /// The folder of the repository.
    pub(super) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// The folder that contains all files that a run may write.
    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The variables of a job with credentials of a role.
    pub(super) fn variables(&self, account: &str, role: &str) -> Map<String, Value> {
        self.variables_of(&self.moto.assume_role(account, role, "act"))
    }

    /// The variables that connect a job to the STS.
    pub(super) fn way(&self) -> Vec<(&'static str, String)> {
        self.moto.variables().into()
    }

    fn variables_of(&self, credentials: &Credentials) -> Map<String, Value> {
        let keys = credentials.variables().into_iter().chain(self.moto.variables());
        let keys = keys.chain([("AWS_REGION", REGION.to_owned())]);
        keys.map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// Runs this workflow on a push, and returns the log of act.
    pub(super) fn run(&self, jobs: &Value) -> Log {
        let workflow = json!({ "on": "push", "jobs": jobs });
        self.run_text(&workflow.to_string(), &[])
    }

    /// The same for the text of a workflow, with these variables for all of its jobs.
    pub(super) fn run_text(&self, workflow: &str, variables: &[(&str, String)]) -> Log {
        self.file(".github/workflows/test.yml", workflow);
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=test"]);
        let arguments = "push -P ubuntu-latest=-self-hosted --no-cache-server --json -W";
        let mut act = self.command(&act_program());
        act.args(arguments.split(' ')).arg(".github/workflows/test.yml");
        for (name, value) in variables {
            act.arg("--env").arg(format!("{name}={value}"));
        }
        Log::of(&act.output().expect("act to run"))
    }

    fn git(&self, arguments: &[&str]) {
        let names = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        let output = self.command(Path::new("git")).args(names).args(arguments).output();
        must(&output.expect("git to run"));
    }

    fn command(&self, program: &Path) -> Command {
        let home = self.root.path().join("home");
        let mut command = Command::new(program);
        let path = std::env::var("PATH").expect("a PATH");
        let programs = self.root.path().join("programs");
        command.env_clear().env("PATH", format!("{}:{path}", programs.display()));
        command.env("HOME", &home).env("XDG_CACHE_HOME", home.join("cache"));
        command.current_dir(self.work());
        command
    }
}

/// act loses unread output when a step fails, so that a failing step waits until act has read it.
fn patient_bash() -> String {
    let path = std::env::var_os("PATH").expect("a PATH");
    let bash = std::env::split_paths(&path).map(|folder| folder.join("bash"));
    let bash = bash.into_iter().find(|file| file.is_file()).expect("bash on the PATH");
    format!(
        "#!/bin/sh
{} \"$@\"
code=$?
[ $code = 0 ] || sleep 0.1
exit $code
",
        bash.display()
    )
}

/// One moto for all of these tests, which create identities of their own. It ends with the process.
fn moto() -> &'static Moto {
    static MOTO: LazyLock<Moto> = LazyLock::new(Moto::start);
    &MOTO
}

/// act, from the environment that its requirements file describes.
fn act_program() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = root.join(".rigs/venv-pipelines");
    let wanted = fs::read(root.join("tests/pipelines-requirements.txt")).expect("requirements");
    let made_from = fs::read(venv.join("made-from")).unwrap_or_default();
    assert!(made_from == wanted, "act is missing or stale here; run: tests/pipelines.sh");
    venv.join("bin/act")
}

/// A job with these variables, which checks out the repository first.
pub(super) fn job(variables: &Map<String, Value>, steps: &[Value]) -> Value {
    let mut all = vec![json!({ "uses": CHECKOUT })];
    all.extend(steps.iter().cloned());
    json!({ "runs-on": "ubuntu-latest", "env": variables, "steps": all })
}

/// A step that uses the Action in this folder.
pub(super) fn uses(id: &str, folder: &str, with: &Value) -> Value {
    json!({ "id": id, "uses": format!("./{folder}"), "with": with })
}

/// The same; the job continues in any case.
pub(super) fn attempt(id: &str, folder: &str, with: &Value) -> Value {
    let mut step = uses(id, folder, with);
    step["continue-on-error"] = true.into();
    step
}

/// A step that runs this script, with these variables.
pub(super) fn run(id: &str, variables: &Value, script: &str) -> Value {
    json!({ "id": id, "env": variables, "run": script, "shell": "bash" })
}

/// The same, in any case.
pub(super) fn always(id: &str, variables: &Value, script: &str) -> Value {
    let mut step = run(id, variables, script);
    step["if"] = "always()".into();
    step
}
