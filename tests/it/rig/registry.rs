//! A real registry under the names of ECR: the docker-registry of Debian with the token of moto's
//! ECR, behind nginx, which records every request and its authorization; and podman as the engine
//! of the docker client. `tests/registry.sh` installs all three.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::ca::Ca;
use super::daemon::free_port;

/// The time in which a server must listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// The password that moto's ECR returns in this account.
pub(crate) const TOKEN: &str = "AWS:111111111111-auth-token";

/// The registry and the engine; they end when they are dropped.
pub(crate) struct Registry {
    children: Vec<Child>,
    directory: TempDir,
}

/// A request to the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// `PUT /v2/app/manifests/1`, without its query.
    pub(crate) what: String,
    /// The status of the answer.
    pub(crate) status: String,
    /// The `Authorization` header, or `-`.
    pub(crate) authorization: String,
}

impl Registry {
    /// Serves these host names, which must resolve to this machine, on the port of ECR.
    pub(crate) fn start(hosts: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut registry = Self { children: Vec::new(), directory };
        let ca = Ca::new();
        let (certificate, key) = ca.leaf_pem(hosts);
        registry.write("ca/ca.crt", &ca.pem());
        registry.write("server.crt", &certificate);
        registry.write("server.key", &key);
        let (user, password) = TOKEN.split_once(':').expect("a user and a password");
        let known = Command::new("htpasswd").args(["-Bbn", "-C", "4", user, password]).output();
        let known = String::from_utf8(known.expect("htpasswd").stdout).expect("UTF-8");
        registry.write("htpasswd", &known);
        let port = free_port();
        registry.write("registry.yml", &registry.configuration(port));
        registry.write("nginx.conf", &registry.front(port));
        registry
            .run(Command::new("docker-registry").arg("serve").arg(registry.path("registry.yml")));
        registry.run(Command::new("nginx").arg("-c").arg(registry.path("nginx.conf")));
        registry.run(&mut registry.engine());
        registry.wait(|it| {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
                && TcpStream::connect(("127.0.0.1", 443)).is_ok()
                && it.path("engine.sock").exists()
        });
        registry
    }

    /// The directory with the CA of the registry, as skopeo and podman read it.
    pub(crate) fn ca(&self) -> PathBuf {
        self.path("ca")
    }

    /// The value of `DOCKER_HOST`.
    pub(crate) fn engine_url(&self) -> String {
        format!("unix://{}", self.path("engine.sock").display())
    }

    /// The requests to the registry since the last call.
    pub(crate) fn accesses(&self) -> Vec<Access> {
        let path = self.path("access.log");
        let log = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, "").expect("a log");
        let access = |line: &str| {
            let [what, status, authorization] = line.splitn(3, '|').collect::<Vec<_>>()[..] else {
                panic!("no line of the log: {line}")
            };
            Access {
                what: what.to_owned(),
                status: status.to_owned(),
                authorization: authorization.to_owned(),
            }
        };
        log.lines().map(access).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn configuration(&self, port: u16) -> String {
        format!(
            "version: 0.1\nlog: {{level: warn}}\nhttp: {{addr: \"127.0.0.1:{port}\"}}\n\
             storage: {{filesystem: {{rootdirectory: {}}}}}\n\
             auth: {{htpasswd: {{realm: ecr, path: {}}}}}\n",
            self.path("images").display(),
            self.path("htpasswd").display()
        )
    }

    fn front(&self, port: u16) -> String {
        let at = self.directory.path().display();
        format!(
            "daemon off; user root; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log;\n\
             events {{}}\n\
             http {{\n\
             log_format accesses '$request_method $uri|$status|$http_authorization';\n\
             access_log {at}/access.log accesses;\n\
             client_max_body_size 0; client_body_temp_path {at}/bodies;\n\
             server {{\n\
             listen 127.0.0.1:443 ssl; ssl_certificate {at}/server.crt; ssl_certificate_key {at}/server.key;\n\
             location / {{\n\
             proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $host;\n\
             proxy_set_header X-Forwarded-Proto https; proxy_request_buffering off;\n\
             }}\n}}\n}}\n"
        )
    }

    /// Podman with a storage of its own, which trusts this registry.
    fn engine(&self) -> Command {
        let mut command = Command::new("podman");
        command
            .args(["--storage-driver", "vfs", "--root"])
            .arg(self.path("storage"))
            .arg("--runroot")
            .arg(self.path("run"))
            .args(["system", "service", "--time", "0"])
            .arg(self.engine_url())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("SSL_CERT_FILE", self.path("ca/ca.crt"));
        command
    }

    fn run(&mut self, command: &mut Command) {
        let log = File::create(self.path(&format!("log-{}", self.children.len()))).expect("a log");
        let streams = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = streams.spawn().unwrap_or_else(|why| panic!("{command:?}: {why}"));
        self.children.push(child);
    }

    fn wait(&self, is_ready: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_ready(self) {
            let logs = (0..self.children.len()).map(|at| self.path(&format!("log-{at}")));
            let logs: Vec<_> =
                logs.map(|log| fs::read_to_string(log).unwrap_or_default()).collect();
            assert!(start.elapsed() < PATIENCE, "the registry does not listen: {logs:#?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// The path of a program on this `PATH`.
pub(crate) fn program(name: &str, path: &OsStr) -> PathBuf {
    let found = std::env::split_paths(path).map(|directory| directory.join(name));
    found.into_iter().find(|path| Path::exists(path)).unwrap_or_else(|| panic!("{name} is missing"))
}
