//! Explains failures below HTTP: DNS, TLS, proxy, timeouts, network. Messages contain no part of an answer.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;

use super::LOOK_BETWEEN;
use crate::net::http::Refused;
use crate::net::roots;
use crate::net::timeouts::ATTEMPTS;
use crate::source::Service;
use crate::unknown::{ErrorCode, Unknown};

/// Explains a failed connection. `host` is the host of the request.
pub(crate) fn of_transport(why: &(dyn Error + 'static), host: &str) -> Unknown {
    let links: Vec<&(dyn Error + 'static)> = chain(why).collect();
    if let Some(refused) = find::<Refused>(&links) {
        return Unknown::new(ErrorCode::UntrustedEndpoint, refused.to_string()).hint(
            "unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_STS, and remove `endpoint_url` from the \
             profile",
        );
    }
    if let Some(tls) = find::<rustls::Error>(&links) {
        return of_tls(tls, host);
    }
    if find::<ConnectorError>(&links).is_some_and(ConnectorError::is_timeout) {
        return timed_out(host);
    }
    if mention(&links, "tunnel error: failed to create underlying connection") {
        return no_proxy(find::<io::Error>(&links));
    }
    if mention(&links, "tunnel error") {
        return of_tunnel(mention(&links, "authorization required"), host);
    }
    if mention(&links, "dns error") {
        let name = match host.rsplit_once(':') {
            Some((name, _port)) => name,
            None => host,
        };
        return Unknown::new(ErrorCode::Dns, format!("could not resolve {name}"))
            .hint("check the region's name, the network and its DNS");
    }
    if is_too_long(why) {
        return too_long(host, Service::Sts);
    }
    let reason = find::<io::Error>(&links).map_or_else(String::new, reason);
    Unknown::new(ErrorCode::StsUnreachable, format!("the connection to {host} failed{reason}"))
        .hint("check the network, the firewall and HTTPS_PROXY")
}

/// Whether an answer is longer than account-guard reads.
pub(super) fn is_too_long(why: &(dyn Error + 'static)) -> bool {
    chain(why).any(<dyn Error>::is::<http_body_util::LengthLimitError>)
}

pub(super) fn too_long(host: &str, service: Service) -> Unknown {
    let message = format!("the answer of {host} is longer than any answer of {}", service.title());
    Unknown::new(ErrorCode::NotSts, message).hint(LOOK_BETWEEN)
}

/// Whether an error comes from the connection rather than from an answer.
pub(crate) fn is_transport(why: &(dyn Error + 'static)) -> bool {
    chain(why).any(<dyn Error>::is::<ConnectorError>)
}

/// Whether the connection was established and the answer timed out.
pub(crate) fn is_unanswered(why: &(dyn Error + 'static)) -> bool {
    cause_of::<ConnectorError>(why).is_some_and(ConnectorError::is_timeout)
        && chain(why).any(|link| link.to_string().contains("read timeout"))
}

/// The first error of this type among an error and its causes; `None` if there is none.
pub(crate) fn cause_of<'a, T: Error + 'static>(why: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(why).find_map(|link| link.downcast_ref())
}

pub(super) fn timed_out(host: &str) -> Unknown {
    Unknown::new(
        ErrorCode::StsTimeout,
        format!("{host} did not answer any of {ATTEMPTS} attempts in time"),
    )
    .hint("check the network, the firewall and HTTPS_PROXY")
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ": connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => ": connection reset".to_owned(),
        io::ErrorKind::UnexpectedEof => ": connection closed".to_owned(),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            ": no route to the host".to_owned()
        }
        _ => String::new(),
    }
}

fn no_proxy(why: Option<&io::Error>) -> Unknown {
    let reason = why.map_or_else(String::new, reason);
    Unknown::new(ErrorCode::Proxy, format!("could not connect to the proxy{reason}"))
        .hint("correct or unset HTTPS_PROXY; account-guard did not try a direct connection")
}

fn of_tunnel(needs_password: bool, host: &str) -> Unknown {
    if needs_password {
        let message = format!("the proxy requires a password to connect to {host}");
        return Unknown::new(ErrorCode::Proxy, message)
            .hint("add it to HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT");
    }
    Unknown::new(ErrorCode::Proxy, format!("the proxy refused the connection to {host}")).hint(
        "allow the host in the proxy, check the password in its URL, or list the host in NO_PROXY",
    )
}

fn of_tls(why: &rustls::Error, host: &str) -> Unknown {
    use rustls::CertificateError as Certificate;
    let rustls::Error::InvalidCertificate(certificate) = why else {
        return tls_error(format!("the TLS handshake with {host} failed: {why}"))
            .hint(LOOK_BETWEEN);
    };
    match certificate {
        Certificate::UnknownIssuer if roots::machine_has_no_roots() => {
            Unknown::new(ErrorCode::CaBundle, "no CA certificates on this machine")
                .hint("install the package `ca-certificates`, or choose a bundle with --ca-bundle")
        }
        Certificate::UnknownIssuer => {
            tls_error(format!("the certificate of {host} is signed by an unknown CA"))
                .hint("if a proxy uses its own CA, set it with --ca-bundle or AWS_CA_BUNDLE")
        }
        Certificate::Expired
        | Certificate::ExpiredContext { .. }
        | Certificate::NotValidYet
        | Certificate::NotValidYetContext { .. } => {
            tls_error(format!("the certificate of {host} has expired or is not valid yet"))
                .hint("check this machine's clock")
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            tls_error(format!("the certificate does not match the host name {host}"))
                .hint(LOOK_BETWEEN)
        }
        other => {
            tls_error(format!("the certificate of {host} is invalid: {other}")).hint(LOOK_BETWEEN)
        }
    }
}

fn tls_error(message: String) -> Unknown {
    Unknown::new(ErrorCode::Tls, message)
}

/// An error and its causes, including the causes inside io errors.
fn chain<'a>(first: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(first), |&error| cause(error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Whether the text of one of these errors contains `text`. The errors of the proxy and of DNS have private types.
fn mention(links: &[&(dyn Error + 'static)], text: &str) -> bool {
    links.iter().any(|link| link.to_string().contains(text))
}

fn find<'a, T: Error + 'static>(links: &[&'a (dyn Error + 'static)]) -> Option<&'a T> {
    links.iter().find_map(|link| link.downcast_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_cause_inside_of_boxed_errors() {
        let refused = Refused { origin: "http://evil:80".to_owned() };
        let boxed = io::Error::other(io::Error::other(refused.clone()));
        let links: Vec<_> = chain(&boxed).collect();
        assert_eq!(find::<Refused>(&links), Some(&refused));
        assert_eq!(of_transport(&boxed, "sts").code, ErrorCode::UntrustedEndpoint);
    }
}
