//! Explains rejected keys by the region. A partition rejects the keys of all others, so that valid keys
//! seem to be invalid when the region belongs to the wrong partition.

use super::winners::Group;
use crate::aws::endpoint::Endpoint;
use crate::partition::Partition;
use crate::policy::Rules;
use crate::source::Origin;
use crate::tool::names;
use crate::unknown::{ErrorCode, Unknown};

/// Where the credentials of a group were rejected.
pub(crate) struct WrongRegion<'a> {
    /// The group.
    pub(crate) group: &'a Group,
    /// The endpoint that rejected them.
    pub(crate) at: &'a Endpoint,
    /// The setting that chose the region; `None` if no region is set.
    pub(crate) by: Option<&'a Origin>,
    /// The environment's rules.
    pub(crate) rules: &'a Rules<'a>,
}

impl WrongRegion<'_> {
    /// The failure, with the region as its reason if the partitions differ.
    pub(crate) fn explain(&self, why: Unknown) -> Unknown {
        let Some((meant, by)) = self.other_partition() else { return why };
        if why.code != ErrorCode::InvalidCredentials || self.at.is_emulator() {
            return why;
        }
        let region = self.at.region();
        let chosen = self.by.map_or_else(
            || "the default, as no region is set".to_owned(),
            |by| format!("from {by}"),
        );
        let message = format!(
            "{}; {region} ({chosen}) is in partition {}, and {by} is in {meant}",
            why.message,
            region.partition()
        );
        let hint = format!(
            "choose a region of {meant}, such as {}, with --region, AWS_REGION or the profile's \
             `region`",
            meant.default_region()
        );
        Unknown { message, ..why }.hint(hint)
    }

    /// The partition that the credentials seem to belong to, if it is not the one that was asked, and
    /// the reason to think so.
    fn other_partition(&self) -> Option<(Partition, String)> {
        let winner = &self.group.winner;
        let of_region = winner.region.iter().map(|region| {
            (region.partition(), format!("{region} (the region of {})", names(&self.group.tools)))
        });
        let claims = winner.source.layers().into_iter().flat_map(|layer| &layer.claims);
        let of_claims = claims.filter_map(|claim| {
            Some((claim.partition?, format!("`{}` of {}", claim.key, claim.origin)))
        });
        let of_rules = self.rules.named_partition().map(|it| {
            (it, format!("what the policy allows in {}", self.rules.environment().escape_debug()))
        });
        let mut all = of_region.chain(of_claims).chain(of_rules);
        all.find(|(partition, _)| *partition != self.at.region().partition())
    }
}
