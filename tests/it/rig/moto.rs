//! moto behind its own CONNECT proxy: identities in many accounts, under the real host names of AWS
//! and without an endpoint override. It runs from the Python environment that `tests/rigs.sh`
//! makes; the test fails when that is missing or outdated.

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

/// The time in which moto must start and answer, on a busy machine with two cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// The region of the identities, unless the test needs another partition.
pub(crate) const REGION: &str = "eu-west-1";

/// A running `moto_proxy`, which contains only the identities of the test.
pub(crate) struct Moto {
    proxy: Python,
    url: String,
    ca: PathBuf,
    identities: OnceLock<Mutex<Python>>,
    _certificates: TempDir,
    _front: Option<Proxy>,
}

impl Moto {
    /// Starts a moto for one test, and waits until it listens.
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

    /// Starts a moto on port 443 of the loopback, as these hosts: for a network namespace that
    /// resolves their names to it. Only one can run there.
    pub(crate) fn on_real_names(authority: &Ca, hosts: &[&str]) -> Self {
        Self::server(authority, hosts, 443)
    }

    /// Starts a moto as these hosts behind a proxy of the rigs: `moto_proxy` closes connections of
    /// clients written for Node instead of answering.
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

    /// The CA that signs the certificates for the host names.
    pub(crate) fn ca(&self) -> &Path {
        &self.ca
    }

    /// The variables that direct a tool to moto: the proxy and its CA.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let ca = self.ca.to_string_lossy().into_owned();
        [("HTTPS_PROXY", self.url.clone()), ("AWS_CA_BUNDLE", ca)]
    }

    /// The process ID of `moto_proxy`.
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

    /// Calls this operation of a service, with the names of boto3 and these credentials.
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

    /// The identity of these credentials according to boto3: `Account`, `Arn`, `UserId`.
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

/// The Python interpreter for scripts with boto3, with only `PATH` in its environment. Its packages
/// must be those in the requirements file.
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

/// A script of this directory in the Python environment; it ends when it is dropped.
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
        // The file has no name, so that it is deleted even when this is never dropped.
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
