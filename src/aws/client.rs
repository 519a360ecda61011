//! What every client of the SDK is told: where to ask, over what, how patiently, and who signs.

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
use crate::source::Keys;

/// A client that signs with these credentials.
pub(super) fn signed(keys: &Keys, at: &Endpoint, net: &Net) -> SdkConfig {
    config(at, net).credentials_provider(SharedCredentialsProvider::new(signing(keys))).build()
}

/// A client without credentials, for the calls that carry a token of their own.
pub(super) fn unsigned(at: &Endpoint, net: &Net) -> SdkConfig {
    config(at, net).build()
}

fn config(at: &Endpoint, net: &Net) -> Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(at.region().name().to_owned()))
        .endpoint_url(at.url().as_str())
        .http_client(net.client(vec![at.url().clone()], at.route()))
        .retry_config(retries())
        .timeout_config(net.timeouts().sdk_config())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
}

fn signing(keys: &Keys) -> Credentials {
    Credentials::new(
        keys.access_key_id.clone(),
        keys.secret_access_key.expose().to_owned(),
        keys.session_token.as_ref().map(|token| token.expose().to_owned()),
        // An expiry would only make the client look for others; these are the ones asked about.
        None,
        "account-guard",
    )
}
