//! The network of a run: whom TLS trusts, and which proxy leads to AWS.

use std::path::Path;

use crate::aws::ca::{Named, Roots};
use crate::aws::http::Net;
use crate::aws::proxy::Proxy;
use crate::source::{Settings, World};
use crate::unknown::Unknown;

/// The network that the flag, the environment and the profile describe. `note` hears of what is not
/// the machine's own.
pub fn network(
    ca_bundle: Option<&Path>,
    settings: &Settings<'_>,
    world: &World,
    note: impl Fn(String),
) -> Result<Net, Unknown> {
    let named = Named::of(ca_bundle, settings)?;
    let roots = Roots::read(named.as_ref())?;
    if let Some(named) = &named {
        note(format!("TLS trusts `{}` ({})", named.path.display(), named.by));
    }
    let proxy = Proxy::of(&world.variables)?;
    if let Some(proxy) = &proxy {
        note(format!("AWS is asked through the proxy {}", proxy.shown()));
    }
    Net::new(&roots, proxy)
}
