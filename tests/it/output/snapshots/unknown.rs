//! Tests of the text of every error that leaves the identity unknown.

use super::{PEOPLE, POLICY, check, check_as, loopback, snapshot};
use crate::rig::Credentials;
use crate::rig::blackhole::BlackHole;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome, Stdout};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::proxy::{Mode, Proxy};

const STS: &str = "sts.eu-west-1.amazonaws.com";

fn unknown(guard: &Guard) -> Outcome {
    let outcome = guard.run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(3), ""), "{outcome:?}");
    outcome
}

/// `check` of a real account, which is reachable through the proxy only.
fn live() -> Guard {
    check("live").credentials(&Credentials::of("AKIAIOSFODNN7EXAMPLE"))
}

#[test]
fn credentials_are_missing() {
    snapshot!("unknown-no-credentials", unknown(&check("prod")));
    let outcome = unknown(&check("prod").env("CI", "true"));
    assert!(!outcome.stdout.contains("profile"), "{outcome:?}");
    snapshot!("unknown-no-credentials-in-ci", outcome);
    let blank = check("prod").env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "");
    snapshot!("unknown-blank-credentials", unknown(&blank));
    let half = check("prod").env("AWS_ACCESS_KEY_ID", "prod");
    snapshot!("unknown-partial-credentials", unknown(&half));
}

#[test]
fn the_profile_is_unusable() {
    let config = "[profile acme-prod]\nregion = eu-west-1\nlogin_session = me\n\n\
                  [profile acme-staging]\nregion = eu-west-1\n";
    let guard = || check("prod").file("~/.aws/config", config);
    snapshot!("unknown-unknown-profile", unknown(&guard().args("--profile acme-prdo")));
    snapshot!("unknown-unknown-profile-of-none", unknown(&check("prod").args("--profile prod")));
    let outcome = unknown(&guard().env("AWS_PROFILE", "acme-prdo").env("CI", "true"));
    snapshot!("unknown-unknown-profile-in-ci", outcome);
    snapshot!("unknown-blank-profile", unknown(&guard().env("AWS_PROFILE", "")));
    snapshot!(
        "unknown-profile-without-credentials",
        unknown(&guard().args("--profile acme-staging"))
    );
    snapshot!("unknown-login-session", unknown(&guard().args("--profile acme-prod")));
    let by_go = guard().env("AWS_PROFILE", "acme-prod");
    snapshot!("unknown-login-session-of-go", unknown(&by_go));
    let role = "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\nmfa_serial = \
                arn:aws:iam::111111111111:mfa/me\ncredential_source = Environment\n";
    let keys = Credentials::of("prod");
    let guard = check("prod").file("~/.aws/config", role).args("--profile default");
    snapshot!("unknown-mfa-required", unknown(&guard.credentials(&keys).env("CI", "true")));
}

#[test]
fn the_configuration_is_invalid() {
    let half = check("prod").env("AWS_WEB_IDENTITY_TOKEN_FILE", "token");
    snapshot!("unknown-invalid-configuration", unknown(&half));
    let comment = "[default]\naws_access_key_id = prod # mine\naws_secret_access_key = hush\n";
    snapshot!(
        "unknown-ambiguous-configuration",
        unknown(&check("prod").file("~/.aws/config", comment))
    );
    let directory = check("prod").file("~/.aws/config/x", "");
    snapshot!("unknown-unreadable-configuration", unknown(&directory));
    let region = check("prod").credentials(&Credentials::of("prod")).args("--region evil.com/x");
    snapshot!("unknown-invalid-region", unknown(&region));
    let empty = check("prod")
        .file("token", "")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
        .env("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci");
    snapshot!("unknown-source-failed", unknown(&empty));
}

#[test]
fn sts_refuses_the_credentials() {
    for (code, name) in [
        ("ExpiredToken", "expired-credentials"),
        ("SignatureDoesNotMatch", "signature-mismatch"),
        ("AccessDenied", "access-denied"),
    ] {
        let sts = Hostile::plain(Behaviour::Refuses { code });
        let guard = check("prod")
            .credentials(&Credentials::of("prod"))
            .env("AWS_ENDPOINT_URL_STS", sts.url());
        snapshot!(format!("unknown-{name}"), unknown(&guard));
        if name == "expired-credentials" {
            snapshot!(format!("unknown-{name}-in-ci"), unknown(&guard.env("CI", "true")));
        }
    }
    let sts = loopback(PEOPLE);
    snapshot!("unknown-invalid-credentials", unknown(&check_as("nobody", "prod", &sts)));
}

#[test]
fn the_clock_is_wrong() {
    let sts = Hostile::plain(Behaviour::Skewed { seconds: 3600 });
    let guard =
        check("prod").credentials(&Credentials::of("prod")).env("AWS_ENDPOINT_URL_STS", sts.url());
    let mut outcome = unknown(&guard);
    outcome.stdout = ["59m 58s", "59m 59s"].iter().fold(outcome.stdout, |t, s| t.replace(s, "1h"));
    snapshot!("unknown-clock-skew", outcome);
}

#[test]
fn the_server_is_not_sts() {
    for (behaviour, name) in [
        (Behaviour::CaptivePortal, "not-sts-captive-portal"),
        (Behaviour::Login, "not-sts-redirect"),
        (Behaviour::NoAccount, "not-sts-without-account"),
        (Behaviour::Fails { status: 503 }, "sts-unavailable"),
    ] {
        let sts = Hostile::plain(behaviour);
        let guard = check("prod")
            .credentials(&Credentials::of("prod"))
            .env("AWS_ENDPOINT_URL_STS", sts.url());
        snapshot!(format!("unknown-{name}"), unknown(&guard));
    }
}

#[test]
fn no_server_answers() {
    // The kernel gives this port to no process.
    let closed_port = "http://127.0.0.1:1";
    let guard = check("prod").credentials(&Credentials::of("prod"));
    snapshot!("unknown-sts-unreachable", unknown(&guard.env("AWS_ENDPOINT_URL_STS", closed_port)));
    let hole = BlackHole::open();
    let guard = check("prod").credentials(&Credentials::of("prod")).args("--timeout 1s");
    snapshot!("unknown-sts-timeout", unknown(&guard.env("AWS_ENDPOINT_URL_STS", hole.url())));
    let nowhere = POLICY.replace("http://127.0.0.1:*", "http://sts.invalid:4566");
    let guard = check("prod").policy(&nowhere).credentials(&Credentials::of("prod"));
    snapshot!("unknown-dns", unknown(&guard));
}

#[test]
fn the_connection_is_not_trusted() {
    let guard = live().env("AWS_ENDPOINT_URL", "http://localhost:4566");
    snapshot!("unknown-untrusted-endpoint", unknown(&guard));
    snapshot!("unknown-ca-bundle", unknown(&live().env("AWS_CA_BUNDLE", "no/such.pem")));
    let (ca, other_ca) = (Ca::new(), Ca::new());
    let config = other_ca.server(&[STS], Validity::Current);
    let server = Hostile::tls(Behaviour::NoAccount, config);
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let guard = live().file("ca.pem", &ca.pem()).args("--ca-bundle ca.pem");
    snapshot!("unknown-tls", unknown(&guard.env("HTTPS_PROXY", proxy.url())));
    let proxy = Proxy::start(Mode::Refuses(407));
    snapshot!("unknown-proxy", unknown(&live().env("HTTPS_PROXY", proxy.url())));
}

#[test]
fn an_answer_that_cannot_be_written_exits_3() {
    let sts = loopback(PEOPLE);
    let full = check_as("prod", "prod", &sts).stdout(Stdout::Full).run();
    snapshot!("unknown-output", full);
    let report = check_as("prod", "prod", &sts).args("--report no/such/file").run();
    snapshot!("unknown-output-of-the-report", report);
}
