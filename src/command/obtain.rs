//! Obtains the credentials of one source, layer by layer, and asks whose they are.

use super::watch::Trail;
use crate::aws::credentials::{Obtained, resolve};
use crate::aws::means::Means;
use crate::aws::role::Signer;
use crate::aws::sts::ask;
use crate::identity::Identity;
use crate::source::{Keys, Secret, Source};
use crate::tool::Family;
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
    /// Obtains the layers of a source, the innermost first. Calls `look` with the keys of each layer
    /// before they are sent anywhere or sign for the next; an error from it ends the work. Credentials
    /// that no `reader` could use are an error at once, before they sign for the next layer.
    pub async fn credentials<R>(
        &self,
        layers: &[Layer<'_>],
        readers: &[Family],
        look: impl Fn(&Keys) -> Result<(), R>,
    ) -> Result<Result<Obtained, R>, Unknown> {
        let mut below: Option<Obtained> = None;
        for Layer { source, code } in layers {
            self.trail.step(obtaining(source));
            let by = below.as_ref().map(|it| Signer { keys: &it.keys, code: code.as_ref() });
            let obtained = resolve(source, by, self.means).await?;
            if let Err(refused) = look(&obtained.keys) {
                return Ok(Err(refused));
            }
            usable(&obtained, readers)?;
            below = Some(match below {
                Some(below) => below.then(obtained),
                None => obtained,
            });
        }
        let all = below.ok_or_else(|| Unknown::new(ErrorCode::Internal, "a source of nothing"))?;
        Ok(Ok(all))
    }

    /// Asks STS for the identity behind these keys.
    pub async fn identity(&self, keys: &Keys) -> Result<Identity, Unknown> {
        let host = self.means.sts.host();
        self.trail.step(format!("asking {host} for the caller's identity"));
        let identity = ask(keys, self.means.sts, self.means.net).await?;
        self.trail.step(format!("{host} answered: {}", identity.arn()));
        Ok(identity)
    }
}

/// Returns the first reader's error if no reader can use the credentials.
fn usable(obtained: &Obtained, readers: &[Family]) -> Result<(), Unknown> {
    let mut first = Ok(());
    for family in readers {
        match obtained.read_by(*family) {
            Ok(_) => return Ok(()),
            Err(why) if first.is_ok() => first = Err(why),
            Err(_) => {}
        }
    }
    first
}

fn obtaining(source: &Source) -> String {
    let kind = source.kind.name();
    match source.from() {
        Some(from) => format!("obtaining the credentials ({kind}) with those of {}", from.origin),
        None => format!("obtaining the credentials ({kind})"),
    }
}
