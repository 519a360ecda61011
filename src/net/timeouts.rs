//! How long one attempt of a request may take, and how often a request is tried.

use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// The limit for a connection, including the TLS handshake.
pub(super) const CONNECT: Duration = Duration::from_secs(3);
/// The limit for a response, from the moment the request is sent.
pub(super) const READ: Duration = Duration::from_secs(5);
/// The number of attempts for a request that fails with a temporary error.
pub(crate) const ATTEMPTS: u32 = 3;

/// The retry settings of the SDK clients: [`ATTEMPTS`] attempts with jitter. Authentication errors are
/// not retried.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(250))
        .with_max_backoff(Duration::from_secs(2))
}

/// The limits of one attempt. `None` means that only the deadline of the run ends the attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// The limit for the connection, including the TLS handshake.
    pub(crate) connect: Option<Duration>,
    /// The limit for the response, from the moment the request is sent.
    pub(crate) read: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Some(CONNECT), read: Some(READ) }
    }
}

impl Timeouts {
    /// The same limits in the type that the SDK clients take.
    pub(crate) fn sdk_config(self) -> TimeoutConfig {
        let mut timeouts = TimeoutConfig::builder();
        timeouts.set_connect_timeout(self.connect).set_read_timeout(self.read);
        timeouts.build()
    }
}
