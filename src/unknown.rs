//! Why the identity is unknown: a code, a message and hints. Exit code 3.

use std::fmt;

use crate::codes::codes;

codes! {
    /// The stable code of an error. Never renamed; a heading in `docs/codes.md`.
    pub enum ErrorCode {
        /// No credentials are configured, or the named profile has none.
        NoCredentials => "no-credentials",
        /// An access key ID without its secret, or the reverse.
        PartialCredentials => "partial-credentials",
        /// Neither shared file has a profile of this name.
        UnknownProfile => "unknown-profile",
        /// A variable that selects a profile is blank.
        BlankProfile => "blank-profile",
        /// A setting is invalid or incomplete.
        InvalidConfiguration => "invalid-configuration",
        /// Tools read a line of a configuration file differently.
        AmbiguousConfiguration => "ambiguous-configuration",
        /// A configuration file cannot be read.
        UnreadableConfiguration => "unreadable-configuration",
        /// An MFA code is required, and none was given or it was rejected.
        MfaRequired => "mfa-required",
        /// The credentials, or the session that they come from, have expired.
        ExpiredCredentials => "expired-credentials",
        /// STS or ECR rejected the access key or the session token.
        InvalidCredentials => "invalid-credentials",
        /// The secret access key does not match the access key ID.
        SignatureMismatch => "signature-mismatch",
        /// STS rejected the time of the request.
        ClockSkew => "clock-skew",
        /// AWS authenticated the caller and denied the request.
        AccessDenied => "access-denied",
        /// A credential source, such as a `credential_process`, failed.
        SourceFailed => "source-failed",
        /// The configured endpoint is not an AWS endpoint.
        UntrustedEndpoint => "untrusted-endpoint",
        /// The configured region is not an AWS region.
        InvalidRegion => "invalid-region",
        /// No connection to STS.
        StsUnreachable => "sts-unreachable",
        /// The host name cannot be resolved.
        Dns => "dns",
        /// The deadline passed.
        StsTimeout => "sts-timeout",
        /// The TLS certificate of the server is not trusted.
        Tls => "tls",
        /// The CA bundle cannot be read or is empty.
        CaBundle => "ca-bundle",
        /// The proxy refused, or its address is invalid.
        Proxy => "proxy",
        /// STS throttled the request or failed.
        StsUnavailable => "sts-unavailable",
        /// The response is not from STS, or is inconsistent.
        NotSts => "not-sts",
        /// The output could not be written.
        Output => "output",
        /// A bug in account-guard.
        Internal => "internal",
    }
}

/// The reason why the identity is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The kind of failure.
    pub code: ErrorCode,
    /// One sentence in lower case, without a full stop. Never contains a secret.
    pub message: String,
    /// The next step; begins with a verb.
    pub hint: Option<String>,
    /// How to leave out the failing tools; `None` where that would not be sound.
    pub way_out: Option<String>,
}

impl Unknown {
    /// An error without hints.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, way_out: None }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unknown {}
