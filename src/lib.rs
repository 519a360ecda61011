//! account-guard proves, before anything is deployed, that the credentials about to be used belong
//! to an account and a role which the chosen environment allows.
//!
//! The core decides and knows nothing of the world; the shell around it asks and tells.

pub mod arn;
pub mod identity;
pub mod partition;
pub mod policy;
pub mod source;
