//! The targets in the arguments of the command line.

use crate::target::{NotAnImage, Target};
use crate::wrong::Wrong;

/// The targets of `--image`, or the error of the first reference that is invalid.
pub(crate) fn images(references: &[String]) -> Result<Vec<Target>, Wrong> {
    references.iter().map(|reference| image(reference)).collect()
}

fn image(reference: &str) -> Result<Target, Wrong> {
    Target::image(reference).map_err(|why| {
        let message = match why {
            NotAnImage::Blank => "--image is blank".to_owned(),
            _ => format!("--image `{reference}` is not an ECR image: {why}"),
        };
        Wrong::usage(message, why.hint())
    })
}
