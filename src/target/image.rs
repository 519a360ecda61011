//! Images in Amazon ECR. A registry's host says whose it is: here it is read, and nobody is asked.

use std::fmt;

use super::{Kind, Target};
use crate::identity::{AccountId, NotAnAccountId};
use crate::partition::{NotARegion, Partition, Region};

/// What stands between the account and the region of a registry's host.
const SERVICES: [(&str, Stack); 4] = [
    ("dkr.ecr", Stack::Classic),
    ("dkr.ecr-fips", Stack::Classic),
    ("dkr-ecr", Stack::Dual),
    ("dkr-ecr-fips", Stack::Dual),
];

/// The hashes that name the content of an image, and how many hexadecimal digits they have.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// The longest tag that there is.
const LONGEST_TAG: usize = 128;

/// Which protocols a host is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stack {
    /// IPv4.
    Classic,
    /// IPv6 as well.
    Dual,
}

/// Why a text names no image in a private registry of ECR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnImage {
    /// It holds nothing.
    Blank,
    /// It holds a space, a control character, or one beyond ASCII.
    Character,
    /// It begins with a scheme.
    Scheme,
    /// It names no registry.
    NoRegistry,
    /// The public registry.
    Public(String),
    /// A registry of this machine: an emulator's, as a rule.
    Local(String),
    /// A registry that is not ECR's.
    Foreign(String),
    /// What stands in the place of the account is none.
    Account(NotAnAccountId),
    /// What stands in the place of the region is none.
    Region(NotARegion),
    /// The region's registries have another end.
    Suffix {
        /// The region.
        region: Region,
        /// What its registries of that form end with, where it has any.
        expected: Option<&'static str>,
        /// What stands there.
        actual: String,
    },
    /// Another port than ECR's.
    Port(String),
    /// No name of a repository.
    Repository(String),
    /// No tag.
    Tag(String),
    /// No digest.
    Digest(String),
}

impl NotAnImage {
    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Blank => "pass an image, or remove the option; is a CI variable empty?",
            Self::Scheme => "remove the scheme",
            Self::Public(_) => "remove it: account-guard cannot determine its account",
            Self::Local(_) => "remove it: an image that is pushed there does not reach AWS",
            Self::Repository(_) | Self::Tag(_) | Self::Digest(_) => {
                "write REGISTRY/REPOSITORY:TAG, or the registry's host; is a CI variable empty?"
            }
            _ => "write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG",
        }
    }
}

impl fmt::Display for NotAnImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("it is blank"),
            Self::Character => {
                f.write_str("an image has no spaces, control characters or characters beyond ASCII")
            }
            Self::Scheme => {
                f.write_str("only `https://` is allowed, and only before a registry's host")
            }
            Self::NoRegistry => f.write_str("without a registry, docker pushes to Docker Hub"),
            Self::Public(host) => {
                write!(f, "`{host}` is the public ECR registry, which has no account ID")
            }
            Self::Local(host) => {
                write!(f, "`{host}` is a registry on this machine, such as an emulator's")
            }
            Self::Foreign(host) => write!(f, "`{host}` is not a private registry of ECR"),
            Self::Account(why) => why.fmt(f),
            Self::Region(why) => why.fmt(f),
            Self::Suffix { region, expected: Some(expected), actual } => {
                write!(f, "ECR hosts in {region} end with `{expected}`, not with `{actual}`")
            }
            Self::Suffix { region, expected: None, .. } => {
                write!(f, "{region} has no known dual-stack registries")
            }
            Self::Port(port) => write!(f, "`:{port}` is not the port of ECR, `:443`"),
            Self::Repository(text) => write!(f, "`{text}` is not the name of a repository"),
            Self::Tag(text) => write!(f, "`{text}` is not a tag"),
            Self::Digest(text) => write!(f, "`{text}` is not a digest"),
        }
    }
}

impl std::error::Error for NotAnImage {}

/// Reads a reference as docker does, and its host as ECR writes it.
pub(super) fn parse(text: &str) -> Result<Target, NotAnImage> {
    if text.trim().is_empty() {
        return Err(NotAnImage::Blank);
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(NotAnImage::Character);
    }
    let (registry, path) = match text.split_once("://") {
        // As `docker login` takes it, and as ECR's GetAuthorizationToken names it.
        Some(("https", registry)) if !registry.contains('/') => (registry, None),
        Some(_) => return Err(NotAnImage::Scheme),
        None => match text.split_once('/') {
            Some((registry, path)) => (registry, Some(path)),
            None => (text, None),
        },
    };
    let (account, region) = read_registry(registry, path)?;
    path.map(check_path).transpose()?;
    Ok(Target {
        name: text.to_owned(),
        kind: Kind::Image,
        account,
        partition: region.partition(),
        region: Some(region),
    })
}

/// The account and the region of `HOST[:443]`.
fn read_registry(registry: &str, path: Option<&str>) -> Result<(AccountId, Region), NotAnImage> {
    let (host, port) = match registry.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (registry, None),
    };
    // Names of hosts have no letter case.
    let host = host.to_ascii_lowercase();
    let is_host = host.contains('.') || (path.is_some() && port.is_some()) || host == "localhost";
    if !is_host {
        return Err(NotAnImage::NoRegistry);
    }
    let known = read_host(&host)?;
    match (port, path) {
        (None | Some("443"), _) => Ok(known),
        (Some(tag), None) if !tag.bytes().all(|b| b.is_ascii_digit()) => {
            Err(NotAnImage::Repository(format!(":{tag}")))
        }
        (Some(port), _) => Err(NotAnImage::Port(port.to_owned())),
    }
}

/// The account and the region of a host that is exactly one of ECR's.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/ecr.html>
fn read_host(host: &str) -> Result<(AccountId, Region), NotAnImage> {
    let foreign = || NotAnImage::Foreign(host.to_owned());
    if ["public.ecr.aws", "ecr-public.aws.com"].contains(&host) {
        return Err(NotAnImage::Public(host.to_owned()));
    }
    if host == "localhost" || host.ends_with(".localhost.localstack.cloud") {
        return Err(NotAnImage::Local(host.to_owned()));
    }
    let (account, rest) = host.split_once('.').ok_or_else(foreign)?;
    let in_service = |&(service, stack): &(&str, Stack)| {
        let rest = rest.strip_prefix(service)?.strip_prefix('.')?;
        Some((rest.split_once('.')?, stack))
    };
    let ((region, suffix), stack) = SERVICES.iter().find_map(in_service).ok_or_else(foreign)?;
    let account = AccountId::parse(account).map_err(NotAnImage::Account)?;
    let region = Region::parse(region).map_err(NotAnImage::Region)?;
    let expected = expected_suffix(region.partition(), stack);
    if expected == Some(suffix) {
        Ok((account, region))
    } else {
        Err(NotAnImage::Suffix { region, expected, actual: suffix.to_owned() })
    }
}

/// What the hosts of a partition's registries end with. Those of dual stack are documented for these
/// partitions alone, and are not the ones of other services.
fn expected_suffix(partition: Partition, stack: Stack) -> Option<&'static str> {
    let [classic, _] = partition.suffixes();
    match (stack, partition) {
        (Stack::Classic, _) => Some(classic),
        (Stack::Dual, Partition::Aws | Partition::AwsUsGov) => Some("on.aws"),
        (Stack::Dual, Partition::AwsCn) => Some("on.amazonwebservices.com.cn"),
        (Stack::Dual, _) => None,
    }
}

/// Holds `REPOSITORY[:TAG][@DIGEST]` to what docker takes.
fn check_path(path: &str) -> Result<(), NotAnImage> {
    let (name, digest) = match path.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (path, None),
    };
    let (repository, tag) = match name.split_once(':') {
        Some((repository, tag)) => (repository, Some(tag)),
        None => (name, None),
    };
    if !repository.split('/').all(is_component) {
        return Err(NotAnImage::Repository(repository.to_owned()));
    }
    if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
        return Err(NotAnImage::Tag(tag.to_owned()));
    }
    match digest.filter(|digest| !is_digest(digest)) {
        Some(digest) => Err(NotAnImage::Digest(digest.to_owned())),
        None => Ok(()),
    }
}

/// Lower-case words, between them `.`, `_`, `__` or dashes.
fn is_component(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator =
        |text: &str| matches!(text, "." | "_" | "__") || text.bytes().all(|b| b == b'-');
    text.starts_with(is_word) && text.ends_with(is_word) && text.split(is_word).all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= LONGEST_TAG
        && text.starts_with(is_word)
        && text.chars().all(|c| is_word(c) || matches!(c, '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hash)) = text.split_once(':') else { return false };
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    DIGESTS.contains(&(algorithm, hash.len())) && hash.bytes().all(is_digit)
}
