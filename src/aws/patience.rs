//! How long anything at AWS may take, and how often it is tried.

use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// How long a connection may take, TLS included.
pub(super) const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take once the request is sent.
pub(super) const READ: Duration = Duration::from_secs(5);
/// How often a request is tried that failed in passing.
pub(super) const ATTEMPTS: u32 = 3;

/// Three attempts with jitter; errors of authentication are final.
pub(super) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(250))
        .with_max_backoff(Duration::from_secs(2))
}

/// The limits of one attempt.
pub(super) fn timeouts() -> TimeoutConfig {
    Patience::default().timeouts()
}

/// How long one attempt at STS may take; nothing where only the run's own deadline ends it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection, TLS included.
    pub connect: Option<Duration>,
    /// For the answer, once the request is sent.
    pub read: Option<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Some(CONNECT), read: Some(READ) }
    }
}

impl Patience {
    pub(super) fn timeouts(self) -> TimeoutConfig {
        let mut timeouts = TimeoutConfig::builder();
        timeouts.set_connect_timeout(self.connect).set_read_timeout(self.read);
        timeouts.build()
    }
}
