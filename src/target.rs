//! What is about to be touched: an account, its partition and a region. Parses nothing yet by itself.

use crate::identity::AccountId;
use crate::partition::{Partition, Region};

/// Something that a deploy is about to touch, as it was named on the command line or in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How the user named it.
    pub name: String,
    /// The account that owns it.
    pub account: AccountId,
    /// The partition that it is in.
    pub partition: Partition,
    /// The region that it is in; global things have none.
    pub region: Option<Region>,
}
