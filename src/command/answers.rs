//! STS's answers, and which tools they hold for. Tools that share a source share its answer, except for
//! an expiration that they read differently.

use futures_util::future::join_all;

use super::groups::{Failure, Group, Winners};
use super::inquiry::no_winner;
use super::obtain::{Answer, Obtain};
use crate::aws::credentials::Obtained;
use crate::identity::Identity;
use crate::unknown::Unknown;

/// STS's answers about the credentials of every source, asked side by side.
pub(super) async fn answers<'w>(
    obtain: &Obtain<'_>,
    winners: &'w Winners<'_>,
    all: Vec<(&'w Group, Obtained)>,
) -> Result<Vec<(&'w Group, (Obtained, Identity))>, Failure<'w>> {
    let all = all.into_iter().map(async |(group, obtained)| {
        let identity = obtain.identity(&obtained.keys).await;
        (group, identity.map(|identity| (obtained, identity)))
    });
    winners.all(join_all(all).await)
}

/// The answer about every group. Tools that read another expiration from the same credentials than the
/// others of their group become a group of their own.
pub(super) fn answered(
    winners: &Winners<'_>,
    answers: &[(&Group, (Obtained, Identity))],
) -> Result<Vec<(Group, Answer)>, Unknown> {
    let mut all: Vec<(Group, Answer)> = Vec::new();
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
                all.push((group.with(vec![*tool]), Answer { keys, identity }));
            }
        }
    }
    Ok(all)
}
