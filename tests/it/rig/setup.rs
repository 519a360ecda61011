//! The setup of most tests: an STS under its AWS name behind a proxy, a policy that allows its
//! answer, and assertions on the result of the program.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::{Request, Response, Server, exchange};
use crate::rig::proxy::Proxy;

/// The STS host in the region of every setup.
pub(crate) const HOST: &str = "sts.eu-west-1.amazonaws.com";

/// A policy that allows [`hostile::ARN`], so that a program that accepts too much exits 0.
pub(crate) const POLICY: &str = r#"version = 1
[accounts]
prod = "111111111111"
staging = "222222222222"
audit = "999999999999"
[forbidden]
accounts = ["audit"]
[environments.prod]
accounts = ["prod"]
roles = ["deploy-*"]
[environments.staging]
accounts = ["staging"]
"#;

/// A session of another account.
pub(crate) const STAGING: &str = "arn:aws:sts::222222222222:assumed-role/deploy-ci/rig";

/// The access key in the environment; it has the form of an AWS key.
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// An STS behind a proxy that connects to nothing else.
pub(crate) struct Setup {
    pub(crate) ca: Ca,
    pub(crate) server: Hostile,
    pub(crate) proxy: Proxy,
}

impl Setup {
    /// An STS with this behaviour.
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        Self::with_certificate(behaviour, &[HOST], Validity::Current)
    }

    /// An STS that answers with [`hostile::ARN`], which the policy allows.
    pub(crate) fn honest() -> Self {
        Self::new(Behaviour::Answers { arn: hostile::ARN })
    }

    /// An STS with a certificate for these names.
    pub(crate) fn with_certificate(
        behaviour: Behaviour,
        names: &[&str],
        validity: Validity,
    ) -> Self {
        let ca = Ca::new();
        let server = Hostile::tls(behaviour, ca.server(names, validity));
        let proxy = Proxy::to_sts("eu-west-1", server.address());
        Self { ca, server, proxy }
    }

    /// A run that reaches this STS and trusts it, without credentials and without arguments.
    pub(crate) fn bare(&self) -> Guard {
        reaching(&self.ca, &self.proxy)
    }

    /// `check prod --format json` with keys in the environment.
    pub(crate) fn check(&self) -> Guard {
        self.bare().credentials(&Credentials::of(KEY)).args("check prod --format json")
    }

    /// Whether no request reached the proxy or the STS.
    pub(crate) fn is_untouched(&self) -> bool {
        self.proxy.requests().is_empty() && self.server.connections() == 0
    }
}

/// A run with the policy that uses this proxy and trusts this authority.
pub(crate) fn reaching(ca: &Ca, proxy: &Proxy) -> Guard {
    let guard = Guard::new().policy(POLICY).file("~/ca.pem", &ca.pem());
    let bundle = guard.home().join("ca.pem");
    guard
        .env("AWS_CA_BUNDLE", bundle)
        .env("HTTPS_PROXY", proxy.url())
        .env("AWS_REGION", "eu-west-1")
}

/// A TLS server that answers every request with this function.
pub(crate) fn serve(
    config: Arc<ServerConfig>,
    answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> Server {
    let visit = move |stream| {
        let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { return };
        let mut stream = StreamOwned::new(connection, stream);
        // A client that closes the connection early is not an error of the server.
        let _ = exchange(&mut stream, &answer);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    };
    Server::start(visit).expect("a loopback port")
}

/// The JSON document on stdout.
#[track_caller]
pub(crate) fn document(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|why| panic!("stdout is no document ({why}): {outcome:#?}"))
}

/// Asserts exit 0 of `--format json`, and returns the document.
#[track_caller]
pub(crate) fn allowed(outcome: &Outcome) -> Value {
    let document = document(outcome);
    assert_eq!((outcome.code, &document["verdict"]), (Some(0), &"allowed".into()), "{outcome:#?}");
    document
}

/// Asserts exit 1 of `--format json` with this violation among others, and returns the document.
#[track_caller]
pub(crate) fn denied(outcome: &Outcome, code: &str) -> Value {
    let document = document(outcome);
    assert_eq!((outcome.code, &document["verdict"]), (Some(1), &"denied".into()), "{outcome:#?}");
    let violations = document["violations"].as_array().unwrap();
    assert!(violations.iter().any(|it| it["code"] == code), "{code}: {outcome:#?}");
    document
}

/// Asserts exit 3 of `--format json` with this code and without findings, and returns the document.
#[track_caller]
pub(crate) fn unknown(outcome: &Outcome, code: &str) -> Value {
    let document = document(outcome);
    assert_eq!(
        (outcome.code, &document["verdict"], &document["error"]["code"]),
        (Some(3), &"unknown".into(), &code.into()),
        "{outcome:#?}"
    );
    assert_eq!(document["findings"], Value::Array(Vec::new()), "{outcome:#?}");
    never_allowed(outcome);
    document
}

/// Asserts exit 2, nothing on stdout, and this text on stderr.
#[track_caller]
pub(crate) fn usage_error(outcome: &Outcome, words: &str) {
    assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""), "{outcome:#?}");
    assert!(outcome.stderr.contains(words), "{words}: {outcome:#?}");
    never_allowed(outcome);
}

/// Asserts that no stream contains an allowed verdict in any format.
#[track_caller]
pub(crate) fn never_allowed(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        let says_yes = text.contains("ALLOWED") || text.contains("\"verdict\": \"allowed\"");
        assert!(!says_yes && !text.contains("\"verdict\":\"allowed\""), "{outcome:#?}");
    }
}

/// The message of an unknown verdict.
pub(crate) fn message(document: &Value) -> &str {
    document["error"]["message"].as_str().unwrap_or_default()
}

/// A named pipe without a writer.
pub(crate) fn fifo(path: PathBuf) -> PathBuf {
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo");
    assert!(made.success(), "mkfifo {}", path.display());
    path
}
