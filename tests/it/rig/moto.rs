//! moto behind its own CONNECT proxy: identities in many accounts, asked for under AWS's real host
//! names, without an endpoint override.
//!
//! It runs from the private Python environment that `tests/rigs.sh` makes. Where that is missing or
//! stale the test fails and says so; it is never skipped.

use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Read, Seek, Write};
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Credentials;
use super::ca::Ca;
use super::daemon::free_port;
use super::guard::kill_group;
use super::proxy::{Mode, Proxy};

/// How long moto may take to start and to answer; a busy machine of two cores is slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// The region that identities are made in, unless the test needs another partition.
pub(crate) const REGION: &str = "eu-west-1";

/// A running `moto_proxy`, with nobody in it but who the test made.
pub(crate) struct Moto {
    proxy: Python,
    url: String,
    ca: PathBuf,
    identities: OnceLock<Mutex<Python>>,
    _certificates: TempDir,
    _front: Option<Proxy>,
}

impl Moto {
    /// Starts a moto of this test's own and waits until it listens.
    pub(crate) fn start() -> Self {
        let certificates = tempfile::tempdir().expect("a directory");
        let directory = certificates.path().to_str().expect("a path");
        let proxy = Python::start("moto_proxy.py", &[directory]);
        let ca = PathBuf::from(proxy.line());
        let address = std::iter::repeat_with(|| proxy.line())
            .find_map(|line| Some(line.strip_prefix("Serving HTTP Proxy on ")?.to_owned()))
            .expect("moto_proxy to say where it listens");
        let url = format!("http://{}", address.trim_end_matches([' ', '.']));
        Self {
            proxy,
            url,
            ca,
            identities: OnceLock::new(),
            _certificates: certificates,
            _front: None,
        }
    }

    /// Starts one on port 443 of the loopback, as these hosts: for a network namespace in which their
    /// names lead there, and in which only one can run.
    pub(crate) fn on_real_names(authority: &Ca, hosts: &[&str]) -> Self {
        Self::server(authority, hosts, 443)
    }

    /// Starts one as these hosts behind a proxy of the rig's: for clients written for Node, to which
    /// `moto_proxy` closes the connection where it should answer.
    pub(crate) fn behind_proxy(authority: &Ca, hosts: &[&str]) -> Self {
        let port = free_port();
        let front = Proxy::start(Mode::Everything((Ipv4Addr::LOCALHOST, port).into()));
        let url = front.url();
        Self { url, _front: Some(front), ..Self::server(authority, hosts, port) }
    }

    fn server(authority: &Ca, hosts: &[&str], port: u16) -> Self {
        let certificates = tempfile::tempdir().expect("a directory");
        let [ca, certificate, key] =
            ["ca.pem", "server.pem", "key.pem"].map(|name| certificates.path().join(name));
        authority.write(&ca);
        authority.write_server(hosts, &certificate, &key);
        let [certificate, key] = [&certificate, &key].map(|path| path.to_str().expect("a path"));
        let proxy = Python::start("moto_server.py", &[certificate, key, &port.to_string()]);
        assert_eq!(proxy.line(), "listens");
        let identities = OnceLock::new();
        Self {
            proxy,
            url: String::new(),
            ca,
            identities,
            _certificates: certificates,
            _front: None,
        }
    }

    /// The value of `HTTPS_PROXY`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The CA that signs the certificates of moto's host names.
    pub(crate) fn ca(&self) -> &Path {
        &self.ca
    }

    /// The variables that bring a tool here: the proxy and its CA.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let ca = self.ca.to_string_lossy().into_owned();
        [("HTTPS_PROXY", self.url.clone()), ("AWS_CA_BUNDLE", ca)]
    }

    /// The pid of `moto_proxy`.
    pub(crate) fn pid(&self) -> u32 {
        self.proxy.child.id()
    }

    /// Credentials of a session of this role.
    pub(crate) fn assume_role(&self, account: &str, role: &str, session: &str) -> Credentials {
        self.assume_role_arn(&format!("arn:aws:iam::{account}:role/{role}"), session, REGION)
    }

    /// Credentials of a session of this role, from the STS of the region: for other partitions.
    pub(crate) fn assume_role_arn(&self, arn: &str, session: &str, region: &str) -> Credentials {
        credentials(&self.ask(
            &json!({ "action": "assume_role", "arn": arn, "session": session, "region": region }),
        ))
    }

    /// The access key of a new IAM user of this account.
    pub(crate) fn create_user(&self, account: &str, name: &str) -> Credentials {
        credentials(&self.ask(&json!({
            "action": "create_user",
            "account": account,
            "partition": "aws",
            "name": name,
            "region": REGION,
        })))
    }

    /// Calls this operation of a service, by boto3's names, as whoever has these credentials.
    pub(crate) fn call(&self, caller: &Credentials, service: &str, operation: &str, with: &Value) {
        self.ask(&json!({
            "action": "call",
            "service": service,
            "operation": operation,
            "parameters": with,
            "keys": keys(caller),
            "region": REGION,
        }));
    }

    /// What boto3 says about whose these are: `Account`, `Arn`, `UserId`.
    pub(crate) fn whoami(&self, credentials: &Credentials, region: &str) -> Value {
        self.ask(&json!({ "action": "whoami", "keys": keys(credentials), "region": region }))
    }

    fn ask(&self, request: &Value) -> Value {
        let python = self.identities.get_or_init(|| {
            let ca = self.ca.to_str().expect("a path");
            Mutex::new(Python::start("moto_identities.py", &[&self.url, ca]))
        });
        let mut python = python.lock().expect("one question at a time");
        writeln!(python.stdin, "{request}").expect("a question");
        serde_json::from_str(&python.line()).expect("an answer in JSON")
    }
}

/// The interpreter of the private environment, with nothing but `PATH` in its environment: for
/// scripts that ask as boto3 asks. The environment must be the one that the requirements describe.
pub(crate) fn python() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = root.join(".rigs/venv");
    let wanted = std::fs::read(root.join("tests/rigs-requirements.txt")).expect("requirements");
    let made_from = std::fs::read(venv.join("made-from")).unwrap_or_default();
    assert!(made_from == wanted, "moto is missing or stale here; run: tests/rigs.sh");
    let mut command = Command::new(venv.join("bin/python"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn keys(credentials: &Credentials) -> Value {
    json!({
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "SessionToken": credentials.session_token,
    })
}

fn credentials(answer: &Value) -> Credentials {
    let field = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    Credentials {
        access_key_id: field("AccessKeyId").expect("an access key ID"),
        secret_access_key: field("SecretAccessKey").expect("a secret access key"),
        session_token: field("SessionToken"),
    }
}

/// A script of this directory, at work in the private Python environment; it ends when it is dropped.
struct Python {
    child: Child,
    stdin: ChildStdin,
    lines: Mutex<Receiver<String>>,
    complaints: File,
    script: &'static str,
}

impl Python {
    fn start(script: &'static str, arguments: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        // Without a name, so that it is gone even where this is never dropped.
        let complaints = tempfile::tempfile().expect("a file");
        let mut child = python()
            .arg("-u")
            .arg(root.join("tests/it/rig").join(script))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone().expect("a file"))
            .process_group(0)
            .spawn()
            .expect("Python to start");
        let stdin = child.stdin.take().expect("stdin");
        let lines = Mutex::new(follow(child.stdout.take().expect("stdout")));
        Self { child, stdin, lines, complaints, script }
    }

    fn line(&self) -> String {
        self.lines.lock().expect("one reader at a time").recv_timeout(PATIENCE).unwrap_or_else(
            |_| {
                let mut complaints = String::new();
                let _ = (&self.complaints).rewind();
                let _ = (&self.complaints).read_to_string(&mut complaints);
                panic!("{} did not answer; it complained: {complaints}", self.script)
            },
        )
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        kill_group(&mut self.child);
    }
}

fn follow(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let lines: Lines<_> = BufReader::new(stdout).lines();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    receiver
}
