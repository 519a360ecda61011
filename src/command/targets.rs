//! What the arguments say is about to be touched. Their form is the question's, not the answer's.

use super::Wrong;
use crate::cli::TargetArgs;
use crate::report::text::harmless;
use crate::target::{NotAnImage, Target};

/// The targets of the arguments, or what is wrong with the first that is none.
pub fn named(args: &TargetArgs) -> Result<Vec<Target>, Wrong> {
    let image = |reference: &String| {
        Target::image(reference).map_err(|why| {
            let message = match why {
                NotAnImage::Blank => "--image is blank".to_owned(),
                _ => format!("--image `{reference}` is not an ECR image: {why}"),
            };
            Wrong::new(&harmless(&message), why.hint())
        })
    };
    args.images.iter().map(image).collect()
}
