//! The only AWS code: where to ask, over what, with which credentials, and what an error means.

pub mod ca;
mod container;
pub mod credentials;
pub mod endpoint;
pub mod errors;
pub mod http;
mod instance;
pub mod patience;
mod process;
pub mod processes;
pub mod proxy;
pub mod role;
pub mod sts;
