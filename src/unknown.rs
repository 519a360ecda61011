//! Why the identity is unknown: a code, one sentence, and what to do next. Exit code 3.

use std::fmt;

/// The stable name of an error. Never renamed; an anchor in `docs/codes.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// No source of credentials is present, or the one that is present has none.
    NoCredentials,
    /// Half of a key pair.
    PartialCredentials,
    /// A profile that is in no file.
    UnknownProfile,
    /// A variable that selects a profile, and is blank.
    BlankProfile,
    /// A setting that cannot be followed as it stands.
    InvalidConfiguration,
    /// A configuration file that tools read differently where it matters.
    AmbiguousConfiguration,
    /// A configuration file that cannot be read.
    UnreadableConfiguration,
    /// An MFA code is needed, and there is none or a wrong one.
    MfaRequired,
    /// The credentials, or the token that they come from, have expired.
    ExpiredCredentials,
    /// STS does not know the access key, or the session token is not its own.
    InvalidCredentials,
    /// STS knows the access key, and the secret is another.
    SignatureMismatch,
    /// STS refuses the time of the request.
    ClockSkew,
    /// STS knows the caller and does not answer it.
    AccessDenied,
    /// The source of the credentials did not hand them out.
    SourceFailed,
    /// An endpoint that is not AWS's own.
    UntrustedEndpoint,
    /// A region whose name is no region's.
    InvalidRegion,
    /// No connection.
    StsUnreachable,
    /// The host's name cannot be resolved.
    Dns,
    /// Time ran out.
    StsTimeout,
    /// A TLS connection that cannot be trusted.
    Tls,
    /// A CA bundle that cannot be read, or none at all.
    CaBundle,
    /// A proxy that refuses, or whose address is no address.
    Proxy,
    /// STS asks for fewer requests, or fails itself.
    StsUnavailable,
    /// What answered is not STS, or its answer contradicts itself.
    NotSts,
    /// The answer could not be written.
    Output,
    /// A defect of account-guard.
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 26] = [
        Self::NoCredentials,
        Self::PartialCredentials,
        Self::UnknownProfile,
        Self::BlankProfile,
        Self::InvalidConfiguration,
        Self::AmbiguousConfiguration,
        Self::UnreadableConfiguration,
        Self::MfaRequired,
        Self::ExpiredCredentials,
        Self::InvalidCredentials,
        Self::SignatureMismatch,
        Self::ClockSkew,
        Self::AccessDenied,
        Self::SourceFailed,
        Self::UntrustedEndpoint,
        Self::InvalidRegion,
        Self::StsUnreachable,
        Self::Dns,
        Self::StsTimeout,
        Self::Tls,
        Self::CaBundle,
        Self::Proxy,
        Self::StsUnavailable,
        Self::NotSts,
        Self::Output,
        Self::Internal,
    ];

    /// The code as it is printed: kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoCredentials => "no-credentials",
            Self::PartialCredentials => "partial-credentials",
            Self::UnknownProfile => "unknown-profile",
            Self::BlankProfile => "blank-profile",
            Self::InvalidConfiguration => "invalid-configuration",
            Self::AmbiguousConfiguration => "ambiguous-configuration",
            Self::UnreadableConfiguration => "unreadable-configuration",
            Self::MfaRequired => "mfa-required",
            Self::ExpiredCredentials => "expired-credentials",
            Self::InvalidCredentials => "invalid-credentials",
            Self::SignatureMismatch => "signature-mismatch",
            Self::ClockSkew => "clock-skew",
            Self::AccessDenied => "access-denied",
            Self::SourceFailed => "source-failed",
            Self::UntrustedEndpoint => "untrusted-endpoint",
            Self::InvalidRegion => "invalid-region",
            Self::StsUnreachable => "sts-unreachable",
            Self::Dns => "dns",
            Self::StsTimeout => "sts-timeout",
            Self::Tls => "tls",
            Self::CaBundle => "ca-bundle",
            Self::Proxy => "proxy",
            Self::StsUnavailable => "sts-unavailable",
            Self::NotSts => "not-sts",
            Self::Output => "output",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The identity is not known, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// One sentence, in lower case, without a full stop. Never holds a secret.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// How to have an answer without what failed, where that would be one.
    pub way_out: Option<String>,
}

impl Unknown {
    /// An error without a hint.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, way_out: None }
    }

    /// The same error, saying what to do next.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let mut names: Vec<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }
}
