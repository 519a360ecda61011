//! Hands over the very credentials that were judged: to a child, or to whoever asks for them.

pub mod docker;
pub mod environment;
mod grant;

pub use grant::{Grant, Way};
