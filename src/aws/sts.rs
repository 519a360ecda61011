//! The question: `GetCallerIdentity`; and the clients of the calls that hand out credentials.

use std::time::SystemTime;

use aws_credential_types::Credentials as SdkCredentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{BehaviorVersion, Builder, Config};
use aws_sdk_sts::types::Credentials;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::region::Region as SdkRegion;

use super::endpoint::Endpoint;
use super::errors;
use super::http::Net;
use super::patience::retries;
use crate::identity::Identity;
use crate::source::{Keys, Secret};
use crate::unknown::{ErrorCode, Unknown};

/// Asks STS whose credentials these are.
pub async fn ask(credentials: &Keys, at: &Endpoint, net: &Net) -> Result<Identity, Unknown> {
    let answer = signed(credentials, at, net)
        .get_caller_identity()
        .send()
        .await
        .map_err(|why| errors::of_call(&why, at))?;
    Identity::new(
        answer.account().unwrap_or_default(),
        answer.arn().unwrap_or_default(),
        answer.user_id().unwrap_or_default(),
    )
    .map_err(|why| {
        Unknown::new(ErrorCode::NotSts, format!("{} answered, but {why}", at.host()))
            .hint("what answered is not STS: look for a proxy, a captive portal or an emulator")
    })
}

/// What an assume call handed out.
pub(super) fn keys(handed_out: Option<&Credentials>, at: &Endpoint) -> Result<Keys, Unknown> {
    let keys = handed_out.ok_or_else(|| {
        Unknown::new(ErrorCode::NotSts, format!("{} answered without credentials", at.host()))
    })?;
    Ok(Keys {
        access_key_id: keys.access_key_id().to_owned(),
        secret_access_key: Secret::new(keys.secret_access_key()),
        session_token: Some(Secret::new(keys.session_token())),
        expires_at: SystemTime::try_from(*keys.expiration()).ok(),
        account_id: None,
    })
}

/// A client that signs with these credentials.
pub(super) fn signed(credentials: &Keys, at: &Endpoint, net: &Net) -> Client {
    Client::from_conf(config(at, net).credentials_provider(signing(credentials)).build())
}

/// A client without credentials, for the calls that carry a token of their own.
pub(super) fn unsigned(at: &Endpoint, net: &Net) -> Client {
    let config: Config = config(at, net).allow_no_auth().build();
    Client::from_conf(config)
}

fn config(at: &Endpoint, net: &Net) -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(SdkRegion::new(at.region().name().to_owned()))
        .endpoint_url(at.url().as_str())
        .http_client(net.client(vec![at.url().clone()], at.route()))
        .retry_config(retries())
        .timeout_config(net.patience().timeouts())
        .sleep_impl(TokioSleep::new())
}

fn signing(keys: &Keys) -> SdkCredentials {
    SdkCredentials::new(
        keys.access_key_id.clone(),
        keys.secret_access_key.expose().to_owned(),
        keys.session_token.as_ref().map(|token| token.expose().to_owned()),
        // An expiry would only make the client look for others; these are the ones asked about.
        None,
        "account-guard",
    )
}
