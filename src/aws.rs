//! The only AWS code: where to ask, over what, with which credentials, and what an error means.

pub mod ca;
mod client;
mod container;
pub mod credentials;
pub mod ecr;
pub mod endpoint;
pub mod errors;
mod federation;
pub mod http;
mod instance;
mod patience;
mod process;
pub mod processes;
pub mod proxy;
pub mod role;
pub mod sts;
