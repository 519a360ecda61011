//! Credentials that a verdict allows to hand over.

use std::time::SystemTime;

use crate::identity::Identity;
use crate::outcome::{AwsRoute, Basis, Judged};
use crate::partition::Region;
use crate::source::Keys;
use crate::verdict::Verdict;

/// Credentials that may be handed over. Only a verdict that allows them creates a value.
pub(crate) struct Grant {
    keys: Keys,
    identity: Identity,
    region: Option<Region>,
    route: AwsRoute,
}

impl Grant {
    /// Grants the credentials whose identity the verdict judged; `None` if it denies them.
    pub(crate) fn of(verdict: &Verdict, basis: &Basis) -> Option<Self> {
        let Basis { facts, keys, route } = basis;
        verdict.is_allowed().then(|| Self {
            keys: keys.clone(),
            identity: facts.caller.identity.clone(),
            region: facts.caller.region.clone(),
            route: route.clone(),
        })
    }

    /// Grants the credentials of a run's answer; `None` if the verdict denies them.
    pub(crate) fn of_judged(judged: &Judged) -> Option<Self> {
        Self::of(&judged.verdict, judged.basis.as_ref()?)
    }

    /// The access keys.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The identity of the credentials, from STS.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The region that was judged; `None` if no region is configured.
    pub(crate) fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The settings of the connection to AWS.
    pub(crate) fn route(&self) -> &AwsRoute {
        &self.route
    }

    /// When the credentials expire; `None` for long-term keys and where the expiry is unknown.
    pub(crate) fn expires_at(&self) -> Option<SystemTime> {
        self.keys.expires_at
    }
}
