//! Hands over the very credentials that were judged: to a child, or to whoever asks for them.

pub mod container;
pub mod docker;
pub mod environment;
mod grant;
mod proxy;
mod terms;

pub use grant::{Grant, Way};
pub use terms::{Breach, Terms};
