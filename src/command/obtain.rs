//! Obtains the credentials of one source, layer by layer, and asks whose they are.

use super::watch::Trail;
use crate::aws::credentials::resolve;
use crate::aws::means::Means;
use crate::aws::role::Signer;
use crate::aws::sts::ask;
use crate::identity::Identity;
use crate::source::{Keys, Secret, Source};
use crate::unknown::{ErrorCode, Unknown};

/// The credentials of a source, and whose they are.
pub struct Answer {
    /// The credentials.
    pub keys: Keys,
    /// What STS says of them.
    pub identity: Identity,
}

/// One step on the way to a source's credentials.
pub struct Layer<'a> {
    /// What is obtained.
    pub source: &'a Source,
    /// The code of its MFA device, where it has one.
    pub code: Option<Secret>,
}

/// How to obtain.
pub struct Obtain<'a> {
    /// The way to AWS.
    pub means: &'a Means<'a>,
    /// Where to say what comes next.
    pub trail: &'a Trail,
}

impl Obtain<'_> {
    /// Obtains the layers of a source, the innermost first. `look` sees the keys of each before they
    /// are sent anywhere, if only to sign for the next; what it refuses is the answer.
    pub async fn keys<R>(
        &self,
        layers: &[Layer<'_>],
        look: impl Fn(&Keys) -> Result<(), R>,
    ) -> Result<Result<Keys, R>, Unknown> {
        let mut keys: Option<Keys> = None;
        for Layer { source, code } in layers {
            self.trail.step(obtaining(source));
            let by = keys.as_ref().map(|keys| Signer { keys, code: code.as_ref() });
            let obtained = resolve(source, by, self.means).await?;
            if let Err(refused) = look(&obtained) {
                return Ok(Err(refused));
            }
            keys = Some(obtained);
        }
        let keys = keys.ok_or_else(|| Unknown::new(ErrorCode::Internal, "a source of nothing"))?;
        Ok(Ok(keys))
    }

    /// Asks STS whose these are.
    pub async fn ask(&self, keys: Keys) -> Result<Answer, Unknown> {
        let host = self.means.sts.host();
        self.trail.step(format!("asking {host} for the caller's identity"));
        let identity = ask(&keys, self.means.sts, self.means.net).await?;
        self.trail.step(format!("{host} answered: {}", identity.arn()));
        Ok(Answer { keys, identity })
    }
}

fn obtaining(source: &Source) -> String {
    let kind = source.kind.name();
    match source.from() {
        Some(from) => format!("obtaining the credentials ({kind}) with those of {}", from.origin),
        None => format!("obtaining the credentials ({kind})"),
    }
}
