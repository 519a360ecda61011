//! The fourth phase: asks STS for the identity of all credentials.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::notes;
use super::progress::Progress;
use super::stop::Stop;
use super::winners::{Group, Winners, no_winner};
use crate::aws::access::AwsAccess;
use crate::aws::credentials::Obtained;
use crate::aws::sts::ask;
use crate::identity::Identity;
use crate::outcome::{Fact, KnownCaller, KnownWinner, NamedIdentity};
use crate::policy::Policy;
use crate::source::{Keys, World};
use crate::target::Target;
use crate::unknown::Unknown;
use crate::verdict::Lifetime;

/// Tools, their credentials, and the identity that STS returned for these.
pub(super) struct Caller {
    pub(super) group: Group,
    pub(super) keys: Keys,
    pub(super) identity: Identity,
}

/// The callers of a run. There is at least one.
pub(super) struct Callers {
    /// The caller that the report describes.
    pub(super) first: Caller,
    pub(super) others: Vec<Caller>,
}

impl Callers {
    /// All callers, the first one first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Caller> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// Asks STS for the identity of every source's credentials at the same time. Tools that share a source
/// share its identity. They become callers of their own if they read another expiration.
///
/// # Errors
///
/// STS does not answer, or does not know the credentials.
pub(super) async fn all(
    winners: &Winners,
    obtained: Vec<(&Group, Obtained)>,
    access: &AwsAccess<'_>,
    progress: &Progress,
) -> Result<Callers, Stop> {
    let tasks = obtained.into_iter().map(async |(group, obtained)| {
        let identity = identity(&obtained.keys, access, progress).await;
        (group, identity.map(|identity| (obtained, identity)))
    });
    let identified = winners.all(join_all(tasks).await)?;
    let mut callers: Vec<Caller> = Vec::new();
    for group in winners.groups() {
        let mut own =
            identified.iter().filter(|(first, _)| first.winner.source == group.winner.source);
        let (_, (obtained, identity)) = own.next().ok_or_else(no_winner)?;
        callers.extend(of_group(group, obtained, identity)?);
    }
    let mut callers = callers.into_iter();
    let first = callers.next().ok_or_else(no_winner)?;
    Ok(Callers { first, others: callers.collect() })
}

/// The callers of one group, one for each expiration.
fn of_group(
    group: &Group,
    obtained: &Obtained,
    identity: &Identity,
) -> Result<Vec<Caller>, Unknown> {
    let mut callers: Vec<Caller> = Vec::new();
    for tool in &group.tools {
        let keys = obtained.read_by(tool.family())?;
        match callers.iter_mut().find(|caller| caller.keys.expires_at == keys.expires_at) {
            Some(caller) => caller.group.tools.push(*tool),
            None => callers.push(Caller {
                group: group.with(vec![*tool]),
                keys,
                identity: identity.clone(),
            }),
        }
    }
    Ok(callers)
}

async fn identity(
    keys: &Keys,
    access: &AwsAccess<'_>,
    progress: &Progress,
) -> Result<Identity, Unknown> {
    let host = access.sts.host();
    progress.step(format!("asking {host} for the caller's identity"));
    let identity = ask(keys, access.sts, access.net).await?;
    progress.step(format!("{host} answered: {}", identity.arn()));
    Ok(identity)
}

/// Learns the identities, with the policy's names for their accounts, and the hints at other accounts.
pub(super) fn learn(
    callers: &Callers,
    policy: Option<&Policy>,
    targets: &[Target],
    world: &World,
    progress: &Progress,
) {
    let Caller { keys, identity, .. } = &callers.first;
    let now = SystemTime::now();
    progress.learn(Fact::Caller(KnownCaller {
        named: named(identity, policy),
        expires_at: keys.expires_at,
        left: keys.expires_at.map(|at| at.duration_since(now).unwrap_or_default()),
    }));
    for note in notes::account_hints(keys, identity, targets, world) {
        progress.note(note);
    }
    let winners = callers.all().map(|caller| KnownWinner {
        tools: caller.group.tools.clone(),
        winner: caller.group.winner.clone(),
        identity: Some(named(&caller.identity, policy)),
    });
    progress.learn(Fact::Winners(winners.collect()));
}

fn named(identity: &Identity, policy: Option<&Policy>) -> NamedIdentity {
    let account_name = policy.and_then(|policy| policy.account_name(identity.account()));
    NamedIdentity { identity: identity.clone(), account_name: account_name.map(str::to_owned) }
}

/// Keys without a session token are long-term keys.
pub(super) fn lifetime(keys: &Keys, now: SystemTime) -> Lifetime {
    match (keys.expires_at, &keys.session_token) {
        (Some(end), _) => Lifetime::Left(end.duration_since(now).unwrap_or_default()),
        (None, Some(_)) => Lifetime::Unknown,
        (None, None) => Lifetime::Endless,
    }
}
