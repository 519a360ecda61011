//! The rigs: servers that replace AWS, its proxies and its metadata services, and runners of the
//! program. Each rig listens on a free loopback port, records its requests, and ends when it is
//! dropped. Tests share no state and may run in parallel.

#![allow(dead_code, reason = "the rigs are for every room of the tests; no room uses all of them")]

pub(crate) mod blackhole;
pub(crate) mod ca;
pub(crate) mod daemon;
pub(crate) mod ecr;
pub(crate) mod guard;
pub(crate) mod hostile;
pub(crate) mod http;
pub(crate) mod metadata;
pub(crate) mod moto;
pub(crate) mod proxy;
pub(crate) mod registry;
pub(crate) mod role_sts;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sts;
pub(crate) mod terminal;

/// Credentials that a rig returns.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub(crate) access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub(crate) secret_access_key: String,
    /// `AWS_SESSION_TOKEN`; `None` for an IAM user.
    pub(crate) session_token: Option<String>,
}

impl Credentials {
    /// Keys that only a rig accepts; a loopback STS selects an identity by their ID.
    pub(crate) fn of(access_key_id: &str) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: "a-secret-that-opens-nothing".to_owned(),
            session_token: None,
        }
    }

    /// The environment variables with these credentials.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", self.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key.clone()),
        ];
        variables.extend(self.session_token.clone().map(|token| ("AWS_SESSION_TOKEN", token)));
        variables
    }
}
