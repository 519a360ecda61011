//! From a source to credentials: straight to the one provider that the inventory named, with no
//! chain behind it that could fall through.

use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials as SdkCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::BehaviorVersion;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::region::Region as SdkRegion;
use url::Url;

use super::endpoint::Endpoint;
use super::errors;
use super::http::{Net, Route};
use super::role::{self, Signer};
use super::{container, federation, instance, login, patience, process, sso};
use crate::identity::AccountId;
use crate::source::{Keys, Kind, Secret, Settings, Source};
use crate::unknown::{ErrorCode, Unknown};

/// What it takes to turn a source into credentials.
pub struct Means<'a> {
    /// STS, for the sources that are exchanged there.
    pub sts: &'a Endpoint,
    /// The environment's and the profile's settings.
    pub settings: &'a Settings<'a>,
    /// The network.
    pub net: &'a Net,
    /// What to call the sessions of roles that nobody named.
    pub session: &'a str,
}

/// Obtains the credentials of a source, once. They are frozen from here on. What is made from the
/// credentials of another source is signed with those, which come first.
pub async fn resolve(
    source: &Source,
    by: Option<Signer<'_>>,
    means: &Means<'_>,
) -> Result<Keys, Unknown> {
    let unsigned = || Unknown::new(ErrorCode::Internal, "nobody signs for the role");
    let keys = match &source.kind {
        Kind::Keys(keys) => keys.clone(),
        Kind::WebIdentity(call) => federation::web_identity(call, means).await?,
        Kind::Saml(call) => federation::saml(call, means).await?,
        Kind::Sso(it) => sso::obtain(it, &source.origin, means).await?,
        Kind::Container(container) => container::obtain(container, means).await?,
        Kind::Instance => instance::obtain(means).await?,
        Kind::Process(process) => process::obtain(process, &source.origin, means.settings).await?,
        Kind::Role(call) => role::assume(call, by.ok_or_else(unsigned)?, means).await?,
        Kind::Session(call) => role::session(call, by.ok_or_else(unsigned)?, means).await?,
        Kind::Login(it) => login::obtain(it, &source.origin, means).await?,
    };
    whole(keys, source)
}

/// The SDK fills what an answer lacks with nothing: half a key pair is none here either.
fn whole(keys: Keys, source: &Source) -> Result<Keys, Unknown> {
    let parts = [Some(keys.access_key_id.as_str()), Some(keys.secret_access_key.expose())];
    let token = keys.session_token.as_ref().map(Secret::expose);
    let parts = || parts.into_iter().chain([token]).flatten();
    let what = if parts().any(|part| part.trim().is_empty()) {
        "only a part of its credentials"
    } else if parts().any(|part| !part.bytes().all(|b| b.is_ascii_graphic())) {
        "credentials that nothing can be signed with"
    } else {
        return Ok(keys);
    };
    let (origin, kind) = (&source.origin, source.kind.name());
    let message = format!("{origin}: {kind} handed out {what}");
    Err(Unknown::new(ErrorCode::SourceFailed, message)
        .hint("look at what answers there: it is not what AWS runs"))
}

/// What the SDK's own providers are told. They read the process's environment besides; the gate
/// holds them to `allowed` whatever they find there.
pub(super) fn provider_config(
    means: &Means<'_>,
    allowed: Vec<Url>,
    route: Route,
) -> ProviderConfig {
    ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
        .with_region(Some(SdkRegion::new(means.sts.region().name().to_owned())))
        .with_http_client(means.net.client(allowed, route))
        .with_sleep_impl(TokioSleep::new())
        .with_retry_config(patience::retries())
        .with_timeout_config(patience::timeouts())
}

pub(super) fn provided(
    result: Result<SdkCredentials, CredentialsError>,
) -> Result<Keys, CredentialsError> {
    result.map(|credentials| Keys {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()),
        session_token: credentials.session_token().map(Secret::new),
        expires_at: credentials.expiry(),
        account_id: credentials.account_id().and_then(|id| AccountId::parse(id.as_str()).ok()),
    })
}

/// Errors of the SDK's providers quote answers and files; only what kind they are is told.
pub(super) fn source_failed(why: &CredentialsError, host: &str, what: &str) -> Unknown {
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
