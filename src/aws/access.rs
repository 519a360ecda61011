//! The parameters that every call shares which obtains credentials.

use super::endpoint::Endpoint;
use crate::net::http::Net;
use crate::source::Settings;

/// Access to AWS for the calls that obtain credentials.
pub(crate) struct AwsAccess<'a> {
    /// The endpoint of STS.
    pub(crate) sts: &'a Endpoint,
    /// The settings of the environment and the profile.
    pub(crate) settings: &'a Settings<'a>,
    pub(crate) net: &'a Net,
    /// The session name for roles whose configuration contains none.
    pub(crate) session: &'a str,
}
