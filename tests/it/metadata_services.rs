//! Tests of the credential endpoint of a container, and of instance metadata that does not answer.

use crate::rig::guard::Guard;
use crate::rig::hostile::{Behaviour, Hostile};
use crate::rig::http::{Request, Response, Server, exchange};
use crate::rig::setup::{Setup, allowed, denied, fifo, message, never_allowed, unknown};
use std::sync::{Arc, Mutex};

const HANDED_OUT: &str = r#"{"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "hush",
    "Token": "hush-token", "Expiration": "2099-01-01T00:00:00Z""#;

/// An agent that returns this answer to a request with this token, and records its requests.
struct Agent {
    server: Server,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Agent {
    fn new(token: Option<&'static str>, answer: Response) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let reply = move |request: &Request| {
            log.lock().unwrap().push(request.clone());
            if request.header("authorization") == token {
                answer.clone()
            } else {
                Response::new(401, "application/json", "{\"Message\": \"hush\"}")
            }
        };
        let server = Server::start(move |stream| drop(exchange(stream, &reply))).unwrap();
        Self { server, asked }
    }

    fn check(&self, setup: &Setup) -> Guard {
        let uri = format!("{}/credentials?id=1", self.server.url());
        let guard = setup.bare().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
        guard.args("check prod --format json --debug")
    }

    fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

fn handing_out(end: &str) -> Response {
    Response::new(200, "application/json", format!("{HANDED_OUT}{end}"))
}

#[test]
fn a_line_break_after_the_token_of_a_file_is_removed() {
    for text in ["hush-hush", "hush-hush\n", "hush-hush\r\n"] {
        let (setup, agent) = (Setup::honest(), Agent::new(Some("hush-hush"), handing_out("}")));
        let guard = agent.check(&setup).file("~/token", text);
        let file = guard.home().join("token");
        let guard = guard.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file);
        let outcome = guard.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "another").run();
        let document = allowed(&outcome);
        assert_eq!(document["source"]["kind"], "container");
        assert!(document["lifetime_seconds"].is_u64(), "{document}");
        assert_eq!(agent.asked()[0].target(), "/credentials?id=1");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
    }
    let (setup, agent) = (Setup::honest(), Agent::new(Some("Basic hush"), handing_out("}")));
    allowed(&agent.check(&setup).env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic hush").run());
}

#[test]
fn an_invalid_authorization_token_is_not_sent() {
    let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    for (text, word) in [
        ("", "does not contain a token"),
        ("\n", "does not contain a token"),
        ("hush\nhush", "control character"),
        ("hush\r\nX-Other: hush\n", "control character"),
        ("hush\u{7f}", "control character"),
        ("hüsh", "not ASCII"),
    ] {
        let (setup, agent) = (Setup::honest(), Agent::new(None, handing_out("}")));
        let in_file = agent.check(&setup).file("~/token", text);
        let file = in_file.home().join("token");
        let in_variable = agent.check(&setup).env("AWS_CONTAINER_AUTHORIZATION_TOKEN", text);
        for guard in [in_file.env(name, file), in_variable] {
            let outcome = guard.run();
            let document = unknown(&outcome, "invalid-configuration");
            assert!(message(&document).contains(word), "{text:?}: {document}");
            assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
        }
        assert!(agent.asked().is_empty() && setup.is_untouched(), "{text:?}");
    }
    let (setup, agent) = (Setup::honest(), Agent::new(None, handing_out("}")));
    for path in ["/nowhere/token", "", "/"] {
        let document = unknown(&agent.check(&setup).env(name, path).run(), "source-failed");
        assert!(message(&document).contains("token file"), "{document}");
        assert!(document["next"].to_string().contains("check the path"), "{document}");
    }
    let guard = agent.check(&setup).args("--timeout 1s");
    let pipe = fifo(guard.home().join("pipe"));
    unknown(&guard.env(name, pipe).run(), "unreadable-configuration");
    assert!(agent.asked().is_empty() && setup.is_untouched());
}

#[test]
fn a_container_endpoint_without_credentials_leaves_the_identity_unknown() {
    let text = |status, body: &str| Response::new(status, "application/json", body);
    for (answer, attempts) in [
        (text(200, ""), 1),
        (text(200, "{}"), 1),
        (text(200, "<html>hush</html>"), 1),
        (text(200, "{\"Code\": \"NoRole\", \"Message\": \"hush\"}"), 1),
        (text(200, &format!("{HANDED_OUT}}}").replace("ASIACONTAINER", " ")), 1),
        (text(200, &format!("{HANDED_OUT}}}").replace("hush-token", "hush\\nhush")), 1),
        (text(200, &format!("{HANDED_OUT}}}").replace("2099", "hush")), 1),
        (handing_out(", \"AccountId\": \"hush\"}"), 1),
        (text(302, "").with("Location", "http://127.0.0.1:1/"), 1),
        (text(404, "hush"), 1),
        (text(500, "hush"), 3),
    ] {
        let (setup, agent) = (Setup::honest(), Agent::new(None, answer));
        let outcome = agent.check(&setup).run();
        let document = unknown(&outcome, "source-failed");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
        assert!(document["next"].is_string(), "{document}");
        assert_eq!(agent.asked().len(), attempts, "{outcome:#?}");
        assert!(setup.is_untouched());
    }
    let (setup, agent) = (Setup::honest(), Agent::new(Some("other"), handing_out("}")));
    let document = unknown(&agent.check(&setup).run(), "source-failed");
    assert!(document["next"].to_string().contains("AUTHORIZATION_TOKEN"), "{document}");
}

#[test]
fn the_account_of_a_container_answer_is_compared_with_sts() {
    let answer = handing_out(", \"AccountId\": \"222222222222\"}");
    let (setup, agent) = (Setup::honest(), Agent::new(None, answer));
    denied(&agent.check(&setup).run(), "contradiction");
}

#[test]
fn plain_http_is_used_for_allowed_addresses_only() {
    for (uri, code) in [
        ("http://192.0.2.1/x", "source-failed"),
        ("http://sts.eu-west-1.amazonaws.com/x", "source-failed"),
        ("http://127.0.0.1.example/x", "source-failed"),
        ("http://169.254.169.254/x", "source-failed"),
        ("http://u:hush@127.0.0.1:1/x", "invalid-configuration"),
        ("file:///etc/passwd", "source-failed"),
    ] {
        let setup = Setup::honest();
        let guard = setup.bare().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
        let guard = guard.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush");
        let outcome = guard.args("check prod --format json --timeout 3s").run();
        unknown(&outcome, code);
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
        assert!(setup.is_untouched(), "{uri}");
    }
}

/// With a hop limit that is too low for a container, the token call arrives and gets no answer.
#[test]
fn an_unanswered_token_call_suggests_the_hop_limit() {
    let (setup, silent) = (Setup::honest(), Hostile::plain(Behaviour::SilentAfterRequest));
    let guard = setup.bare().env("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent.url());
    let outcome = guard.args("check prod --format json").run();
    let document = unknown(&outcome, "no-credentials");
    assert!(document["next"].to_string().contains("hop limit"), "{document}");
    assert!(setup.is_untouched());
    never_allowed(&outcome);
}
