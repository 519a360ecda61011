//! Credentials that a verdict allows to hand over.

use std::path::PathBuf;
use std::time::SystemTime;

use url::Url;

use crate::identity::Identity;
use crate::partition::Region;
use crate::source::Keys;
use crate::verdict::{Facts, Verdict};

/// The settings of the connection to AWS, which the receiver of the credentials has to use too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The URL of the emulator; `None` for AWS.
    pub emulator: Option<Url>,
    /// The configured CA bundle; `None` for the roots of the system.
    pub ca_bundle: Option<PathBuf>,
    /// Whether FIPS endpoints are used.
    pub fips: bool,
    /// Whether dual-stack endpoints are used.
    pub dual_stack: bool,
    /// Whether a boto configuration file contains credentials, which botocore uses if it finds no others.
    pub boto_credentials: bool,
}

/// Credentials that may be handed over. Only a verdict that allows them creates a value.
pub struct Grant {
    keys: Keys,
    identity: Identity,
    region: Option<Region>,
    way: Way,
}

impl Grant {
    /// Grants the credentials whose identity the verdict judged; `None` if it denies them.
    pub fn of(verdict: &Verdict, facts: &Facts, keys: Keys, way: Way) -> Option<Self> {
        verdict.is_allowed().then(|| Self {
            keys,
            identity: facts.caller.identity.clone(),
            region: facts.caller.region.clone(),
            way,
        })
    }

    /// The access keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The identity of the credentials, from STS.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The region that was judged; `None` if no region is configured.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The settings of the connection to AWS.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// When the credentials expire; `None` for long-term keys and where the expiry is unknown.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.keys.expires_at
    }
}
