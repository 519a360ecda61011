//! The winners of the tools in scope, those that agree together; and what to say where some have none.

use crate::source::{Inventory, Source, Winner};
use crate::tool::{Scope, Tool, names};
use crate::unknown::Unknown;

/// Tools that would use the same credentials in the same region.
pub struct Group {
    /// The tools, in the order of the scope.
    pub tools: Vec<Tool>,
    /// What they would use.
    pub winner: Winner,
}

/// The winner of every tool in scope, those that agree together. Where one has none, there is no
/// answer.
pub fn winners(inventory: &Inventory<'_>, scope: &Scope) -> Result<Vec<Group>, Unknown> {
    let mut groups: Vec<Group> = Vec::new();
    let mut failures: Vec<(Unknown, Tool)> = Vec::new();
    for tool in scope.tools() {
        match inventory.winner(tool.family()) {
            Ok(winner) => match groups.iter_mut().find(|group| group.winner == winner) {
                Some(group) => group.tools.push(*tool),
                None => groups.push(Group { tools: vec![*tool], winner }),
            },
            Err(why) => failures.push((why.into(), *tool)),
        }
    }
    let Some((first, _)) = failures.first().cloned() else { return Ok(groups) };
    if groups.is_empty() {
        return Err(first);
    }
    let failed: Vec<Tool> = failures.into_iter().map(|(_, tool)| tool).collect();
    Err(without(&first, &failed, scope))
}

/// Why a source could not be resolved, and how to leave its tools out.
pub fn unresolved(why: Unknown, source: &Source, groups: &[Group], scope: &Scope) -> Unknown {
    let failed: Vec<Tool> = groups
        .iter()
        .filter(|group| group.winner.source == *source)
        .flat_map(|group| group.tools.iter().copied())
        .collect();
    if failed.len() == scope.tools().len() { why } else { without(&why, &failed, scope) }
}

/// The failure of some tools of several: which, and how the others can be judged without them.
fn without(why: &Unknown, failed: &[Tool], scope: &Scope) -> Unknown {
    let rest: Vec<Tool> =
        scope.tools().iter().filter(|tool| !failed.contains(tool)).copied().collect();
    let hint = why.hint.as_ref().map_or_else(String::new, |hint| format!("{hint}; or "));
    Unknown {
        code: why.code,
        message: format!("{} (by the rules of {})", why.message, names(failed)),
        hint: Some(format!(
            "{hint}leave those tools out, if they do not deploy: --for {}, or `tools` in the policy",
            names(&rest).replace(", ", ",")
        )),
    }
}
