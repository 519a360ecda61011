//! The part of HTTP/1.1 that a loopback server needs: it reads requests and writes answers, and
//! contains nothing specific to AWS.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// A request as received.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The request line, without its line end: `POST / HTTP/1.1`.
    pub(crate) line: String,
    /// Header names in lower case, and values, in the order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, with the length of `content-length`.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads one request; `None` when the client closed the connection instead.
    pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(line) = read_line(stream)? else { return Ok(None) };
        let mut headers = Vec::new();
        while let Some(header) = read_line(stream)?.filter(|header| !header.is_empty()) {
            let (name, value) = header.split_once(':').ok_or(io::ErrorKind::InvalidData)?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request = Self { line, headers, body: Vec::new() };
        let length = request.header("content-length").map_or(Ok(0), str::parse::<u64>);
        let length = length.map_err(|_| io::ErrorKind::InvalidData)?;
        stream.take(length).read_to_end(&mut request.body)?;
        Ok(Some(request))
    }

    /// The first header with this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `POST`, `PUT`, `CONNECT`, …
    pub(crate) fn method(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// The request target: a path, or the authority of a `CONNECT`.
    pub(crate) fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a form field of the body, still percent-encoded.
    pub(crate) fn form(&self, field: &str) -> Option<&str> {
        let body = std::str::from_utf8(&self.body).ok()?;
        body.split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == field)
            .map(|(_, value)| value)
    }
}

fn read_line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let line = String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// An answer; it always closes the connection, so that a test counts connections.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    /// An answer with a body of this type.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes before the body, with the `Content-Length` of the body or of the caller.
    pub(crate) fn head(&self, length: usize) -> String {
        let mut lines = vec![format!("HTTP/1.1 {} Rig", self.status)];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push(format!("Content-Length: {length}\r\nConnection: close\r\n\r\n"));
        lines.join("\r\n")
    }

    /// The whole answer, as it is sent.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head(self.body.len()).as_bytes(), &self.body].concat()
    }
}

/// A TCP server on loopback with one thread per connection; it ends with all of its connections
/// when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> io::Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), serve)
    }

    /// Listens on this address.
    pub(crate) fn start_at(
        address: SocketAddr,
        serve: impl Fn(TcpStream) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let stopping = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let acceptor = {
            let (stopping, open) = (Arc::clone(&stopping), Arc::clone(&open));
            thread::spawn(move || accept(&listener, &stopping, &open, &Arc::new(serve)))
        };
        Ok(Self { address, stopping, open, acceptor: Some(acceptor) })
    }

    /// The address of the server.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until the process is killed.
    pub(crate) fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(
    listener: &TcpListener,
    stopping: &AtomicBool,
    open: &Mutex<Vec<TcpStream>>,
    serve: &Arc<impl Fn(TcpStream) + Send + Sync + 'static>,
) {
    for stream in listener.incoming() {
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if let (Ok(kept), Ok(mut open)) = (stream.try_clone(), open.lock()) {
            open.push(kept);
        }
        let serve = Arc::clone(serve);
        thread::spawn(move || {
            let kept = stream.try_clone();
            serve(stream);
            if let Ok(kept) = kept {
                let _ = kept.shutdown(Shutdown::Both);
            }
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let woken = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken.is_ok()) {
            let _ = acceptor.join();
        }
        for stream in
            self.open.lock().map(|mut open| std::mem::take(&mut *open)).unwrap_or_default()
        {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Reads one request of the connection and writes the answer of `answer`.
pub(crate) fn exchange(
    stream: impl Read + Write,
    answer: impl FnOnce(&Request) -> Response,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = Request::read(&mut stream)? else { return Ok(()) };
    let response = answer(&request);
    stream.get_mut().write_all(&response.bytes())?;
    stream.get_mut().flush()
}
