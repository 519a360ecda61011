//! The identities of all credentials, and the tools that each applies to. Tools that share a source share
//! its identity, but they may read another expiration.

use futures_util::future::join_all;

use super::judge::no_winner;
use super::obtain::Obtain;
use super::winners::{Failure, Group, Winners};
use crate::aws::credentials::Obtained;
use crate::identity::Identity;
use crate::source::Keys;
use crate::unknown::Unknown;

/// Credentials, and the identity that STS returned for them.
pub(super) struct Identified {
    pub(super) keys: Keys,
    pub(super) identity: Identity,
}

/// Asks STS for the identity of every source's credentials at the same time.
pub(super) async fn all<'w>(
    obtain: &Obtain<'_>,
    winners: &'w Winners<'_>,
    obtained_all: Vec<(&'w Group, Obtained)>,
) -> Result<Vec<(&'w Group, (Obtained, Identity))>, Failure<'w>> {
    let asked = obtained_all.into_iter().map(async |(group, obtained)| {
        let identity = obtain.identity(&obtained.keys).await;
        (group, identity.map(|identity| (obtained, identity)))
    });
    winners.all(join_all(asked).await)
}

/// The identity of every group. Tools that read another expiration than the others of their group become
/// a group of their own.
pub(super) fn by_group(
    winners: &Winners<'_>,
    answers: &[(&Group, (Obtained, Identity))],
) -> Result<Vec<(Group, Identified)>, Unknown> {
    let mut all: Vec<(Group, Identified)> = Vec::new();
    for group in &winners.groups {
        let is_its = |(first, _): &&(&Group, _)| first.winner.source == group.winner.source;
        let (_, (obtained, identity)) = answers.iter().find(is_its).ok_or_else(no_winner)?;
        let start = all.len();
        for tool in &group.tools {
            let keys = obtained.read_by(tool.family())?;
            let mut own = all.iter_mut().skip(start);
            if let Some((same, _)) = own.find(|(_, it)| it.keys.expires_at == keys.expires_at) {
                same.tools.push(*tool);
            } else {
                let identity = identity.clone();
                all.push((group.with(vec![*tool]), Identified { keys, identity }));
            }
        }
    }
    Ok(all)
}
