//! What it takes to obtain credentials, whoever hands them out.

use super::endpoint::Endpoint;
use super::http::Net;
use crate::source::Settings;

/// What it takes to turn a source into credentials.
pub struct Means<'a> {
    /// STS, for the sources that are exchanged there.
    pub sts: &'a Endpoint,
    /// The environment's and the profile's settings.
    pub settings: &'a Settings<'a>,
    /// The network.
    pub net: &'a Net,
    /// What to call the sessions of roles that nobody named.
    pub session: &'a str,
}
