//! The machine's own credentials, from the metadata service of its instance.

use aws_config::imds;
use aws_config::imds::client::error::TokenError;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials as SdkCredentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::BehaviorVersion;
use aws_sdk_sts::error::SdkError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::region::Region as SdkRegion;
use std::time::SystemTime;
use url::Url;

use super::access::AwsAccess;
use super::errors;
use crate::identity::AccountId;
use crate::net::http::Route;
use crate::net::timeouts::{Timeouts, retries};
use crate::source::{Keys, Secret, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// Where instance metadata is served, by IPv4 and by IPv6.
const METADATA: [&str; 2] = ["http://169.254.169.254", "http://[fd00:ec2::254]"];

/// Asks the metadata service for the role's credentials.
pub(super) async fn obtain(access: &AwsAccess<'_>) -> Result<Keys, Unknown> {
    let url = metadata_url(access.settings)?;
    let host = url.origin().ascii_serialization();
    let config = provider_config(access, vec![url.clone()], Route::Direct);
    let client = imds::Client::builder()
        .configure(&config)
        .max_attempts(2)
        .endpoint(url.as_str())
        .map_err(|why| {
            Unknown::new(
                ErrorCode::InvalidConfiguration,
                format!("AWS_EC2_METADATA_SERVICE_ENDPOINT is refused: {why}"),
            )
        })?
        .build();
    // The provider gives expired credentials an expiry of its own invention, by its clock. With a
    // clock that stands still nothing has expired, and the service's own expiry comes through.
    let config = config.with_time_source(StaticTimeSource::new(SystemTime::UNIX_EPOCH));
    let provider =
        ImdsCredentialsProvider::builder().configure(&config).imds_client(client).build();
    provided(provider.provide_credentials().await).map_err(|why| no_metadata(&why, &host))
}

fn metadata_url(settings: &Settings<'_>) -> Result<Url, Unknown> {
    let [ipv4, ipv6] = METADATA;
    let configured = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let mode = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").unwrap_or_default();
    let standard = if mode.eq_ignore_ascii_case("ipv6") { ipv6 } else { ipv4 };
    Url::parse(configured.unwrap_or(standard)).map_err(|why| {
        Unknown::new(
            ErrorCode::InvalidConfiguration,
            format!("AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL: {why}"),
        )
        .hint("unset it: it reads http://HOST where the service has an address of its own")
    })
}

/// Where nothing is configured this is what tools come to last, so that a machine without a role is
/// one without credentials.
fn no_metadata(why: &CredentialsError, host: &str) -> Unknown {
    let token: Option<&SdkError<TokenError, HttpResponse>> = errors::cause_of(why);
    let status = token.and_then(SdkError::raw_response).map(|raw| raw.status().as_u16());
    let what = match status {
        Some(400) => format!(
            "the instance metadata service ({host}) is not EC2's: it does not know the token call \
             (HTTP 400), as Azure's on GitHub's own runners"
        ),
        Some(403) => format!("the instance metadata service ({host}) is switched off (HTTP 403)"),
        _ => source_failed(why, host, "the instance metadata service").message,
    };
    let hop = if errors::is_unanswered(why) {
        "; in a container on EC2, raise the hop limit of the instance's metadata to 2"
    } else {
        ""
    };
    Unknown::new(ErrorCode::NoCredentials, format!("no credentials are configured, and {what}"))
        .hint(format!(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile{hop}"
        ))
}

/// What the SDK's own providers are told. They read the process's environment besides; the gate
/// holds them to `allowed` whatever they find there.
fn provider_config(access: &AwsAccess<'_>, allowed: Vec<Url>, route: Route) -> ProviderConfig {
    ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
        .with_region(Some(SdkRegion::new(access.sts.region().name().to_owned())))
        .with_http_client(access.net.client(allowed, route))
        .with_sleep_impl(TokioSleep::new())
        .with_retry_config(retries())
        .with_timeout_config(Timeouts::default().sdk_config())
}

fn provided(result: Result<SdkCredentials, CredentialsError>) -> Result<Keys, CredentialsError> {
    result.map(|credentials| Keys {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()),
        session_token: credentials.session_token().map(Secret::new),
        expires_at: credentials.expiry(),
        account_id: credentials.account_id().and_then(|id| AccountId::parse(id.as_str()).ok()),
    })
}

/// Errors of the SDK's providers quote answers and files; only what kind they are is told.
fn source_failed(why: &CredentialsError, host: &str, what: &str) -> Unknown {
    if errors::is_transport(why) {
        let unknown = errors::of_transport(why, host);
        return Unknown { message: format!("{what}: {}", unknown.message), ..unknown };
    }
    let reason = match why {
        CredentialsError::CredentialsNotLoaded(_) => "has none to give",
        CredentialsError::ProviderTimedOut(_) => "did not answer in time",
        CredentialsError::InvalidConfiguration(_) => "is not configured as it must be",
        _ => "did not give credentials",
    };
    Unknown::new(ErrorCode::SourceFailed, format!("{what} ({host}) {reason}"))
}
