//! account-guard proves, before a deploy, that the credentials about to be used belong to an account and a
//! role that the chosen environment allows.
//!
//! The core takes values, decides, and returns values. The shell around it reads input, sends requests and
//! writes output.

// The core uses no files, environment variables, clock, network, colour, AWS crate or async code.
mod arn;
mod codes;
mod handoff;
mod iam;
mod identity;
mod outcome;
pub mod partition;
pub mod policy;
pub mod source;
pub mod target;
mod time;
pub mod tool;
pub mod unknown;
pub mod verdict;
mod wrong;

// The shell.
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
