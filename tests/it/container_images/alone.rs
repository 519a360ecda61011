//! The image of the program alone: it judges, it is nobody in particular, and there is nothing else in it.

use super::engine::{ALONE, SHELL, Scene, TRUSTED, podman};
use crate::stage::{allowed, denied, question, unknown};

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_right_account_is_allowed_and_another_is_denied() {
    let scene = Scene::of_all();
    let prod = scene.session("111111111111");
    let document = allowed(&scene.container().credentials(&prod).check());
    assert_eq!(document["identity"]["account"], "111111111111");
    let staging = scene.session("222222222222");
    denied(&scene.container().credentials(&staging).check(), "wrong-account");
    let outcome = scene.container().credentials(&staging).explain();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let explanation = "DENIED prod: these credentials are for staging\n";
    assert!(outcome.stdout.starts_with(explanation), "{outcome:#?}");
    assert!(outcome.stdout.contains("rule     account-guard.toml:"), "{outcome:#?}");
}

/// The control of all others: what moto's CA has signed is worth nothing to the certificates in the image.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn the_image_trusts_the_certificates_in_it_and_no_others() {
    let scene = Scene::of_all();
    let prod = scene.session("111111111111");
    let container = scene.bare().mount("account-guard.toml", "/work/account-guard.toml");
    unknown(&container.credentials(&prod).check(), "tls");
    for image in [ALONE, SHELL] {
        let certificates = super::files::read(image, TRUSTED);
        assert!(certificates.matches("BEGIN CERTIFICATE").count() > 100, "{image}");
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn without_a_policy_it_is_a_wrong_question() {
    let scene = Scene::of_all();
    let prod = scene.session("111111111111");
    let outcome = scene.bare().mount("ca.pem", TRUSTED).credentials(&prod).check();
    question(&outcome, "no policy file: `/work/account-guard.toml` does not exist");
    // What docker makes of a file that is not there.
    let container = scene.bare().file("empty/.keep", "").mount("ca.pem", TRUSTED);
    let container = container.mount("empty", "/work/account-guard.toml").credentials(&prod);
    question(&container.check(), "cannot be read: Is a directory");
    let outcome = scene.bare().run(ALONE, &[]);
    question(&outcome, "Usage: account-guard");
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn without_credentials_nobody_is_known() {
    let scene = Scene::of_all();
    let document = unknown(&scene.container().check(), "no-credentials");
    assert!(document["next"].is_string(), "{document}");
}

/// A policy that root alone may read is not read; by root it is.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn it_does_not_run_as_root() {
    let scene = Scene::of_all();
    let prod = scene.session("111111111111");
    let check = || {
        let container = scene.container().owned("account-guard.toml", 0, 0o600);
        container.credentials(&prod)
    };
    question(&check().check(), "cannot be read: Permission denied");
    allowed(&check().options("--user=0").check());
    for image in [ALONE, SHELL] {
        let inspect = podman().args("image inspect --format {{.User}}").arg(image).run();
        assert_eq!(inspect.stdout, "65532:65532\n", "{image} {inspect:#?}");
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn it_has_no_shell() {
    let scene = Scene::of_all();
    let shell = |image: &str| scene.bare().options("--entrypoint=sh").run(image, &["-c", "exit 0"]);
    let outcome = shell(ALONE);
    assert_eq!(outcome.code, Some(127), "{outcome:#?}");
    assert!(outcome.stderr.contains("executable file"), "{outcome:#?}");
    let control = shell(SHELL);
    assert_eq!(control.code, Some(0), "{control:#?}");
    // So that what would need a command of the image says what is missing.
    let prod = scene.session("111111111111");
    let exec = ["exec", "prod", "--", "sh", "-c", "exit 0"];
    let outcome = scene.container().credentials(&prod).run(ALONE, &exec);
    assert_eq!(outcome.code, Some(127), "{outcome:#?}");
}
