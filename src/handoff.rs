//! Hands over the very credentials that were judged: to a child, or to whoever asks for them.

pub mod container;
pub mod docker;
pub mod document;
pub mod environment;
pub mod github;
mod grant;
mod proxy;
pub mod shell;
mod terms;

pub use grant::Grant;
pub use terms::{Breach, Terms};
