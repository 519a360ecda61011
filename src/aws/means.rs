//! What it takes to obtain credentials, whoever hands them out.

use super::endpoint::Endpoint;
use crate::net::http::Net;
use crate::source::Settings;

/// What it takes to turn a source into credentials.
pub(crate) struct Means<'a> {
    /// STS, for the sources that are exchanged there.
    pub(crate) sts: &'a Endpoint,
    /// The environment's and the profile's settings.
    pub(crate) settings: &'a Settings<'a>,
    /// The network.
    pub(crate) net: &'a Net,
    /// What to call the sessions of roles that nobody named.
    pub(crate) session: &'a str,
}
