//! Turns an error of the SDK into a code, a message and a hint. Never passes on a secret. The message contains no
//! part of an answer except the error code and the service's explanation.

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
use crate::time::whole;
use crate::unknown::{ErrorCode, Unknown};

pub(crate) use transport::{cause_of, is_transport, is_unanswered, of_transport};

/// Explains a failed call. `secrets` are the secrets of the request, which the answer could repeat.
pub(super) fn of_call<E>(
    why: &SdkError<E, HttpResponse>,
    endpoint: &Endpoint,
    secrets: &Secrets<'_>,
) -> Unknown
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match why {
        SdkError::ServiceError(error) => {
            let (error, raw) = (error.err(), error.raw());
            let Some(code) = error.code().filter(|code| is_code(code)) else {
                return not_the_service(raw, endpoint);
            };
            let message = error.message().unwrap_or_default();
            explained(of_service(code, message, raw, endpoint), message, secrets)
        }
        SdkError::ResponseError(_) if transport::is_too_long(why) => {
            transport::too_long(&endpoint.host(), endpoint.service())
        }
        SdkError::ResponseError(error) => not_the_service(error.raw(), endpoint),
        SdkError::TimeoutError(_) => transport::timed_out(&endpoint.host()),
        other => of_transport(other, &endpoint.host()),
    }
}

/// Appends the service's own explanation to the message, if it can be printed.
pub(super) fn explained(why: Unknown, message: &str, secrets: &Secrets<'_>) -> Unknown {
    match sentence(message, secrets) {
        Some(sentence) => Unknown { message: format!("{}: {sentence}", why.message), ..why },
        None => why,
    }
}

const LOOK_BETWEEN: &str =
    "look for a captive portal, a proxy or an emulator that answers in place of AWS";

/// Explains an error code of the service.
fn of_service(code: &str, message: &str, raw: &HttpResponse, endpoint: &Endpoint) -> Unknown {
    let service = endpoint.service().title();
    match code {
        "ExpiredToken" | "ExpiredTokenException" => Unknown::new(
            ErrorCode::ExpiredCredentials,
            format!("the credentials have expired ({code})"),
        )
        .hint("get new credentials from the same source"),
        "InvalidClientTokenId" | "UnrecognizedClientException" => invalid_key(code, endpoint),
        "InvalidIdentityToken" | "IDPRejectedClaim" => Unknown::new(
            ErrorCode::InvalidCredentials,
            format!("STS rejected the token of the identity provider ({code})"),
        )
        .hint("check the identity provider in that account, and the token's audience and expiry"),
        "RequestExpired" | "RequestTimeTooSkewed" => skewed(code, raw, endpoint),
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_about_time(message) => {
            skewed(code, raw, endpoint)
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
        | "ServerException" => unavailable(code, endpoint),
        "RegionDisabledException" | "RegionDisabled" => {
            Unknown::new(ErrorCode::AccessDenied, format!("{service} refused the call ({code})"))
                .hint(format!(
                    "activate STS in {0} in the IAM settings of the account, or choose a region \
                     other than {0} with --region",
                    endpoint.region()
                ))
        }
        "AccessDenied" | "AccessDeniedException" => {
            Unknown::new(ErrorCode::AccessDenied, format!("{service} refused the call ({code})"))
                .hint(denying_policy(message).unwrap_or(missing_permission(endpoint.service())))
        }
        _ => Unknown::new(ErrorCode::StsUnavailable, format!("{service} answered with {code}")),
    }
}

/// The kinds of policies that AWS names in its explanation, and the hint for each. Source: the IAM
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

/// The hint for the kind of policy in AWS's explanation; `None` if it names none of these kinds, which override
/// the policies of the caller and the role.
pub(super) fn denying_policy(message: &str) -> Option<&'static str> {
    for (kind, hint) in POLICIES {
        if message.contains(kind) {
            return Some(hint);
        }
    }
    None
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

fn invalid_key(code: &str, endpoint: &Endpoint) -> Unknown {
    let (service, region) = (endpoint.service().title(), endpoint.region());
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

/// The part of the hint for a region that is disabled by default; empty for all other regions.
fn opt_in(region: &Region) -> String {
    if !region.is_opt_in() {
        return String::new();
    }
    format!(
        "; or enable {region} for the account, because it is disabled by default; or get the session \
         token from a regional endpoint (AWS_STS_REGIONAL_ENDPOINTS=regional), because those of \
         https://sts.amazonaws.com are valid there only if the account's IAM settings allow it"
    )
}

fn unavailable(code: &str, endpoint: &Endpoint) -> Unknown {
    let service = endpoint.service();
    let message = format!("{} did not answer {ATTEMPTS} attempts ({code})", service.title());
    let hint = match service {
        Service::Sts => "try again, or choose the STS of another region with --region",
        _ => "try again",
    };
    Unknown::new(ErrorCode::StsUnavailable, message).hint(hint)
}

/// Whether a text has the form of an AWS error code: one word.
pub(super) fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

fn is_about_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("not yet current")
}

fn skewed(code: &str, raw: &HttpResponse, endpoint: &Endpoint) -> Unknown {
    let service = endpoint.service().title();
    let message = match skew(raw, SystemTime::now()) {
        Some(skew) => format!("this machine's clock is {skew} the clock of {service} ({code})"),
        None => format!("this machine's clock is wrong ({code})"),
    };
    Unknown::new(ErrorCode::ClockSkew, message).hint(format!(
        "set the clock: {service} rejects requests that are more than five minutes off"
    ))
}

/// The distance of the local clock from the server's, such as `2h 30s behind`; `None` if the answer contains no date.
fn skew(raw: &HttpResponse, now: SystemTime) -> Option<String> {
    let date = DateTime::from_str(raw.headers().get("date")?, Format::HttpDate).ok()?;
    let theirs = SystemTime::try_from(date).ok()?;
    let (by, word) = match now.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    Some(format!("{} {word}", whole(by)))
}

/// Explains an answer without an error code, which therefore is not from the service.
fn not_the_service(raw: &HttpResponse, endpoint: &Endpoint) -> Unknown {
    let status = raw.status().as_u16();
    let host = endpoint.host();
    if matches!(status, 429 | 500..=599) {
        return unavailable(&format!("HTTP {status}"), endpoint);
    }
    let kind = raw.headers().get("content-type").unwrap_or_default();
    let what = match status {
        300..=399 => "a redirect".to_owned(),
        _ if kind.contains("html") => format!("a web page (HTTP {status})"),
        _ => format!("an answer that is not from {} (HTTP {status})", endpoint.service().title()),
    };
    Unknown::new(ErrorCode::NotSts, format!("{host} answered with {what}")).hint(LOOK_BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_code_is_one_word() {
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
    fn finds_the_kind_of_policy_in_an_explanation_of_aws() {
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
