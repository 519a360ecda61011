//! Runs containers of the images that `tests/image.sh` has built, from a storage of the tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::rig::Credentials;
use crate::rig::ca::Ca;
use crate::rig::guard::{Guard, Outcome, Stdin};
use crate::rig::moto::{Moto, REGION};
use crate::rig::setup::{HOST, POLICY};

/// The image that contains only the program.
pub(super) const ALONE: &str = "localhost/account-guard:alone";

/// The image with a shell.
pub(super) const SHELL: &str = "localhost/account-guard:shell";

/// The path at which the images keep their trusted certificates.
pub(super) const TRUSTED: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Options that a hardened pipeline adds to a run; the network is that of this namespace.
const CAREFUL: &str = "--network=host --read-only --cap-drop=all --security-opt=no-new-privileges";

/// Podman, with the storage of the images and an otherwise empty environment.
pub(super) fn podman() -> Guard {
    let rig = rig();
    assert!(rig.join("account-guard").exists(), "there are no images; run: tests/image.sh build");
    Guard::new()
        .program("podman")
        .path()
        .env("CONTAINERS_STORAGE_CONF", rig.join("storage.conf"))
        .env("CONTAINERS_CONF", rig.join("containers.conf"))
}

/// The directory in which `tests/image.sh` stores its files.
pub(super) fn rig() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".rigs/image")
}

/// moto as STS under its own host name, and the CA of moto.
pub(super) struct Setup {
    moto: Moto,
    ca: Ca,
}

impl Setup {
    /// The setup of this process, which ends with it.
    pub(super) fn of_all() -> &'static Self {
        static SETUP: OnceLock<Setup> = OnceLock::new();
        SETUP.get_or_init(|| {
            let ca = Ca::new();
            Self { moto: Moto::on_real_names(&ca, &[HOST]), ca }
        })
    }

    /// A session of the deploy role in this account.
    pub(super) fn session(&self, account: &str) -> Credentials {
        self.moto.assume_role(account, "deploy-ci", "run-1")
    }

    /// The certificate of moto's CA.
    pub(super) fn authority(&self) -> String {
        self.ca.pem()
    }

    /// A container that is not started yet: moto's CA is among the trusted certificates, and the
    /// policy is at the path that the program searches.
    pub(super) fn container(&self) -> Container {
        self.bare().mount("ca.pem", TRUSTED).mount("account-guard.toml", "/work/account-guard.toml")
    }

    /// A container with both files next to it, and nothing mounted.
    pub(super) fn bare(&self) -> Container {
        let guard = podman().policy(POLICY).file("ca.pem", &self.ca.pem());
        Container { guard, options: Vec::new() }.env("AWS_REGION", REGION)
    }
}

/// A run of an image that is not started yet.
pub(super) struct Container {
    pub(super) guard: Guard,
    options: Vec<String>,
}

impl Container {
    /// Adds options of `podman run`, split at spaces.
    pub(super) fn options(mut self, words: &str) -> Self {
        self.options.extend(words.split_whitespace().map(str::to_owned));
        self
    }

    /// Mounts a file or directory of the run read-only at this path of the container.
    pub(super) fn mount(self, path: &str, at: &str) -> Self {
        let path = self.path(path);
        self.options(&format!("--volume={}:{at}:ro", path.display()))
    }

    /// Writes a file of the run with this text.
    pub(super) fn file(mut self, path: &str, text: &str) -> Self {
        self.guard = self.guard.file(path, text);
        self
    }

    /// Sets the standard input of the container.
    pub(super) fn stdin(self, text: &str) -> Self {
        let guard = self.guard.stdin(Stdin::Text(text.to_owned()));
        Self { guard, ..self }.options("--interactive")
    }

    /// Sets the owner and the mode of a file of the run.
    pub(super) fn owned(self, path: &str, user: u32, mode: u32) -> Self {
        let path = self.path(path);
        std::os::unix::fs::chown(&path, Some(user), Some(user)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// Sets a variable in the container. Its value is in no argument.
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.guard = self.guard.env(name, value);
        self.options(&format!("--env={name}"))
    }

    /// Sets the variables of these credentials in the container.
    pub(super) fn credentials(self, credentials: &Credentials) -> Self {
        let variables = credentials.variables();
        variables.iter().fold(self, |container, (name, value)| container.env(name, value))
    }

    /// Runs this image with these arguments.
    pub(super) fn run(self, image: &str, words: &[&str]) -> Outcome {
        self.once(image, words).0
    }

    /// Checks the environment `prod` in both images, and asserts that they agree.
    #[track_caller]
    pub(super) fn check(self) -> Outcome {
        self.in_both(&["check", "prod", "--format", "json"])
    }

    /// The same as text for people.
    #[track_caller]
    pub(super) fn explain(self) -> Outcome {
        self.in_both(&["check", "prod"])
    }

    #[track_caller]
    fn in_both(self, words: &[&str]) -> Outcome {
        let (shell, again) = self.once(SHELL, &[&["account-guard"], words].concat());
        let alone = again.run(ALONE, words);
        assert_eq!(alone.code, shell.code, "the images differ: {alone:#?} {shell:#?}");
        alone
    }

    fn once(self, image: &str, words: &[&str]) -> (Outcome, Self) {
        let Self { guard, options } = self;
        let guard = guard.instead(&["run", "--rm", "--pull=never"]).args(CAREFUL);
        let guard = options.iter().fold(guard, Guard::arg).arg(image);
        let guard = words.iter().fold(guard, Guard::arg);
        (guard.run(), Self { guard, options })
    }

    fn path(&self, path: &str) -> PathBuf {
        match path.strip_prefix("~/") {
            Some(path) => self.guard.home().join(path),
            None => self.guard.work().join(path),
        }
    }
}
