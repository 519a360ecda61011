//! An STS that hands out the credentials of a role as the test specifies, and records its requests.

use std::sync::{Arc, Mutex};

use super::Credentials;
use super::ca::{Ca, Validity};
use super::guard::Guard;
use super::http::{Request, Response, Server};
use super::proxy::Proxy;
use super::setup::{HOST, KEY, reaching, serve};
use super::{hostile, sts};

/// An STS that answers as configured, and records its requests.
pub(crate) struct Sts {
    ca: Ca,
    proxy: Proxy,
    requests: Arc<Mutex<Vec<Request>>>,
    _server: Server,
}

impl Sts {
    /// `assume` answers the calls that return credentials; `whose` is the identity of these.
    pub(crate) fn new(
        assume: impl Fn(&Request) -> Response + Send + Sync + 'static,
        whose: &'static str,
    ) -> Self {
        let ca = Ca::new();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let server = serve(ca.server(&[HOST], Validity::Current), move |request| {
            log.lock().unwrap().push(request.clone());
            match request.form("Action") {
                Some("GetCallerIdentity") => {
                    sts::identity(whose, sts::account_of(whose), &sts::user_id_of(whose))
                }
                _ => assume(request),
            }
        });
        let proxy = Proxy::to_sts("eu-west-1", server.address());
        Self { ca, proxy, requests, _server: server }
    }

    /// An STS that grants every request, as [`hostile::ARN`].
    pub(crate) fn generous() -> Self {
        Self::new(|request| handed_out(request.form("Action").unwrap_or_default()), hostile::ARN)
    }

    /// `check prod` with keys in the environment.
    pub(crate) fn check(&self) -> Guard {
        self.judging("check prod --format json --debug")
    }

    /// This command line, with keys in the environment.
    pub(crate) fn judging(&self, words: &str) -> Guard {
        reaching(&self.ca, &self.proxy).credentials(&Credentials::of(KEY)).args(words)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

pub(crate) const SECRET: &str = "a-secret-that-was-handed-out";
pub(crate) const TOKEN: &str = "a-session-token-that-was-handed-out";

/// The answer of a call with this name, with credentials.
pub(crate) fn handed_out(action: &str) -> Response {
    credentials(
        action,
        &format!(
            "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>{TOKEN}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
         </Credentials>"
        ),
    )
}

pub(crate) fn credentials(action: &str, inside: &str) -> Response {
    let xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";
    let body = format!(
        "<{action}Response xmlns=\"{xmlns}\"><{action}Result>{inside}</{action}Result></{action}Response>"
    );
    Response::new(200, "text/xml", body)
}

/// Asserts that the output contains none of the secrets.
#[track_caller]
pub(crate) fn nothing_leaks(stdout: &str, stderr: &str) {
    let hidden = [SECRET, TOKEN, "opens-nothing", "their-id", "123456", "654321"];
    for secret in hidden {
        assert!(!stdout.contains(secret) && !stderr.contains(secret), "{secret}: {stdout}{stderr}");
    }
}
