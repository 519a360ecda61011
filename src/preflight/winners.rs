//! The winners of the tools in scope, those that agree together; and what to say where some have none.

use crate::source::{Inventory, Source, Winner};
use crate::tool::{Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};

/// Tools that would use the same credentials in the same region.
pub(crate) struct Group {
    /// The tools, in the order of the scope.
    pub(crate) tools: Vec<Tool>,
    /// What they would use.
    pub(crate) winner: Winner,
}

impl Group {
    /// The group with some of its tools.
    #[must_use]
    pub(crate) fn with(&self, tools: Vec<Tool>) -> Self {
        Self { tools, winner: self.winner.clone() }
    }
}

/// The winner of every tool in scope.
pub(crate) struct Winners<'a> {
    /// Those that agree together, in the order of the scope.
    pub(crate) groups: Vec<Group>,
    /// The tools that are judged.
    pub(crate) scope: &'a Scope,
}

/// Why the credentials of a source are not known.
pub(crate) struct Failure<'a> {
    /// The first of those who would use it.
    pub(crate) group: &'a Group,
    /// Why, and how to leave its tools out.
    pub(crate) why: Unknown,
}

impl<'a> Winners<'a> {
    /// The winner of every tool in scope. Where one has none, there is no answer.
    pub(crate) fn of(inventory: &Inventory<'_>, scope: &'a Scope) -> Result<Self, Unknown> {
        let mut groups: Vec<Group> = Vec::new();
        let mut failures: Vec<(Unknown, Vec<Tool>)> = Vec::new();
        for tool in scope.tools() {
            match inventory.winner(*tool) {
                Ok(winner) => match groups.iter_mut().find(|group| group.winner == winner) {
                    Some(group) => group.tools.push(*tool),
                    None => groups.push(Group { tools: vec![*tool], winner }),
                },
                Err(why) => failures.push((why.into(), vec![*tool])),
            }
        }
        match unresolved(&failures, scope) {
            Some(why) => Err(why),
            None => Ok(Self { groups, scope }),
        }
    }

    /// The one that all tools in scope are given.
    pub(crate) fn alone(winner: Winner, scope: &'a Scope) -> Self {
        Self { groups: vec![Group { tools: scope.tools().to_vec(), winner }], scope }
    }

    /// The groups without those that share their source with an earlier one.
    pub(crate) fn firsts(&self) -> Vec<&Group> {
        self.groups.iter().fold(Vec::new(), |mut firsts: Vec<&Group>, group| {
            if !firsts.iter().any(|first| first.winner.source == group.winner.source) {
                firsts.push(group);
            }
            firsts
        })
    }

    /// The results of every source, each with the first group that would use it; or the failure of
    /// those sources that have none.
    pub(crate) fn all<'s, T>(
        &'s self,
        results: impl IntoIterator<Item = (&'s Group, Result<T, Unknown>)>,
    ) -> Result<Vec<(&'s Group, T)>, Failure<'s>> {
        self.all_usable(results, |_, _| Ok(()))
    }

    /// The same, where a result may be of no use to some of the tools that share the source: `check`
    /// returns the reason for a tool.
    pub(crate) fn all_usable<'s, T>(
        &'s self,
        results: impl IntoIterator<Item = (&'s Group, Result<T, Unknown>)>,
        check: impl Fn(&T, Tool) -> Result<(), Unknown>,
    ) -> Result<Vec<(&'s Group, T)>, Failure<'s>> {
        let mut all = Vec::new();
        let mut failures: Vec<(Unknown, Vec<Tool>)> = Vec::new();
        let mut failed: Option<&Group> = None;
        for (group, result) in results {
            let tools = self.tools_of(&group.winner.source);
            let failing: Vec<_> = match &result {
                Ok(it) => {
                    let of_tool = |tool: Tool| Some((check(it, tool).err()?, vec![tool]));
                    tools.into_iter().filter_map(of_tool).collect()
                }
                Err(why) => vec![(why.clone(), tools)],
            };
            if !failing.is_empty() {
                failed.get_or_insert(group);
            }
            failures.extend(failing);
            all.extend(result.ok().map(|it| (group, it)));
        }
        let Some(group) = failed else { return Ok(all) };
        let why = unresolved(&failures, self.scope).unwrap_or_else(no_reason);
        Err(Failure { group, why })
    }

    /// The tools that would use a source.
    pub(crate) fn tools_of(&self, source: &Source) -> Vec<Tool> {
        let groups = self.groups.iter().filter(|group| group.winner.source == *source);
        groups.flat_map(|group| group.tools.iter().copied()).collect()
    }
}

/// The first of some failures: by whose rules it is one, and how the other tools can be judged
/// without all that fail.
fn unresolved(failures: &[(Unknown, Vec<Tool>)], scope: &Scope) -> Option<Unknown> {
    let (first, _) = failures.first()?;
    let failing: Vec<Tool> = failures.iter().flat_map(|(_, tools)| tools).copied().collect();
    let is_left = |tool: &&Tool| !failing.contains(tool);
    let rest: Vec<Tool> = scope.tools().iter().filter(is_left).copied().collect();
    if rest.is_empty() {
        return Some(first.clone());
    }
    let so = failures.iter().filter(|(why, _)| why == first);
    let so: Vec<Tool> = so.flat_map(|(_, tools)| tools).copied().collect();
    let are = if failing.len() == 1 { "is" } else { "are" };
    Some(Unknown {
        message: format!("{} (by the rules of {})", first.message, names(&so)),
        way_out: Some(format!(
            "name the tools that deploy, if {} {are} not among them: --for {}, or `tools` in the \
             policy",
            names(&failing),
            names(&rest).replace(", ", ",")
        )),
        ..first.clone()
    })
}

fn no_reason() -> Unknown {
    Unknown::new(ErrorCode::Internal, "a source failed without a reason")
}
