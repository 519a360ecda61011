//! What a report says besides the verdict: hints, what is left out, what would fit.

use super::groups::Group;
use super::inquiry::Inquiry;
use super::obtain::Answer;
use crate::source::{Asked, Inventory, Source};
use crate::tool::{Family, Tool, names};
use crate::verdict::{Code, Verdict, accepts};

impl Inquiry<'_> {
    /// What an explicit profile leaves out: what tools that are run without it would use, and the
    /// tools that the command line names.
    pub(super) fn left_out(&self, source: &Source) -> Vec<String> {
        let Some(profile) = &self.asked.profile else { return Vec::new() };
        let asked = Asked { profile: None, ..self.asked.clone() };
        let inventory = Inventory::take(self.world, &asked);
        let mut others: Vec<(String, Vec<Tool>)> = Vec::new();
        for tool in Family::DEFAULT_SCOPE.map(Tool::of) {
            let winner = inventory.winner(tool).ok();
            let Some(other) = winner.filter(|it| it.source != *source) else { continue };
            let origin = other.source.origin.to_string();
            match others.iter_mut().find(|(known, _)| *known == origin) {
                Some((_, tools)) => tools.push(tool),
                None => others.push((origin, vec![tool])),
            }
        }
        let others = others.iter().map(|(origin, tools)| format!("{}: {origin}", names(tools)));
        let others = others.collect::<Vec<_>>().join(" · ");
        let without = (!others.is_empty())
            .then(|| format!("tools that are run without --profile would use others: {others}"));
        let unheard = (!self.tools.is_empty()).then(|| {
            format!(
                "--for is without effect beside --profile; to judge what {} would take from this \
                 profile, set AWS_PROFILE={} instead",
                names(self.tools),
                profile.escape_debug()
            )
        });
        without.into_iter().chain(unheard).collect()
    }

    /// The one profile of this machine whose own configuration says that it fits the environment,
    /// and that was not just found not to.
    pub(super) fn fitting_profile(
        &self,
        answered: &[(&Group, &Answer)],
        verdict: &Verdict,
    ) -> Option<String> {
        let is_others =
            verdict.violations().next().is_some_and(|(_, it)| it.code == Code::OtherTool);
        let is_refused = |source: &Source| {
            answered.iter().enumerate().any(|(index, (group, answer))| {
                let is_first = index == 0 && !is_others;
                let is_refused = is_first || !accepts(self.rules, &answer.identity);
                group.winner.source.origin == source.origin && is_refused
            })
        };
        let claims_to_fit =
            |source: &Source| source.claimed_identity().is_some_and(|it| accepts(self.rules, &it));
        let inventory = Inventory::take(self.world, self.asked);
        let profiles = inventory.profiles().into_iter();
        let mut fitting = profiles
            .filter(|(_, source)| claims_to_fit(source) && !is_refused(source))
            .map(|(name, _)| name);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    }
}
