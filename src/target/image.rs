//! References to images in Amazon ECR. The host of a registry contains its account and region; no request
//! is sent.

use std::fmt;

use super::{Kind, Target};
use crate::identity::{AccountId, NotAnAccountId};
use crate::partition::{NotARegion, Partition, Region};

/// The part of a registry's host between the account and the region.
const SERVICES: [(&str, Stack); 4] = [
    ("dkr.ecr", Stack::Classic),
    ("dkr.ecr-fips", Stack::Classic),
    ("dkr-ecr", Stack::Dual),
    ("dkr-ecr-fips", Stack::Dual),
];

/// The algorithms of image digests, with their number of hexadecimal digits.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// The most characters that docker accepts in a tag.
const LONGEST_TAG: usize = 128;

/// The IP versions of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stack {
    /// IPv4 only.
    Classic,
    /// IPv4 and IPv6.
    Dual,
}

/// Why a string is not an image in a private ECR registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnImage {
    /// The string is blank.
    Blank,
    /// It contains white space, a control character or a non-ASCII character.
    Character,
    /// It begins with a scheme that is not allowed there.
    Scheme,
    /// It has no registry.
    NoRegistry,
    /// This host is the public registry.
    Public(String),
    /// This host is a registry on this machine, usually of an emulator.
    Local(String),
    /// This host is not an ECR registry.
    Foreign(String),
    /// The first part of the host is not an account ID.
    Account(NotAnAccountId),
    /// The host contains no region where one is expected.
    Region(NotARegion),
    /// The host ends with another suffix than the registries of its region.
    Suffix {
        /// The region in the host.
        region: Region,
        /// The suffix of that region; `None` if it has no dual-stack registries.
        expected: Option<&'static str>,
        /// The suffix of the host.
        actual: String,
    },
    /// This port is not the port of ECR.
    Port(String),
    /// This is not the name of a repository.
    Repository(String),
    /// This is not a tag.
    Tag(String),
    /// This is not a digest.
    Digest(String),
}

impl NotAnImage {
    /// The next step; begins with a verb.
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
                f.write_str("it contains white space, a control character or a non-ASCII character")
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

/// Parses a reference by docker's rules, and the host by the documentation of ECR.
pub(super) fn parse(text: &str) -> Result<Target, NotAnImage> {
    if text.trim().is_empty() {
        return Err(NotAnImage::Blank);
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(NotAnImage::Character);
    }
    let (registry, path) = match text.split_once("://") {
        // `docker login` accepts this form, and ECR's GetAuthorizationToken returns it.
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
    // Host names are case-insensitive.
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

/// The account and the region of an ECR host.
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
    if expected != Some(suffix) {
        return Err(NotAnImage::Suffix { region, expected, actual: suffix.to_owned() });
    }
    Ok((account, region))
}

/// The suffix of a partition's registries; `None` if AWS documents no dual-stack registries for it. The
/// dual-stack suffixes of ECR differ from those of other services.
fn expected_suffix(partition: Partition, stack: Stack) -> Option<&'static str> {
    let [classic, _] = partition.suffixes();
    match (stack, partition) {
        (Stack::Classic, _) => Some(classic),
        (Stack::Dual, Partition::Aws | Partition::AwsUsGov) => Some("on.aws"),
        (Stack::Dual, Partition::AwsCn) => Some("on.amazonwebservices.com.cn"),
        (Stack::Dual, _) => None,
    }
}

/// Checks `REPOSITORY[:TAG][@DIGEST]` by docker's rules.
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
    if let Some(tag) = tag
        && !is_tag(tag)
    {
        return Err(NotAnImage::Tag(tag.to_owned()));
    }
    if let Some(digest) = digest
        && !is_digest(digest)
    {
        return Err(NotAnImage::Digest(digest.to_owned()));
    }
    Ok(())
}

/// Whether docker accepts this part of a repository name: lower-case words, separated by `.`, `_`, `__` or
/// dashes.
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
