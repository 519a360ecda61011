//! The last phase: judges all callers together.

use std::time::SystemTime;

use super::identify::{self, Callers};
use super::notes;
use super::progress::Progress;
use crate::outcome::Fact;
use crate::policy::Rules;
use crate::source::{Claim, Inventory};
use crate::target::Target;
use crate::tool::Scope;
use crate::verdict::{self, Caller, Deployer, Facts, Verdict};

/// Judges the callers and the targets by the rules. The report describes the first caller.
pub(super) fn all(
    rules: &Rules<'_>,
    callers: &Callers,
    (scope, targets): (&Scope, &[Target]),
    inventory: &Inventory<'_>,
    progress: &Progress,
) -> (Verdict, Facts) {
    let now = SystemTime::now();
    let others = callers
        .others
        .iter()
        .map(|it| Deployer { tools: it.group.tools.clone(), caller: caller(it, now) });
    let facts = Facts {
        caller: caller(&callers.first, now),
        others: others.collect(),
        targets: targets.to_vec(),
        tools: callers.first.group.tools.clone(),
        names_tools: scope.is_named(),
    };
    let verdict = verdict::judge(rules, &facts);
    if !verdict.is_allowed()
        && let Some(profile) = notes::fitting_profile(rules, inventory, callers, &verdict)
    {
        progress.learn(Fact::FittingProfile(profile));
    }
    (verdict, facts)
}

fn caller(identified: &identify::Caller, now: SystemTime) -> Caller {
    let identify::Caller { group, keys, identity } = identified;
    let mut source = group.winner.source.clone();
    source.claims.extend(keys.account_id.map(|id| Claim::of_account(id, &source.origin)));
    Caller {
        identity: identity.clone(),
        source,
        region: group.winner.region.clone(),
        asks_machine_for_region: group.winner.asks_machine_for_region,
        lifetime: identify::lifetime(keys, now),
    }
}
