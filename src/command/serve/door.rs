//! The endpoint's door: one path, one method, one token, and nothing for anybody else.

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

/// Where credentials are asked for.
pub(super) const PATH: &str = "/credentials";
/// More connections at a time wait.
const CONNECTIONS: usize = 256;
/// How long a request may take to arrive, and an answer to be read.
const PATIENCE: Duration = Duration::from_secs(5);
/// No request of an SDK is longer.
const LONGEST: usize = 16 << 10;
/// When no connection can be taken: whatever there are too many of, some will have gone by then.
const PAUSE: Duration = Duration::from_millis(50);
/// What strangers get.
const NOTHING: &str = "{}";

/// What it takes to be let in.
pub(super) struct Door {
    pub(super) address: SocketAddr,
    pub(super) token: Secret,
    pub(super) renewals: Arc<Renewals>,
}

/// Answers for ever.
pub(super) async fn answer(listener: TcpListener, door: Arc<Door>) -> Infallible {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&free).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            converse(stream, door).await;
            drop(place);
        });
    }
}

/// One request, one answer. Whoever gives up in the middle is not told so.
async fn converse(stream: TcpStream, door: Arc<Door>) {
    let longest = PATIENCE * 2 + door.renewals.longest();
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(door.open(&request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .keep_alive(false)
        .max_buf_size(LONGEST)
        .serve_connection(TokioIo::new(stream), service);
    let _ = tokio::time::timeout(longest, connection).await;
}

impl Door {
    async fn open(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let refusal = if !self.is_meant(request) || !self.is_known(request) {
            StatusCode::UNAUTHORIZED
        } else if *request.uri() != PATH {
            StatusCode::NOT_FOUND
        } else if request.method() != Method::GET {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            let Renewal { status, body } = self.renewals.next().await;
            return response(status, body);
        };
        response(refusal, Bytes::from_static(NOTHING.as_bytes()))
    }

    /// Not by another name: a web page can have one that leads here.
    fn is_meant(&self, request: &Request<Incoming>) -> bool {
        only(request, &HOST).is_some_and(|host| *host == self.address.to_string().as_str())
    }

    fn is_known(&self, request: &Request<Incoming>) -> bool {
        let token = self.token.expose().as_bytes();
        only(request, &AUTHORIZATION).is_some_and(|shown| shown.as_bytes().ct_eq(token).into())
    }
}

/// The header's value, where there is one and no other.
fn only<'r>(request: &'r Request<Incoming>, name: &HeaderName) -> Option<&'r HeaderValue> {
    let mut values = request.headers().get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn response(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
