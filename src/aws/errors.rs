//! What an error of the SDK means: one sentence, a hint, a code. Prints no raw answer and no secret.

use std::error::Error;
use std::io;
use std::time::SystemTime;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::ca;
use super::endpoint::Endpoint;
use super::http::Refused;
use super::patience::ATTEMPTS;
use crate::source::Service;
use crate::unknown::{ErrorCode, Unknown};

/// What a failed call means.
pub fn of_call<E>(why: &SdkError<E, HttpResponse>, at: &Endpoint) -> Unknown
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match why {
        SdkError::ServiceError(error) => of_service(error.err(), error.raw(), at),
        SdkError::ResponseError(_) if is_too_long(why) => too_long(&at.host(), at.service()),
        SdkError::ResponseError(error) => somebody_else(error.raw(), at),
        SdkError::TimeoutError(_) => timed_out(&at.host()),
        other => of_transport(other, &at.host()),
    }
}

/// What a failed connection means: DNS, TLS, proxy, time, network. `host` is the one asked for.
pub fn of_transport(why: &(dyn Error + 'static), host: &str) -> Unknown {
    let links: Vec<&(dyn Error + 'static)> = chain(why).collect();
    if let Some(refused) = find::<Refused>(&links) {
        return Unknown::new(ErrorCode::UntrustedEndpoint, refused.to_string())
            .hint("unset AWS_ENDPOINT_URL and its like, or the profile's `endpoint_url`");
    }
    if let Some(tls) = find::<rustls::Error>(&links) {
        return of_tls(tls, host);
    }
    if find::<ConnectorError>(&links).is_some_and(ConnectorError::is_timeout) {
        return timed_out(host);
    }
    let said = |text: &str| links.iter().any(|link| link.to_string().contains(text));
    if said("tunnel error: failed to create underlying connection") {
        return no_proxy(find::<io::Error>(&links));
    }
    if said("tunnel error") {
        return of_tunnel(said("authorization required"), host);
    }
    if said("dns error") {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        return Unknown::new(ErrorCode::Dns, format!("the name {name} cannot be resolved"))
            .hint("check the region's name, the network and its DNS");
    }
    if is_too_long(why) {
        return too_long(host, Service::Sts);
    }
    let reason = find::<io::Error>(&links).map_or_else(String::new, reason);
    Unknown::new(ErrorCode::StsUnreachable, format!("no connection to {host}{reason}"))
        .hint("check the network, the firewall and HTTPS_PROXY")
}

/// Whether more was sent than is read of an answer.
fn is_too_long(why: &(dyn Error + 'static)) -> bool {
    chain(why).any(<dyn Error>::is::<http_body_util::LengthLimitError>)
}

fn too_long(host: &str, service: Service) -> Unknown {
    let message = format!("the answer of {host} is longer than any of {}'s", service.title());
    Unknown::new(ErrorCode::NotSts, message).hint(LOOK_BETWEEN)
}

/// Whether an error is one of the connection, rather than an answer that was not liked.
pub fn is_transport(why: &(dyn Error + 'static)) -> bool {
    chain(why).any(<dyn Error>::is::<ConnectorError>)
}

/// Whether a connection was there, and nothing came back over it in time.
pub fn is_unanswered(why: &(dyn Error + 'static)) -> bool {
    cause_of::<ConnectorError>(why).is_some_and(ConnectorError::is_timeout)
        && chain(why).any(|link| link.to_string().contains("read timeout"))
}

/// The error of this type among the causes.
pub fn cause_of<'a, T: Error + 'static>(why: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(why).find_map(|link| link.downcast_ref())
}

const LOOK_BETWEEN: &str =
    "something between here and AWS answers in its place: a captive portal, a proxy, an emulator";

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ": the connection was refused".to_owned(),
        io::ErrorKind::ConnectionReset => ": the connection was reset".to_owned(),
        io::ErrorKind::UnexpectedEof => ": the connection was closed".to_owned(),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            ": there is no route to it".to_owned()
        }
        _ => String::new(),
    }
}

fn timed_out(host: &str) -> Unknown {
    Unknown::new(
        ErrorCode::StsTimeout,
        format!("{host} did not answer any of {ATTEMPTS} attempts in time"),
    )
    .hint("check the network, the firewall and HTTPS_PROXY")
}

fn no_proxy(why: Option<&io::Error>) -> Unknown {
    let reason = why.map_or_else(String::new, reason);
    Unknown::new(ErrorCode::Proxy, format!("the proxy cannot be reached{reason}"))
        .hint("correct or unset HTTPS_PROXY; what it leads to was not asked without it")
}

fn of_tunnel(needs_password: bool, host: &str) -> Unknown {
    if needs_password {
        return Unknown::new(ErrorCode::Proxy, format!("the proxy asks for a password for {host}"))
            .hint("HTTPS_PROXY takes one: http://USER:PASSWORD@HOST:PORT");
    }
    Unknown::new(ErrorCode::Proxy, format!("the proxy did not let a connection to {host} through"))
        .hint("allow the host in the proxy, check the password in its URL, or list the host in NO_PROXY")
}

fn of_tls(why: &rustls::Error, host: &str) -> Unknown {
    use rustls::CertificateError as Certificate;
    let rustls::Error::InvalidCertificate(certificate) = why else {
        return Unknown::new(
            ErrorCode::Tls,
            format!("{host} does not speak TLS as AWS does: {why}"),
        )
        .hint(LOOK_BETWEEN);
    };
    match certificate {
        Certificate::UnknownIssuer if ca::machine_has_none() => {
            Unknown::new(ErrorCode::CaBundle, "no CA certificates on this machine")
                .hint("install the package `ca-certificates`, or name a bundle with --ca-bundle")
        }
        Certificate::UnknownIssuer => Unknown::new(
            ErrorCode::Tls,
            format!("the certificate of {host} is signed by nobody that is trusted here"),
        )
        .hint("behind a proxy with a CA of its own, name that with --ca-bundle or AWS_CA_BUNDLE"),
        Certificate::Expired
        | Certificate::ExpiredContext { .. }
        | Certificate::NotValidYet
        | Certificate::NotValidYetContext { .. } => {
            Unknown::new(ErrorCode::Tls, format!("the certificate of {host} is not valid today"))
                .hint("check this machine's clock")
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            Unknown::new(ErrorCode::Tls, format!("the certificate is not one of {host}"))
                .hint(LOOK_BETWEEN)
        }
        other => {
            Unknown::new(ErrorCode::Tls, format!("the certificate of {host} is refused: {other}"))
                .hint(LOOK_BETWEEN)
        }
    }
}

/// An error that the service itself names. Without a code, it was somebody else.
fn of_service<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let Some(code) = error.code().filter(|code| is_code(code)) else {
        return somebody_else(raw, at);
    };
    let service = at.service().title();
    let message = error.message().unwrap_or_default();
    match code {
        "ExpiredToken" | "ExpiredTokenException" => Unknown::new(
            ErrorCode::ExpiredCredentials,
            format!("the credentials have expired ({code})"),
        )
        .hint("get new ones, from where these came from"),
        "InvalidClientTokenId" | "UnrecognizedClientException" => invalid_key(code, at),
        "InvalidIdentityToken" | "IDPRejectedClaim" => Unknown::new(
            ErrorCode::InvalidCredentials,
            format!("STS does not accept what the identity provider issued ({code})"),
        )
        .hint("check the identity provider in that account, and the audience and the end of the token"),
        "RequestExpired" | "RequestTimeTooSkewed" => skewed(code, raw, at),
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_about_time(message) => {
            skewed(code, raw, at)
        }
        "SignatureDoesNotMatch" | "IncompleteSignature" | "InvalidSignatureException" => {
            Unknown::new(
                ErrorCode::SignatureMismatch,
                format!("{service} knows the access key, but not this secret ({code})"),
            )
            .hint("copy the secret access key anew: it is another key's, or damaged")
        }
        "Throttling" | "ThrottlingException" | "ServiceUnavailable" | "InternalFailure"
        | "ServerException" => unavailable(code, at),
        "AccessDenied" | "AccessDeniedException" | "RegionDisabledException" => {
            Unknown::new(ErrorCode::AccessDenied, format!("{service} refuses the call ({code})"))
                .hint(what_refuses(at.service()))
        }
        _ => Unknown::new(ErrorCode::StsUnavailable, format!("{service} answered with {code}")),
    }
}

fn what_refuses(service: Service) -> &'static str {
    match service {
        Service::Ecr => {
            "allow ecr:GetAuthorizationToken, on any resource, in the policies of the role or user"
        }
        _ => "the region may be off for this account, or the role's trust policy refuses",
    }
}

fn invalid_key(code: &str, at: &Endpoint) -> Unknown {
    let (service, partition) = (at.service().title(), at.region().partition());
    Unknown::new(
        ErrorCode::InvalidCredentials,
        format!("{service} does not know these credentials ({code})"),
    )
    .hint(format!(
        "the key is deleted, its session token is missing or another's, or it does not belong to \
         partition {partition}, where {} was asked",
        at.region()
    ))
}

fn unavailable(code: &str, at: &Endpoint) -> Unknown {
    let service = at.service();
    let message = format!("{} did not answer {ATTEMPTS} attempts ({code})", service.title());
    let hint = match service {
        Service::Sts => "try again; --region asks another region's STS",
        _ => "try again",
    };
    Unknown::new(ErrorCode::StsUnavailable, message).hint(hint)
}

/// AWS's codes are words. Anything else came from somebody else.
pub(super) fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

fn is_about_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("not yet current")
}

fn skewed(code: &str, raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let service = at.service().title();
    let off = skew(raw, SystemTime::now())
        .map_or_else(|| "wrong".to_owned(), |off| format!("{off} the one of {service}"));
    Unknown::new(ErrorCode::ClockSkew, format!("this machine's clock is {off} ({code})")).hint(
        format!("set the clock; {service} refuses requests that are more than five minutes off"),
    )
}

/// How far the clock here is from the one that answered, in words.
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

/// What answered is not the service that was asked.
fn somebody_else(raw: &HttpResponse, at: &Endpoint) -> Unknown {
    let status = raw.status().as_u16();
    let host = at.host();
    if matches!(status, 429 | 500..=599) {
        return unavailable(&format!("HTTP {status}"), at);
    }
    let kind = raw.headers().get("content-type").unwrap_or_default();
    let what = match status {
        300..=399 => "a redirect".to_owned(),
        _ if kind.contains("html") => format!("a web page (HTTP {status})"),
        _ => format!("something that is not {}'s (HTTP {status})", at.service().title()),
    };
    Unknown::new(ErrorCode::NotSts, format!("{host} answered with {what}")).hint(LOOK_BETWEEN)
}

/// The error and what it says caused it, through the boxes that io errors hide their causes in.
fn chain<'a>(first: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(first), |&error| cause(error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn find<'a, T: Error + 'static>(links: &[&'a (dyn Error + 'static)]) -> Option<&'a T> {
    links.iter().find_map(|link| link.downcast_ref())
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
    fn finds_the_cause_inside_of_boxes() {
        let refused = Refused { origin: "http://evil:80".to_owned() };
        let boxed = io::Error::other(io::Error::other(refused.clone()));
        let links: Vec<_> = chain(&boxed).collect();
        assert_eq!(find::<Refused>(&links), Some(&refused));
        assert_eq!(of_transport(&boxed, "sts").code, ErrorCode::UntrustedEndpoint);
    }
}
