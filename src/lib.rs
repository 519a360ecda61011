//! account-guard proves, before anything is deployed, that the credentials about to be used belong
//! to an account and a role which the chosen environment allows.
//!
//! The core decides and knows nothing of the world; the shell around it asks and tells.

// The core: no files, no environment, no clock, no network, no colour, no AWS crate, no async.
pub mod arn;
pub mod handoff;
pub mod identity;
mod outcome;
pub mod partition;
pub mod policy;
pub mod source;
pub mod target;
pub mod tool;
pub mod unknown;
pub mod verdict;
mod wrong;

// The shell around it.
mod aws;
pub mod cli;
pub mod command;
mod files;
mod input;
mod net;
pub mod output;
mod preflight;
mod process;
mod random;
pub mod report;
mod serve;
