//! Explanations of a result: hints at another account than the one in STS's answer, the program that set
//! the variables, the credentials that a profile leaves out, and a profile that fits. They never decide.

use super::identify::Callers;
use crate::identity::Identity;
use crate::outcome::Note;
use crate::policy::Rules;
use crate::source::{Asked, Inventory, Keys, Origin, Source, World, account_of_key};
use crate::target::Target;
use crate::tool::{Family, Tool};
use crate::verdict::{Code, Verdict, accepts};

/// The hints at another account. Many builds set `AWS_ACCOUNT_ID` to the account of their registry.
pub(super) fn account_hints(
    keys: &Keys,
    identity: &Identity,
    targets: &[Target],
    world: &World,
) -> Vec<Note> {
    let account = identity.account();
    let mut hints = Vec::new();
    if let Some(hinted) = account_of_key(&keys.access_key_id)
        && hinted != account
    {
        hints.push(Note::KeyOfAccount(hinted));
    }
    if let Some(named) = world.value("AWS_ACCOUNT_ID")
        && named != account.to_string()
        && !targets.iter().any(|target| target.account.to_string() == named)
    {
        hints.push(Note::AccountVariable(named.to_owned()));
    }
    hints
}

/// The programs that set the credentials or the profile for the process that they started: aws-vault,
/// and kubectl with the `env` of a kubeconfig.
pub(super) fn launchers(world: &World) -> Vec<Note> {
    let has_credentials = world.value("AWS_ACCESS_KEY_ID").is_some()
        || world.value("AWS_CONTAINER_CREDENTIALS_FULL_URI").is_some();
    let mut launchers = Vec::new();
    if let Some(profile) = world.value("AWS_VAULT")
        && has_credentials
    {
        launchers.push(Note::AwsVault(profile.to_owned()));
    }
    if let Some(profile) = world.value("AWS_PROFILE")
        && world.value("KUBERNETES_EXEC_INFO").is_some()
    {
        launchers.push(Note::Kubeconfig(profile.to_owned()));
    }
    launchers
}

/// What `--profile` leaves out: the credentials that tools use without it, and the tools of `--for`.
pub(super) fn left_out(world: &World, asked: &Asked, tools: &[Tool], source: &Source) -> Vec<Note> {
    let Some(profile) = &asked.profile else { return Vec::new() };
    let without_profile = Asked { profile: None, ..asked.clone() };
    let inventory = Inventory::take(world, &without_profile);
    let mut others: Vec<(Origin, Vec<Tool>)> = Vec::new();
    for tool in Family::DEFAULT_SCOPE.map(Tool::of) {
        let Ok(other) = inventory.winner(tool) else { continue };
        if other.source == *source {
            continue;
        }
        let origin = other.source.origin;
        match others.iter_mut().find(|(known, _)| known.to_string() == origin.to_string()) {
            Some((_, own)) => own.push(tool),
            None => others.push((origin, vec![tool])),
        }
    }
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(Note::WithoutProfile(others));
    }
    if !tools.is_empty() {
        notes.push(Note::ScopeBesideProfile { tools: tools.to_vec(), profile: profile.clone() });
    }
    notes
}

/// The one profile of this machine whose configuration claims an identity that the environment accepts,
/// and whose credentials were not just refused. `None` if there are several.
pub(super) fn fitting_profile(
    rules: &Rules<'_>,
    inventory: &Inventory<'_>,
    callers: &Callers,
    verdict: &Verdict,
) -> Option<String> {
    let violation = verdict.violations().next().map(|(_, violation)| violation.code);
    let is_of_other_tool = violation == Some(Code::OtherTool);
    let mut refused = Vec::new();
    for (index, caller) in callers.all().enumerate() {
        let is_described = index == 0 && !is_of_other_tool;
        if is_described || !accepts(rules, &caller.identity) {
            refused.push(&caller.group.winner.source.origin);
        }
    }
    let mut fitting = Vec::new();
    for (name, source) in inventory.profiles() {
        let claims_to_fit = source.claimed_identity().is_some_and(|it| accepts(rules, &it));
        if claims_to_fit && !refused.contains(&&source.origin) {
            fitting.push(name);
        }
    }
    match fitting.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
