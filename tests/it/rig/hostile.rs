//! An STS that misbehaves as configured, over real TCP and TLS, and records its requests.

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::http::{Request, Response, Server};
use super::sts;

/// The session that every partly valid answer contains: with a policy that allows it, a test sees
/// whether the program accepts such an answer.
pub(crate) const ARN: &str = "arn:aws:sts::111111111111:assumed-role/deploy-ci/rig";

/// The size of the answer of [`Behaviour::Huge`].
pub(crate) const HUGE: usize = 64 << 20;

const ANYWHERE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// The behaviour of the server.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    /// Answers as STS does for this ARN.
    Answers { arn: &'static str },
    /// Answers with this account and this ARN, which may contradict each other.
    Claims { account: &'static str, arn: &'static str },
    /// Answers without an `Account` element.
    NoAccount,
    /// Answers with an `Account` of white space.
    BlankAccount,
    /// Accepts the TCP connection and sends nothing, before any TLS.
    SilentAfterAccept,
    /// Reads the request and sends nothing.
    SilentAfterRequest,
    /// Accepts the TCP connection and closes it.
    Closes,
    /// Reads the request and closes the connection.
    ClosesAfterRequest,
    /// Status 200 with the HTML of a captive portal.
    CaptivePortal,
    /// Status 302 to a login page.
    Login,
    /// Status 200 with a body that is not XML.
    Garbage,
    /// A valid answer after [`HUGE`] bytes of padding, as fast as possible.
    Huge,
    /// The start of a valid answer, and then padding without an end.
    Endless,
    /// A valid answer, one byte per second.
    Trickles,
    /// The AWS error with this code, with its own text and status.
    Refuses { code: &'static str },
    /// `RequestExpired` from a server whose clock is this many seconds ahead.
    Skewed { seconds: i64 },
    /// Only this status.
    Fails { status: u16 },
    /// `Throttling` this many times, and then the answer for [`ARN`].
    Throttles { times: usize },
}

/// The server.
pub(crate) struct Hostile {
    server: Server,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    bytes: AtomicU64,
    requests: Mutex<Vec<Request>>,
}

impl Hostile {
    /// Starts a server over plain HTTP.
    pub(crate) fn plain(behaviour: Behaviour) -> Self {
        Self::start(ANYWHERE.into(), behaviour, None)
    }

    /// Starts a server over TLS.
    pub(crate) fn tls(behaviour: Behaviour, config: Arc<ServerConfig>) -> Self {
        Self::start(ANYWHERE.into(), behaviour, Some(config))
    }

    /// Starts a server over TLS at this address: port 443, in a network namespace.
    pub(crate) fn tls_at(
        address: SocketAddr,
        behaviour: Behaviour,
        config: Arc<ServerConfig>,
    ) -> Self {
        Self::start(address, behaviour, Some(config))
    }

    fn start(address: SocketAddr, behaviour: Behaviour, config: Option<Arc<ServerConfig>>) -> Self {
        let seen = Arc::new(Seen::default());
        let visit = {
            let seen = Arc::clone(&seen);
            move |stream: TcpStream| {
                seen.connections.fetch_add(1, Ordering::SeqCst);
                let stream = Counted { stream, seen: Arc::clone(&seen) };
                // A client that closes the connection early is expected here.
                let _ = receive(stream, &behaviour, config.as_ref(), &seen);
            }
        };
        let server = Server::start_at(address, visit);
        let server = server.unwrap_or_else(|error| panic!("cannot serve at {address}: {error}"));
        Self { server, seen }
    }

    /// The address of the server.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// `http://127.0.0.1:PORT`, for the server over plain HTTP.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The number of accepted TCP connections.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The number of bytes received over TCP, including those of TLS.
    pub(crate) fn bytes(&self) -> u64 {
        self.seen.bytes.load(Ordering::SeqCst)
    }

    /// The complete requests, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().expect("the requests").clone()
    }
}

/// A connection that counts received bytes.
struct Counted {
    stream: TcpStream,
    seen: Arc<Seen>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.seen.bytes.fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn receive(
    mut stream: Counted,
    behaviour: &Behaviour,
    config: Option<&Arc<ServerConfig>>,
    seen: &Seen,
) -> io::Result<()> {
    match (behaviour, config) {
        (Behaviour::Closes, _) => Ok(()),
        (Behaviour::SilentAfterAccept, _) => swallow(&mut stream),
        (_, None) => misbehave(&mut stream, behaviour, seen),
        (_, Some(config)) => {
            let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            misbehave(&mut stream, behaviour, seen)?;
            stream.conn.send_close_notify();
            stream.flush()
        }
    }
}

/// Reads until the client closes, and sends nothing.
fn swallow(stream: &mut impl Read) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(drop)
}

fn misbehave<S: Read + Write>(
    stream: &mut S,
    behaviour: &Behaviour,
    seen: &Seen,
) -> io::Result<()> {
    let Some(request) = Request::read(&mut BufReader::new(&mut *stream))? else { return Ok(()) };
    let earlier = {
        let mut requests = seen.requests.lock().expect("the requests");
        requests.push(request);
        requests.len() - 1
    };
    match behaviour {
        Behaviour::SilentAfterRequest => swallow(stream),
        Behaviour::ClosesAfterRequest => Ok(()),
        Behaviour::Huge => flood(stream, Some(HUGE)),
        Behaviour::Endless => flood(stream, None),
        Behaviour::Trickles => trickle(stream, &good(ARN).bytes()),
        _ => stream.write_all(&response(behaviour, earlier).bytes()),
    }?;
    stream.flush()
}

fn response(behaviour: &Behaviour, earlier: usize) -> Response {
    match behaviour {
        Behaviour::Answers { arn } => good(arn),
        Behaviour::Claims { account, arn } => sts::identity(arn, account, &sts::user_id_of(arn)),
        Behaviour::NoAccount => sts::result(&without_account()),
        Behaviour::BlankAccount => sts::identity(ARN, " ", &sts::user_id_of(ARN)),
        Behaviour::CaptivePortal => html(200, "<h1>Welcome to the hotel</h1>"),
        Behaviour::Login => {
            html(302, "Found").with("Location", "https://login.example.com/?next=sts")
        }
        Behaviour::Garbage => Response::new(200, "text/xml", "\u{0}<<<]]>&&& <Account>1111"),
        Behaviour::Refuses { code } => refusal(code),
        Behaviour::Skewed { seconds } => refusal("RequestExpired").with("Date", &date_in(*seconds)),
        Behaviour::Fails { status } => Response::new(*status, "text/plain", ""),
        Behaviour::Throttles { times } if earlier < *times => refusal("Throttling"),
        Behaviour::Throttles { .. } => good(ARN),
        raw => unreachable!("{raw:?} is not one answer"),
    }
}

fn good(arn: &str) -> Response {
    sts::identity(arn, sts::account_of(arn), &sts::user_id_of(arn))
}

fn without_account() -> String {
    format!("<Arn>{ARN}</Arn><UserId>{}</UserId>", sts::user_id_of(ARN))
}

fn html(status: u16, body: &str) -> Response {
    Response::new(status, "text/html", format!("<!doctype html><html><body>{body}</body></html>"))
}

/// The text and status of AWS for the error codes that callers get.
fn refusal(code: &str) -> Response {
    let (status, message) = match code {
        "ExpiredToken" => (403, "The security token included in the request is expired"),
        "InvalidClientTokenId" => (403, "The security token included in the request is invalid."),
        "SignatureDoesNotMatch" => (
            403,
            "The request signature we calculated does not match the signature you provided. Check \
             your AWS Secret Access Key and signing method. Consult the service documentation for \
             details.",
        ),
        "RequestExpired" => (400, "Request has expired."),
        "Throttling" => (400, "Rate exceeded"),
        "AccessDenied" => (403, "Access denied"),
        other => panic!("the hostile STS has no words for {other}"),
    };
    sts::refusal(status, code, message)
}

fn date_in(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    let now = i64::try_from(now.as_secs()).expect("a clock of this era");
    DateTime::from_secs(now + seconds).fmt(Format::HttpDate).expect("a date")
}

/// Writes a valid answer after an XML comment of `size` bytes, or a comment without an end.
fn flood(stream: &mut impl Write, size: Option<usize>) -> io::Result<()> {
    let padding = [b' '; 8 << 10];
    let (start, end) = (b"<!--", [b"-->".as_slice(), &body_of(&good(ARN))].concat());
    let length = size.unwrap_or(usize::MAX >> 1) + start.len() + end.len();
    stream.write_all(Response::new(200, "text/xml", "").head(length).as_bytes())?;
    stream.write_all(start)?;
    let mut left = size;
    while left != Some(0) {
        let count = left.map_or(padding.len(), |left| left.min(padding.len()));
        stream.write_all(&padding[..count])?;
        left = left.map(|left| left - count);
    }
    stream.write_all(&end)
}

fn body_of(response: &Response) -> Vec<u8> {
    let bytes = response.bytes();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    bytes[end + 4..].to_vec()
}

fn trickle(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte])?;
        stream.flush()?;
        thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}
