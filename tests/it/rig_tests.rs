//! Tests of the rigs themselves, by clients other than the program: a rig with an error would hide errors
//! of the program.

mod guard;
mod loopback_sts;
mod metadata;
mod misbehaving_sts;
mod moto;
mod network;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::rig;

const STAGING: &str = "arn:aws:sts::222222222222:assumed-role/deploy-ci/GitHubActions";
const HOST: &str = "sts.eu-west-1.amazonaws.com";

/// `GetCallerIdentity` as an SDK sends it, with an invalid signature.
fn request_text(host: &str, key: &str) -> String {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={key}/20261121/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends the text and reads until the server closes, with or without the closing message of TLS
/// (moto leaves it out), or until five seconds without data have passed.
fn talk(mut stream: impl Read + Write, text: &str) -> io::Result<String> {
    stream.write_all(text.as_bytes())?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn address_of(url: &str) -> SocketAddr {
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

fn get_caller_identity(address: SocketAddr, key: &str) -> String {
    talk(connect(address), &request_text("127.0.0.1", key)).unwrap()
}

/// Calls the host through a CONNECT proxy, as a client with this TLS configuration.
fn get_caller_identity_through(
    proxy: &str,
    host: &str,
    trust: Arc<ClientConfig>,
    key: &str,
) -> io::Result<String> {
    let mut stream = connect(address_of(proxy));
    write!(stream, "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n")?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    if !head.starts_with("HTTP/1.1 200") {
        return Ok(head);
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let connection = ClientConnection::new(trust, name).map_err(io::Error::other)?;
    talk(StreamOwned::new(connection, stream), &request_text(host, key))
}

/// The output of a boto3 script in an environment that contains only these variables.
fn boto3(script: &str, variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = rig::moto::python();
    command.env("HOME", home.path()).env("AWS_DEFAULT_REGION", "eu-west-1");
    let output = command.envs(variables.iter().copied()).args(["-c", script]).output().unwrap();
    let (stdout, stderr) = (output.stdout, String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(stdout).unwrap().trim().to_owned()
}
