//! Explains rejected keys by the region. A partition rejects the keys of all others, so that valid keys
//! seem to be invalid when the region belongs to the wrong partition.

use super::stop::Stop;
use super::winners::Group;
use crate::aws::endpoint::Endpoint;
use crate::partition::Partition;
use crate::policy::Rules;
use crate::source::Inventory;
use crate::tool::names;
use crate::unknown::{ErrorCode, Unknown};

/// The failure, with the region as its reason if the partitions differ. `first` is the group whose region
/// was asked.
pub(super) fn explain(
    stop: Stop,
    at: &Endpoint,
    first: &Group,
    inventory: &Inventory<'_>,
    rules: &Rules<'_>,
) -> Stop {
    let Stop::Failed { group: Some(group), why } = stop else { return stop };
    let is_rejected = why.code == ErrorCode::InvalidCredentials && !at.is_emulator();
    let Some((meant, reason)) = other_partition(&group, at, rules).filter(|_| is_rejected) else {
        return Stop::Failed { group: Some(group), why };
    };
    let region = at.region();
    let chosen = match inventory.region(first.tool()) {
        Ok(Some((_, origin))) => format!("from {origin}"),
        _ => "the default, as no region is set".to_owned(),
    };
    let message = format!(
        "{}; {region} ({chosen}) is in partition {}, and {reason} is in {meant}",
        why.message,
        region.partition()
    );
    let hint = format!(
        "choose a region of {meant}, such as {}, with --region, AWS_REGION or the profile's \
         `region`",
        meant.default_region()
    );
    Stop::Failed { group: Some(group), why: Unknown { message, ..why }.hint(hint) }
}

/// The partition that the credentials seem to belong to, if it is not the one that was asked, and the
/// reason to think so.
fn other_partition(group: &Group, at: &Endpoint, rules: &Rules<'_>) -> Option<(Partition, String)> {
    let mut candidates = Vec::new();
    if let Some(region) = &group.winner.region {
        let reason = format!("{region} (the region of {})", names(&group.tools));
        candidates.push((region.partition(), reason));
    }
    for layer in group.winner.source.layers() {
        for claim in &layer.claims {
            let reason = format!("`{}` of {}", claim.key, claim.origin);
            candidates.extend(claim.partition.map(|partition| (partition, reason)));
        }
    }
    if let Some(partition) = rules.named_partition() {
        let environment = rules.environment().escape_debug();
        candidates.push((partition, format!("what the policy allows in {environment}")));
    }
    candidates.into_iter().find(|(partition, _)| *partition != at.region().partition())
}
