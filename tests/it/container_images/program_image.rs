//! Tests of the image that contains only the program: its verdicts, its user, its certificates.

use super::engine::{ALONE, SHELL, Setup, TRUSTED, podman};
use crate::rig::setup::{allowed, denied, unknown, usage_error};

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_right_account_is_allowed_and_another_is_denied() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let document = allowed(&setup.container().credentials(&prod).check());
    assert_eq!(document["identity"]["account"], "111111111111");
    let staging = setup.session("222222222222");
    denied(&setup.container().credentials(&staging).check(), "wrong-account");
    let outcome = setup.container().credentials(&staging).explain();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let explanation = "DENIED prod: these credentials are for staging\n";
    assert!(outcome.stdout.starts_with(explanation), "{outcome:#?}");
    assert!(outcome.stdout.contains("rule     account-guard.toml:"), "{outcome:#?}");
}

/// The control of all other tests: the certificates in the image do not trust the CA of moto.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_image_trusts_only_the_certificates_in_it() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let container = setup.bare().mount("account-guard.toml", "/work/account-guard.toml");
    unknown(&container.credentials(&prod).check(), "tls");
    for image in [ALONE, SHELL] {
        let certificates = super::files::read(image, TRUSTED);
        assert!(certificates.matches("BEGIN CERTIFICATE").count() > 100, "{image}");
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_missing_policy_is_a_usage_error() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let outcome = setup.bare().mount("ca.pem", TRUSTED).credentials(&prod).check();
    usage_error(&outcome, "no policy file: `/work/account-guard.toml` does not exist");
    // docker creates a directory in place of a file that does not exist.
    let container = setup.bare().file("empty/.keep", "").mount("ca.pem", TRUSTED);
    let container = container.mount("empty", "/work/account-guard.toml").credentials(&prod);
    usage_error(&container.check(), ": Is a directory");
    let outcome = setup.bare().run(ALONE, &[]);
    usage_error(&outcome, "Usage: account-guard");
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn missing_credentials_leave_the_identity_unknown() {
    let setup = Setup::of_all();
    let document = unknown(&setup.container().check(), "no-credentials");
    assert!(document["next"].is_string(), "{document}");
}

/// A policy that only root may read can be read by root only.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_image_does_not_run_as_root() {
    let setup = Setup::of_all();
    let prod = setup.session("111111111111");
    let check = || {
        let container = setup.container().owned("account-guard.toml", 0, 0o600);
        container.credentials(&prod)
    };
    usage_error(&check().check(), ": Permission denied");
    allowed(&check().options("--user=0").check());
    for image in [ALONE, SHELL] {
        let inspect = podman().args("image inspect --format {{.User}}").arg(image).run();
        assert_eq!(inspect.stdout, "65532:65532\n", "{image} {inspect:#?}");
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_image_has_no_shell() {
    let setup = Setup::of_all();
    let shell = |image: &str| setup.bare().options("--entrypoint=sh").run(image, &["-c", "exit 0"]);
    let outcome = shell(ALONE);
    assert_eq!(outcome.code, Some(127), "{outcome:#?}");
    assert!(outcome.stderr.contains("executable file"), "{outcome:#?}");
    let control = shell(SHELL);
    assert_eq!(control.code, Some(0), "{control:#?}");
    // A feature that needs a command of the image must report which command is missing.
    let prod = setup.session("111111111111");
    let exec = ["exec", "prod", "--", "sh", "-c", "exit 0"];
    let outcome = setup.container().credentials(&prod).run(ALONE, &exec);
    assert_eq!(outcome.code, Some(127), "{outcome:#?}");
}
