//! ECR under the name of AWS: returns a token or any other answer, and records its requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::ca::{Ca, Validity};
use super::http::{Request, Response, Server};
use crate::rig::setup::serve;

/// The ECR host in the region of every setup.
pub(crate) const HOST: &str = "api.ecr.eu-west-1.amazonaws.com";

/// The password in the token, for the docker user `AWS`.
pub(crate) const PASSWORD: &str = "hush-token-of-ecr";

/// The server.
pub(crate) struct Ecr {
    server: Server,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Ecr {
    /// Starts a server with this answer to every request.
    pub(crate) fn start(ca: &Ca, answer: Response) -> Self {
        Self::start_as(ca, HOST, answer)
    }

    /// The same under another ECR host name.
    pub(crate) fn start_as(ca: &Ca, host: &str, answer: Response) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let server = serve(ca.server(&[host], Validity::Current), move |request| {
            log.lock().expect("the requests").push(request.clone());
            answer.clone()
        });
        Self { server, requests }
    }

    /// The address of the server.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The requests of the server, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("the requests").clone()
    }
}

/// The answer with a token for this registry.
pub(crate) fn token(registry: &str) -> Response {
    data(&json!({
        "authorizationToken": base64(&format!("AWS:{PASSWORD}")),
        "expiresAt": 4_102_444_800.0_f64,
        "proxyEndpoint": format!("https://{registry}"),
    }))
}

/// The answer with this authorization data.
pub(crate) fn data(data: &serde_json::Value) -> Response {
    json_of(200, &json!({ "authorizationData": [data] }))
}

/// An error in the format of ECR.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Response {
    json_of(status, &json!({ "__type": code, "message": message }))
}

/// This document in the JSON 1.1 protocol.
pub(crate) fn json_of(status: u16, document: &serde_json::Value) -> Response {
    Response::new(status, "application/x-amz-json-1.1", document.to_string())
}

/// Base64, as tokens are encoded.
pub(crate) fn base64(text: &str) -> String {
    aws_smithy_types::base64::encode(text)
}
