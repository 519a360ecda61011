//! Notes that explain a result: hints at another account than the one in STS's answer, the program that
//! set the variables, the credentials that a profile leaves out, and a profile that fits. They never
//! decide.

use super::identify::Identified;
use super::winners::Group;
use crate::identity::Identity;
use crate::policy::Rules;
use crate::source::{Asked, Inventory, Keys, Source, World, account_of_key, is_plain_name};
use crate::target::Target;
use crate::tool::{Family, Tool, names};
use crate::verdict::{Code, Verdict, accepts};

/// The hints at another account. Many builds set `AWS_ACCOUNT_ID` to the account of their registry.
pub(super) fn account_hints(
    keys: &Keys,
    identity: &Identity,
    targets: &[Target],
    world: &World,
) -> Vec<String> {
    let account = identity.account();
    let of_key = account_of_key(&keys.access_key_id).filter(|it| *it != account);
    let of_key = of_key.map(|it| format!("the access key ID seems to belong to account {it}"));
    let touched = targets.iter().map(|target| target.account);
    let is_known = |it: &str| touched.chain([account]).any(|known| known.to_string() == it);
    let variable = world.variables.get("AWS_ACCOUNT_ID");
    let variable = variable.filter(|it| !it.is_empty() && !is_known(it));
    let of_variable = variable.map(|it| {
        format!("AWS_ACCOUNT_ID is `{}`, not the account of these credentials", it.escape_debug())
    });
    of_key.into_iter().chain(of_variable).collect()
}

/// The programs that set the credentials or the profile for the process that they started: aws-vault,
/// and kubectl with the `env` of a kubeconfig.
pub(super) fn launchers(world: &World) -> Vec<String> {
    let is_set = |name: &str| world.value(name).is_some();
    let has_credentials =
        is_set("AWS_ACCESS_KEY_ID") || is_set("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let vault = world.value("AWS_VAULT").filter(|_| has_credentials).map(|profile| {
        let name = if is_plain_name(profile) { profile } else { "PROFILE" };
        format!(
            "AWS_VAULT is `{}`: aws-vault set the credentials in this environment; for others, exit \
             its shell and run `aws-vault exec {name}` again",
            profile.escape_debug()
        )
    });
    let profile = world.value("AWS_PROFILE").filter(|_| is_set("KUBERNETES_EXEC_INFO"));
    let kubeconfig = profile.map(|profile| {
        format!(
            "kubectl started this process (KUBERNETES_EXEC_INFO is set): AWS_PROFILE=`{}` can come \
             from `env` of the user's `exec` section in the kubeconfig",
            profile.escape_debug()
        )
    });
    vault.into_iter().chain(kubeconfig).collect()
}

/// What `--profile` leaves out: the credentials that tools use without it, and the tools of `--for`.
pub(super) fn left_out(
    world: &World,
    asked: &Asked,
    tools: &[Tool],
    source: &Source,
) -> Vec<String> {
    let Some(profile) = &asked.profile else { return Vec::new() };
    let without_profile = Asked { profile: None, ..asked.clone() };
    let inventory = Inventory::take(world, &without_profile);
    let mut others: Vec<(String, Vec<Tool>)> = Vec::new();
    for tool in Family::DEFAULT_SCOPE.map(Tool::of) {
        let winner = inventory.winner(tool).ok();
        let Some(other) = winner.filter(|it| it.source != *source) else { continue };
        let origin = other.source.origin.to_string();
        match others.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, own)) => own.push(tool),
            None => others.push((origin, vec![tool])),
        }
    }
    let others = others.iter().map(|(origin, tools)| format!("{}: {origin}", names(tools)));
    let others = others.collect::<Vec<_>>().join(" · ");
    let without = (!others.is_empty())
        .then(|| format!("tools that are run without --profile would use others: {others}"));
    let unheard = (!tools.is_empty()).then(|| {
        format!(
            "--for is without effect beside --profile; to judge what {} would take from this \
             profile, set AWS_PROFILE={} instead",
            names(tools),
            profile.escape_debug()
        )
    });
    without.into_iter().chain(unheard).collect()
}

/// The one profile of this machine whose configuration claims an identity that the environment accepts,
/// and whose credentials were not just refused. `None` if there are several.
pub(super) fn fitting_profile(
    rules: &Rules<'_>,
    inventory: &Inventory<'_>,
    identified: &[(&Group, &Identified)],
    verdict: &Verdict,
) -> Option<String> {
    let is_others = verdict.violations().next().is_some_and(|(_, it)| it.code == Code::OtherTool);
    let is_refused = |source: &Source| {
        identified.iter().enumerate().any(|(index, (group, it))| {
            let is_first = index == 0 && !is_others;
            let is_refused = is_first || !accepts(rules, &it.identity);
            group.winner.source.origin == source.origin && is_refused
        })
    };
    let claims_to_fit =
        |source: &Source| source.claimed_identity().is_some_and(|it| accepts(rules, &it));
    let profiles = inventory.profiles().into_iter();
    let mut fitting = profiles
        .filter(|(_, source)| claims_to_fit(source) && !is_refused(source))
        .map(|(name, _)| name);
    let first = fitting.next();
    first.filter(|_| fitting.next().is_none())
}
