//! Runs the real program in an environment that contains only the variables and files of the test.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Credentials;
use super::secrets::{self, Secrets};

/// The time after which a run is killed and the test fails: the program must end by itself.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The standard output of the program.
#[derive(Clone, Copy)]
pub(crate) enum Stdout {
    /// Captured by the test.
    Captured,
    /// A full disk.
    Full,
    /// A closed descriptor.
    Closed,
    /// A pipe whose reader has closed it.
    BrokenPipe,
}

/// The standard input of the program.
pub(crate) enum Stdin {
    /// Empty.
    Empty,
    /// A closed descriptor.
    Closed,
    /// This text.
    Text(String),
}

/// A run that is not started yet: arguments, variables and files, in a new home and a new working
/// directory.
pub(crate) struct Guard {
    root: TempDir,
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    directory: PathBuf,
    stdin: Stdin,
    stdout: Stdout,
    secrets: Secrets,
}

impl Guard {
    /// A run without arguments, with `HOME` as its only variable.
    pub(crate) fn new() -> Self {
        let root =
            tempfile::Builder::new().prefix("account-guard-").tempdir().expect("a directory");
        let (home, work) = (root.path().join("home"), root.path().join("work"));
        fs::create_dir(&home).expect("a home");
        fs::create_dir(&work).expect("a working directory");
        Self {
            root,
            program: env!("CARGO_BIN_EXE_account-guard").into(),
            arguments: Vec::new(),
            variables: vec![("HOME".into(), home.into())],
            directory: work,
            stdin: Stdin::Empty,
            stdout: Stdout::Captured,
            secrets: Secrets::default(),
        }
    }

    /// The directory that is `HOME`.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// The directory of the policy, in which the program starts.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// The variables of the run.
    pub(crate) fn variables(&self) -> Vec<(OsString, OsString)> {
        self.variables.clone()
    }

    /// Runs this program: the guard under another name, or a program that runs it.
    pub(crate) fn program(mut self, path: impl Into<PathBuf>) -> Self {
        self.program = path.into();
        self
    }

    /// Replaces all arguments.
    pub(crate) fn instead(mut self, arguments: &[&str]) -> Self {
        self.arguments.clear();
        arguments.iter().fold(self, Self::arg)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds the words of a command line, split at spaces: `check prod --profile x`.
    pub(crate) fn args(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::arg)
    }

    /// Sets one variable; a later value replaces an earlier one.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.secrets.of_variable(name.as_ref(), value.as_ref());
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the variables of a rig: `moto.variables()`, `metadata.variables()`.
    pub(crate) fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        variables.into_iter().fold(self, |guard, (name, value)| guard.env(name, value))
    }

    /// Sets the variables of these credentials.
    pub(crate) fn credentials(self, credentials: &Credentials) -> Self {
        self.envs(credentials.variables())
    }

    /// Sets the `PATH` of the machine, for runs that start other programs.
    pub(crate) fn path(self) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        self.env("PATH", path)
    }

    /// Writes a file with this text: `~/…` in the home, other paths in the working directory.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.secrets.of_file(text);
        let path = match path.strip_prefix("~/") {
            Some(path) => self.home().join(path),
            None => self.work().join(path),
        };
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
        self
    }

    /// Writes the policy as `account-guard.toml` in the working directory.
    pub(crate) fn policy(self, text: &str) -> Self {
        self.file("account-guard.toml", text)
    }

    /// Starts in this directory below the working directory, which must exist.
    pub(crate) fn directory(mut self, path: &str) -> Self {
        self.directory = self.work().join(path);
        self
    }

    /// Starts in this directory outside the run.
    pub(crate) fn at(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// Redirects standard output.
    pub(crate) fn stdout(mut self, stdout: Stdout) -> Self {
        self.stdout = stdout;
        self
    }

    /// Redirects standard input.
    pub(crate) fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
        self
    }

    /// Runs the program to its end; panics when it does not end within [`PATIENCE`].
    pub(crate) fn run(&self) -> Outcome {
        let start = Instant::now();
        let mut child = self.command().spawn().expect("the program to start");
        let stdout = child.stdout.take().filter(|_| matches!(self.stdout, Stdout::Captured));
        let (stdout, stderr) = (collect(stdout), collect(child.stderr.take()));
        if let (Stdin::Text(text), Some(mut stdin)) = (&self.stdin, child.stdin.take()) {
            // A program may end without reading its input.
            let _ = stdin.write_all(text.as_bytes());
        }
        let status = wait(&mut child, start, &self.arguments);
        let duration = start.elapsed();
        let (stdout, stderr) = (text(stdout, start), text(stderr, start));
        self.hides_secrets(&stdout, &stderr);
        let stderr = if self.is_debugged() { secrets::without_trail(&stderr) } else { stderr };
        let (code, signal) = (status.code(), status.signal());
        Outcome { stdout, stderr, code, signal, duration, root: self.root.path().to_owned() }
    }

    /// Fails when the run has shown a secret.
    pub(crate) fn hides_secrets(&self, stdout: &str, stderr: &str) {
        // That output belongs to another program, or was requested.
        const HANDING_OVER: [&str; 4] = ["exec", "credentials", "docker-credential", "get"];
        let command = self.arguments.first().and_then(|word| word.to_str());
        let is_handed_over = command.is_some_and(|word| HANDING_OVER.contains(&word));
        let stdout = if is_handed_over { "" } else { stdout };
        self.secrets.are_not_in(&self.arguments, &[stdout, stderr]);
    }

    fn is_debugged(&self) -> bool {
        secrets::is_debug() && secrets::debugged(&self.arguments).is_some()
    }

    /// The run as a command for another program, without its streams.
    pub(crate) fn description(&self) -> serde_json::Value {
        let text = |text: &OsString| text.to_str().expect("UTF-8").to_owned();
        let program = text(&self.program.clone().into());
        let argv: Vec<_> =
            std::iter::once(program).chain(self.arguments.iter().map(text)).collect();
        let variables = self.variables.iter().map(|(name, value)| (text(name), text(value)));
        let env: std::collections::BTreeMap<_, _> = variables.collect();
        serde_json::json!({ "argv": argv, "env": env, "cwd": self.directory })
    }

    fn command(&self) -> Command {
        let program = self.program.as_path();
        let debugged = self.is_debugged().then(|| secrets::debugged(&self.arguments)).flatten();
        let arguments = debugged.as_ref().unwrap_or(&self.arguments);
        let mut command = match (&self.stdin, self.stdout) {
            (Stdin::Closed, Stdout::Closed) => through_shell("<&- >&-", program),
            (Stdin::Closed, _) => through_shell("<&-", program),
            (_, Stdout::Closed) => through_shell(">&-", program),
            _ => Command::new(program),
        };
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.directory)
            .stdin(if matches!(self.stdin, Stdin::Text(_)) {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(self.destination())
            .stderr(Stdio::piped())
            .process_group(0);
        command
    }

    fn destination(&self) -> Stdio {
        match self.stdout {
            Stdout::Captured => Stdio::piped(),
            Stdout::Closed => Stdio::null(),
            Stdout::Full => {
                File::options().write(true).open("/dev/full").expect("/dev/full").into()
            }
            Stdout::BrokenPipe => {
                let (reader, writer) = std::io::pipe().expect("a pipe");
                drop(reader);
                writer.into()
            }
        }
    }
}

/// Only a shell can close a descriptor: `Command` can only replace it by `/dev/null`.
fn through_shell(redirection: &str, program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("exec \"$0\" \"$@\" {redirection}")]).arg(program);
    command
}

fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).expect("output");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The content of a stream. It ends with the last process that holds the stream, not with the
/// program.
fn text(stream: JoinHandle<String>, start: Instant) -> String {
    while !stream.is_finished() {
        assert!(start.elapsed() < PATIENCE, "account-guard left a process that holds its output");
        thread::sleep(Duration::from_millis(1));
    }
    stream.join().expect("output")
}

fn wait(child: &mut Child, start: Instant, arguments: &[OsString]) -> ExitStatus {
    loop {
        if let Some(status) = child.try_wait().expect("the program to end") {
            return status;
        }
        if start.elapsed() > PATIENCE {
            kill_group(child);
            panic!("account-guard {arguments:?} still ran after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Kills the process group of the child, and waits for the child.
pub(crate) fn kill_group(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The captured standard output.
    pub(crate) stdout: String,
    /// The standard error.
    pub(crate) stderr: String,
    /// The exit code; `None` when a signal ended the program.
    pub(crate) code: Option<i32>,
    /// The signal that ended the program.
    pub(crate) signal: Option<i32>,
    /// The time from start to end.
    pub(crate) duration: Duration,
    root: PathBuf,
}

impl Outcome {
    /// The whole run as one text for a snapshot, with `[HOME]`, `[WORK]` and `[PORT]` for the
    /// values of this run.
    pub(crate) fn snapshot(&self) -> String {
        let code = self.code.map_or_else(|| "signal".to_owned(), |code| code.to_string());
        let (stdout, stderr) = (self.stable(&self.stdout), self.stable(&self.stderr));
        format!("exit code: {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }

    /// This text, with `[HOME]`, `[WORK]`, `[ROOT]` and `[PORT]` for the values of this run.
    pub(crate) fn stable(&self, text: &str) -> String {
        let canonical = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        let text = [canonical.as_path(), &self.root]
            .into_iter()
            .fold(text.to_owned(), |text, root| hide(&text, root));
        ["127.0.0.1", "localhost", "[::1]"]
            .into_iter()
            .fold(text, |text, host| hide_port(&text, host))
    }
}

fn hide(text: &str, root: &Path) -> String {
    let root = root.to_string_lossy();
    text.replace(&format!("{root}/home"), "[HOME]")
        .replace(&format!("{root}/work"), "[WORK]")
        .replace(&*root, "[ROOT]")
}

/// Random ports have five digits; 443 and 4566 are ports in a policy.
fn hide_port(text: &str, host: &str) -> String {
    let separator = format!("{host}:");
    let mut pieces = text.split(&separator);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let port = if digits == 5 { "[PORT]" } else { &piece[..digits] };
        format!("{text}{host}:{port}{}", &piece[digits..])
    })
}
