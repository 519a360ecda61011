//! What the services behind a session have in common: clients that reach them and nobody else, and
//! what their failures mean.

use aws_sdk_sts::config::{BehaviorVersion, SharedAsyncSleep};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::SdkConfig;
use aws_types::region::Region as SdkRegion;
use std::error::Error;

use super::endpoint::Endpoint;
use super::errors;
use crate::net::http::{Net, Route};
use crate::net::timeouts::{Timeouts, retries};
use crate::source::Service;
use crate::unknown::{ErrorCode, Unknown};

/// Why a service handed nothing out.
pub(super) enum Failure {
    /// It refuses, by this code.
    Refused(String),
    /// It was not reached, or it was not the service.
    Other(Unknown),
}

/// The settings of a client that knows nothing of this machine's.
pub(super) fn config(at: &Endpoint, net: &Net) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(SdkRegion::new(at.region().name().to_owned()))
        .endpoint_url(at.url().as_str())
        .http_client(net.client(vec![at.url().clone()], Route::ByProxy))
        .retry_config(retries())
        .timeout_config(Timeouts::default().sdk_config())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .build()
}

/// What a failed call means. Nothing of the answer is shown but a code that is one.
pub(super) fn failure<E>(
    why: &SdkError<E, HttpResponse>,
    service: Service,
    at: &Endpoint,
) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if !errors::is_transport(why) {
        let code = why.as_service_error().and_then(ProvideErrorMetadata::code);
        return match code.filter(|code| errors::is_code(code)) {
            Some(code) => Failure::Refused(code.to_owned()),
            None => Failure::Other(strange(service, at)),
        };
    }
    let unknown = errors::of_transport(why, &at.host());
    let message = format!("{}: {}", service.title(), unknown.message);
    Failure::Other(Unknown { message, ..unknown })
}

/// An answer that is none of the service's.
pub(super) fn strange(service: Service, at: &Endpoint) -> Unknown {
    let (title, host) = (service.title(), at.host());
    let message = format!("{title} ({host}) answered with something that is no session's");
    Unknown::new(ErrorCode::SourceFailed, message)
        .hint("look at what answers there: a captive portal, a proxy; or try again")
}

/// A refusal that renewing the session does not help against.
pub(super) fn refused(code: &str, service: Service, at: &Endpoint) -> Unknown {
    let (title, host) = (service.title(), at.host());
    Unknown::new(ErrorCode::SourceFailed, format!("{title} ({host}) answered with {code}"))
        .hint("try again later")
}
