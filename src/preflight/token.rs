//! The token of a registry for docker, requested with credentials that a verdict grants.

use super::endpoints;
use super::progress::Progress;
use crate::aws::ecr::{self, Token};
use crate::aws::endpoint::Endpoint;
use crate::handoff::Grant;
use crate::net::http::Net;
use crate::outcome::Basis;
use crate::source::Secret;
use crate::target::Target;
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::Verdict;

/// Requests the token from ECR. `None` if the verdict does not grant the credentials.
///
/// # Errors
///
/// ECR refuses, or answers for another registry than the caller's own.
pub(super) async fn of(
    verdict: &Verdict,
    basis: &Basis,
    at: &Endpoint,
    net: &Net,
    progress: &Progress,
) -> Result<Option<Secret>, Unknown> {
    let Some(grant) = Grant::of(verdict, basis) else { return Ok(None) };
    progress.step(format!("asking {} for the registry's token", at.host()));
    endpoints::learn(at, progress);
    let Token { password, registry } = ecr::token(grant.keys(), at, net).await?;
    let account = grant.identity().account();
    let is_own = Target::image(&registry)
        .is_ok_and(|own| own.account == account && own.region.as_ref() == Some(at.region()));
    if is_own {
        return Ok(Some(password));
    }
    let message = format!(
        "{} answered for the registry `{}`, and the credentials are those of {account} in {}",
        at.host(),
        registry.escape_debug(),
        at.region()
    );
    Err(Unknown::new(ErrorCode::NotSts, message)
        .hint("look for a proxy or an emulator that answers in place of ECR"))
}
