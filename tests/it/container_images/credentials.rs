//! Tests of each way in which credentials reach a container.

use std::net::SocketAddr;

use super::engine::{ALONE, Container, Setup};
use crate::rig::Credentials;
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::setup::{allowed, denied, message, unknown};

const PROD: &str = "111111111111";
const STAGING: &str = "222222222222";

/// `~/.aws/credentials` with a profile for each account.
fn shared_file(setup: &Setup) -> String {
    let section = |name: &str, account: &str| {
        let keys = setup.session(account);
        let token = keys.session_token.unwrap_or_default();
        format!(
            "[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {token}\n",
            keys.access_key_id, keys.secret_access_key
        )
    };
    section("prod", PROD) + &section("staging", STAGING)
}

/// The home directory of this user, mounted where the image expects it.
fn with_home(setup: &Setup, user: u32) -> Container {
    setup
        .container()
        .file("~/.aws/credentials", &shared_file(setup))
        .owned("~/.aws", user, 0o700)
        .owned("~/.aws/credentials", user, 0o600)
        .mount("~/.aws", "/home/nonroot/.aws")
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_mounted_home_is_readable_by_its_owner() {
    let setup = Setup::of_all();
    for user in [1000, 0] {
        let run = |profile: &str| {
            let container = with_home(setup, user).options(&format!("--user={user}:{user}"));
            container.env("AWS_PROFILE", profile).check()
        };
        let document = allowed(&run("prod"));
        let source = document["source"]["detail"].as_str().unwrap();
        assert!(source.starts_with("profile `prod` (/home/nonroot/.aws/credentials:"), "{source}");
        denied(&run("staging"), "wrong-account");
        unknown(&run("typo"), "unknown-profile");
    }
}

/// Without `--user`, the user of the image cannot read the files. The program reports that and
/// tries no other source.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_mounted_home_of_another_user_is_an_error() {
    let setup = Setup::of_all();
    let outcome = with_home(setup, 1000).env("AWS_PROFILE", "prod").check();
    let document = unknown(&outcome, "unreadable-configuration");
    let text = message(&document);
    assert!(text.contains("/home/nonroot/.aws") && text.contains("Permission denied"), "{text}");
    // The control: the same files, owned by the user of the image.
    allowed(&with_home(setup, 65532).env("AWS_PROFILE", "prod").check());
}

fn handing_out(setup: &Setup, account: &str, address: SocketAddr) -> Metadata {
    Metadata::start_at(address, Machine::With(setup.session(account)))
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn credentials_come_from_the_endpoint_of_ecs_and_eks() {
    let setup = Setup::of_all();
    for (account, address) in [
        (PROD, SocketAddr::from(([169, 254, 170, 2], 80))),
        (STAGING, ([169, 254, 170, 2], 80).into()),
        (PROD, ([127, 0, 0, 1], 0).into()),
        (STAGING, ([127, 0, 0, 1], 0).into()),
    ] {
        let agent = handing_out(setup, account, address);
        let container = setup.container();
        let container = match address.port() {
            80 => container.env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container/credentials"),
            _ => container.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &agent.container_uri()),
        };
        let outcome = container.check();
        let document = match account {
            PROD => allowed(&outcome),
            _ => denied(&outcome, "wrong-account"),
        };
        assert_eq!(document["source"]["kind"], "container", "{document}");
        assert_eq!(agent.requests().len(), 2, "one request of each image");
    }
}

/// GitLab's `id_tokens` and the pods of EKS provide a token in a file, and a role.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_web_identity_needs_a_file_and_a_role() {
    let setup = Setup::of_all();
    let run = |account: &str| {
        let role = format!("arn:aws:iam::{account}:role/deploy-ci");
        let container = setup.container().file("token", "a.web.identity-token");
        let container = container.mount("token", "/run/token");
        let container = container.env("AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token");
        container.env("AWS_ROLE_ARN", &role).check()
    };
    allowed(&run(PROD));
    denied(&run(STAGING), "wrong-account");
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn unknown_keys_leave_the_identity_unknown() {
    let setup = Setup::of_all();
    let unknown_keys = Credentials::of("AKIAIOSFODNN7EXAMPLE");
    // moto uses its default account for unknown keys.
    denied(&setup.container().credentials(&unknown_keys).check(), "wrong-account");
    let half = setup.container().env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    unknown(&half.check(), "partial-credentials");
}

/// The program reports what the image lacks: a shell for the process of a profile, and a terminal.
#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn a_missing_program_or_terminal_leaves_the_identity_unknown() {
    let setup = Setup::of_all();
    let config = "[profile vend]\nregion = eu-west-1\ncredential_process = vend prod\n";
    let container = setup.container().file("~/.aws/config", config);
    let container = container.owned("~/.aws", 65532, 0o700).mount("~/.aws", "/home/nonroot/.aws");
    unknown(&container.env("AWS_PROFILE", "vend").check(), "source-failed");
    let container = setup.container().credentials(&setup.session(PROD));
    let words = "check prod --format json --role-arn arn:aws:iam::111111111111:role/deploy-ci \
        --mfa-serial arn:aws:iam::111111111111:mfa/ci";
    let words: Vec<_> = words.split_whitespace().collect();
    unknown(&container.run(ALONE, &words), "mfa-required");
}
