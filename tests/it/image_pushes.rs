//! Tests of pushes with real clients to a real registry under the names of ECR, with a token of
//! moto's ECR. They run as root in a network namespace: `tests/registry.sh`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::rig::guard::{Guard, Outcome, Stdin};
use crate::rig::moto::{Moto, REGION};
use crate::rig::registry::{Access, Registry, TOKEN, program};
use crate::rig::setup::POLICY;

/// The registry in the account of the environment, and one in another account: both names resolve
/// to the same server.
const PROD: &str = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
const STAGING: &str = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";

/// The login that an earlier `docker login` has stored.
const STALE: &str = "AWS:a-stale-token";

fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

/// A registry, an engine with an image for each account, and the program under its names.
struct Setup {
    registry: Registry,
    directory: TempDir,
}

impl Setup {
    fn start() -> Self {
        let registry = Registry::start(&[PROD, STAGING]);
        let setup = Self { registry, directory: tempfile::tempdir().unwrap() };
        let bin = setup.path("bin");
        fs::create_dir(&bin).unwrap();
        for name in ["account-guard", "docker-credential-account-guard"] {
            symlink(env!("CARGO_BIN_EXE_account-guard"), bin.join(name)).unwrap();
        }
        let file = setup.path("layer.tar");
        let tar = setup.run("tar").args("-cf").arg(&file).arg("-C").arg(&bin).arg(".").run();
        assert_eq!(tar.code, Some(0), "{tar:#?}");
        for registry in [PROD, STAGING] {
            let name = format!("{registry}/app:1");
            let import = setup.run("docker").arg("import").arg(&file).arg(name).run();
            assert_eq!(import.code, Some(0), "{import:#?}");
        }
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A run of this program with the variables for moto, the registry and the engine.
    fn run(&self, name: &str) -> Guard {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::split_paths(&path);
        let path = std::env::join_paths(std::iter::once(self.path("bin")).chain(path)).unwrap();
        Guard::new()
            .program(program(name, &path))
            .policy(POLICY)
            .env("PATH", path)
            .env("DOCKER_HOST", self.registry.engine_url())
            .envs(moto().variables())
            .env("NO_PROXY", "dkr.ecr.eu-west-1.amazonaws.com")
            .env("AWS_REGION", REGION)
    }

    /// The same for prod, with a session of this account and this configuration of docker.
    fn push(&self, name: &str, account: &str, configuration: &Value) -> Guard {
        let credentials = moto().assume_role(account, "deploy-ci", "run-1");
        let guard = self.run(name).env("ACCOUNT_GUARD_ENVIRONMENT", "prod");
        guard.credentials(&credentials).file("~/.docker/config.json", &configuration.to_string())
    }

    /// An image of the engine, in the notation of skopeo.
    fn archive(&self) -> String {
        let path = self.path("app.tar");
        let save = self.run("docker").args("save -o").arg(&path).arg(format!("{PROD}/app:1"));
        let save = save.run();
        assert_eq!(save.code, Some(0), "{save:#?}");
        format!("docker-archive:{}", path.display())
    }

    /// Asserts that the image was pushed, and only with the token of the account of the
    /// environment.
    #[track_caller]
    fn has_arrived(&self, outcome: &Outcome) {
        let accesses = self.registry.accesses();
        assert_eq!(outcome.code, Some(0), "{outcome:#?} {accesses:#?}");
        let arrived = |it: &Access| it.what == "PUT /v2/app/manifests/1" && it.status == "201";
        assert!(accesses.iter().any(arrived), "{accesses:#?}");
        let foreign = |it: &&Access| it.status.starts_with('2') && it.authorization != basic(TOKEN);
        assert_eq!(accesses.iter().find(foreign), None);
    }

    /// Asserts that the registry got no token and no byte of the image.
    #[track_caller]
    fn has_sent_nothing(&self, outcome: &Outcome) {
        let accesses = self.registry.accesses();
        assert_ne!(outcome.code, Some(0), "{outcome:#?}");
        // Podman sends a blank user and a blank password when it has no login.
        let is_anonymous = |it: &Access| ["-".to_owned(), basic(":")].contains(&it.authorization);
        assert!(accesses.iter().all(|it| is_anonymous(it) && it.status == "401"), "{accesses:#?}");
    }
}

fn basic(login: &str) -> String {
    format!("Basic {}", aws_smithy_types::base64::encode(login))
}

/// A configuration of docker with this helper for ECR, and with the login that was stored earlier.
fn with_helper(helper: &str) -> Value {
    json!({ "credHelpers": { PROD: helper, STAGING: helper }, "auths": stored() })
}

fn stored() -> Value {
    let auth = aws_smithy_types::base64::encode(STALE);
    json!({ PROD: { "auth": auth }, STAGING: { "auth": auth } })
}

/// Copies an image, with the logins of the configuration and the CA of the registry.
fn skopeo(setup: &Setup, guard: Guard, from: &str, to: &str) -> Guard {
    let authfile = guard.home().join(".docker/config.json");
    let to = format!("docker://{to}/app:1");
    guard
        .args("copy --authfile")
        .arg(authfile)
        .arg("--dest-cert-dir")
        .arg(setup.registry.ca())
        .arg(from)
        .arg(to)
}

#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn exec_pushes_with_the_judged_credentials() {
    let setup = Setup::start();
    let archive = setup.archive();
    // The helper of AWS for ECR requests the token inside `exec`, as any tool would.
    let ecr = with_helper("ecr-login");
    let exec = |account: &str, registry: &str| {
        let guard = setup.push("account-guard", account, &ecr);
        let guard = guard.args("exec --image").arg(format!("{registry}/app:1")).args("-- skopeo");
        skopeo(&setup, guard, &archive, registry).run()
    };
    setup.has_arrived(&exec("111111111111", PROD));
    for (account, registry, code) in [
        ("111111111111", STAGING, "wrong-registry"),
        ("222222222222", PROD, "wrong-account"),
        ("222222222222", STAGING, "wrong-account"),
    ] {
        let outcome = exec(account, registry);
        assert_eq!(outcome.code, Some(125), "{outcome:#?}");
        assert!(outcome.stderr.contains(code), "{outcome:#?}");
        assert_eq!(setup.registry.accesses(), [], "the registry was asked");
    }
}

#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn skopeo_pushes_through_the_helper() {
    let setup = Setup::start();
    let archive = setup.archive();
    for helper in
        [with_helper("account-guard"), json!({ "credHelpers": { PROD: "account-guard" } })]
    {
        let guard = setup.push("skopeo", "111111111111", &helper);
        setup.has_arrived(&skopeo(&setup, guard, &archive, PROD).run());
    }
    let helper = with_helper("account-guard");
    for (account, registry, code) in
        [("111111111111", STAGING, "wrong-registry"), ("222222222222", PROD, "wrong-account")]
    {
        let guard = setup.push("skopeo", account, &helper);
        let outcome = skopeo(&setup, guard, &archive, registry).run();
        assert!(outcome.stderr.contains(code), "{outcome:#?}");
        setup.has_sent_nothing(&outcome);
    }
}

#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn docker_pushes_through_the_helper_and_sends_no_stale_token_after_a_refusal() {
    let setup = Setup::start();
    let store = json!({ "credsStore": "account-guard", "auths": stored() });
    for configuration in [with_helper("account-guard"), store] {
        let push = |account: &str, registry: &str| {
            let guard = setup.push("docker", account, &configuration);
            guard.arg("push").arg(format!("{registry}/app:1")).run()
        };
        setup.has_arrived(&push("111111111111", PROD));
        for (account, registry, code) in
            [("111111111111", STAGING, "wrong-registry"), ("222222222222", PROD, "wrong-account")]
        {
            let outcome = push(account, registry);
            // docker prints the text of its helper.
            assert!(outcome.stderr.contains(code), "{outcome:#?}");
            setup.has_sent_nothing(&outcome);
        }
    }
}

/// docker sends a stored login when its helper fails with any other text, or is missing. Therefore
/// the exact text matters, and no login should be stored next to the helper.
#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn docker_sends_a_stale_token_when_its_helper_fails_differently() {
    let setup = Setup::start();
    let fails = setup.path("bin/docker-credential-fails");
    fs::write(&fails, "#!/bin/sh\necho refused\nexit 1\n").unwrap();
    executable(&fails);
    for helper in ["fails", "is-not-there"] {
        let guard = setup.push("docker", "111111111111", &with_helper(helper));
        let outcome = guard.arg("push").arg(format!("{PROD}/app:1")).run();
        assert_ne!(outcome.code, Some(0), "{outcome:#?}");
        let accesses = setup.registry.accesses();
        assert!(accesses.iter().any(|it| it.authorization == basic(STALE)), "{accesses:#?}");
    }
}

#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn docker_login_stores_nothing_and_docker_logout_removes_stale_logins() {
    let setup = Setup::start();
    let guard = setup.push("docker", "111111111111", &with_helper("account-guard"));
    let configuration = guard.home().join(".docker/config.json");
    let before = fs::read_to_string(&configuration).unwrap();
    let password = TOKEN.split_once(':').unwrap().1.to_owned();
    let guard = guard.stdin(Stdin::Text(password));
    let login = guard.args("login --username AWS --password-stdin").arg(PROD);
    let outcome = login.run();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert!(outcome.stderr.contains("account-guard stores no login"), "{outcome:#?}");
    assert_eq!(fs::read_to_string(&configuration).unwrap(), before);
    let logout = login.instead(&["logout", PROD]);
    let outcome = logout.run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let after: Value = serde_json::from_slice(&fs::read(&configuration).unwrap()).unwrap();
    assert_eq!(after["auths"].get(PROD), None, "{after}");
    assert!(after["auths"].get(STAGING).is_some(), "{after}");
}

#[test]
#[ignore = "needs root: run by tests/registry.sh in a network namespace"]
fn the_recipe_pushes_with_a_temporary_login() {
    let setup = Setup::start();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    symlink(root.join(".rigs/oracles/aws-cli-v2/aws"), setup.path("bin/aws")).unwrap();
    let temporary = setup.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let push = |account: &str, images: &[&str]| {
        let guard = setup.push("bash", account, &json!({ "auths": stored() }));
        let configuration = guard.home().join(".docker/config.json");
        let before = fs::read_to_string(&configuration).unwrap();
        let guard = guard.env("TMPDIR", &temporary);
        let guard = guard.arg(root.join("examples/docker-push/push.sh")).arg("prod");
        let guard = images.iter().fold(guard, Guard::arg);
        let outcome = guard.run();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), before);
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "{outcome:#?}");
        outcome
    };
    let (ours, theirs) = (format!("{PROD}/app:1"), format!("{STAGING}/app:1"));
    setup.has_arrived(&push("111111111111", &[&ours, &ours]));
    for (account, images, code) in [
        ("111111111111", &[&*theirs][..], 125),
        ("222222222222", &[&ours], 125),
        ("111111111111", &[&ours, &theirs], 2),
        ("111111111111", &["nginx:latest"], 2),
        ("111111111111", &[], 2),
    ] {
        let outcome = push(account, images);
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        assert_eq!(setup.registry.accesses(), [], "the registry was asked");
    }
}

fn executable(path: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).unwrap();
}
