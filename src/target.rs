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
    /// An image to push to a private ECR registry, or that registry's host.
    Image,
    /// A private ECR registry that docker asks a login for, to push or to pull.
    Registry,
    /// Anything else that an account owns.
    Resource,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Image, Self::Registry, Self::Resource];

    /// `image`, `registry`, `resource`
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Registry => "registry",
            Self::Resource => "resource",
        }
    }
}

impl Target {
    /// Reads an image of ECR, or its registry's host alone: `HOST[/REPOSITORY[:TAG][@DIGEST]]`.
    pub fn image(reference: &str) -> Result<Self, NotAnImage> {
        image::parse(reference)
    }

    /// Reads the host of an ECR registry that docker asks a login for.
    pub fn registry(host: &str) -> Result<Self, NotAnImage> {
        Ok(Self { kind: Kind::Registry, ..image::parse(host)? })
    }
}
