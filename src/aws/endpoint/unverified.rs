//! Endpoints that may be untrusted. Only for `identity`, which judges nothing.

use url::Url;

use super::{Certificates, Endpoint, Standing, Variant, own_url, trusted, without_credentials};
use crate::partition::Region;
use crate::source::{Origin, Service, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// The endpoint of the command line or the configuration, whether or not it is one of AWS.
#[derive(Clone, Debug)]
pub(crate) struct Unverified {
    /// `--endpoint-url`
    pub(crate) url: Option<Url>,
    /// `--no-verify-ssl`
    pub(crate) certificates: Certificates,
}

impl Unverified {
    /// The endpoint of STS. It is trusted only if its host is one of AWS and its certificate is verified.
    pub(crate) fn sts(
        &self,
        region: &Region,
        settings: &Settings<'_>,
    ) -> Result<Endpoint, Unknown> {
        let named = match &self.url {
            Some(url) => Some((url.to_string(), Origin::Flag("--endpoint-url"))),
            None => settings.endpoint(Service::Sts)?,
        };
        let url = match &named {
            Some((text, by)) => parse(text, by)?,
            None => own_url(Service::Sts, region, Variant::of(settings)?)?,
        };
        let is_aws = trusted(url.as_str(), Service::Sts, region).is_some();
        let standing = match self.certificates {
            Certificates::Checked if is_aws => Standing::Aws,
            certificates => Standing::Unverified(certificates),
        };
        Ok(Endpoint { url, service: Service::Sts, region: region.clone(), standing })
    }
}

fn parse(text: &str, by: &Origin) -> Result<Url, Unknown> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        is_web && url.username().is_empty() && url.password().is_none()
    });
    url.ok_or_else(|| {
        let shown = without_credentials(text);
        let message = format!("{by} is not the URL of an endpoint: `{}`", shown.escape_debug());
        Unknown::new(ErrorCode::InvalidConfiguration, message)
            .hint("write it as https://HOST, or http://localhost:4566")
    })
}
