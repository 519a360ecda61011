//! The token of a registry, for docker: asked for with credentials that a verdict grants.

use super::inquiry::{Basis, Inquiry, Judged};
use crate::aws::ecr::{self, Token};
use crate::aws::endpoint::Endpoint;
use crate::handoff::Grant;
use crate::net::http::Net;
use crate::report::text::harmless;
use crate::source::{Secret, Service, Settings};
use crate::target::Target;
use crate::unknown::{ErrorCode, Unknown};

impl Inquiry<'_> {
    /// Where the token is asked for, if one is: decided with all else, before a byte leaves. The
    /// environment of an emulator has no registries of ECR.
    pub(super) fn ecr(&self, settings: &Settings<'_>) -> Result<Option<Endpoint>, Unknown> {
        let region = self.token_of.filter(|_| self.rules.emulator().is_none());
        region.map(|region| Endpoint::of_aws(Service::Ecr, region, settings)).transpose()
    }

    /// Adds the token, where one is wanted and the verdict allows it.
    pub(super) async fn with_token(
        &self,
        judged: Judged,
        ecr: Option<Endpoint>,
        net: &Net,
    ) -> Result<Judged, Unknown> {
        let Some((ecr, grant)) = ecr.and_then(|ecr| Some((ecr, judged.grant()?))) else {
            return Ok(judged);
        };
        self.trail.step(format!("asking {} for the registry's token", ecr.host()));
        self.shared.learn(|known| known.endpoint = Some(ecr.url().to_string()));
        let token = token(&grant, &ecr, net).await?;
        Ok(Judged { token: Some(token), ..judged })
    }
}

impl Judged {
    /// The credentials, where the verdict allows them to be used.
    pub(super) fn grant(&self) -> Option<Grant> {
        let Basis { facts, keys, way } = self.basis.as_deref()?;
        Grant::of(&self.verdict, facts, keys.clone(), way.clone())
    }
}

/// Asks ECR for the token, and holds what it names beside it, the caller's own registry, to what STS
/// said of the caller.
async fn token(grant: &Grant, at: &Endpoint, net: &Net) -> Result<Secret, Unknown> {
    let Token { password, registry } = ecr::token(grant.keys(), at, net).await?;
    let account = grant.identity().account();
    let is_own = Target::image(&registry)
        .is_ok_and(|own| own.account == account && own.region.as_ref() == Some(at.region()));
    if is_own {
        return Ok(password);
    }
    let message = format!(
        "{} answered for the registry `{}`, and the credentials are those of {account} in {}",
        at.host(),
        harmless(&registry),
        at.region()
    );
    Err(Unknown::new(ErrorCode::NotSts, message)
        .hint("what answered is not ECR: look for a proxy or an emulator"))
}
