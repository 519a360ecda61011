//! Credentials that a verdict allows to be handed over.

use std::path::PathBuf;
use std::time::SystemTime;

use url::Url;

use crate::identity::Identity;
use crate::partition::Region;
use crate::source::Keys;
use crate::verdict::{Facts, Verdict};

/// The route by which AWS was asked. The program that gets the credentials must use the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsRoute {
    /// The URL of the emulator, if an emulator was asked.
    pub emulator: Option<Url>,
    /// The CA bundle that TLS trusted, if one is selected.
    pub ca_bundle: Option<PathBuf>,
    /// Whether FIPS endpoints were asked.
    pub fips: bool,
    /// Whether dual-stack endpoints were asked.
    pub dual_stack: bool,
    /// Whether a file of boto has credentials, which botocore would use where it finds no others.
    pub boto_credentials: bool,
}

/// Credentials that may be handed over. There is no other way to have one than a verdict that allows
/// them.
pub struct Grant {
    keys: Keys,
    identity: Identity,
    region: Option<Region>,
    route: AwsRoute,
}

impl Grant {
    /// What a verdict grants: the credentials whose identity it judged, if it allows them.
    pub fn of(verdict: &Verdict, facts: &Facts, keys: Keys, route: AwsRoute) -> Option<Self> {
        verdict.is_allowed().then(|| Self {
            keys,
            identity: facts.caller.identity.clone(),
            region: facts.caller.region.clone(),
            route,
        })
    }

    /// The credentials.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whose they are, as STS says.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The region that was judged.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The route by which AWS was asked about them.
    pub fn route(&self) -> &AwsRoute {
        &self.route
    }

    /// When they end; keys of a user do not.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.keys.expires_at
    }
}
