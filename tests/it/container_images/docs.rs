//! Tests of the commands in `docs/container.md` and of the Dockerfile: every command of the page is
//! run as it is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::engine::{ALONE, SHELL, Setup, podman, rig};
use crate::rig::Credentials;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::setup::POLICY;

/// The image names on the page. The tests replace them by the images that they built.
const NAMES: [(&str, &str); 2] =
    [("REGISTRY/account-guard:VERSION-shell", SHELL), ("REGISTRY/account-guard:VERSION", ALONE)];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The blocks of the page in this language, with the images of this machine.
fn blocks(language: &str) -> Vec<String> {
    let page = read("docs/container.md");
    let open = format!("```{language}\n");
    let blocks = page.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks
        .map(|block| NAMES.iter().fold(block.to_owned(), |it, (from, to)| it.replace(from, to)))
        .collect()
}

/// The docker client has no engine here, and podman takes the same arguments. The function adds
/// what a real machine already has: a network with STS, and a CA that signs its certificate.
const DOCKER: &str = r#"#!/bin/sh
if [ "$1" = run ]; then
    shift
    exec podman run --pull=never --network=host --volume="$HOME/ca.pem:/etc/ssl/certs/ca-certificates.crt:ro" "$@"
fi
exec podman "$@"
"#;

/// The checkout of a user who has a session of this account, in the environment and as a profile.
struct Checkout<'a> {
    setup: &'a Setup,
    account: &'a str,
    keys: Credentials,
}

impl<'a> Checkout<'a> {
    fn new(setup: &'a Setup, account: &'a str) -> Self {
        Self { setup, account, keys: setup.session(account) }
    }

    fn profile(&self) -> String {
        let keys = &self.keys;
        let token = keys.session_token.as_deref().unwrap();
        format!(
            "[deploy]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {token}\n",
            keys.access_key_id, keys.secret_access_key
        )
    }

    /// Runs this script in the checkout.
    fn shell(&self, script: &str) -> Guard {
        let role = format!("arn:aws:iam::{}:role/deploy-ci", self.account);
        let guard = podman()
            .program("/bin/sh")
            .instead(&["-euc", script])
            .policy(POLICY)
            .file("deploy.sh", "#!/bin/sh\necho deployed\n")
            .file("token", "a.web.identity-token")
            .file("~/.aws/credentials", &self.profile())
            .file("~/ca.pem", &self.setup.authority())
            .file("~/bin/docker", DOCKER)
            .credentials(&self.keys)
            .envs([
                ("AWS_REGION", "eu-west-1"),
                ("AWS_PROFILE", "deploy"),
                ("AWS_ROLE_ARN", &role),
            ]);
        let bin = guard.home().join("bin");
        for program in [bin.join("docker"), guard.work().join("deploy.sh")] {
            fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = std::env::var("PATH").unwrap();
        guard.env("PATH", format!("{}:{path}", bin.display()))
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn every_command_of_the_page_allows_prod_and_denies_staging() {
    let setup = Setup::of_all();
    let (prod, staging) =
        (Checkout::new(setup, "111111111111"), Checkout::new(setup, "222222222222"));
    let runs: Vec<_> = blocks("sh").into_iter().filter(|it| it.contains("docker run")).collect();
    assert!(runs.len() >= 5, "{runs:#?}");
    for block in runs {
        let refusal = if block.contains(" exec ") { 125 } else { 1 };
        let outcome = prod.shell(&block).run();
        assert_eq!(outcome.code, Some(0), "{block}\n{outcome:#?}");
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains("ALLOWED prod"), "{block}\n{outcome:#?}");
        let outcome = staging.shell(&block).run();
        assert_eq!(outcome.code, Some(refusal), "{block}\n{outcome:#?}");
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(
            said.contains("DENIED prod") && !said.contains("deployed"),
            "{block}\n{outcome:#?}"
        );
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_program_can_be_copied_into_another_image() {
    let setup = Setup::of_all();
    let checkout = Checkout::new(setup, "111111111111");
    let block = blocks("sh").into_iter().find(|it| it.contains("docker create")).unwrap();
    let guard = checkout.shell(&block);
    let outcome = guard.run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let copied = fs::read(guard.work().join("account-guard")).unwrap();
    assert!(copied == fs::read(rig().join("account-guard")).unwrap());

    let dockerfile = blocks("dockerfile").pop().unwrap();
    let guard =
        checkout.shell("buildah bud -q --isolation chroot --pull-never -t localhost/copied .");
    let outcome = guard.file("Dockerfile", &dockerfile).run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let script = "podman run --rm --pull=never localhost/copied account-guard --version";
    let outcome = checkout.shell(script).run();
    assert_eq!(
        outcome.stdout,
        concat!("account-guard ", env!("CARGO_PKG_VERSION"), "\n"),
        "{outcome:#?}"
    );
}

/// A job of the page as GitLab's runner runs it: with its variables, and with its script on the
/// standard input of the shell of the image.
fn gitlab(setup: &Setup, job: &str, account: &str) -> Outcome {
    let (head, script) = job.split_once("  script:\n").unwrap();
    let script: Vec<_> = script.lines().map(|it| it.strip_prefix("    - ").unwrap()).collect();
    let variables = head.split_once("  variables:\n").unwrap().1.lines();
    let variables = variables.filter_map(|it| it.strip_prefix("    ")?.split_once(": "));
    let container = setup.container().options("--read-only=false");
    let container = container.stdin(&format!("set -e\n{}\n", script.join("\n")));
    // With the flag set, the runner gives the checkout to its user; without it, all users can
    // write.
    let container = if head.contains("FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR") {
        let container = container.env("DEPLOY_TOKEN", "a.web.identity-token");
        container.owned("account-guard.toml", 65532, 0o644)
    } else {
        container.credentials(&setup.session(account)).owned("account-guard.toml", 0, 0o666)
    };
    let container = variables.fold(container, |it, (name, value)| {
        it.env(name, &value.trim_matches('"').replace("111111111111", account))
    });
    container.run(SHELL, &["sh"])
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_gitlab_jobs_allow_prod_and_deny_staging() {
    let setup = Setup::of_all();
    let jobs = blocks("yaml");
    assert_eq!(jobs.len(), 2);
    for job in jobs {
        assert!(job.contains(&format!("image: {SHELL}\n")), "{job}");
        let outcome = gitlab(setup, &job, "111111111111");
        assert_eq!(outcome.code, Some(0), "{job}\n{outcome:#?}");
        assert!(outcome.stdout.contains("ALLOWED prod"), "{outcome:#?}");
        let outcome = gitlab(setup, &job, "222222222222");
        assert_eq!(outcome.code, Some(1), "{job}\n{outcome:#?}");
        assert!(outcome.stdout.contains("DENIED prod"), "{outcome:#?}");
    }
}

/// The sizes on the page, to the megabyte: of the program, and of the files added to Debian's
/// image.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_page_states_the_size() {
    let program = fs::metadata(rig().join("account-guard")).unwrap().len();
    let inspect = podman().instead(&["image", "inspect", "--format", "{{.Size}}", ALONE]).run();
    let image: u64 = inspect.stdout.trim().parse().unwrap();
    assert!(image - program < 1_000_000, "{inspect:#?} {program}");
    let page = read("docs/container.md");
    let stated = page.split_once("about ").unwrap().1.split_once(" MB").unwrap().0;
    let stated: u64 = stated.parse().unwrap();
    assert!(
        image.abs_diff(stated * 1_000_000) < 1_000_000,
        "{image} bytes, and the page says {stated} MB"
    );
}

#[test]
fn the_dockerfile_builds_with_the_rust_of_the_project_on_any_machine() {
    let (file, toolchain) = (read("Dockerfile"), read("rust-toolchain.toml"));
    let channel = toolchain.split("channel = \"").nth(1).unwrap().split('"').next().unwrap();
    let bases: Vec<_> = file.lines().filter(|it| it.starts_with("FROM ")).collect();
    let rust = format!("FROM rust:{channel}-slim-bookworm AS build");
    assert_eq!(bases, [rust.as_str(), "FROM debian:bookworm-slim AS shell", "FROM scratch"]);
    for word in ["x86_64", "aarch64", "amd64", "arm64"] {
        assert!(!file.contains(word), "{word}");
    }
}
