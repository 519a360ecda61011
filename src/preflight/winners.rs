//! The winners: the credentials that each tool in scope would use. Tools that agree form a group.

use crate::source::{Inventory, Source, Winner};
use crate::tool::{Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};

/// Tools that would use the same credentials in the same region.
pub(crate) struct Group {
    /// The tools, in the order of the scope.
    pub(crate) tools: Vec<Tool>,
    pub(crate) winner: Winner,
}

impl Group {
    /// A group of these tools with the same winner.
    #[must_use]
    pub(crate) fn with(&self, tools: Vec<Tool>) -> Self {
        Self { tools, winner: self.winner.clone() }
    }
}

/// The winner of every tool in scope.
pub(crate) struct Winners<'a> {
    /// In the order of the scope.
    pub(crate) groups: Vec<Group>,
    /// The tools that are judged.
    pub(crate) scope: &'a Scope,
}

/// Why the credentials of a source could not be obtained or identified.
pub(crate) struct Failure<'a> {
    /// The first group that would use the source.
    pub(crate) group: &'a Group,
    /// The reason, with the way to leave the failing tools out.
    pub(crate) why: Unknown,
}

impl<'a> Winners<'a> {
    /// Finds the winner of every tool in scope.
    ///
    /// # Errors
    ///
    /// At least one tool has no winner.
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

    /// One winner for all tools in scope.
    pub(crate) fn alone(winner: Winner, scope: &'a Scope) -> Self {
        Self { groups: vec![Group { tools: scope.tools().to_vec(), winner }], scope }
    }

    /// The first group of each source.
    pub(crate) fn firsts(&self) -> Vec<&Group> {
        self.groups.iter().fold(Vec::new(), |mut firsts: Vec<&Group>, group| {
            if !firsts.iter().any(|first| first.winner.source == group.winner.source) {
                firsts.push(group);
            }
            firsts
        })
    }

    /// The result of every source with the first group that would use it.
    ///
    /// # Errors
    ///
    /// At least one result is an error.
    pub(crate) fn all<'s, T>(
        &'s self,
        results: impl IntoIterator<Item = (&'s Group, Result<T, Unknown>)>,
    ) -> Result<Vec<(&'s Group, T)>, Failure<'s>> {
        self.all_usable(results, |_, _| Ok(()))
    }

    /// Like [`Self::all`]. `check` returns an error if a tool cannot use the result of its source.
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

/// The first failure, with the tools whose rules cause it and the way to judge only the other tools.
/// `None` if there is no failure.
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
