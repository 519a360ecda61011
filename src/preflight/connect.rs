//! The network of a run: its CA bundle, its proxy and its time limits.

use std::path::Path;
use std::time::Duration;

use super::ca_bundle;
use super::progress::Progress;
use super::request::Request;
use crate::aws::endpoint::{Endpoint, Variant};
use crate::net::http::Net;
use crate::net::proxy::Proxy;
use crate::net::roots::Roots;
use crate::net::timeouts::Timeouts;
use crate::outcome::{AwsRoute, Note};
use crate::source::{Settings, World, has_boto_credentials};
use crate::unknown::Unknown;

/// The network that the command line, the environment and the profile configure.
///
/// # Errors
///
/// The CA bundle cannot be read, or the address of the proxy is invalid.
pub(super) fn net(
    request: &Request,
    settings: &Settings<'_>,
    world: &World,
    progress: &Progress,
) -> Result<Net, Unknown> {
    progress.step("reading the CA certificates");
    let bundle = ca_bundle::selected(request.ca_bundle.as_deref(), settings)?;
    let roots = Roots::read(bundle.as_ref())?;
    if let Some(bundle) = bundle {
        progress.note(Note::CaBundle { path: bundle.path, origin: bundle.origin });
    }
    let proxy = Proxy::of(&world.variables)?;
    if let Some(proxy) = &proxy {
        progress.note(Note::Proxy(proxy.label().to_owned()));
    }
    let defaults = Timeouts::default();
    Ok(Net::new(&roots, proxy)?.with_timeouts(Timeouts {
        connect: limit(request.limits.connect, defaults.connect),
        read: limit(request.limits.read, defaults.read),
    }))
}

/// The limit of an option in seconds, in which 0 means no limit.
fn limit(seconds: Option<u32>, default: Option<Duration>) -> Option<Duration> {
    match seconds {
        None => default,
        Some(0) => None,
        Some(seconds) => Some(Duration::from_secs(seconds.into())),
    }
}

/// The route to AWS, which the program that gets the credentials must use, too.
pub(super) fn route(
    option: Option<&Path>,
    sts: &Endpoint,
    settings: &Settings<'_>,
    world: &World,
) -> Result<AwsRoute, Unknown> {
    let Variant { fips, dual_stack } = Variant::of(settings)?;
    let bundle = ca_bundle::selected(option, settings)?;
    Ok(AwsRoute {
        emulator: sts.is_emulator().then(|| sts.url().clone()),
        ca_bundle: bundle.map(|bundle| bundle.path),
        fips,
        dual_stack,
        boto_credentials: has_boto_credentials(world),
    })
}
