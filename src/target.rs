//! Targets: the accounts, regions and ECR registries that a deploy is about to touch.

mod image;
#[cfg(test)]
mod tests;

pub use image::NotAnImage;

use crate::identity::AccountId;
use crate::partition::{Partition, Region};

/// A resource or registry that a deploy is about to touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name from the command line, unchanged.
    pub name: String,
    /// The kind of target, which selects the rules.
    pub kind: Kind,
    /// The account that owns the target.
    pub account: AccountId,
    /// The partition of the target.
    pub partition: Partition,
    /// The region of the target; `None` for a global resource.
    pub region: Option<Region>,
}

/// The kind of a target, which selects the rules that judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An image to push to a private ECR registry, or that registry's host.
    Image,
    /// A private ECR registry that docker requests credentials for, to push or to pull.
    Registry,
    /// Any other resource of an account.
    Resource,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Image, Self::Registry, Self::Resource];

    /// The name in the JSON report: `image`, `registry` or `resource`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Registry => "registry",
            Self::Resource => "resource",
        }
    }
}

impl Target {
    /// Parses an ECR image or the host of its registry: `HOST[/REPOSITORY[:TAG][@DIGEST]]`.
    pub fn image(reference: &str) -> Result<Self, NotAnImage> {
        image::parse(reference)
    }

    /// Parses the host of an ECR registry that docker requests credentials for.
    pub fn registry(host: &str) -> Result<Self, NotAnImage> {
        Ok(Self { kind: Kind::Registry, ..image::parse(host)? })
    }
}
