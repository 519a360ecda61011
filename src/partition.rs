//! The partitions of AWS, the names of their regions and the suffixes of their hosts. Data and parsers only.

use std::fmt;

/// A part of AWS that has its own accounts, regions and host names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The commercial partition.
    Aws,
    /// China.
    AwsCn,
    /// AWS `GovCloud` (US).
    AwsUsGov,
    /// The European Sovereign Cloud.
    AwsEusc,
    /// US top secret.
    AwsIso,
    /// US secret.
    AwsIsoB,
    /// The isolated partition in Europe.
    AwsIsoE,
    /// US isolated, `us-isof`.
    AwsIsoF,
}

/// The data of one partition. Source: `partitions.json` of the AWS SDKs (version 1.1).
struct Row {
    partition: Partition,
    name: &'static str,
    /// The prefixes of region names: `eu` in `eu-west-1`.
    regions: &'static [&'static str],
    default_region: &'static str,
    /// The suffixes of service hosts: classic, then dual stack.
    suffixes: [&'static str; 2],
}

const TABLE: [Row; 8] = [
    Row {
        partition: Partition::Aws,
        name: "aws",
        regions: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
        default_region: "us-east-1",
        suffixes: ["amazonaws.com", "api.aws"],
    },
    Row {
        partition: Partition::AwsCn,
        name: "aws-cn",
        regions: &["cn"],
        default_region: "cn-north-1",
        suffixes: ["amazonaws.com.cn", "api.amazonwebservices.com.cn"],
    },
    Row {
        partition: Partition::AwsUsGov,
        name: "aws-us-gov",
        regions: &["us-gov"],
        default_region: "us-gov-west-1",
        suffixes: ["amazonaws.com", "api.aws"],
    },
    Row {
        partition: Partition::AwsEusc,
        name: "aws-eusc",
        regions: &["eusc-de"],
        default_region: "eusc-de-east-1",
        suffixes: ["amazonaws.eu", "api.amazonwebservices.eu"],
    },
    Row {
        partition: Partition::AwsIso,
        name: "aws-iso",
        regions: &["us-iso"],
        default_region: "us-iso-east-1",
        suffixes: ["c2s.ic.gov", "api.aws.ic.gov"],
    },
    Row {
        partition: Partition::AwsIsoB,
        name: "aws-iso-b",
        regions: &["us-isob"],
        default_region: "us-isob-east-1",
        suffixes: ["sc2s.sgov.gov", "api.aws.scloud"],
    },
    Row {
        partition: Partition::AwsIsoE,
        name: "aws-iso-e",
        regions: &["eu-isoe"],
        default_region: "eu-isoe-west-1",
        suffixes: ["cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
    },
    Row {
        partition: Partition::AwsIsoF,
        name: "aws-iso-f",
        regions: &["us-isof"],
        default_region: "us-isof-south-1",
        suffixes: ["csp.hci.ic.gov", "api.aws.hci.ic.gov"],
    },
];

/// The regions of partition `aws` that every account has enabled; all later ones are opt-in regions.
/// Source: the AWS Account Management Reference Guide, "Enable or disable AWS Regions".
const ON_BY_DEFAULT: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

impl Partition {
    /// Every partition, the commercial one first.
    pub const ALL: [Self; 8] = [
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsEusc,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
    ];

    /// The partition of this name, such as the second field of an ARN; `None` for an unknown name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.partition)
    }

    /// `aws`, `aws-cn`, …
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The region to send requests to if no region is configured.
    pub fn default_region(self) -> Region {
        Region { name: self.row().default_region.to_owned(), partition: self }
    }

    /// The suffixes of service hosts: classic (`amazonaws.com`), then dual stack (`api.aws`).
    pub fn suffixes(self) -> [&'static str; 2] {
        self.row().suffixes
    }

    fn row(self) -> &'static Row {
        let [aws, cn, us_gov, eusc, iso, iso_b, iso_e, iso_f] = &TABLE;
        match self {
            Self::Aws => aws,
            Self::AwsCn => cn,
            Self::AwsUsGov => us_gov,
            Self::AwsEusc => eusc,
            Self::AwsIso => iso,
            Self::AwsIsoB => iso_b,
            Self::AwsIsoE => iso_e,
            Self::AwsIsoF => iso_f,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A region, whose name has the form that its partition uses.
///
/// The form is checked because the region becomes part of a host name: with the region `s3`, a request
/// would go to `sts.s3.amazonaws.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    name: String,
    partition: Partition,
}

/// A string that does not have the form of a region name in any partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARegion(pub String);

impl fmt::Display for NotARegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the name of an AWS region", self.0.escape_debug())
    }
}

impl std::error::Error for NotARegion {}

impl Region {
    /// Parses a name such as `eu-west-1`: a prefix of a partition, a direction in letters, a number.
    pub fn parse(name: &str) -> Result<Self, NotARegion> {
        let error = || NotARegion(name.to_owned());
        let (rest, number) = name.rsplit_once('-').ok_or_else(error)?;
        let (prefix, direction) = rest.rsplit_once('-').ok_or_else(error)?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let is_direction =
            !direction.is_empty() && direction.bytes().all(|b| b.is_ascii_lowercase());
        if !is_number || !is_direction {
            return Err(error());
        }
        let row = TABLE.iter().find(|row| row.regions.contains(&prefix)).ok_or_else(error)?;
        Ok(Self { name: name.to_owned(), partition: row.partition })
    }

    /// The name: `eu-west-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether an account must enable the region before it can use it.
    pub fn is_opt_in(&self) -> bool {
        self.partition == Partition::Aws && !ON_BY_DEFAULT.contains(&self.name.as_str())
    }

    /// The partition that the region belongs to.
    pub fn partition(&self) -> Partition {
        self.partition
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_enum() {
        for (partition, row) in Partition::ALL.into_iter().zip(&TABLE) {
            assert_eq!(partition, row.partition);
            assert_eq!(partition.row().partition, partition);
            assert_eq!(Partition::named(partition.name()), Some(partition));
        }
    }

    #[test]
    fn every_default_region_is_a_region_of_its_partition() {
        for partition in Partition::ALL {
            let region = partition.default_region();
            assert_eq!(Region::parse(region.name()), Ok(region));
        }
    }

    #[test]
    fn the_name_determines_the_partition() {
        for (name, partition) in [
            ("eu-west-1", Partition::Aws),
            ("ap-southeast-7", Partition::Aws),
            ("mx-central-1", Partition::Aws),
            ("cn-northwest-1", Partition::AwsCn),
            ("us-gov-east-1", Partition::AwsUsGov),
            ("eusc-de-east-1", Partition::AwsEusc),
            ("us-iso-west-1", Partition::AwsIso),
            ("us-isob-east-1", Partition::AwsIsoB),
            ("eu-isoe-west-1", Partition::AwsIsoE),
            ("us-isof-south-1", Partition::AwsIsoF),
        ] {
            assert_eq!(Region::parse(name).map(|r| r.partition()), Ok(partition), "{name}");
        }
    }

    #[test]
    fn later_regions_are_opt_in() {
        for (name, expected) in [
            ("us-east-1", false),
            ("eu-west-3", false),
            ("ap-northeast-3", false),
            ("ap-east-1", true),
            ("eu-south-2", true),
            ("mx-central-1", true),
            ("cn-north-1", false),
            ("us-gov-west-1", false),
            ("eusc-de-east-1", false),
        ] {
            assert_eq!(Region::parse(name).map(|it| it.is_opt_in()), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_name_that_would_change_the_host_is_refused() {
        for name in [
            "",
            "s3",
            "aws-global",
            "us-east",
            "us-east-",
            "us--1",
            "-east-1",
            "us-east-1.evil.com",
            "us-east-1/",
            "us-east-1a",
            "US-EAST-1",
            " us-east-1",
            "us-east-1 ",
            "us-east-1\n",
            "xx-east-1",
            "eusc-fr-east-1",
            "eusc-east-1",
            "us-de-east-1",
            "us-gov-",
            "us-west_2-1",
        ] {
            assert!(Region::parse(name).is_err(), "{name:?}");
        }
    }
}
