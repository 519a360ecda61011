//! The subcommands, one file each: arguments in, output out.

mod answers;
mod blame;
mod ca_bundle;
pub mod check;
pub mod completions;
pub mod credentials;
pub mod docker_credential;
pub mod exec;
mod groups;
mod hints;
pub mod identity;
mod inquiry;
pub mod man;
mod mfa;
mod obtain;
pub mod policy;
mod question;
mod remarks;
mod runtime;
mod serve;
mod session;
mod shared;
mod token;
mod watch;
mod whoami;
