//! Runs the program in the setup of `examples/demo.sh`: with its policy, its loopback STS and its
//! variables.

use crate::output::snapshots::loopback;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::http::Server;

/// The identities of the keys in the demo; the README names the same.
const PEOPLE: &[(&str, &str)] = &[
    ("demo-staging", "arn:aws:sts::222222222222:assumed-role/deploy-ci/demo"),
    ("demo-prod-reader", "arn:aws:sts::111111111111:assumed-role/reader/demo"),
];

/// The demo, until it is dropped.
pub(crate) struct Demo {
    sts: Server,
}

impl Demo {
    /// Starts the STS of the demo.
    pub(crate) fn start() -> Self {
        Self { sts: loopback(PEOPLE) }
    }

    /// Runs the program in the root of the repository, with the variables of the demo.
    pub(crate) fn run(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let guard = Guard::new()
            .at(env!("CARGO_MANIFEST_DIR"))
            .env("AWS_ENDPOINT_URL_STS", self.sts.url())
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied());
        arguments.iter().fold(guard, Guard::arg).run()
    }
}

#[test]
fn the_demo_script_has_the_same_identities_and_variables() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/demo.sh");
    let script = std::fs::read_to_string(path).expect("examples/demo.sh");
    for (key, arn) in PEOPLE {
        assert!(script.contains(&format!("--identity {key}={arn}")), "{key}");
    }
    assert_eq!(script.matches("--identity ").count(), PEOPLE.len());
    assert!(script.contains("AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true"));
}
