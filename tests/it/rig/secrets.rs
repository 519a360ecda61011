//! What no run may show, whatever it was asked. Every run of every test is searched for it; and with
//! `ACCOUNT_GUARD_TESTS_DEBUG` set every run is made with `--debug`, and its trail is searched too.

use std::ffi::{OsStr, OsString};

/// The tests' own secrets hold one of these, and so do those that moto hands out.
const MARKS: [&str; 9] = [
    "hush",
    "opens-nothing",
    "web.identity-token",
    "a-token-of-the-portal",
    "YS1TQU1MLWFzc2VydGlvbg",
    "FQoGZXIvYXdz",
    "wJalrXUtnFEMI",
    "-auth-token",
    "QVdTOj",
];

/// Shorter texts would be found in words that are none.
const SHORTEST: usize = 6;

/// The secrets of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// The value of a variable, if it is one that holds a secret.
    pub(crate) fn of_variable(&mut self, name: &OsStr, value: &OsStr) {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        let is_secret = ["SECRET_ACCESS_KEY", "SECURITY_TOKEN", "SESSION_TOKEN", "MFA_CODE"]
            .iter()
            .any(|end| name.ends_with(end));
        if is_secret || name == "AWS_CONTAINER_AUTHORIZATION_TOKEN" {
            self.add(&value);
        }
    }

    /// The secrets of a shared file, or of a cached token.
    pub(crate) fn of_file(&mut self, text: &str) {
        let keys = ["aws_secret_access_key", "aws_session_token"];
        for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
            if keys.contains(&key.trim()) {
                self.add(value);
            }
        }
        for key in ["accessToken", "refreshToken", "clientSecret", "idToken", "dpopKey"] {
            let name = format!("\"{key}\"");
            let after = text.split(&name).skip(1);
            for value in after.filter_map(|rest| rest.split('"').nth(1)) {
                self.add(value);
            }
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.len() >= SHORTEST {
            self.0.push(text.to_owned());
        }
    }

    /// Fails where a run shows one of them.
    #[track_caller]
    pub(crate) fn are_not_in(&self, arguments: &[OsString], texts: &[&str]) {
        let mut all = MARKS.iter().copied().chain(self.0.iter().map(String::as_str));
        let shown = all.find(|secret| texts.iter().any(|text| text.contains(secret)));
        assert_eq!(shown, None, "a secret was shown by {arguments:?}: {texts:#?}");
    }
}

/// Whether every run is to be made with `--debug`.
pub(crate) fn is_debug() -> bool {
    std::env::var_os("ACCOUNT_GUARD_TESTS_DEBUG").is_some()
}

/// The arguments of a run with `--debug` among them, where its command has a trail to show.
pub(crate) fn debugged(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let command = arguments.first()?;
    let is_asking = ["check", "identity", "whoami", "exec", "credentials"];
    if !is_asking.iter().any(|name| command == name) || has("--debug") {
        return None;
    }
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let mut words = arguments.to_vec();
    words.insert(end, "--debug".into());
    Some(words)
}

/// What a run wrote to standard error without its trail: lines that begin with `[   12 ms] `.
pub(crate) fn without_trail(stderr: &str) -> String {
    let is_trail = |line: &&str| {
        let time = line.strip_prefix('[').and_then(|rest| rest.split_once(" ms] "));
        time.is_some_and(|(time, _)| time.trim_start().bytes().all(|b| b.is_ascii_digit()))
    };
    stderr.split_inclusive('\n').filter(|line| !is_trail(line)).collect()
}
