//! From a source to credentials: straight to the one provider that the inventory named, with no
//! chain behind it that could fall through.

use super::access::AwsAccess;
use super::process::{self, Printed};
use super::role::{self, Signer};
use super::{container, federation, instance, login, sso};
use crate::source::{Keys, Kind, Secret, Source};
use crate::tool::Family;
use crate::unknown::{ErrorCode, Unknown};

/// The credentials of a source. If a `credential_process` is one of its layers, each family reads the
/// expiration that it printed by its own rules.
#[derive(Clone, Debug)]
pub(crate) struct Obtained {
    /// The credentials, to sign with. If a process printed them, they have no expiration here.
    pub(crate) keys: Keys,
    /// The expiration that a process printed with these very credentials.
    printed: Option<Printed>,
    /// The expiration of a process whose credentials these were obtained with.
    below: Option<Printed>,
}

impl Obtained {
    /// The credentials with the expiration that the tools of a family read. An error if those tools
    /// cannot use what the process printed.
    pub(crate) fn read_by(&self, family: Family) -> Result<Keys, Unknown> {
        let keys = self.keys.clone();
        if let Some(below) = &self.below {
            below.read_by(family)?;
        }
        match &self.printed {
            Some(printed) => Ok(Keys { expires_at: printed.read_by(family)?, ..keys }),
            None => Ok(keys),
        }
    }

    /// Credentials that were obtained with these.
    #[must_use]
    pub(crate) fn then(self, next: Self) -> Self {
        Self { below: self.printed.or(self.below), ..next }
    }
}

/// Obtains the credentials of a source, once. Credentials that are made from those of another source
/// are signed with those.
pub(crate) async fn resolve(
    source: &Source,
    by: Option<Signer<'_>>,
    access: &AwsAccess<'_>,
) -> Result<Obtained, Unknown> {
    let unsigned = || Unknown::new(ErrorCode::Internal, "nobody signs for the role");
    let mut printed = None;
    let keys = match &source.kind {
        Kind::Keys(keys) => keys.clone(),
        Kind::WebIdentity(call) => federation::web_identity(call, access).await?,
        Kind::Saml(call) => federation::saml(call, access).await?,
        Kind::Sso(it) => sso::obtain(it, &source.origin, access).await?,
        Kind::Container(container) => container::obtain(container, access).await?,
        Kind::Instance => instance::obtain(access).await?,
        Kind::Process(process) => {
            let (keys, expiration) =
                process::obtain(process, &source.origin, access.settings).await?;
            printed = Some(expiration);
            keys
        }
        Kind::Role(call) => role::assume(call, by.ok_or_else(unsigned)?, access).await?,
        Kind::Session(call) => role::session(call, by.ok_or_else(unsigned)?, access).await?,
        Kind::Login(it) => login::obtain(it, &source.origin, access).await?,
    };
    Ok(Obtained { keys: whole(keys, source)?, printed, below: None })
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
