//! Searches the output of every run of every test for secrets. With `ACCOUNT_GUARD_TESTS_DEBUG`
//! set, every run has `--debug`, and its output is searched too.

use std::ffi::{OsStr, OsString};

/// The secrets of the tests contain one of these texts, and so do those of moto.
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

/// A shorter text may be part of an ordinary word.
const SHORTEST: usize = 6;

/// The secrets of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds the value of a variable, if the variable holds a secret.
    pub(crate) fn of_variable(&mut self, name: &OsStr, value: &OsStr) {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        let is_secret = ["SECRET_ACCESS_KEY", "SECURITY_TOKEN", "SESSION_TOKEN", "MFA_CODE"]
            .iter()
            .any(|end| name.ends_with(end));
        if is_secret || name == "AWS_CONTAINER_AUTHORIZATION_TOKEN" {
            self.add(&value);
        }
    }

    /// Adds the secrets of a shared file, or of a cached token.
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

    /// Fails when a run shows one of them.
    #[track_caller]
    pub(crate) fn are_not_in(&self, arguments: &[OsString], texts: &[&str]) {
        let mut all = MARKS.iter().copied().chain(self.0.iter().map(String::as_str));
        let shown = all.find(|secret| texts.iter().any(|text| text.contains(secret)));
        assert_eq!(shown, None, "a secret was shown by {arguments:?}: {texts:#?}");
    }
}

/// Whether every run gets `--debug`.
pub(crate) fn is_debug() -> bool {
    std::env::var_os("ACCOUNT_GUARD_TESTS_DEBUG").is_some()
}

/// The arguments of a run with `--debug`, if its command accepts it.
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

/// The standard error of a run without its debug lines, which start with `[   12 ms] `.
pub(crate) fn without_trail(stderr: &str) -> String {
    let is_trail = |line: &&str| {
        let time = line.strip_prefix('[').and_then(|rest| rest.split_once(" ms] "));
        time.is_some_and(|(time, _)| time.trim_start().bytes().all(|b| b.is_ascii_digit()))
    };
    stderr.split_inclusive('\n').filter(|line| !is_trail(line)).collect()
}
