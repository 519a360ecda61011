//! Reads the policy of a run.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::progress::{Progress, QuestionFile};
use crate::input::policy_file;
use crate::outcome::{Fact, KnownTarget, Note, PolicyFile};
use crate::policy::{Policy, Text};
use crate::target::Target;
use crate::wrong::Wrong;

/// The policy to judge by: the one that is named, or the one that is found.
///
/// # Errors
///
/// There is no policy, or it is invalid.
pub(super) fn read(named: Option<&Path>, progress: &Progress) -> Result<Policy, Wrong> {
    progress.reading(QuestionFile::Policy);
    valid(policy_file::read(named)?)
}

/// The policy for the names of accounts and environments. One that is found rather than named may be
/// missing or invalid: then it is ignored, with a note.
pub(super) fn read_if_any(
    named: Option<&Path>,
    progress: &Progress,
) -> Result<Option<Policy>, Wrong> {
    progress.reading(QuestionFile::Policy);
    let policy = policy_file::read_if_any(named).and_then(|text| text.map(valid).transpose());
    if named.is_none() && policy.is_err() {
        progress.note(Note::InvalidPolicy);
        return Ok(None);
    }
    policy
}

fn valid(text: Text) -> Result<Policy, Wrong> {
    Policy::read(vec![text]).map_err(Wrong::Policy)
}

/// Learns the policy file, and the policy's names for the accounts of the targets.
pub(super) fn learn(policy: &Policy, targets: &[Target], progress: &Progress) {
    if let Some(text) = policy.texts().first() {
        let digest = Sha256::digest(text.text.as_bytes());
        let sha256 = hex::encode(digest);
        progress.learn(Fact::Policy(PolicyFile { path: text.name.clone(), sha256 }));
    }
    let targets = targets.iter().map(|target| KnownTarget {
        target: target.clone(),
        account_name: policy.account_name(target.account).map(str::to_owned),
    });
    progress.learn(Fact::Targets(targets.collect()));
}
