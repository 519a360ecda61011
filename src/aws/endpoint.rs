//! Where to ask, decided before a byte leaves: an `Endpoint` in hand is a trusted one.

mod anybody;

use url::Url;

use super::http::{Route, is_loopback};
use crate::partition::{Partition, Region};
use crate::policy::Rules;
use crate::source::{Origin, Service, Setting, Settings};
use crate::unknown::{ErrorCode, Unknown};

pub use anybody::Anybody;

/// Where a service is asked, and found to be trusted: AWS's own host for the region, a VPC endpoint
/// of that service and region, or an emulator that the environment's policy lists. Only those that
/// [`Anybody`] leads to are not, and say so.
#[derive(Clone, Debug)]
pub struct Endpoint {
    url: Url,
    service: Service,
    region: Region,
    standing: Standing,
}

/// Who vouches for an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Its own name, and a certificate.
    Aws,
    /// The policy.
    Emulator,
    /// Nobody, whatever its certificate says.
    Nobody(Certificates),
}

/// Whether the certificate of an endpoint is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// It must be signed by an authority that is trusted here.
    Checked,
    /// Any will do.
    Unchecked,
}

/// FIPS and dual stack, as the environment or the profile ask for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// `AWS_USE_FIPS_ENDPOINT`
    pub fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`
    pub dual_stack: bool,
}

impl Variant {
    /// What the environment, else the profile, asks for.
    pub fn of(settings: &Settings<'_>) -> Result<Self, Unknown> {
        Ok(Self {
            fips: settings.is_on(Setting::UseFipsEndpoint)?,
            dual_stack: settings.is_on(Setting::UseDualstackEndpoint)?,
        })
    }
}

impl Endpoint {
    /// The endpoint of STS for an environment's rules.
    pub fn sts(
        rules: &Rules<'_>,
        region: &Region,
        settings: &Settings<'_>,
    ) -> Result<Self, Unknown> {
        let configured = settings.endpoint(Service::Sts)?;
        if let Some(emulators) = rules.emulator() {
            let listed = configured.as_ref().and_then(|(text, _)| {
                let url = Url::parse(text).ok()?;
                let is_listed = emulators.items.iter().any(|item| item.value.allows(&url));
                (is_listed && is_bare(&url)).then_some(url)
            });
            let first = emulators.items.first().map(|item| item.value.url());
            let url = listed.or(first).ok_or_else(no_emulator)?;
            let (service, standing) = (Service::Sts, Standing::Emulator);
            return Ok(Self { url, service, region: region.clone(), standing });
        }
        Self::of_aws(Service::Sts, region, settings)
    }

    /// The endpoint of a service at AWS, never an emulator.
    pub fn of_aws(
        service: Service,
        region: &Region,
        settings: &Settings<'_>,
    ) -> Result<Self, Unknown> {
        let url = match settings.endpoint(service)? {
            Some((text, origin)) => trusted(&text, service, region)
                .ok_or_else(|| untrusted(&text, &origin, service, region))?,
            None => own_url(service, region, Variant::of(settings)?)?,
        };
        Ok(Self { url, service, region: region.clone(), standing: Standing::Aws })
    }

    /// The URL that is asked.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its host, and its port where that is not the scheme's own: for messages.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// What is asked there.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The region that requests are signed for.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Whether it is an emulator of AWS rather than AWS.
    pub fn is_emulator(&self) -> bool {
        self.standing == Standing::Emulator
    }

    /// Whether nobody vouches for it: what it says proves nothing, and no token is sent there.
    pub fn is_anybodys(&self) -> bool {
        matches!(self.standing, Standing::Nobody(_))
    }

    /// How requests get there. What listens on this machine is asked directly.
    pub(super) fn route(&self) -> Route {
        match self.standing {
            Standing::Emulator => Route::Direct,
            Standing::Nobody(Certificates::Unchecked) => Route::ByProxyUnchecked,
            Standing::Nobody(_) if is_loopback(&self.url) => Route::Direct,
            Standing::Aws | Standing::Nobody(_) => Route::ByProxy,
        }
    }
}

/// The host of a service in a region. Source: the services' endpoint rule sets in the AWS SDKs.
pub fn host(service: Service, region: &Region, variant: Variant) -> String {
    let [classic, dual] = region.partition().suffixes();
    let suffix = if variant.dual_stack { dual } else { classic };
    let prefix = prefix(service, variant);
    let is_gov = !variant.dual_stack && region.partition() == Partition::AwsUsGov;
    if service == Service::Signin && !variant.dual_stack && (is_gov || !variant.fips) {
        return sign_in_host(region, variant);
    }
    // GovCloud's classic hosts of STS and SSO are FIPS endpoints themselves.
    let is_fips_already = is_gov && service != Service::Ecr;
    let fips = if variant.fips && !is_fips_already { "-fips" } else { "" };
    format!("{prefix}{fips}.{region}.{suffix}")
}

/// What a host begins with: ECR's of dual stack begin otherwise.
fn prefix(service: Service, variant: Variant) -> &'static str {
    match service {
        Service::Ecr if variant.dual_stack => "ecr",
        _ => service.host_prefix(),
    }
}

/// The sign-in service is where the console is, and every partition has a domain of its own for that.
fn sign_in_host(region: &Region, variant: Variant) -> String {
    let domain = match region.partition() {
        Partition::Aws => "aws.amazon.com",
        Partition::AwsCn => "amazonaws.cn",
        Partition::AwsUsGov => "amazonaws-us-gov.com",
        Partition::AwsEusc => "amazonaws-eusc.eu",
        Partition::AwsIso => "c2shome.ic.gov",
        Partition::AwsIsoB => "sc2shome.sgov.gov",
        Partition::AwsIsoE => "csphome.adc-e.uk",
        Partition::AwsIsoF => "csphome.hci.ic.gov",
    };
    match (variant.fips, region.name()) {
        (false, name) => format!("{name}.signin.{domain}"),
        (true, "us-gov-west-1") => format!("signin-fips.{domain}"),
        (true, name) => format!("{name}.signin-fips.{domain}"),
    }
}

fn own_url(service: Service, region: &Region, variant: Variant) -> Result<Url, Unknown> {
    let text = format!("https://{}", host(service, region, variant));
    Url::parse(&text)
        .map_err(|why| Unknown::new(ErrorCode::Internal, format!("`{text}` is no URL: {why}")))
}

/// A configured endpoint, if it is AWS's own: https on its port, no path, and the exact host.
fn trusted(text: &str, service: Service, region: &Region) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let is_plain =
        url.scheme() == "https" && url.port_or_known_default() == Some(443) && is_bare(&url);
    let is_ours = is_own_host(host, service, region) || is_vpc_endpoint(host, service, region);
    (is_plain && is_ours).then_some(url)
}

/// Scheme, host and port, and nothing else.
fn is_bare(url: &Url) -> bool {
    let is_only_host = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    is_only_host && url.username().is_empty() && url.password().is_none()
}

fn is_own_host(host_name: &str, service: Service, region: &Region) -> bool {
    [(false, false), (false, true), (true, false), (true, true)]
        .into_iter()
        .any(|(fips, dual_stack)| host(service, region, Variant { fips, dual_stack }) == host_name)
}

/// `vpce-0123abcd-4567efgh.sts.eu-west-1.vpce.amazonaws.com`, with an availability zone or without.
fn is_vpc_endpoint(host: &str, service: Service, region: &Region) -> bool {
    let [suffix, _] = region.partition().suffixes();
    let rest = format!("{}.{region}.vpce.{suffix}", service.host_prefix());
    host.split_once('.').is_some_and(|(id, tail)| {
        let is_label = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        tail == rest && id.starts_with("vpce-") && id.len() > 5 && id.bytes().all(is_label)
    })
}

fn untrusted(text: &str, origin: &Origin, service: Service, region: &Region) -> Unknown {
    let own = host(service, region, Variant::default());
    Unknown::new(
        ErrorCode::UntrustedEndpoint,
        format!(
            "{origin} sends {} to `{}`, which is not AWS's own endpoint for {region}",
            service.title(),
            without_credentials(text).escape_debug()
        ),
    )
    .hint(format!(
        "unset it, or set it to https://{own}; an emulator belongs in the environment's `emulator`"
    ))
}

/// An endpoint as it may be shown: a user name and password are left out, and of a text that is no
/// URL everything in front of an `@`.
fn without_credentials(text: &str) -> String {
    let clean = Url::parse(text).ok().and_then(|mut url| {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        Some(url.to_string())
    });
    clean.unwrap_or_else(|| text.rsplit_once('@').map_or(text, |(_, rest)| rest).to_owned())
}

fn no_emulator() -> Unknown {
    Unknown::new(ErrorCode::Internal, "an environment's list of emulators is empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Variant; 4] = [
        Variant { fips: false, dual_stack: false },
        Variant { fips: true, dual_stack: false },
        Variant { fips: false, dual_stack: true },
        Variant { fips: true, dual_stack: true },
    ];

    /// What the rule set of a service's own SDK says, for a region and a variant.
    macro_rules! host_of_sdk {
        ($sdk:ident, $region:expr, $variant:expr) => {{
            use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
            let params = Params::builder()
                .region($region.name())
                .use_fips($variant.fips)
                .use_dual_stack($variant.dual_stack)
                .build()
                .unwrap();
            let endpoint = DefaultResolver::new().resolve_endpoint(&params).await.unwrap();
            endpoint.url().to_owned()
        }};
    }

    #[tokio::test]
    async fn the_hosts_are_those_of_the_sdks() {
        let others = ["eu-west-1", "us-gov-east-1"].map(|name| Region::parse(name).unwrap());
        let regions = Partition::ALL.map(Partition::default_region).into_iter().chain(others);
        for region in regions {
            for variant in ALL {
                for (service, theirs) in [
                    (Service::Sts, host_of_sdk!(aws_sdk_sts, region, variant)),
                    (Service::Sso, host_of_sdk!(aws_sdk_sso, region, variant)),
                    (Service::SsoOidc, host_of_sdk!(aws_sdk_ssooidc, region, variant)),
                    (Service::Signin, host_of_sdk!(aws_sdk_signin, region, variant)),
                    (Service::Ecr, host_of_sdk!(aws_sdk_ecr, region, variant)),
                ] {
                    let ours = format!("https://{}", host(service, &region, variant));
                    assert_eq!(ours, theirs, "{service:?} {region} {variant:?}");
                }
            }
        }
    }

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
    fn the_sign_in_service_is_trusted_under_its_own_names_alone() {
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
    fn only_the_exact_host_is_trusted() {
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
    fn what_is_shown_of_an_endpoint_holds_no_password() {
        assert_eq!(without_credentials("http://u:secret@h:1/x"), "http://h:1/x");
        assert_eq!(without_credentials("not a url"), "not a url");
        assert_eq!(without_credentials("http://u:secret@h:port"), "h:port");
        assert_eq!(without_credentials("u:secret@h"), "h");
    }
}
