//! Obtains the credentials of one source, from the one provider that the inventory selected. There is no provider chain
//! that could continue with another source.

use super::access::AwsAccess;
use super::process::{self, Printed};
use super::role::{self, Signer};
use super::{container, federation, instance, login, sso};
use crate::source::{Keys, Kind, Source};
use crate::tool::Family;
use crate::unknown::{ErrorCode, Unknown};

/// The credentials of a source. If a `credential_process` is one of its layers, each family reads the
/// expiration that it printed by its own rules.
#[derive(Clone, Debug)]
pub(crate) struct Obtained {
    /// The credentials that sign requests. If a process printed them, they have no expiration here.
    pub(crate) keys: Keys,
    /// The expiration that a process printed together with these credentials; `None` for other sources.
    printed: Option<Printed>,
    /// The expiration of the process whose credentials these were obtained with; `None` if there is no process below.
    below: Option<Printed>,
}

impl Obtained {
    /// The credentials with the expiration that the tools of a family read. An error if those tools
    /// cannot use the output of the process.
    pub(crate) fn read_by(&self, family: Family) -> Result<Keys, Unknown> {
        if let Some(below) = &self.below {
            below.read_by(family)?;
        }
        let mut keys = self.keys.clone();
        if let Some(printed) = &self.printed {
            keys.expires_at = printed.read_by(family)?;
        }
        Ok(keys)
    }

    /// The credentials of `next`, which were obtained with these. They keep the expiration of a process below.
    #[must_use]
    pub(crate) fn then(self, next: Self) -> Self {
        Self { below: self.printed.or(self.below), ..next }
    }
}

/// Obtains the credentials of a source, once. `signer` signs the request of a role or an MFA session.
pub(crate) async fn resolve(
    source: &Source,
    signer: Option<Signer<'_>>,
    access: &AwsAccess<'_>,
) -> Result<Obtained, Unknown> {
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
        Kind::Role(call) => role::assume(call, required(signer)?, access).await?,
        Kind::Session(call) => role::session(call, required(signer)?, access).await?,
        Kind::Login(it) => login::obtain(it, &source.origin, access).await?,
    };
    check(&keys, source)?;
    Ok(Obtained { keys, printed, below: None })
}

fn required(signer: Option<Signer<'_>>) -> Result<Signer<'_>, Unknown> {
    let message = "a role or an MFA session has no credentials that sign its request";
    signer.ok_or_else(|| Unknown::new(ErrorCode::Internal, message))
}

/// Refuses credentials with an empty or invalid part. The SDK fills the missing parts of an answer with empty text.
fn check(keys: &Keys, source: &Source) -> Result<(), Unknown> {
    let mut parts = vec![keys.access_key_id.as_str(), keys.secret_access_key.expose()];
    if let Some(token) = &keys.session_token {
        parts.push(token.expose());
    }
    if parts.iter().any(|part| part.trim().is_empty()) {
        return Err(unusable(source, "incomplete credentials"));
    }
    for part in parts {
        if !part.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(unusable(source, "credentials with invalid characters"));
        }
    }
    Ok(())
}

fn unusable(source: &Source, what: &str) -> Unknown {
    let message = format!("{}: {} returned {what}", source.origin, source.kind.name());
    Unknown::new(ErrorCode::SourceFailed, message)
        .hint("check the program or server that returned them: AWS does not issue such credentials")
}
