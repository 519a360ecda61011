//! The host names of AWS's services, by partition, region and variant. Reads no settings.

use super::Variant;
use crate::partition::{Partition, Region};
use crate::source::Service;

/// The global endpoint of STS, which is older than the regional endpoints. It accepts only requests that are
/// signed for us-east-1.
pub(super) const GLOBAL_STS: &str = "sts.amazonaws.com";

/// The host of a service in a region. Source: the endpoint rule sets of the services in the AWS SDKs.
pub(crate) fn host(service: Service, region: &Region, variant: Variant) -> String {
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

/// The beginning of the host. For ECR it depends on the variant.
fn prefix(service: Service, variant: Variant) -> &'static str {
    match service {
        Service::Ecr if variant.dual_stack => "ecr",
        _ => service.host_prefix(),
    }
}

/// The host of the sign-in service, in the domain of the partition's console.
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

/// Whether a host is the host of a service in a region, in any variant.
///
/// The global endpoint of STS is accepted for us-east-1 only. With another region, the AWS CLI and boto3 sign requests
/// for that region, and the global endpoint rejects them.
pub(super) fn is_own_host(host_name: &str, service: Service, region: &Region) -> bool {
    if host_name == GLOBAL_STS {
        return service == Service::Sts && region.name() == "us-east-1";
    }
    for (fips, dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
        if host(service, region, Variant { fips, dual_stack }) == host_name {
            return true;
        }
    }
    false
}

/// Whether a host is a VPC endpoint of the service:
/// `vpce-0123abcd-4567efgh.sts.eu-west-1.vpce.amazonaws.com`, with an availability zone or without.
pub(super) fn is_vpc_endpoint(host: &str, service: Service, region: &Region) -> bool {
    let [suffix, _] = region.partition().suffixes();
    let rest = format!("{}.{region}.vpce.{suffix}", service.host_prefix());
    let Some((id, tail)) = host.split_once('.') else { return false };
    tail == rest && id.starts_with("vpce-") && id.len() > 5 && id.bytes().all(is_of_label)
}

fn is_of_label(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
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

    /// The URL that the SDK of a service uses for a region and a variant.
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
}
