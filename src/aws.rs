//! The only AWS code: where to ask, over what, with which credentials, and what an error means.

mod client;
mod container;
pub(crate) mod credentials;
mod dpop;
pub(crate) mod ecr;
pub(crate) mod endpoint;
pub(crate) mod errors;
mod federation;
mod instance;
mod login;
pub(crate) mod means;
mod process;
pub(crate) mod role;
mod sentence;
mod session_file;
mod sign_on;
mod sso;
pub(crate) mod sts;
