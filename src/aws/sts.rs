//! STS: `GetCallerIdentity`, and the clients of the calls that return credentials.

use std::time::SystemTime;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;
use aws_sdk_sts::types::Credentials;

use super::client;
use super::endpoint::Endpoint;
use super::errors;
use super::sentence::Secrets;
use crate::identity::Identity;
use crate::net::http::Net;
use crate::source::{Keys, Secret};
use crate::unknown::{ErrorCode, Unknown};

/// Asks STS for the identity of these credentials.
pub(crate) async fn ask(
    credentials: &Keys,
    endpoint: &Endpoint,
    net: &Net,
) -> Result<Identity, Unknown> {
    let answer = signed(credentials, endpoint, net)
        .get_caller_identity()
        .send()
        .await
        .map_err(|why| errors::of_call(&why, endpoint, &Secrets::of(credentials)))?;
    Identity::new(
        answer.account().unwrap_or_default(),
        answer.arn().unwrap_or_default(),
        answer.user_id().unwrap_or_default(),
    )
    .map_err(|why| {
        Unknown::new(ErrorCode::NotSts, format!("{} answered, but {why}", endpoint.host()))
            .hint("look for a captive portal, a proxy or an emulator that answers in place of STS")
    })
}

/// The credentials in the answer to an assume call.
pub(super) fn keys(answered: Option<&Credentials>, endpoint: &Endpoint) -> Result<Keys, Unknown> {
    let Some(keys) = answered else {
        let message = format!("{} answered without credentials", endpoint.host());
        return Err(Unknown::new(ErrorCode::NotSts, message));
    };
    Ok(Keys {
        access_key_id: keys.access_key_id().to_owned(),
        secret_access_key: Secret::new(keys.secret_access_key()),
        session_token: Some(Secret::new(keys.session_token())),
        expires_at: SystemTime::try_from(*keys.expiration()).ok(),
        account_id: None,
    })
}

/// A client that signs with these credentials.
pub(super) fn signed(credentials: &Keys, endpoint: &Endpoint, net: &Net) -> Client {
    Client::new(&client::signed(credentials, endpoint, net))
}

/// A client without credentials, for the calls that send a token.
pub(super) fn unsigned(endpoint: &Endpoint, net: &Net) -> Client {
    Client::from_conf(Builder::from(&client::unsigned(endpoint, net)).allow_no_auth().build())
}
