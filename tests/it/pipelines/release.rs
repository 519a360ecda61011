//! A release as the Action and the examples find it: archives on a server, and their checksums.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock};

use crate::rig::http::{Request, Response, Server, exchange};

/// The archive that is downloaded on this machine.
pub(super) const TARGET: &str = if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-musl"
} else {
    "x86_64-unknown-linux-musl"
};

/// An archive and its line of the checksum file.
#[derive(Clone)]
pub(super) struct Release {
    pub(super) archive: Vec<u8>,
    pub(super) sums: String,
}

impl Release {
    /// The release of the tested program, packed like every release.
    pub(super) fn real() -> &'static Self {
        static RELEASE: OnceLock<Release> = OnceLock::new();
        RELEASE.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let small = folder.path().join("account-guard");
            let program = env!("CARGO_BIN_EXE_account-guard");
            must(
                &Command::new("strip")
                    .arg("-o")
                    .args([&small, Path::new(program)])
                    .output()
                    .expect("strip"),
            );
            let packed = folder.path().join("packed");
            fs::create_dir(&packed).expect("a folder");
            must(
                &archive_py()
                    .arg("pack")
                    .arg(&small)
                    .arg(TARGET)
                    .arg(&packed)
                    .output()
                    .expect("Python"),
            );
            Self::of(&packed)
        })
    }

    /// A release whose program is this script.
    pub(super) fn of_script(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path().join(top());
        fs::create_dir(&top).expect("a folder");
        fs::write(top.join("account-guard"), script).expect("a script");
        let packed = folder.path().join("packed");
        fs::create_dir(&packed).expect("a folder");
        let script = "chmod 755 */account-guard && tar -czf \"packed/$1.tar.gz\" \"$1\"";
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh", &self::top()]).current_dir(folder.path());
        must(&shell.output().expect("sh"));
        Self::of(&packed)
    }

    /// The first half of this archive, with a checksum of its own.
    pub(super) fn truncated(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let half = &self.archive[..self.archive.len() / 2];
        fs::write(folder.path().join(name()), half).expect("an archive");
        Self::of(folder.path())
    }

    fn of(folder: &Path) -> Self {
        let sums = folder.with_extension("sums");
        must(&archive_py().arg("sums").args([folder, &sums]).output().expect("Python"));
        let archive = fs::read(folder.join(name())).expect("the archive");
        Self { archive, sums: fs::read_to_string(sums).expect("sums") }
    }
}

fn archive_py() -> Command {
    let mut python = Command::new("python3");
    python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/archive.py"));
    python
}

fn top() -> String {
    format!("account-guard-{}-{TARGET}", env!("CARGO_PKG_VERSION"))
}

/// The file name of the archive.
pub(super) fn name() -> String {
    format!("{}.tar.gz", top())
}

/// The answer of a server at `/PLACE/vVERSION/ARCHIVE`, by its place.
pub(super) type Places = Vec<(&'static str, Response)>;

/// A server of releases that records its requests.
pub(super) struct Releases {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Releases {
    /// Serves these, and answers 404 to all other requests.
    pub(super) fn start(places: Places) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let answer = move |request: &Request| {
            log.lock().expect("the log").push(request.target().to_owned());
            let path = |place: &str| format!("/{place}/v{}/{}", env!("CARGO_PKG_VERSION"), name());
            let found = places.iter().find(|(place, _)| path(place) == request.target());
            found.map_or(Response::new(404, "text/plain", "gone"), |(_, answer)| answer.clone())
        };
        let serve = move |mut stream: std::net::TcpStream| {
            // A client that closes the connection early is not an error of the server.
            let _ = exchange(&mut stream, &answer);
            let _ = stream.flush();
        };
        Self { server: Server::start(serve).expect("a loopback port"), asked }
    }

    /// The `download-url` for a place.
    pub(super) fn url(&self, place: &str) -> String {
        format!("{}/{place}", self.server.url())
    }

    /// The paths of the requests.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the log").clone()
    }
}

/// The answer of a server with an archive.
pub(super) fn given(release: &Release) -> Response {
    Response::new(200, "application/gzip", release.archive.clone())
}

/// Fails the test when one of its tools has failed.
#[track_caller]
pub(super) fn must(output: &Output) {
    assert!(output.status.success(), "{output:#?}");
}
