//! The check itself, from a request to what was found. This is the only module that contains the order
//! of its phases. Prints nothing, and reads the user's world through `input` alone.

mod ca_bundle;
pub(crate) mod deadline;
mod endpoints;
mod identify;
pub(crate) mod identity;
pub(crate) mod judge;
mod mfa;
mod notes;
mod obtain;
mod progress;
pub(crate) mod request;
mod runtime;
mod session_name;
pub(crate) mod token;
mod winners;
mod wrong_region;
