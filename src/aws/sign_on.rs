//! The clients of the services that renew sessions, and the meaning of their errors.

use std::error::Error;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::SdkConfig;

use super::endpoint::Endpoint;
use super::{client, errors};
use crate::net::http::Net;
use crate::net::timeouts::Timeouts;
use crate::source::{Origin, Service, quoted};
use crate::unknown::{ErrorCode, Unknown};

/// Why a service returned no credentials.
pub(super) enum Failure {
    /// The service refused the request with this error code.
    Refused(String),
    /// The service could not be reached, or the answer is not from the service.
    Other(Unknown),
}

/// The configuration of a client without credentials. The timeouts of `net` do not apply: they are those of STS.
pub(super) fn config(endpoint: &Endpoint, net: &Net) -> SdkConfig {
    let config = client::unsigned(endpoint, net).into_builder();
    config.timeout_config(Timeouts::default().sdk_config()).build()
}

/// Explains a failed call. Passes on no part of the answer except an error code.
pub(super) fn failure<E>(
    why: &SdkError<E, HttpResponse>,
    service: Service,
    endpoint: &Endpoint,
) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if errors::is_transport(why) {
        let unknown = errors::of_transport(why, &endpoint.host());
        let message = format!("{}: {}", service.title(), unknown.message);
        return Failure::Other(Unknown { message, ..unknown });
    }
    match why.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some(code) if errors::is_code(code) => Failure::Refused(code.to_owned()),
        _ => Failure::Other(strange(service, endpoint)),
    }
}

/// The error for an answer that is not from the service.
pub(super) fn strange(service: Service, endpoint: &Endpoint) -> Unknown {
    let (title, host) = (service.title(), endpoint.host());
    let message = format!("{host} returned an invalid answer in place of {title}");
    Unknown::new(ErrorCode::SourceFailed, message)
        .hint("look for a captive portal or a proxy that answers in place of AWS, or try again")
}

/// The error for a refusal that a new session would not fix.
pub(super) fn refused(code: &str, service: Service, endpoint: &Endpoint) -> Unknown {
    let (title, host) = (service.title(), endpoint.host());
    Unknown::new(ErrorCode::SourceFailed, format!("{title} ({host}) answered with {code}"))
        .hint("try again later")
}

/// ` for profile NAME`, for messages; empty if the configuration is not in a profile.
pub(super) fn for_profile(origin: &Origin) -> String {
    match origin {
        Origin::Line { profile, .. } => format!(" for profile {}", quoted(profile)),
        _ => String::new(),
    }
}
