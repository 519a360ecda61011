//! AWS services: endpoints, credential sources, STS, ECR, and the explanation of errors.

pub(crate) mod access;
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
mod process;
pub(crate) mod role;
mod sentence;
mod session_file;
mod sign_on;
mod sso;
pub(crate) mod sts;
