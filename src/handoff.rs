//! Hands over the credentials that were judged, in the form that a command, a shell or an SDK reads.

pub(crate) mod container;
pub(crate) mod docker;
pub(crate) mod document;
pub(crate) mod environment;
pub(crate) mod github;
mod grant;
mod proxy;
pub(crate) mod shell;
mod terms;

pub(crate) use grant::Grant;
pub(crate) use terms::{Breach, Terms};
