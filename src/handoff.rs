//! Hands over the credentials that were judged, in the form that a command, a shell or an SDK reads.

pub mod container;
pub mod docker;
pub mod document;
pub mod environment;
pub mod github;
mod grant;
mod proxy;
pub mod shell;
mod terms;

pub use grant::{Grant, Way};
pub use terms::{Breach, Terms};
