//! From a source to credentials: straight to the one provider that the inventory named, with no
//! chain behind it that could fall through.

use super::means::Means;
use super::role::{self, Signer};
use super::{container, federation, instance, login, process, sso};
use crate::source::{Keys, Kind, Secret, Source};
use crate::unknown::{ErrorCode, Unknown};

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
