//! Tests of `.pre-commit-hooks.yaml` and `examples/pre-commit` with the real pre-commit and git.

use std::fs;
use std::path::Path;

use super::{folder, with_program};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::setup::POLICY;

/// The repository of the hook in the example.
const PUBLISHED: &str = "https://git.example.com/account-guard";

/// A repository whose commits run the hook.
struct Repository(Guard);

impl Repository {
    /// With this configuration of pre-commit, and the hook from a repository of its own.
    fn new(configuration: &str) -> Self {
        let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
        let hooks = fs::read_to_string(hooks).expect("the hooks");
        let guard = with_program(Guard::new()).file("~/hooks/.pre-commit-hooks.yaml", &hooks);
        let published = guard.home().join("hooks");
        assert!(configuration.contains(PUBLISHED), "{configuration}");
        let configuration = configuration.replace(PUBLISHED, &published.to_string_lossy());
        let guard = ["AUTHOR", "COMMITTER"].iter().fold(guard, |guard, who| {
            guard.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@b.c")
        });
        let mut repository = Self(guard.env("GIT_CONFIG_NOSYSTEM", "1"));
        let hooks = published.to_str().expect("UTF-8");
        for words in ["init", "add .", "commit -m hooks", "tag v0.1.0"] {
            repository.git(&format!("-C {hooks} {words}"));
        }
        repository.git("init");
        repository.commits(".pre-commit-config.yaml", &configuration);
        let pre_commit = ".rigs/venv-root/bin/pre-commit";
        let pre_commit = Path::new(env!("CARGO_MANIFEST_DIR")).join(pre_commit);
        let installed = repository.run(&pre_commit, "install");
        assert_eq!(installed.code, Some(0), "{installed:#?}");
        repository
    }

    fn run(&mut self, program: &Path, words: &str) -> Outcome {
        let guard = std::mem::replace(&mut self.0, Guard::new());
        self.0 = guard.program(program).instead(&words.split(' ').collect::<Vec<_>>());
        self.0.run()
    }

    fn git(&mut self, words: &str) {
        let outcome = self.run("git".as_ref(), words);
        assert_eq!(outcome.code, Some(0), "git {words}: {outcome:#?}");
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.work().join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn commit(&mut self, path: &str, text: &str) -> Outcome {
        self.write(path, text);
        self.git(&format!("add {path}"));
        self.run("git".as_ref(), "commit -m change")
    }

    #[track_caller]
    fn commits(&mut self, path: &str, text: &str) -> String {
        let outcome = self.commit(path, text);
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        format!("{}{}", outcome.stdout, outcome.stderr)
    }

    #[track_caller]
    fn refuses(&mut self, path: &str, text: &str) -> String {
        let outcome = self.commit(path, text);
        assert_eq!(outcome.code, Some(1), "{outcome:#?}");
        format!("{}{}", outcome.stdout, outcome.stderr)
    }
}

fn example() -> String {
    let path = folder("pre-commit").join(".pre-commit-config.yaml");
    fs::read_to_string(path).expect("the example")
}

const WRONG: &str = "version = 1\n[environments.prod]\naccounts = []\n";

#[test]
#[ignore = "needs pre-commit: tests/root.sh installs it"]
fn a_policy_with_errors_is_not_committed() {
    let mut repository = Repository::new(&example());
    let said = repository.commits("account-guard.toml", POLICY);
    assert!(said.contains("account-guard policy lint") && said.contains("Passed"), "{said}");
    let said = repository.refuses("account-guard.toml", WRONG);
    assert!(said.contains("account-guard.toml:3") && said.contains("exit code: 2"), "{said}");
    let doubtful = "version = 1\n[environments.prod]\naccounts = [\"123456789012\"]\n";
    let said = repository.commits("account-guard.toml", doubtful);
    assert!(said.contains("warning[documentation-account]"), "{said}");
}

#[test]
#[ignore = "needs pre-commit: tests/root.sh installs it"]
fn the_staged_policy_is_linted() {
    let mut repository = Repository::new(&example());
    repository.commits("account-guard.toml", POLICY);
    repository.write("account-guard.toml", WRONG);
    repository.git("add account-guard.toml");
    repository.write("account-guard.toml", POLICY);
    let outcome = repository.run("git".as_ref(), "commit -m change");
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    // Only the committed file is checked, not a file that a variable names.
    repository.0 = repository.0.env("ACCOUNT_GUARD_POLICY", "gone.toml");
    repository.commits("account-guard.toml", &format!("{POLICY}\n"));
    let said = repository.commits("other.toml", WRONG);
    assert!(said.contains("Skipped"), "{said}");
}

#[test]
#[ignore = "needs pre-commit: tests/root.sh installs it"]
fn a_policy_at_another_path_is_linted_as_the_readme_describes() {
    let page = fs::read_to_string(folder("pre-commit").join("README.md")).expect("the README");
    let (_, block) = page.split_once("```yaml\n").expect("a block");
    let (hook, _) = block.split_once("```").expect("its end");
    let configuration = example().replace("      - id: account-guard-policy-lint\n", hook);
    let mut repository = Repository::new(&configuration);
    repository.commits("deploy/policy.toml", POLICY);
    let said = repository.refuses("deploy/policy.toml", WRONG);
    assert!(said.contains("deploy/policy.toml:3"), "{said}");
}

#[test]
#[ignore = "needs pre-commit: tests/root.sh installs it"]
fn a_missing_program_blocks_the_commit() {
    let mut repository = Repository::new(&example());
    let path = std::env::var("PATH").expect("a PATH");
    let without = std::env::split_paths(&path).filter(|it| !it.join("account-guard").exists());
    let path = std::env::join_paths(without).expect("a PATH");
    repository.0 = repository.0.env("PATH", path);
    let said = repository.refuses("account-guard.toml", POLICY);
    assert!(said.contains("`account-guard` not found"), "{said}");
}
