//! The setup of the tests of `exec --serve`: an STS that returns short-lived sessions, and a client
//! that calls the endpoint while the command runs.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome, PATIENCE};
use crate::rig::http::{Request, Response, Server};
use crate::rig::proxy::Proxy;
use crate::rig::setup::{HOST, reaching, serve};
use crate::rig::sts;

/// The role of the sessions; the policy allows it.
pub(super) const DEPLOY: &str = "arn:aws:sts::111111111111:assumed-role/deploy-ci/rig";
/// A role that the policy does not allow.
pub(super) const ADMIN: &str = "arn:aws:sts::111111111111:assumed-role/admin/rig";

/// A profile with a role.
pub(super) const CONFIG: &str = "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n\
                                 source_profile = base\n";

const BASE: &str = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = hush-base\n";

/// A process that prints the nth session at its nth run.
const PROCESS: &str = r#"echo run >> "$HOME/runs"
sleep 0.3
end=$(date -u -d '5 minutes' +%FT%TZ)
cat <<END
{"Version": 1, "AccessKeyId": "ASIARIG$(grep -c run "$HOME/runs")", "SecretAccessKey": "hush-secret",
 "SessionToken": "hush-token", "Expiration": "$end"}
END
"#;

/// An STS under the name of AWS. The nth session has the key `ASIARIGn`.
pub(super) struct Sts {
    ca: Ca,
    proxy: Proxy,
    requests: Arc<Mutex<Vec<Request>>>,
    _server: Server,
}

impl Sts {
    /// Sessions of five minutes and of the same role: SDKs renew such a session at every call.
    pub(super) fn honest() -> Self {
        Self::lasting(300, |_| DEPLOY)
    }

    /// Sessions of another principal from the second one on.
    pub(super) fn changing(whose: &'static str) -> Self {
        Self::lasting(300, move |session| if session < 2 { DEPLOY } else { whose })
    }

    /// Sessions of this many seconds; the nth has the nth ARN.
    pub(super) fn lasting(
        seconds: u64,
        whose: impl Fn(usize) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |session| (seconds, whose(session)))
    }

    /// After the first session, the server sends nothing for longer than any client waits.
    pub(super) fn falling_silent() -> Self {
        Self::start(|session| {
            if session > 1 {
                thread::sleep(Duration::from_secs(3));
            }
            (300, DEPLOY)
        })
    }

    fn start(session: impl Fn(usize) -> (u64, &'static str) + Send + Sync + 'static) -> Self {
        let ca = Ca::new();
        let (requests, sessions) = (Arc::new(Mutex::new(Vec::new())), AtomicUsize::new(0));
        let log = Arc::clone(&requests);
        let config = ca.server(&[HOST], Validity::Current);
        let server = serve(config, move |request| {
            log.lock().unwrap().push(request.clone());
            if request.form("Action") == Some("AssumeRole") {
                let number = sessions.fetch_add(1, Ordering::SeqCst) + 1;
                return handed_out(number, session(number).0);
            }
            let key = sts::access_key_id(request).unwrap_or_default();
            let number = key.strip_prefix("ASIARIG").and_then(|number| number.parse().ok());
            let whose = number.map_or(DEPLOY, |number: usize| session(number).1);
            sts::identity(whose, sts::account_of(whose), &sts::user_id_of(whose))
        });
        let proxy = Proxy::to_sts("eu-west-1", server.address());
        Self { ca, proxy, requests, _server: server }
    }

    /// The keys that a program used; its user agent contains this text.
    pub(super) fn keys_of(&self, agent: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let is_its = |it: &&Request| it.header("user-agent").is_some_and(|it| it.contains(agent));
        let keys = requests.iter().filter(is_its).filter_map(sts::access_key_id);
        keys.map(str::to_owned).collect()
    }

    /// The number of requests with this action.
    pub(super) fn asked(&self, action: &str) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|it| it.form("Action") == Some(action)).count()
    }

    /// `exec prod --serve` with a profile that has a role.
    pub(super) fn exec(&self) -> Guard {
        self.guard("exec prod --serve")
    }

    /// The same with other arguments.
    pub(super) fn guard(&self, words: &str) -> Guard {
        let guard = reaching(&self.ca, &self.proxy).path();
        guard.file("~/.aws/credentials", BASE).file("~/.aws/config", CONFIG).args(words)
    }

    /// The same with a `credential_process` whose output contains no account. It adds a line to
    /// `runs` and takes a moment.
    pub(super) fn exec_with_process(&self) -> Guard {
        let guard = self.exec().file("~/vend", PROCESS);
        let line = format!("sh {}", guard.home().join("vend").display());
        guard.file("~/.aws/config", &format!("[default]\ncredential_process = {line}\n"))
    }
}

fn handed_out(number: usize, seconds: u64) -> Response {
    let end = humantime::format_rfc3339_seconds(SystemTime::now() + Duration::from_secs(seconds));
    let xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";
    let body = format!(
        "<AssumeRoleResponse xmlns=\"{xmlns}\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIARIG{number}</AccessKeyId><SecretAccessKey>hush-{number}</SecretAccessKey>\
         <SessionToken>hush-token-{number}</SessionToken><Expiration>{end}</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    Response::new(200, "text/xml", body)
}

/// A client with the environment of the command.
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) token: String,
    pub(super) home: PathBuf,
    policy: PathBuf,
    environment: String,
}

/// A script that writes its environment, and then waits for a signal.
const COMMAND: &str = "{ env; echo GUARD=$PPID; echo OWN=$$; } > environment.new\n\
                       mv environment.new environment\n\
                       until [ -e enough ]; do sleep 0.05; done";

/// Runs the guard with a command that waits while the client calls the endpoint.
pub(super) fn serving(guard: Guard, talk: impl FnOnce(&Client)) -> Outcome {
    let guard = guard.args("-- sh -c").arg(COMMAND);
    let (home, work) = (guard.home(), guard.work());
    thread::scope(|scope| {
        let run = scope.spawn(|| guard.run());
        let enough = Enough(work.join("enough"));
        let start = Instant::now();
        let environment = loop {
            if let Ok(environment) = fs::read_to_string(work.join("environment")) {
                break environment;
            }
            assert!(!run.is_finished(), "not started: {:#?}", run.join().unwrap());
            assert!(start.elapsed() < PATIENCE, "the command was not started");
            thread::sleep(Duration::from_millis(5));
        };
        talk(&Client::of(environment, home, work.join("account-guard.toml")));
        drop(enough);
        run.join().unwrap()
    })
}

/// Ends the command, even when the client has panicked.
struct Enough(PathBuf);

impl Drop for Enough {
    fn drop(&mut self) {
        let _ = fs::write(&self.0, "");
    }
}

impl Client {
    fn of(environment: String, home: PathBuf, policy: PathBuf) -> Self {
        let (address, token) = (([127, 0, 0, 1], 0).into(), String::new());
        let mut client = Self { address, token, home, policy, environment };
        let uri = client.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let address = uri.strip_prefix("http://").and_then(|uri| uri.strip_suffix("/credentials"));
        client.address = address.unwrap().parse().unwrap();
        client.token = client.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        client
    }

    /// A variable of the command; blank when it is not set.
    pub(super) fn variable(&self, name: &str) -> String {
        let found =
            self.environment.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_default().to_owned()
    }

    /// Replaces the policy that was judged at the start.
    pub(super) fn change_policy(&self, text: &str) {
        fs::write(&self.policy, text).unwrap();
    }

    /// The runs of the `credential_process`.
    pub(super) fn runs(&self) -> usize {
        fs::read_to_string(self.home.join("runs")).unwrap().lines().count()
    }

    /// Calls the endpoint as an SDK does.
    pub(super) fn get(&self) -> (u16, Value) {
        let answer = self.raw(&self.request());
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        (status, serde_json::from_str(body).unwrap_or_else(|why| panic!("{why}: {answer}")))
    }

    /// Calls the endpoint, asserts a refusal with this code, and returns the message. A blank code
    /// matches any.
    #[track_caller]
    pub(super) fn refused(&self, code: &str) -> String {
        let (status, answer) = self.get();
        assert_eq!(status, 403, "{answer}");
        assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
        assert!(code.is_empty() || answer["Code"] == code, "{code}: {answer}");
        answer["Message"].as_str().unwrap().to_owned()
    }

    /// Calls the endpoint, and closes the connection before the answer.
    pub(super) fn give_up(&self) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(self.request().as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(50));
    }

    /// Sends these bytes, and returns the answer until the connection ends.
    pub(super) fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = Vec::new();
        // A server may close the connection after an error; that counts as an answer.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn request(&self) -> String {
        let Self { address, token, .. } = self;
        format!("GET /credentials HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\n\r\n")
    }
}
