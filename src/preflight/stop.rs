//! Why a phase ends the run.

use super::winners::Group;
use crate::unknown::Unknown;
use crate::verdict::Verdict;
use crate::wrong::Wrong;

/// Why a phase ends the run.
pub(super) enum Stop {
    /// The question is wrong.
    Wrong(Wrong),
    /// The credentials of a group are denied before they are sent anywhere.
    Refused { group: Box<Group>, verdict: Verdict },
    /// The credentials or the identity of a group are unknown. `group` is `None` if no group is at fault.
    Failed { group: Option<Box<Group>>, why: Unknown },
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<Unknown> for Stop {
    fn from(why: Unknown) -> Self {
        Self::Failed { group: None, why }
    }
}
