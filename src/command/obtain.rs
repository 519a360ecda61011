//! Obtains the credentials of one source, layer by layer, and asks whose they are.

use super::watch::Trail;
use crate::aws::credentials::{Means, resolve};
use crate::aws::role::Signer;
use crate::aws::sts::ask;
use crate::identity::Identity;
use crate::policy::Rules;
use crate::source::{Keys, Secret, Source};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Verdict, refuse_real_keys};

/// The credentials of a source, and whose they are.
pub struct Answer {
    /// The credentials.
    pub keys: Keys,
    /// What STS says of them.
    pub identity: Identity,
}

/// What became of a source.
pub enum Obtained {
    /// Its credentials, frozen.
    Keys(Box<Keys>),
    /// Keys that are not to be sent.
    Refused(Verdict),
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
    /// The environment's rules.
    pub rules: &'a Rules<'a>,
    /// The way to AWS.
    pub means: &'a Means<'a>,
    /// Where to say what comes next.
    pub trail: &'a Trail,
}

impl Obtain<'_> {
    /// Obtains the layers of a source, the innermost first. Keys of AWS are refused at an emulator
    /// before they are sent there, whoever would only sign with them.
    pub async fn keys(&self, layers: &[Layer<'_>]) -> Result<Obtained, Unknown> {
        let mut keys: Option<Keys> = None;
        for Layer { source, code } in layers {
            self.trail.step(obtaining(source));
            let by = keys.as_ref().map(|keys| Signer { keys, code: code.as_ref() });
            let obtained = resolve(source, by, self.means).await?;
            if let Some(refused) = refuse_real_keys(self.rules, &obtained.access_key_id) {
                return Ok(Obtained::Refused(refused));
            }
            keys = Some(obtained);
        }
        let keys = keys.ok_or_else(|| Unknown::new(ErrorCode::Internal, "a source of nothing"))?;
        Ok(Obtained::Keys(Box::new(keys)))
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
