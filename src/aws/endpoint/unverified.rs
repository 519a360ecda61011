//! Endpoints that may be untrusted. Only for `identity`, which prints no verdict.

use url::Url;

use super::{Certificates, Endpoint, Standing, Variant, own_url, trusted, without_credentials};
use crate::partition::Region;
use crate::source::{Origin, Service, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// The endpoint options of `identity`. They accept endpoints that are not AWS endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Unverified {
    /// The URL of `--endpoint-url`; `None` if the option is not given.
    pub(crate) url: Option<Url>,
    /// `Unchecked` with `--no-verify-ssl`.
    pub(crate) certificates: Certificates,
}

impl Unverified {
    /// The endpoint of STS. It is trusted only if it is an AWS endpoint and its certificate is verified.
    pub(crate) fn sts(
        &self,
        region: &Region,
        settings: &Settings<'_>,
    ) -> Result<Endpoint, Unknown> {
        let configured = match &self.url {
            Some(url) => Some((url.to_string(), Origin::Flag("--endpoint-url"))),
            None => settings.endpoint(Service::Sts)?,
        };
        let url = match &configured {
            Some((text, origin)) => parse(text, origin)?,
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

fn parse(text: &str, origin: &Origin) -> Result<Url, Unknown> {
    match Url::parse(text) {
        Ok(url) if is_endpoint(&url) => Ok(url),
        _ => {
            let url = without_credentials(text);
            let message =
                format!("{origin} is not the URL of an endpoint: `{}`", url.escape_debug());
            Err(Unknown::new(ErrorCode::InvalidConfiguration, message)
                .hint("write a URL such as https://HOST or http://localhost:4566"))
        }
    }
}

fn is_endpoint(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web && url.username().is_empty() && url.password().is_none()
}
