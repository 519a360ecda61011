//! The credentials of the machine's role, from the instance metadata service.

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

/// The addresses of the instance metadata service, by IPv4 and by IPv6.
const METADATA: [&str; 2] = ["http://169.254.169.254", "http://[fd00:ec2::254]"];

/// Requests the credentials of the machine's role.
pub(super) async fn obtain(access: &AwsAccess<'_>) -> Result<Keys, Unknown> {
    let url = metadata_url(access.settings)?;
    let host = url.origin().ascii_serialization();
    let config = provider_config(access, vec![url.clone()], Route::Direct);
    let client = imds::Client::builder().configure(&config).max_attempts(2);
    let client = match client.endpoint(url.as_str()) {
        Ok(client) => client.build(),
        Err(why) => return Err(invalid_endpoint(&format!("is not a valid endpoint: {why}"))),
    };
    // The provider replaces the expiration of expired credentials with a later one. With this clock it treats no
    // credentials as expired, and returns the service's own expiration.
    let timeless = config.with_time_source(StaticTimeSource::new(SystemTime::UNIX_EPOCH));
    let provider =
        ImdsCredentialsProvider::builder().configure(&timeless).imds_client(client).build();
    match provider.provide_credentials().await {
        Ok(credentials) => Ok(keys(&credentials)),
        Err(why) => Err(no_metadata(&why, &host)),
    }
}

fn metadata_url(settings: &Settings<'_>) -> Result<Url, Unknown> {
    let [ipv4, ipv6] = METADATA;
    let configured = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let mode = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").unwrap_or_default();
    let standard = if mode.eq_ignore_ascii_case("ipv6") { ipv6 } else { ipv4 };
    Url::parse(configured.unwrap_or(standard))
        .map_err(|why| invalid_endpoint(&format!("is not a URL: {why}")))
}

fn invalid_endpoint(what: &str) -> Unknown {
    let message = format!("AWS_EC2_METADATA_SERVICE_ENDPOINT {what}");
    Unknown::new(ErrorCode::InvalidConfiguration, message)
        .hint("unset AWS_EC2_METADATA_SERVICE_ENDPOINT, or set it to http://HOST")
}

/// Tools ask the metadata service last, so that its failure means that no credentials are configured.
fn no_metadata(why: &CredentialsError, host: &str) -> Unknown {
    let what = match token_status(why) {
        Some(400) => format!(
            "the instance metadata service ({host}) is not that of EC2 (HTTP 400 for a token \
             request), for example on a runner of GitHub, which runs on Azure"
        ),
        Some(403) => format!("the instance metadata service ({host}) is disabled (HTTP 403)"),
        _ => failure(why, host),
    };
    let hop = if errors::is_unanswered(why) {
        "; in a container on EC2, raise the hop limit of the instance's metadata to 2"
    } else {
        ""
    };
    Unknown::new(ErrorCode::NoCredentials, format!("no credentials are configured, and {what}"))
        .hint(format!(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with --profile{hop}"
        ))
}

/// The HTTP status of the request for a metadata token; `None` if that request did not fail.
fn token_status(why: &CredentialsError) -> Option<u16> {
    let token: &SdkError<TokenError, HttpResponse> = errors::cause_of(why)?;
    Some(token.raw_response()?.status().as_u16())
}

/// The configuration of the SDK's provider. The provider also reads the environment, but its requests reach no other
/// host than `allowed`.
fn provider_config(access: &AwsAccess<'_>, allowed: Vec<Url>, route: Route) -> ProviderConfig {
    ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
        .with_region(Some(SdkRegion::new(access.sts.region().name().to_owned())))
        .with_http_client(access.net.client(allowed, route))
        .with_sleep_impl(TokioSleep::new())
        .with_retry_config(retries())
        .with_timeout_config(Timeouts::default().sdk_config())
}

fn keys(credentials: &SdkCredentials) -> Keys {
    let account_id = credentials.account_id().and_then(|id| AccountId::parse(id.as_str()).ok());
    Keys {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()),
        session_token: credentials.session_token().map(Secret::new),
        expires_at: credentials.expiry(),
        account_id,
    }
}

/// The message for an error of the provider. Contains only the kind of the error, because its text can quote answers.
fn failure(why: &CredentialsError, host: &str) -> String {
    const SERVICE: &str = "the instance metadata service";
    if errors::is_transport(why) {
        return format!("{SERVICE}: {}", errors::of_transport(why, host).message);
    }
    let reason = match why {
        CredentialsError::CredentialsNotLoaded(_) => "has no credentials",
        CredentialsError::ProviderTimedOut(_) => "did not answer in time",
        CredentialsError::InvalidConfiguration(_) => "has an invalid configuration",
        _ => "returned no credentials",
    };
    format!("{SERVICE} ({host}) {reason}")
}
