//! Tests of everything that the program writes: to its streams, to report files and into the pictures of the documentation.

mod pictures;
pub(crate) mod snapshots;
mod streams;
