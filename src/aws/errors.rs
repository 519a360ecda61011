//! Explains an error of the SDK: one message, a hint, a code. Prints no secret, and of an answer only
//! the error code and the sentence that explains it.

mod transport;

use std::error::Error;
use std::time::SystemTime;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::endpoint::Endpoint;
use super::sentence::{Secrets, sentence};
use crate::net::timeouts::ATTEMPTS;
use crate::partition::Region;
use crate::source::Service;
use crate::unknown::{ErrorCode, Unknown};

pub(crate) use transport::{cause_of, is_transport, is_unanswered, of_transport};

/// Explains a failed call. `secrets` are those of the request.
pub(super) fn of_call<E>(
    why: &SdkError<E, HttpResponse>,
    at: &Endpoint,
    secrets: &Secrets<'_>,
) -> Unknown
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match why {
        SdkError::ServiceError(error) => {
            let (error, raw) = (error.err(), error.raw());
            let Some(code) = error.code().filter(|code| is_code(code)) else {
                return not_the_service(raw, at);
            };
            let message = error.message().unwrap_or_default();
            explained(of_service(code, message, raw, at), message, secrets)
        }
        SdkError::ResponseError(_) if transport::is_too_long(why) => {
            transport::too_long(&at.host(), at.service())
        }
        SdkError::ResponseError(error) => not_the_service(error.raw(), at),
        SdkError::TimeoutError(_) => transport::timed_out(&at.host()),
        other => of_transport(other, &at.host()),
    }
}

/// The same error, with the service's own sentence behind its message.
pub(super) fn explained(why: Unknown, message: &str, secrets: &Secrets<'_>) -> Unknown {
    match sentence(message, secrets) {
        Some(sentence) => Unknown { message: format!("{}: {sentence}", why.message), ..why },
        None => why,
    }
}

const LOOK_BETWEEN: &str =
    "look for a captive portal, a proxy or an emulator that answers in place of AWS";

/// An error that the service itself reports.
fn of_service(code: &str, message: &str, raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let service = at.service().title();
    match code {
        "ExpiredToken" | "ExpiredTokenException" => Unknown::new(
            ErrorCode::ExpiredCredentials,
            format!("the credentials have expired ({code})"),
        )
        .hint("get new credentials from the same source"),
        "InvalidClientTokenId" | "UnrecognizedClientException" => invalid_key(code, at),
        "InvalidIdentityToken" | "IDPRejectedClaim" => Unknown::new(
            ErrorCode::InvalidCredentials,
            format!("STS rejected the token of the identity provider ({code})"),
        )
        .hint("check the identity provider in that account, and the token's audience and expiry"),
        "RequestExpired" | "RequestTimeTooSkewed" => skewed(code, raw, at),
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_about_time(message) => {
            skewed(code, raw, at)
        }
        "SignatureDoesNotMatch" | "IncompleteSignature" | "InvalidSignatureException" => {
            Unknown::new(
                ErrorCode::SignatureMismatch,
                format!("the secret access key does not match the access key ID ({code})"),
            )
            .hint("copy the secret access key again: it belongs to another key, or it is damaged")
        }
        "Throttling"
        | "ThrottlingException"
        | "ServiceUnavailable"
        | "InternalFailure"
        | "ServerException" => unavailable(code, at),
        "RegionDisabledException" | "RegionDisabled" => {
            Unknown::new(ErrorCode::AccessDenied, format!("{service} refused the call ({code})"))
                .hint(format!(
                    "activate STS in {0} in the IAM settings of the account, or choose a region \
                     other than {0} with --region",
                    at.region()
                ))
        }
        "AccessDenied" | "AccessDeniedException" => {
            Unknown::new(ErrorCode::AccessDenied, format!("{service} refused the call ({code})"))
                .hint(denying_policy(message).unwrap_or(missing_permission(at.service())))
        }
        _ => Unknown::new(ErrorCode::StsUnavailable, format!("{service} answered with {code}")),
    }
}

/// The kinds of policies that AWS names in its sentence, and what to do about each. Source: the IAM
/// User Guide, "Troubleshoot access denied error messages".
const POLICIES: [(&str, &str); 5] = [
    (
        "VPC endpoint policy",
        "allow the call in the policy of the VPC endpoint that this request went through",
    ),
    (
        "service control policy",
        "ask the administrators of the organization: a service control policy denies the call",
    ),
    (
        "resource control policy",
        "ask the administrators of the organization: a resource control policy denies the call",
    ),
    ("permissions boundary", "allow the call in the permissions boundary of the caller"),
    ("session policy", "allow the call in the session policy that the session was created with"),
];

/// The next step where AWS names a policy that denies whatever the caller's and the role's own say.
pub(super) fn denying_policy(message: &str) -> Option<&'static str> {
    POLICIES.iter().find(|(kind, _)| message.contains(kind)).map(|(_, hint)| *hint)
}

fn missing_permission(service: Service) -> &'static str {
    match service {
        Service::Ecr => {
            "allow ecr:GetAuthorizationToken, on any resource, in the policies of the role or user"
        }
        _ => {
            "check the trust policy of the role, the policy of the VPC endpoint, and that the region \
             is enabled for the account"
        }
    }
}

fn invalid_key(code: &str, at: &Endpoint) -> Unknown {
    let (service, region) = (at.service().title(), at.region());
    Unknown::new(
        ErrorCode::InvalidCredentials,
        format!("{service} rejected these credentials ({code})"),
    )
    .hint(format!(
        "get new credentials: the key was deleted, the session token is missing or does not match, \
         or the key belongs to another partition (asked: {}, {region}){}",
        region.partition(),
        opt_in(region)
    ))
}

/// What else invalidates credentials in a region that is off by default.
fn opt_in(region: &Region) -> String {
    if !region.is_opt_in() {
        return String::new();
    }
    format!(
        "; or enable {region} for the account: it is off by default. Session tokens of \
         https://sts.amazonaws.com are valid there only if the account's IAM settings say so: get \
         them from a regional endpoint (AWS_STS_REGIONAL_ENDPOINTS=regional)"
    )
}

fn unavailable(code: &str, at: &Endpoint) -> Unknown {
    let service = at.service();
    let message = format!("{} did not answer {ATTEMPTS} attempts ({code})", service.title());
    let hint = match service {
        Service::Sts => "try again, or choose the STS of another region with --region",
        _ => "try again",
    };
    Unknown::new(ErrorCode::StsUnavailable, message).hint(hint)
}

/// Whether a code could be one of AWS. AWS's codes are words.
pub(super) fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

fn is_about_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("not yet current")
}

fn skewed(code: &str, raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let service = at.service().title();
    let off = skew(raw, SystemTime::now())
        .map_or_else(|| "wrong".to_owned(), |off| format!("{off} the clock of {service}"));
    Unknown::new(ErrorCode::ClockSkew, format!("this machine's clock is {off} ({code})")).hint(
        format!("set the clock: {service} rejects requests that are more than five minutes off"),
    )
}

/// How far the local clock is from the server's: `2h 30s behind`.
fn skew(raw: &HttpResponse, now: SystemTime) -> Option<String> {
    let date = DateTime::from_str(raw.headers().get("date")?, Format::HttpDate).ok()?;
    let theirs = SystemTime::try_from(date).ok()?;
    let (by, word) = match now.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let whole = std::time::Duration::from_secs(by.as_secs());
    Some(format!("{} {word}", humantime::format_duration(whole)))
}

/// An answer that is not from the service that was asked: an error of the service has a code.
fn not_the_service(raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let status = raw.status().as_u16();
    let host = at.host();
    if matches!(status, 429 | 500..=599) {
        return unavailable(&format!("HTTP {status}"), at);
    }
    let kind = raw.headers().get("content-type").unwrap_or_default();
    let what = match status {
        300..=399 => "a redirect".to_owned(),
        _ if kind.contains("html") => format!("a web page (HTTP {status})"),
        _ => format!("an answer that is not from {} (HTTP {status})", at.service().title()),
    };
    Unknown::new(ErrorCode::NotSts, format!("{host} answered with {what}")).hint(LOOK_BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_word() {
        for (code, expected) in [
            ("ExpiredToken", true),
            ("Sender.Fault", true),
            ("", false),
            ("<html>", false),
            ("a b", false),
            ("\u{1b}[31m", false),
        ] {
            assert_eq!(is_code(code), expected, "{code:?}");
        }
    }

    #[test]
    fn finds_the_policy_that_denies_in_the_words_of_aws() {
        let start = "User: x is not authorized to perform: sts:AssumeRole";
        for (end, word) in [
            ("because no VPC endpoint policy allows the sts:AssumeRole action", Some("VPC")),
            ("with an explicit deny in a VPC endpoint policy", Some("VPC")),
            ("with an explicit deny in a service control policy", Some("service control")),
            ("with an explicit deny in a resource control policy", Some("resource control")),
            ("because no permissions boundary allows the sts:AssumeRole action", Some("boundary")),
            ("because no session policy allows the sts:AssumeRole action", Some("session")),
            ("because no identity-based policy allows the sts:AssumeRole action", None),
            ("because no resource-based policy allows the sts:AssumeRole action", None),
            ("on resource: arn:aws:iam::1:role/x", None),
        ] {
            let hint = denying_policy(&format!("{start} {end}"));
            assert_eq!(hint.is_some(), word.is_some(), "{end}");
            assert!(hint.unwrap_or_default().contains(word.unwrap_or_default()), "{end}");
        }
    }
}
