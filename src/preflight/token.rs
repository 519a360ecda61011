//! The token of a registry for docker, requested with credentials that a verdict grants.

pub(crate) use crate::aws::ecr::USER;
use crate::aws::ecr::{self, Token};
use crate::aws::endpoint::Endpoint;
use crate::handoff::Grant;
use crate::net::http::Net;
use crate::report::text::harmless;
use crate::source::Secret;
use crate::target::Target;
use crate::unknown::{ErrorCode, Unknown};

/// Requests the token from ECR. Refuses an answer for another registry than the caller's own.
pub(super) async fn token(grant: &Grant, at: &Endpoint, net: &Net) -> Result<Secret, Unknown> {
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
