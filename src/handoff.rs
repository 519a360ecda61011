//! Hands over the very credentials that were judged: to a child, or to whoever asks for them.

pub mod document;
pub mod environment;
pub mod github;
mod grant;
pub mod shell;

pub use grant::{Grant, Way};
