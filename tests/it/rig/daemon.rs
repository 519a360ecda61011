//! Real proxies: tinyproxy as a plain one, mitmproxy as a company proxy that decrypts TLS with its
//! own CA. `tests/root.sh` installs both; the test fails when one is missing.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The time in which a daemon must listen; Python loads many modules.
const PATIENCE: Duration = Duration::from_mins(1);

/// A proxy that runs until it is dropped.
pub(crate) struct Daemon {
    child: Child,
    port: u16,
    directory: TempDir,
}

impl Daemon {
    /// tinyproxy, with or without a required user name and password.
    pub(crate) fn tinyproxy(user: Option<(&str, &str)>) -> Self {
        let (port, directory) = (free_port(), directory());
        let log = directory.path().join("log");
        let auth = user.map(|(name, password)| format!("BasicAuth {name} {password}\n"));
        let config = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nLogFile \"{}\"\nLogLevel Connect\n\
             ConnectPort 443\n{}",
            log.display(),
            auth.unwrap_or_default()
        );
        let path = directory.path().join("tinyproxy.conf");
        fs::write(&path, config).expect("a configuration");
        let mut command = Command::new("tinyproxy");
        command.arg("-d").arg("-c").arg(path);
        Self::start(command, port, directory)
    }

    /// mitmproxy, which trusts this CA for AWS and presents its own CA to its clients.
    pub(crate) fn mitmproxy(upstream: &str) -> Self {
        let (port, directory) = (free_port(), directory());
        let trusted = directory.path().join("upstream.pem");
        fs::write(&trusted, upstream).expect("a CA");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(root.join(".rigs/venv-root/bin/mitmdump"));
        command
            .args(["--quiet", "--listen-host", "127.0.0.1", "--listen-port", &port.to_string()])
            .arg("--set")
            .arg(format!("confdir={}", directory.path().display()))
            .arg("--set")
            .arg(format!("ssl_verify_upstream_trusted_ca={}", trusted.display()));
        Self::start(command, port, directory)
    }

    fn start(mut command: Command, port: u16, directory: TempDir) -> Self {
        let streams = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = streams.spawn().unwrap_or_else(|why| panic!("{command:?}: {why}"));
        let daemon = Self { child, port, directory };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "{command:?} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        daemon
    }

    /// The value of `HTTPS_PROXY`; the argument is `USER:PASSWORD@` or empty.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("http://{user}127.0.0.1:{}", self.port)
    }

    /// The CA that mitmproxy presents.
    pub(crate) fn ca(&self) -> PathBuf {
        self.directory.path().join("mitmproxy-ca-cert.pem")
    }

    /// The requests in the log of tinyproxy: `CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1`.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.directory.path().join("log")).expect("a log");
        let request = |line: &str| {
            let (_, request) = line.split_once("Request (file descriptor ")?;
            Some(request.split_once("): ")?.1.to_owned())
        };
        log.lines().filter_map(request).collect()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// A loopback port on which no process listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port");
    listener.local_addr().expect("an address").port()
}
