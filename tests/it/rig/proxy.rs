//! A CONNECT proxy on loopback that connects host names of AWS to servers of the test, and records
//! its requests.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::http::{Request, Response, Server};

/// The behaviour of the proxy on a CONNECT.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// Connects every CONNECT to this server, for any host name.
    Everything(SocketAddr),
    /// Connects `HOST:PORT` to its server, and answers 502 for any other.
    Routes(Vec<(String, SocketAddr)>),
    /// Refuses with this status: 407 requires a password, 403 forbids the host.
    Refuses(u16),
    /// Reads the CONNECT and sends nothing.
    Silent,
}

/// The proxy.
pub(crate) struct Proxy {
    server: Server,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Proxy {
    /// Starts the proxy on a free port.
    pub(crate) fn start(mode: Mode) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let server = Server::start(move |stream| {
            let _ = lead(&stream, &mode, &log);
        });
        Self { server: server.expect("a loopback port"), asked }
    }

    /// A proxy that connects only the STS of this region, to this server.
    pub(crate) fn to_sts(region: &str, server: SocketAddr) -> Self {
        Self::start(Mode::Routes(vec![(format!("sts.{region}.amazonaws.com:443"), server)]))
    }

    /// The value of `HTTPS_PROXY`.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The requested targets, in order: `sts.eu-west-1.amazonaws.com:443`.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.target().to_owned()).collect()
    }

    /// The requests to the proxy, with their headers.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.asked.lock().expect("the requests").clone()
    }
}

fn lead(stream: &TcpStream, mode: &Mode, asked: &Mutex<Vec<Request>>) -> io::Result<()> {
    let Some(request) = Request::read(&mut BufReader::new(stream))? else { return Ok(()) };
    asked.lock().expect("the requests").push(request.clone());
    if request.method() != "CONNECT" {
        return refuse(stream, 405);
    }
    match mode {
        Mode::Everything(server) => relay(stream, *server),
        Mode::Routes(routes) => match routes.iter().find(|(host, _)| host == request.target()) {
            Some((_, server)) => relay(stream, *server),
            None => refuse(stream, 502),
        },
        Mode::Refuses(status) => refuse(stream, *status),
        Mode::Silent => io::copy(&mut &*stream, &mut io::sink()).map(drop),
    }
}

fn refuse(mut stream: &TcpStream, status: u16) -> io::Result<()> {
    let response = Response::new(status, "text/plain", "refused by the proxy");
    let response = match status {
        407 => response.with("Proxy-Authenticate", "Basic realm=\"rig\""),
        _ => response,
    };
    stream.write_all(&response.bytes())
}

fn relay(mut client: &TcpStream, server: SocketAddr) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n")?;
    let (from, to) = (client.try_clone()?, server.try_clone()?);
    let upwards = thread::spawn(move || copy(&from, &to));
    copy(&server, client);
    let _ = upwards.join();
    Ok(())
}

/// Copies until one side ends, then closes both.
fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
