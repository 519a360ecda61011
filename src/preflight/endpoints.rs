//! The second phase: the endpoints that are asked, trusted or refused before a byte is sent.

use url::Url;

use super::progress::Progress;
use super::request::Identifying;
use super::winners::Group;
use crate::aws::endpoint::{Certificates, Endpoint, Unverified, is_bare};
use crate::outcome::{Fact, KnownEndpoint, Trust};
use crate::partition::{Partition, Region};
use crate::policy::{List, Rules};
use crate::source::{Service, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// The endpoints of a run.
pub(super) struct Endpoints {
    pub(super) sts: Endpoint,
    /// `None` unless docker requests the token of a registry.
    pub(super) ecr: Option<Endpoint>,
}

/// The endpoints for an environment: endpoints of AWS, or for the environment of an emulator one that the
/// policy lists. An emulator has no registries of ECR.
///
/// # Errors
///
/// A configured endpoint is not trusted.
pub(super) fn of_environment(
    rules: &Rules<'_>,
    group: &Group,
    token_region: Option<&Region>,
    settings: &Settings<'_>,
    progress: &Progress,
) -> Result<Endpoints, Unknown> {
    let region = match &group.winner.region {
        Some(region) => region.clone(),
        None => rules.partition().default_region(),
    };
    let sts = if rules.emulator().is_some() {
        of_emulator(rules, &region, settings)?
    } else {
        Endpoint::of_aws(Service::Sts, &region, settings)?
    };
    learn(&sts, progress);
    let ecr = match token_region {
        Some(region) if rules.emulator().is_none() => {
            Some(Endpoint::of_aws(Service::Ecr, region, settings)?)
        }
        _ => None,
    };
    Ok(Endpoints { sts, ecr })
}

/// The endpoint of the command line or the configuration, whether or not it is one of AWS.
///
/// # Errors
///
/// The endpoint is not a URL.
pub(super) fn unverified(
    identifying: &Identifying,
    group: &Group,
    settings: &Settings<'_>,
    progress: &Progress,
) -> Result<Endpoints, Unknown> {
    let region = match &group.winner.region {
        Some(region) => region.clone(),
        None => Partition::Aws.default_region(),
    };
    let certificates = if identifying.verifies_certificates {
        Certificates::Checked
    } else {
        Certificates::Unchecked
    };
    let endpoint = Unverified { url: identifying.endpoint_url.clone(), certificates };
    let sts = endpoint.sts(&region, settings)?;
    learn(&sts, progress);
    Ok(Endpoints { sts, ecr: None })
}

/// Learns the endpoint that is asked next.
pub(super) fn learn(endpoint: &Endpoint, progress: &Progress) {
    let trust = match (endpoint.is_unverified(), endpoint.accepts_any_certificate()) {
        (false, _) => Trust::Trusted,
        (true, true) => Trust::CertificateNotVerified,
        (true, false) => Trust::NotAws,
    };
    let (url, host) = (endpoint.url().clone(), endpoint.host());
    progress.learn(Fact::Endpoint(KnownEndpoint { url, host, trust }));
}

/// The configured endpoint if the policy lists it as an emulator, else the first one of the list.
fn of_emulator(
    rules: &Rules<'_>,
    region: &Region,
    settings: &Settings<'_>,
) -> Result<Endpoint, Unknown> {
    let emulators: Vec<_> = rules.emulator().into_iter().flat_map(List::values).collect();
    if let Some((text, _)) = settings.endpoint(Service::Sts)?
        && let Ok(url) = Url::parse(&text)
        && is_bare(&url)
        && emulators.iter().any(|emulator| emulator.allows(&url))
    {
        return Ok(Endpoint::of_emulator(url, region));
    }
    let first = emulators.first().ok_or_else(|| {
        Unknown::new(ErrorCode::Internal, "an environment's list of emulators is empty")
    })?;
    Ok(Endpoint::of_emulator(first.url(), region))
}
