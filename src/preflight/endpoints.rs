//! The endpoints that a check may ask, decided before a byte is sent.

use url::Url;

use crate::aws::endpoint::{Endpoint, is_bare};
use crate::partition::Region;
use crate::policy::Rules;
use crate::source::{Service, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// The endpoint of STS: an endpoint of AWS, or for the environment of an emulator one that the policy
/// lists.
///
/// # Errors
///
/// The configured endpoint is not trusted.
pub(super) fn sts(
    rules: &Rules<'_>,
    region: &Region,
    settings: &Settings<'_>,
) -> Result<Endpoint, Unknown> {
    let configured = settings.endpoint(Service::Sts)?;
    let Some(emulators) = rules.emulator() else {
        return Endpoint::of_aws(Service::Sts, region, settings);
    };
    let listed = configured.as_ref().and_then(|(text, _)| {
        let url = Url::parse(text).ok()?;
        let is_listed = emulators.items.iter().any(|item| item.value.allows(&url));
        (is_listed && is_bare(&url)).then_some(url)
    });
    let first = emulators.items.first().map(|item| item.value.url());
    let url = listed.or(first).ok_or_else(no_emulator)?;
    Ok(Endpoint::of_emulator(url, region))
}

/// The endpoint of ECR, if a registry's token is requested. An emulator has no registries of ECR.
pub(super) fn ecr(
    rules: &Rules<'_>,
    token_region: Option<&Region>,
    settings: &Settings<'_>,
) -> Result<Option<Endpoint>, Unknown> {
    let region = token_region.filter(|_| rules.emulator().is_none());
    region.map(|region| Endpoint::of_aws(Service::Ecr, region, settings)).transpose()
}

fn no_emulator() -> Unknown {
    Unknown::new(ErrorCode::Internal, "an environment's list of emulators is empty")
}
