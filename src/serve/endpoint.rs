//! The HTTP server of the endpoint. It answers requests with one method, one path and the token, and refuses all
//! others.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use subtle::ConstantTimeEq;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::renewals::{Renewal, Renewals};
use crate::source::Secret;

/// The path of the credentials.
pub(super) const PATH: &str = "/credentials";
/// The number of simultaneous connections. Further connections wait.
const CONNECTIONS: usize = 256;
/// The limit for receiving a request, and for sending a response.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest request, in bytes. Requests of the SDKs are shorter.
const LONGEST: usize = 16 << 10;
/// The pause after a failure to accept a connection, for example because too many files are open.
const PAUSE: Duration = Duration::from_millis(50);
/// The body of a refusal.
const EMPTY: &str = "{}";

/// The address and the token that a request must contain, and the source of the responses.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) token: Secret,
    pub(super) renewals: Arc<Renewals>,
}

/// Answers requests until the task is aborted.
pub(super) async fn serve(listener: TcpListener, server: Arc<Server>) -> Infallible {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&free).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            converse(stream, server).await;
            drop(place);
        });
    }
}

/// Answers one request. Errors are ignored: the client has closed the connection.
async fn converse(stream: TcpStream, server: Arc<Server>) {
    let longest = TIMEOUT * 2 + server.renewals.longest();
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.respond(&request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIMEOUT)
        .keep_alive(false)
        .max_buf_size(LONGEST)
        .serve_connection(TokioIo::new(stream), service);
    let _ = tokio::time::timeout(longest, connection).await;
}

impl Server {
    async fn respond(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let refusal = if !self.has_host(request) || !self.has_token(request) {
            StatusCode::UNAUTHORIZED
        } else if *request.uri() != PATH {
            StatusCode::NOT_FOUND
        } else if request.method() != Method::GET {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            let Renewal { status, body } = self.renewals.next().await;
            return response(status, body);
        };
        response(refusal, Bytes::from_static(EMPTY.as_bytes()))
    }

    /// Whether the `Host` header is the address. A web page can reach the endpoint by another name.
    fn has_host(&self, request: &Request<Incoming>) -> bool {
        match only(request, &HOST) {
            Some(host) => *host == self.address.to_string().as_str(),
            None => false,
        }
    }

    fn has_token(&self, request: &Request<Incoming>) -> bool {
        let Some(given) = only(request, &AUTHORIZATION) else { return false };
        given.as_bytes().ct_eq(self.token.expose().as_bytes()).into()
    }
}

/// The value of a header that occurs exactly once; `None` if it is missing or repeated.
fn only<'r>(request: &'r Request<Incoming>, name: &HeaderName) -> Option<&'r HeaderValue> {
    let mut values = request.headers().get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

fn response(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
