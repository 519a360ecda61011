//! Credentials that a verdict allows to be handed over.

use std::time::SystemTime;

use crate::identity::Identity;
use crate::outcome::{AwsRoute, Basis, Judged};
use crate::partition::Region;
use crate::source::Keys;
use crate::verdict::Verdict;

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
    pub fn of(verdict: &Verdict, basis: &Basis) -> Option<Self> {
        let Basis { facts, keys, route } = basis;
        verdict.is_allowed().then(|| Self {
            keys: keys.clone(),
            identity: facts.caller.identity.clone(),
            region: facts.caller.region.clone(),
            route: route.clone(),
        })
    }

    /// The same for the answer of a run.
    pub fn of_judged(judged: &Judged) -> Option<Self> {
        Self::of(&judged.verdict, judged.basis.as_ref()?)
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
