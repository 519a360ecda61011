//! Obtains the credentials of one source, layer by layer, and their identity.

use super::progress::Trail;
use crate::aws::access::AwsAccess;
use crate::aws::credentials::{Obtained, resolve};
use crate::aws::role::Signer;
use crate::aws::sts::ask;
use crate::identity::Identity;
use crate::source::{Keys, Secret, Source};
use crate::tool::Family;
use crate::unknown::{ErrorCode, Unknown};

/// One layer of a source: its own credentials, or those that they are obtained with.
pub(crate) struct Layer<'a> {
    pub(crate) source: &'a Source,
    /// The code of the MFA device, if the layer names one.
    pub(crate) code: Option<Secret>,
}

/// Obtains credentials with access to AWS, and reports its steps.
pub(crate) struct Obtain<'a> {
    pub(crate) access: &'a AwsAccess<'a>,
    pub(crate) trail: &'a Trail,
}

impl Obtain<'_> {
    /// Obtains the layers of a source, the innermost first. Calls `look` with the keys of each layer
    /// before they are sent anywhere or sign for the next; an error from it ends the work. Credentials
    /// that no `reader` could use are an error at once, before they sign for the next layer.
    pub(crate) async fn credentials<R>(
        &self,
        layers: &[Layer<'_>],
        readers: &[Family],
        look: impl Fn(&Keys) -> Result<(), R>,
    ) -> Result<Result<Obtained, R>, Unknown> {
        let mut below: Option<Obtained> = None;
        for Layer { source, code } in layers {
            self.trail.step(obtaining(source));
            let by = below.as_ref().map(|it| Signer { keys: &it.keys, code: code.as_ref() });
            let obtained = resolve(source, by, self.access).await?;
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
    pub(crate) async fn identity(&self, keys: &Keys) -> Result<Identity, Unknown> {
        let host = self.access.sts.host();
        self.trail.step(format!("asking {host} for the caller's identity"));
        let identity = ask(keys, self.access.sts, self.access.net).await?;
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
