//! Credentials that a verdict allows to be handed over.

use std::path::PathBuf;
use std::time::SystemTime;

use url::Url;

use crate::identity::Identity;
use crate::partition::Region;
use crate::source::Keys;
use crate::verdict::{Facts, Verdict};

/// How AWS was asked about credentials, for whoever is handed them and is to go the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The emulator that was asked, where it was one.
    pub emulator: Option<Url>,
    /// The CA bundle that was trusted, where one is named.
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
    way: Way,
}

impl Grant {
    /// What a verdict grants: the credentials whose identity it judged, if it allows them.
    pub fn of(verdict: &Verdict, facts: &Facts, keys: Keys, way: Way) -> Option<Self> {
        verdict.is_allowed().then(|| Self {
            keys,
            identity: facts.caller.identity.clone(),
            region: facts.caller.region.clone(),
            way,
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

    /// How AWS was asked about them.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// When they end; keys of a user do not.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.keys.expires_at
    }
}
