//! The third phase: obtains the credentials of every source, layer by layer.

use futures_util::future::join_all;

use super::mfa::{self, Codes, Prompt};
use super::progress::Progress;
use super::stop::Stop;
use super::winners::{Group, Winners};
use crate::aws::access::AwsAccess;
use crate::aws::credentials::{Obtained, resolve};
use crate::aws::role::Signer;
use crate::policy::Rules;
use crate::source::{Keys, Kind, Secret, Source, World};
use crate::tool::{Family, Tool};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Verdict, refuse_real_keys};

/// One layer of a source: its own credentials, or those that they are obtained with.
pub(super) struct Layer<'a> {
    pub(super) source: &'a Source,
    /// The code of the MFA device, if the layer names one.
    pub(super) code: Option<Secret>,
}

/// Obtains the credentials of every source at the same time, each with the first group that uses it.
///
/// With `rules`, keys of AWS are refused in the environment of an emulator: they sign no request to it.
///
/// # Errors
///
/// Keys are refused, a source hands out no credentials, or no tool can use them.
pub(super) async fn all<'w>(
    winners: &'w Winners,
    access: &AwsAccess<'_>,
    rules: Option<&Rules<'_>>,
    (world, prompt): (&World, Prompt),
    progress: &Progress,
) -> Result<Vec<(&'w Group, Obtained)>, Stop> {
    refuse_present_keys(winners, rules)?;
    let variable = world.variables.get(mfa::VARIABLE).map(String::as_str);
    let mut codes = Codes::of(variable, prompt, progress);
    let mut layers = Vec::new();
    for group in winners.by_source() {
        layers.push((group, codes.of_layers(&group.winner.source)));
    }
    let layers = winners.all(layers)?;
    let tasks = layers.iter().map(async |(group, layers)| {
        let tools = winners.tools_of(&group.winner.source);
        let readers: Vec<Family> = tools.into_iter().map(Tool::family).collect();
        (*group, credentials(layers, &readers, access, rules, progress).await)
    });
    let results = winners.all_usable(join_all(tasks).await, |result, tool| match result {
        Found::Obtained(it) => it.read_by(tool.family()).map(drop),
        Found::Refused(_) => Ok(()),
    })?;
    let mut all = Vec::new();
    for (group, result) in results {
        match result {
            Found::Obtained(it) => all.push((group, *it)),
            Found::Refused(verdict) => return Err(refused(group, verdict)),
        }
    }
    Ok(all)
}

/// Refuses keys of AWS that need not be obtained, before anything is sent: those of a source, or those
/// below a role.
fn refuse_present_keys(winners: &Winners, rules: Option<&Rules<'_>>) -> Result<(), Stop> {
    for group in winners.by_source() {
        for layer in group.winner.source.layers() {
            if let (Kind::Keys(keys), Some(rules)) = (&layer.kind, rules)
                && let Some(verdict) = refuse_real_keys(rules, &keys.access_key_id)
            {
                return Err(refused(group, verdict));
            }
        }
    }
    Ok(())
}

fn refused(group: &Group, verdict: Verdict) -> Stop {
    Stop::Refused { group: Box::new(group.clone()), verdict }
}

/// The credentials of one source, or the verdict on keys that must not be sent.
enum Found {
    Obtained(Box<Obtained>),
    Refused(Verdict),
}

/// Obtains the layers of a source, the innermost first. The keys of each layer are looked at before they
/// sign for the next, and credentials that no reader can use end the work at once.
async fn credentials(
    layers: &[Layer<'_>],
    readers: &[Family],
    access: &AwsAccess<'_>,
    rules: Option<&Rules<'_>>,
    progress: &Progress,
) -> Result<Found, Unknown> {
    let mut below: Option<Obtained> = None;
    for Layer { source, code } in layers {
        progress.step(obtaining(source));
        let by = below.as_ref().map(|it| Signer { keys: &it.keys, code: code.as_ref() });
        let obtained = resolve(source, by, access).await?;
        if let Some(verdict) = rules.and_then(|rules| refuse(rules, &obtained.keys)) {
            return Ok(Found::Refused(verdict));
        }
        usable(&obtained, readers)?;
        below = Some(match below {
            Some(below) => below.then(obtained),
            None => obtained,
        });
    }
    let all = below.ok_or_else(|| Unknown::new(ErrorCode::Internal, "a source without layers"))?;
    Ok(Found::Obtained(Box::new(all)))
}

fn refuse(rules: &Rules<'_>, keys: &Keys) -> Option<Verdict> {
    refuse_real_keys(rules, &keys.access_key_id)
}

/// Returns the first reader's error if no reader can use the credentials.
fn usable(obtained: &Obtained, readers: &[Family]) -> Result<(), Unknown> {
    let mut first = Ok(());
    for family in readers {
        match obtained.read_by(*family) {
            Ok(_) => return Ok(()),
            Err(why) if first.is_ok() => first = Err(why),
            Err(_) => {}
        }
    }
    first
}

fn obtaining(source: &Source) -> String {
    let kind = source.kind.name();
    match source.from() {
        Some(from) => format!("obtaining the credentials ({kind}) with those of {}", from.origin),
        None => format!("obtaining the credentials ({kind})"),
    }
}
