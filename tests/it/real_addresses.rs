//! Tests without any endpoint override: STS on its own name and port, metadata and container
//! credentials at their real addresses. They run as root in a network namespace.

mod dns;
mod exec_clients;
mod proxies;

use std::net::SocketAddr;

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::proxy::{Mode, Proxy};

const HOST: &str = "sts.eu-west-1.amazonaws.com";
const MACHINE: &str = "arn:aws:sts::111111111111:assumed-role/machine-role/i-0123";

const POLICY: &str = r#"
version = 1
[accounts]
prod = "111111111111"
[environments.prod]
accounts = ["prod"]
roles    = ["machine-role"]
regions  = ["eu-west-1"]
"#;

/// STS on its own name and port, which accepts any signature.
struct Sts {
    server: Hostile,
    ca: Ca,
}

impl Sts {
    fn start() -> Self {
        let ca = Ca::new();
        let config = ca.server(&[HOST], Validity::Current);
        let behaviour = Behaviour::Answers { arn: MACHINE };
        let server = Hostile::tls_at(SocketAddr::from(([127, 0, 0, 1], 443)), behaviour, config);
        Self { server, ca }
    }

    fn check(&self, variables: &[(&str, &str)]) -> Outcome {
        let guard = Guard::new().policy(POLICY).file("ca.pem", &self.ca.pem());
        let bundle = guard.work().join("ca.pem");
        guard
            .args("check prod")
            .env("AWS_CA_BUNDLE", bundle)
            .env("AWS_REGION", "eu-west-1")
            .envs(variables.iter().copied())
            .run()
    }
}

fn machine_at(address: [u8; 4]) -> Metadata {
    let credentials =
        Credentials { session_token: Some("token".to_owned()), ..Credentials::of("machine-key") };
    Metadata::start_at(SocketAddr::from((address, 80)), Machine::With(credentials))
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn instance_metadata_is_requested_at_its_real_address() {
    let (sts, machine) = (Sts::start(), machine_at([169, 254, 169, 254]));
    let outcome = sts.check(&[]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("instance metadata"), "{outcome:?}");
    assert_eq!((sts.server.connections(), sts.server.requests().len()), (1, 1));
    assert!(!machine.requests().is_empty());
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn container_credentials_are_requested_at_their_real_address() {
    let (sts, container) = (Sts::start(), machine_at([169, 254, 170, 2]));
    let path = [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container/credentials")];
    let outcome = sts.check(&path);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(container.requests().len(), 1);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn a_proxy_never_sees_metadata_or_container_credentials() {
    let sts = Sts::start();
    let (_machine, _container) = (machine_at([169, 254, 169, 254]), machine_at([169, 254, 170, 2]));
    let proxy = Proxy::start(Mode::Routes(vec![(format!("{HOST}:443"), sts.server.address())]));
    let url = proxy.url();
    let proxies = [("HTTPS_PROXY", url.as_str()), ("HTTP_PROXY", &url), ("ALL_PROXY", &url)];
    let container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container/credentials");
    for variables in [proxies.to_vec(), [proxies.as_slice(), &[container]].concat()] {
        let outcome = sts.check(&variables);
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
    }
    assert_eq!(proxy.targets(), [format!("{HOST}:443"), format!("{HOST}:443")]);
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn a_misconfiguration_never_selects_the_role_of_the_instance() {
    let (sts, machine) = (Sts::start(), machine_at([169, 254, 169, 254]));
    for variables in [
        &[("AWS_PROFILE", "typo")][..],
        &[("AWS_PROFILE", "")],
        &[("AWS_ACCESS_KEY_ID", "half")],
        &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")],
        &[("AWS_CONFIG_FILE", "/nowhere")],
        &[("AWS_REGION", "s3")],
        &[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")],
    ] {
        let outcome = sts.check(variables);
        assert_eq!(outcome.code, Some(3), "{variables:?} {outcome:?}");
    }
    assert_eq!(sts.server.connections(), 0);
    assert_eq!(machine.requests().len(), 0);
}
