//! Tests of the text for images that are allowed and denied together with the credentials.

use super::{Credentials, Guard, Outcome, snapshot};
use crate::rig::ca::{Ca, Validity};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::proxy::Proxy;

const POLICY: &str = r#"version = 1

[accounts]
live    = "555555555555"
staging = "222222222222"
audit   = "999999999999"

[forbidden]
accounts = ["audit"]

[environments.live]
accounts = ["live"]

[environments.shared]
accounts   = ["live"]
registries = ["live", "audit", "666666666666"]
"#;

/// `check` at an STS under the name of AWS, with a role of the account `live`.
fn push(environment: &str, format: &str, images: &[&str]) -> Outcome {
    let ca = Ca::new();
    let config = ca.server(&["sts.eu-west-1.amazonaws.com"], Validity::Current);
    let arn = "arn:aws:sts::555555555555:assumed-role/deploy-ci/GitHubActions";
    let server = Hostile::tls(Behaviour::Answers { arn }, config);
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let guard = Guard::new()
        .policy(POLICY)
        .file("ca.pem", &ca.pem())
        .args("check --ca-bundle ca.pem")
        .args("--format")
        .arg(format)
        .arg(environment)
        .env("AWS_REGION", "eu-west-1")
        .env("HTTPS_PROXY", proxy.url())
        .credentials(&Credentials::of("AKIAIOSFODNN7EXAMPLE"));
    images.iter().fold(guard, |guard, image| guard.arg("--image").arg(image)).run()
}

#[test]
fn allowed_images_are_listed() {
    let images = [
        "555555555555.dkr.ecr.eu-west-1.amazonaws.com/app:1.2",
        "666666666666.dkr.ecr.us-east-1.amazonaws.com/a-team-with-a-long-name/service:1.2",
        "555555555555.dkr-ecr.eu-west-1.on.aws/a-team-with-a-long-name/another-service:1.2",
    ];
    let outcome = push("shared", "human", &images);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    snapshot!("allowed-images", outcome);
    snapshot!("json-allowed-images", push("shared", "json", &images));
}

#[test]
fn denied_images_are_named() {
    let images = [
        "555555555555.dkr.ecr.eu-west-1.amazonaws.com/app:1.2",
        "222222222222.dkr.ecr.eu-west-1.amazonaws.com/app:1.2",
        "222222222222.dkr.ecr.eu-west-1.amazonaws.com/other:1.2",
    ];
    for (name, environment, images) in [
        ("denied-wrong-registry", "live", &images[1..2]),
        ("denied-wrong-registries", "shared", &images),
        (
            "denied-forbidden-registry",
            "shared",
            &["999999999999.dkr.ecr.eu-west-1.amazonaws.com/app"],
        ),
        (
            "denied-registry-of-another-partition",
            "live",
            &["555555555555.dkr.ecr.cn-north-1.amazonaws.com.cn/app"],
        ),
    ] {
        let outcome = push(environment, "human", images);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        snapshot!(name, outcome);
    }
}
