//! Selects the endpoint of a service before a request is sent. An `Endpoint` is trusted by construction.

mod hosts;
mod unverified;

use url::Url;

use crate::net::http::{Route, is_loopback};
use crate::partition::{Partition, Region};
use crate::source::{Origin, Service, Setting, Settings};
use crate::unknown::{ErrorCode, Unknown};

pub(crate) use hosts::host;
use hosts::{GLOBAL_STS, is_own_host, is_vpc_endpoint};
pub(crate) use unverified::Unverified;

/// The endpoint of a service: AWS's own host for the region, a VPC endpoint of that service and region,
/// or an emulator that the environment's policy lists. Only an endpoint from [`Unverified`] can be another
/// one; `is_unverified` is true for it.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    url: Url,
    service: Service,
    region: Region,
    standing: Standing,
}

/// Why an endpoint is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Its host name is one of AWS, and its certificate is verified.
    Aws,
    /// The policy lists it as an emulator.
    Emulator,
    /// It is not trusted, even if its certificate is valid.
    Unverified(Certificates),
}

/// Whether the certificate of an endpoint is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificates {
    /// It must be signed by a trusted CA.
    Checked,
    /// Any certificate is accepted.
    Unchecked,
}

/// Whether to use the FIPS and the dual-stack variant of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Variant {
    /// `AWS_USE_FIPS_ENDPOINT`
    pub(crate) fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`
    pub(crate) dual_stack: bool,
}

impl Variant {
    /// The variant that the environment configures, else the profile.
    pub(crate) fn of(settings: &Settings<'_>) -> Result<Self, Unknown> {
        Ok(Self {
            fips: settings.is_on(Setting::UseFipsEndpoint)?,
            dual_stack: settings.is_on(Setting::UseDualstackEndpoint)?,
        })
    }
}

impl Endpoint {
    /// The STS endpoint of an emulator that the policy lists.
    pub(crate) fn of_emulator(url: Url, region: &Region) -> Self {
        let (service, standing) = (Service::Sts, Standing::Emulator);
        Self { url, service, region: region.clone(), standing }
    }

    /// The endpoint of a service at AWS, never an emulator.
    pub(crate) fn of_aws(
        service: Service,
        region: &Region,
        settings: &Settings<'_>,
    ) -> Result<Self, Unknown> {
        let url = match settings.endpoint(service)? {
            None => own_url(service, region, Variant::of(settings)?)?,
            Some((text, origin)) => match trusted(&text, service, region) {
                Some(url) => url,
                None => return Err(untrusted(&text, &origin, service, region)),
            },
        };
        Ok(Self { url, service, region: region.clone(), standing: Standing::Aws })
    }

    /// The URL of the endpoint.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The host, with the port if it is not the default of the scheme. For messages.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The service that the endpoint belongs to.
    pub(crate) fn service(&self) -> Service {
        self.service
    }

    /// The region that requests are signed for.
    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    /// Whether the endpoint is an emulator that the policy lists.
    pub(crate) fn is_emulator(&self) -> bool {
        self.standing == Standing::Emulator
    }

    /// Whether the endpoint is not trusted. Do not trust its answers, and send it no token.
    pub(crate) fn is_unverified(&self) -> bool {
        matches!(self.standing, Standing::Unverified(_))
    }

    /// Whether any certificate of the endpoint is accepted.
    pub(crate) fn accepts_any_certificate(&self) -> bool {
        self.standing == Standing::Unverified(Certificates::Unchecked)
    }

    /// Whether requests use the proxy. Requests to emulators and loopback addresses do not.
    pub(super) fn route(&self) -> Route {
        match self.standing {
            Standing::Emulator => Route::Direct,
            Standing::Unverified(Certificates::Unchecked) => Route::ByProxyUnchecked,
            Standing::Unverified(_) if is_loopback(&self.url) => Route::Direct,
            Standing::Aws | Standing::Unverified(_) => Route::ByProxy,
        }
    }
}

fn own_url(service: Service, region: &Region, variant: Variant) -> Result<Url, Unknown> {
    let text = format!("https://{}", host(service, region, variant));
    Url::parse(&text)
        .map_err(|why| Unknown::new(ErrorCode::Internal, format!("`{text}` is not a URL: {why}")))
}

/// Parses a configured endpoint; `None` if it is not an AWS endpoint: https on port 443, no path, and the exact host.
fn trusted(text: &str, service: Service, region: &Region) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let is_https = url.scheme() == "https" && url.port_or_known_default() == Some(443);
    let is_aws = is_own_host(host, service, region) || is_vpc_endpoint(host, service, region);
    (is_https && is_bare(&url) && is_aws).then_some(url)
}

/// Whether a URL has no parts except scheme, host and port.
pub(crate) fn is_bare(url: &Url) -> bool {
    let is_only_host = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    is_only_host && url.username().is_empty() && url.password().is_none()
}

fn untrusted(text: &str, origin: &Origin, service: Service, region: &Region) -> Unknown {
    let message = format!(
        "{origin} sets the {} endpoint to `{}`, which is not an AWS endpoint for {region}",
        service.title(),
        without_credentials(text).escape_debug()
    );
    Unknown::new(ErrorCode::UntrustedEndpoint, message)
        .hint(trusted_instead(text, origin, service, region))
}

/// The hint for an endpoint that is not trusted. It covers the two usual mistakes: the endpoint of a storage service with
/// the S3 API, and the endpoint of an emulator.
fn trusted_instead(text: &str, origin: &Origin, service: Service, region: &Region) -> String {
    let own = host(service, region, Variant::default());
    let unset = match origin {
        Origin::Variable(name) => format!("unset {name}"),
        _ => "remove it".to_owned(),
    };
    let is_global = Url::parse(text).is_ok_and(|url| url.host_str() == Some(GLOBAL_STS));
    if is_global && service == Service::Sts && region.partition() == Partition::Aws {
        return format!(
            "{unset}, or set it to https://{own}: https://{GLOBAL_STS} is the endpoint for us-east-1"
        );
    }
    let remedy = match origin {
        Origin::Variable("AWS_ENDPOINT_URL") => {
            "unset AWS_ENDPOINT_URL, which applies to every service; if it is for S3 alone, set \
             AWS_ENDPOINT_URL_S3 instead"
                .to_owned()
        }
        Origin::Line { .. } => format!(
            "remove it, or set it to https://{own}; if it is for S3 alone, write it below `s3 =` in \
             a `[services]` section"
        ),
        _ => format!("{unset}, or set it to https://{own}"),
    };
    format!("{remedy}; if it is an emulator, add it to `emulator` of the environment")
}

/// An endpoint without its user name and password. If the text is not a URL, the part before an `@` is removed.
fn without_credentials(text: &str) -> String {
    if let Ok(mut url) = Url::parse(text)
        && url.set_username("").is_ok()
        && url.set_password(None).is_ok()
    {
        return url.to_string();
    }
    match text.rsplit_once('@') {
        Some((_, rest)) => rest.to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_host_of_ecr_is_trusted() {
        let region = Region::parse("eu-west-1").unwrap();
        for (url, expected) in [
            ("https://api.ecr.eu-west-1.amazonaws.com", true),
            ("https://api.ecr-fips.eu-west-1.amazonaws.com", true),
            ("https://ecr.eu-west-1.api.aws", true),
            ("https://ecr-fips.eu-west-1.api.aws", true),
            ("https://vpce-0a1b-2c3d.api.ecr.eu-west-1.vpce.amazonaws.com", true),
            ("https://ecr.eu-west-1.amazonaws.com", false),
            ("https://api.ecr.us-east-1.amazonaws.com", false),
            ("https://api.ecr.eu-west-1.api.aws", false),
            ("https://sts.eu-west-1.amazonaws.com", false),
            ("https://111111111111.dkr.ecr.eu-west-1.amazonaws.com", false),
            ("https://vpce-0a1b-2c3d.dkr.ecr.eu-west-1.vpce.amazonaws.com", false),
            ("https://vpce-0a1b-2c3d.sts.eu-west-1.vpce.amazonaws.com", false),
        ] {
            assert_eq!(trusted(url, Service::Ecr, &region).is_some(), expected, "{url}");
        }
    }

    #[test]
    fn only_the_exact_host_of_the_sign_in_service_is_trusted() {
        let region = Region::parse("eu-west-1").unwrap();
        for (url, expected) in [
            ("https://eu-west-1.signin.aws.amazon.com", true),
            ("https://signin.eu-west-1.api.aws/", true),
            ("https://signin-fips.eu-west-1.amazonaws.com", true),
            ("https://us-east-1.signin.aws.amazon.com", false),
            ("https://eu-west-1.signin.aws.amazon.com/v1", false),
            ("https://signin.aws.amazon.com", false),
            ("https://eu-west-1.oauth.signin.aws", false),
            ("https://eu-west-1.signin.amazonaws.cn", false),
            ("http://eu-west-1.signin.aws.amazon.com", false),
            ("https://sts.eu-west-1.amazonaws.com", false),
        ] {
            assert_eq!(trusted(url, Service::Signin, &region).is_some(), expected, "{url}");
        }
    }

    #[test]
    fn only_the_exact_host_of_sts_is_trusted() {
        let region = Region::parse("eu-west-1").unwrap();
        for (url, expected) in [
            ("https://sts.eu-west-1.amazonaws.com", true),
            ("https://sts.eu-west-1.amazonaws.com/", true),
            ("https://sts.eu-west-1.amazonaws.com:443", true),
            ("https://STS.eu-west-1.amazonaws.com", true),
            ("https://sts-fips.eu-west-1.amazonaws.com", true),
            ("https://sts.eu-west-1.api.aws", true),
            ("https://vpce-0a1b-2c3d.sts.eu-west-1.vpce.amazonaws.com", true),
            ("https://vpce-0a1b-2c3d-eu-west-1a.sts.eu-west-1.vpce.amazonaws.com", true),
            ("http://sts.eu-west-1.amazonaws.com", false),
            ("https://sts.eu-west-1.amazonaws.com:8443", false),
            ("https://sts.eu-west-1.amazonaws.com/path", false),
            ("https://sts.eu-west-1.amazonaws.com?x", false),
            ("https://sts.eu-west-1.amazonaws.com#x", false),
            ("https://a:b@sts.eu-west-1.amazonaws.com", false),
            ("https://sts.eu-west-1.amazonaws.com@evil.com", false),
            ("https://sts.eu-west-1.amazonaws.com.evil.com", false),
            ("https://sts.eu-west-1.amazonaws.com.", false),
            ("https://evil-sts.eu-west-1.amazonaws.com", false),
            ("https://sts.us-east-1.amazonaws.com", false),
            ("https://sts.amazonaws.com", false),
            ("https://sts.amazonaws.com:443", false),
            ("https://s3.eu-west-1.amazonaws.com", false),
            ("https://sts.eu-west-1.amazonaws.com.cn", false),
            ("https://vpce-0a1b.sts.us-east-1.vpce.amazonaws.com", false),
            ("https://vpce-0a1b.s3.eu-west-1.vpce.amazonaws.com", false),
            ("https://vpce-.sts.eu-west-1.vpce.amazonaws.com", false),
            ("https://x.vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com", false),
            ("http://localhost:4566", false),
            ("sts.eu-west-1.amazonaws.com", false),
            ("", false),
        ] {
            assert_eq!(trusted(url, Service::Sts, &region).is_some(), expected, "{url}");
        }
    }

    #[test]
    fn the_global_endpoint_of_sts_is_trusted_for_us_east_1_only() {
        let trusts = |url: &str, service, region: &str| {
            trusted(url, service, &Region::parse(region).unwrap()).is_some()
        };
        for (url, expected) in [
            ("https://sts.amazonaws.com", true),
            ("https://sts.amazonaws.com/", true),
            ("https://sts.amazonaws.com:443", true),
            ("https://STS.amazonaws.com", true),
            ("http://sts.amazonaws.com", false),
            ("http://sts.amazonaws.com:443", false),
            ("https://sts.amazonaws.com:8443", false),
            ("https://sts.amazonaws.com/path", false),
            ("https://sts.amazonaws.com?x", false),
            ("https://sts.amazonaws.com#x", false),
            ("https://sts.amazonaws.com.", false),
            ("https://sts.amazonaws.com.cn", false),
            ("https://sts.amazonaws.com.evil.com", false),
            ("https://sts.amazonaws.com@evil.com", false),
            ("https://user@sts.amazonaws.com", false),
            ("https://evil-sts.amazonaws.com", false),
            ("https://x.sts.amazonaws.com", false),
            ("https://sts-fips.amazonaws.com", false),
            ("https://sts.api.aws", false),
            ("https://vpce-0a1b.sts.vpce.amazonaws.com", false),
            ("https://s3.amazonaws.com", false),
            ("https://amazonaws.com", false),
        ] {
            assert_eq!(trusts(url, Service::Sts, "us-east-1"), expected, "{url}");
        }
        for region in ["us-east-2", "us-west-2", "eu-west-1", "ap-east-1"] {
            assert!(!trusts("https://sts.amazonaws.com", Service::Sts, region), "{region}");
        }
        for partition in Partition::ALL.into_iter().filter(|it| *it != Partition::Aws) {
            let region = partition.default_region();
            assert!(!trusts("https://sts.amazonaws.com", Service::Sts, region.name()), "{region}");
        }
        for service in [Service::Sso, Service::SsoOidc, Service::Signin, Service::Ecr] {
            assert!(!trusts("https://sts.amazonaws.com", service, "us-east-1"), "{service:?}");
        }
    }

    #[test]
    fn the_hint_covers_the_usual_mistakes() {
        let line = Origin::Line { file: "c".into(), line: 1, profile: "p".to_owned() };
        for (url, origin, service, expected) in [
            ("https://r2.example", Origin::Variable("AWS_ENDPOINT_URL"), Service::Sts, "_URL_S3"),
            ("https://r2.example", Origin::Variable("AWS_ENDPOINT_URL"), Service::Ecr, "_URL_S3"),
            ("https://r2.example", line, Service::Sts, "`s3 =`"),
            ("http://h:4566", Origin::Variable("AWS_ENDPOINT_URL"), Service::Sts, "`emulator`"),
            ("http://h:4566", Origin::Variable("AWS_ENDPOINT_URL_STS"), Service::Sts, "`emulator`"),
            (
                "https://sts.amazonaws.com",
                Origin::Variable("AWS_ENDPOINT_URL_STS"),
                Service::Sts,
                "https://sts.eu-west-1.amazonaws.com",
            ),
        ] {
            let region = Region::parse("eu-west-1").unwrap();
            let hint = untrusted(url, &origin, service, &region).hint.unwrap();
            assert!(hint.contains(expected), "{hint}");
        }
    }

    #[test]
    fn a_shown_endpoint_contains_no_password() {
        assert_eq!(without_credentials("http://u:secret@h:1/x"), "http://h:1/x");
        assert_eq!(without_credentials("not a url"), "not a url");
        assert_eq!(without_credentials("http://u:secret@h:port"), "h:port");
        assert_eq!(without_credentials("u:secret@h"), "h");
    }
}
