//! What is about to be touched: an account, its partition and a region, and what of it that is.

mod image;
#[cfg(test)]
mod tests;

pub use image::NotAnImage;

use crate::identity::AccountId;
use crate::partition::{Partition, Region};

/// Something that a deploy is about to touch, as it was named on the command line or in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How the user named it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The account that owns it.
    pub account: AccountId,
    /// The partition that it is in.
    pub partition: Partition,
    /// The region that it is in; global things have none.
    pub region: Option<Region>,
}

/// What a target is: the rule that judges it goes by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An image in a private registry of ECR, or that registry.
    Image,
    /// Anything else that an account owns.
    Resource,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Image, Self::Resource];

    /// `image`, `resource`
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Resource => "resource",
        }
    }
}

impl Target {
    /// Reads an image of ECR, or its registry's host alone: `HOST[/REPOSITORY[:TAG][@DIGEST]]`.
    pub fn image(reference: &str) -> Result<Self, NotAnImage> {
        image::parse(reference)
    }
}
