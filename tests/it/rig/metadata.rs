//! The metadata service of an instance and the credential endpoint of a container, which return
//! credentials and record their requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::Credentials;
use super::http::{Request, Response, Server, exchange};

/// The role whose credentials the instance service returns.
pub(crate) const ROLE: &str = "machine-role";

/// The region of the machine.
pub(crate) const REGION: &str = "eu-west-1";

const TOKEN: &str = "a-metadata-session-token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// The kind of the machine.
#[derive(Clone, Debug)]
pub(crate) enum Machine {
    /// An instance or a container whose role has these credentials.
    With(Credentials),
    /// An instance without a role, which answers 404.
    WithoutRole,
    /// The service of another cloud, which answers 400 to the token call, as on the runners of
    /// GitHub.
    NotAws,
}

/// The service.
pub(crate) struct Metadata {
    server: Server,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Metadata {
    /// Serves on a free loopback port.
    pub(crate) fn start(machine: Machine) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), machine)
    }

    /// Serves at this address: 169.254.169.254:80, inside a network namespace.
    pub(crate) fn start_at(address: SocketAddr, machine: Machine) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let server = Server::start_at(address, move |stream| {
            let _ = exchange(stream, |request| {
                log.lock().expect("the requests").push(request.clone());
                answer(request, &machine)
            });
        });
        let server = server.unwrap_or_else(|error| panic!("cannot serve at {address}: {error}"));
        Self { server, asked }
    }

    /// The value of `AWS_EC2_METADATA_SERVICE_ENDPOINT`.
    pub(crate) fn instance_endpoint(&self) -> String {
        self.server.url()
    }

    /// The value of `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub(crate) fn container_uri(&self) -> String {
        self.server.url() + "/container/credentials"
    }

    /// The variables that select this service for both kinds of machine.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", self.instance_endpoint()),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.container_uri()),
        ]
    }

    /// The requests, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.asked.lock().expect("the requests").clone()
    }
}

fn answer(request: &Request, machine: &Machine) -> Response {
    match (machine, request.method(), request.target()) {
        (Machine::NotAws, ..) => plain(400, "Bad Request"),
        (Machine::With(credentials), "GET", "/container/credentials") => container(credentials),
        (_, "PUT", "/latest/api/token") => token(request),
        _ if request.header("x-aws-ec2-metadata-token") != Some(TOKEN) => plain(401, "no token"),
        (_, "GET", "/latest/meta-data/placement/region") => plain(200, REGION),
        (Machine::With(_), "GET", ROLES) => plain(200, ROLE),
        (Machine::With(credentials), "GET", path) if path.strip_prefix(ROLES) == Some(ROLE) => {
            instance(credentials)
        }
        _ => plain(404, "not found"),
    }
}

fn token(request: &Request) -> Response {
    let name = "x-aws-ec2-metadata-token-ttl-seconds";
    match request.header(name) {
        Some(seconds) => plain(200, TOKEN).with(name, seconds),
        None => plain(400, "no time to live"),
    }
}

fn instance(credentials: &Credentials) -> Response {
    let mut body = container_body(credentials);
    body["Code"] = "Success".into();
    body["Type"] = "AWS-HMAC".into();
    body["LastUpdated"] = rfc3339(SystemTime::now()).into();
    json(&body)
}

fn container(credentials: &Credentials) -> Response {
    json(&container_body(credentials))
}

fn container_body(credentials: &Credentials) -> serde_json::Value {
    serde_json::json!({
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "Token": credentials.session_token.as_deref().unwrap_or("a-session-token"),
        "Expiration": rfc3339(SystemTime::now() + Duration::from_hours(6)),
    })
}

fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

fn json(body: &serde_json::Value) -> Response {
    Response::new(200, "application/json", body.to_string())
}

fn plain(status: u16, body: &str) -> Response {
    Response::new(status, "text/plain", body)
}
