//! The configuration of the SDK's clients: endpoint, HTTP client, retries, timeouts and credentials.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;

use super::endpoint::Endpoint;
use crate::net::http::Net;
use crate::net::timeouts::retries;
use crate::source::{Keys, Secret};

/// A client that signs with these credentials.
pub(super) fn signed(keys: &Keys, endpoint: &Endpoint, net: &Net) -> SdkConfig {
    config(endpoint, net)
        .credentials_provider(SharedCredentialsProvider::new(credentials(keys)))
        .build()
}

/// A client without credentials, for calls whose request contains a token.
pub(super) fn unsigned(endpoint: &Endpoint, net: &Net) -> SdkConfig {
    config(endpoint, net).build()
}

fn config(endpoint: &Endpoint, net: &Net) -> Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(endpoint.region().name().to_owned()))
        .endpoint_url(endpoint.url().as_str())
        .http_client(net.client(vec![endpoint.url().clone()], endpoint.route()))
        .retry_config(retries())
        .timeout_config(net.timeouts().sdk_config())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
}

fn credentials(keys: &Keys) -> Credentials {
    let token = keys.session_token.as_ref().map(Secret::expose);
    Credentials::new(
        keys.access_key_id.clone(),
        keys.secret_access_key.expose().to_owned(),
        token.map(str::to_owned),
        // With an expiration, the client would try to replace the credentials that are checked.
        None,
        "account-guard",
    )
}
