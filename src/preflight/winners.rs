//! The first phase: the credentials that each tool in scope would use. Sends nothing.

use super::progress::Progress;
use super::stop::Stop;
use crate::outcome::{Fact, KnownSource, KnownWinner, Note, WithoutRegion};
use crate::source::{Exchange, Inventory, Misconfiguration, Origin, Source, Winner};
use crate::tool::{Family, Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};

/// Tools that would use the same credentials in the same region.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The tools, in the order of the scope.
    pub(super) tools: Vec<Tool>,
    /// What they would use.
    pub(super) winner: Winner,
}

impl Group {
    /// The tool by whose rules the credentials and the region of the group were found.
    pub(super) fn tool(&self) -> Tool {
        self.tools.first().copied().unwrap_or(Tool::AWS_CLI)
    }

    /// The group with some of its tools.
    #[must_use]
    pub(super) fn with(&self, tools: Vec<Tool>) -> Self {
        Self { tools, winner: self.winner.clone() }
    }

    /// The source of its credentials, and what that overrides.
    pub(super) fn source(&self, inventory: &Inventory<'_>) -> Fact {
        let source = self.winner.source.clone();
        Fact::Source(Box::new(KnownSource {
            overridden: inventory.shadowed(self.tool(), &source),
            source,
            region: self.winner.region.clone(),
        }))
    }
}

/// The groups of all tools in scope. There is at least one.
pub(super) struct Winners {
    /// The group that the report describes.
    pub(super) first: Group,
    /// The other groups, in the order of the scope.
    pub(super) others: Vec<Group>,
    /// The tools whose credentials are judged.
    pub(super) scope: Scope,
}

/// Finds the credentials of each tool: those that are present, or the role or MFA session that the
/// command line requests instead.
///
/// # Errors
///
/// A tool in scope has no credentials, or a misconfiguration.
pub(super) fn of(
    inventory: &Inventory<'_>,
    scope: Scope,
    exchange: Option<&Exchange>,
    progress: &Progress,
) -> Result<Winners, Stop> {
    for note in inventory.notes(scope.tools().first().copied().unwrap_or(Tool::AWS_CLI)) {
        progress.note(Note::OfSource(note.0));
    }
    if scope.tools().iter().all(|tool| has_no_region(inventory, *tool)) {
        let mut every = Family::DEFAULT_SCOPE.map(Tool::of).into_iter();
        progress.learn(Fact::WithoutRegion(if every.all(|tool| has_no_region(inventory, tool)) {
            WithoutRegion::EveryTool
        } else {
            WithoutRegion::Tools(scope.tools().to_vec())
        }));
    }
    let groups = match exchange.and_then(Exchange::alone) {
        Some(source) => {
            let region = inventory.region(Tool::AWS_CLI).map_err(Unknown::from)?;
            let (source, region) = (source.clone(), region.map(|(region, _)| region));
            let winner = Winner { source, region, asks_machine_for_region: false };
            vec![Group { tools: scope.tools().to_vec(), winner }]
        }
        None => present(inventory, &scope, exchange)?,
    };
    let known = groups.iter().map(|group| KnownWinner {
        tools: group.tools.clone(),
        winner: group.winner.clone(),
        identity: None,
    });
    progress.learn(Fact::Winners(known.collect()));
    let mut groups = groups.into_iter();
    let first = groups.next().ok_or_else(no_winner)?;
    progress.learn(first.source(inventory));
    Ok(Winners { first, others: groups.collect(), scope })
}

/// Whether no setting names a region for a tool. Some tools have one built in.
fn has_no_region(inventory: &Inventory<'_>, tool: Tool) -> bool {
    matches!(inventory.region(tool), Ok(None | Some((_, Origin::BuiltIn))))
}

/// The credentials that are present, or the requested role or session obtained with them.
fn present(
    inventory: &Inventory<'_>,
    scope: &Scope,
    exchange: Option<&Exchange>,
) -> Result<Vec<Group>, Unknown> {
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
    if let Some(why) = unresolved(&failures, scope) {
        return Err(why);
    }
    if let Some(exchange) = exchange {
        for group in &mut groups {
            let requested: Result<Source, Misconfiguration> =
                exchange.over(group.winner.source.clone());
            group.winner.source = requested?;
        }
    }
    Ok(groups)
}

impl Winners {
    /// All groups, the first one first.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Group> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The first group of each source. Groups that differ in the region alone share their source.
    pub(super) fn by_source(&self) -> Vec<&Group> {
        let mut firsts: Vec<&Group> = Vec::new();
        for group in self.groups() {
            if !firsts.iter().any(|first| first.winner.source == group.winner.source) {
                firsts.push(group);
            }
        }
        firsts
    }

    /// The tools that would use a source.
    pub(super) fn tools_of(&self, source: &Source) -> Vec<Tool> {
        let groups = self.groups().filter(|group| group.winner.source == *source);
        groups.flat_map(|group| group.tools.iter().copied()).collect()
    }

    /// The results of all sources, each with the first group that would use it.
    ///
    /// # Errors
    ///
    /// One of the results is an error.
    pub(super) fn all<'w, T>(
        &'w self,
        results: impl IntoIterator<Item = (&'w Group, Result<T, Unknown>)>,
    ) -> Result<Vec<(&'w Group, T)>, Stop> {
        self.all_usable(results, |_, _| Ok(()))
    }

    /// The results of all sources, as [`Self::all`] returns them. `check` returns an error for a tool that
    /// cannot use a result.
    pub(super) fn all_usable<'w, T>(
        &'w self,
        results: impl IntoIterator<Item = (&'w Group, Result<T, Unknown>)>,
        check: impl Fn(&T, Tool) -> Result<(), Unknown>,
    ) -> Result<Vec<(&'w Group, T)>, Stop> {
        let mut all = Vec::new();
        let mut failures: Vec<(Unknown, Vec<Tool>)> = Vec::new();
        let mut failed: Option<&Group> = None;
        for (group, result) in results {
            let before = failures.len();
            let tools = self.tools_of(&group.winner.source);
            match result {
                Ok(it) => {
                    for tool in tools {
                        failures.extend(check(&it, tool).err().map(|why| (why, vec![tool])));
                    }
                    all.push((group, it));
                }
                Err(why) => failures.push((why, tools)),
            }
            if failures.len() > before {
                failed.get_or_insert(group);
            }
        }
        let Some(group) = failed else { return Ok(all) };
        let why = unresolved(&failures, &self.scope).unwrap_or_else(no_reason);
        Err(Stop::Failed { group: Some(Box::new(group.clone())), why })
    }
}

/// The first failure. If other tools in scope did not fail, its message names the tools that did, and how
/// to leave them out.
fn unresolved(failures: &[(Unknown, Vec<Tool>)], scope: &Scope) -> Option<Unknown> {
    let (first, _) = failures.first()?;
    let (mut failing, mut alike) = (Vec::new(), Vec::new());
    for (why, tools) in failures {
        failing.extend(tools.iter().copied());
        if why == first {
            alike.extend(tools.iter().copied());
        }
    }
    let rest: Vec<Tool> =
        scope.tools().iter().copied().filter(|tool| !failing.contains(tool)).collect();
    if rest.is_empty() {
        return Some(first.clone());
    }
    let are = if failing.len() == 1 { "is" } else { "are" };
    Some(Unknown {
        message: format!("{} (affects {})", first.message, names(&alike)),
        way_out: Some(format!(
            "if {} {are} not used here, name the tools that deploy: --for {}, or `tools` in the \
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

pub(super) fn no_winner() -> Unknown {
    Unknown::new(ErrorCode::NoCredentials, "no tool in scope has credentials here")
}
