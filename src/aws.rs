//! The only AWS code: where to ask, over what, with which credentials, and what an error means.

pub mod ca;
mod client;
mod container;
pub mod credentials;
mod dpop;
pub mod ecr;
pub mod endpoint;
pub mod errors;
mod federation;
pub mod http;
mod instance;
mod login;
pub mod means;
pub mod patience;
mod process;
pub mod processes;
pub mod proxy;
pub mod role;
mod sentence;
mod session_file;
mod sign_on;
mod sso;
pub mod sts;
