//! Environment variables that hand over credentials. The credentials are set, and every variable that could
//! select other credentials is unset.

use super::Grant;
use super::proxy::without_proxy;
use crate::source::Secret;
use crate::time::timestamp;

/// Variables that select credentials or an endpoint in some tool, and that are not set here. They are unset
/// whether or not they exist. Sources: botocore, the AWS SDKs for Go, JavaScript and Rust, the CDK CLI, and
/// Terragrunt.
const SELECTORS: [&str; 30] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "EC2_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "SECRET_ACCESS_KEY",
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIALS_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_SIGNIN",
    "TG_IAM_ASSUME_ROLE",
    "TERRAGRUNT_IAM_ROLE",
    "TG_AUTH_PROVIDER_CMD",
    "TERRAGRUNT_AUTH_PROVIDER_CMD",
];

/// Options that the CDK reads from variables and that select credentials or a region. The CDK accepts any name
/// that begins with `CDK` and whose remaining letters spell the option: `CDK_PRO_FILE`.
const CDK_OPTIONS: [&str; 2] = ["profile", "region"];

/// Endings of variables that select credentials and have the name of a stage in the middle: Serverless reads
/// `AWS_STAGING_ACCESS_KEY_ID` for the stage `staging`.
const ENDINGS: [&str; 4] = ["_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN", "_PROFILE"];

/// The MFA code. It is unset because STS accepts each code once.
const MFA_CODE: &str = "ACCOUNT_GUARD_MFA_CODE";

/// Variables that tell scripts which credentials were verified.
const VERIFIED: [&str; 3] = [
    "ACCOUNT_GUARD_VERIFIED_ENVIRONMENT",
    "ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID",
    "ACCOUNT_GUARD_VERIFIED_ARN",
];

/// A path that reads as an empty file and needs no cleanup.
const EMPTY_FILE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// The environment to change, and how to change it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    /// The names of the variables that are set.
    pub(crate) names: &'a [String],
    /// The name of the policy's environment.
    pub(crate) environment: &'a str,
    /// Whether the child may read the shared config and credentials files (`--keep-config`).
    pub(crate) keep_config: bool,
    /// How the child receives the credentials.
    pub(crate) delivery: Delivery<'a>,
}

/// How a child receives the credentials.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Delivery<'a> {
    /// As access keys in environment variables.
    Keys,
    /// From an endpoint with the container credential protocol, which the child may call repeatedly.
    Endpoint {
        /// The URL of the endpoint.
        uri: &'a str,
        /// The authorization token of the endpoint.
        token: &'a Secret,
        /// The current values of `NO_PROXY` and `no_proxy`, in this order.
        no_proxy: [Option<&'a str>; 2],
    },
}

/// Changes to environment variables: first unset, then set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The names of the variables to unset.
    pub(crate) unset: Vec<String>,
    /// The variables to set, with their values.
    pub(crate) set: Vec<(&'static str, Secret)>,
}

impl Changes {
    /// The changes for a child process, which then finds the granted credentials and no others.
    pub(crate) fn of(grant: &Grant, given: Given<'_>) -> Self {
        let mut set = match given.delivery {
            Delivery::Keys => keys(grant),
            Delivery::Endpoint { uri, token, no_proxy } => endpoint(uri, token, no_proxy),
        };
        set.extend(region(grant));
        set.extend(route(grant));
        set.extend(verified(grant, given.environment));
        set.push(("AWS_EC2_METADATA_DISABLED", Secret::new("true")));
        if !given.keep_config {
            set.push(("AWS_CONFIG_FILE", Secret::new(EMPTY_FILE)));
            set.push(("AWS_SHARED_CREDENTIALS_FILE", Secret::new(EMPTY_FILE)));
        }
        if !given.names.iter().any(|name| name == "AWS_ACCOUNT_ID") {
            set.push(("AWS_ACCOUNT_ID", Secret::new(grant.identity().account().to_string())));
        }
        Self { unset: unset(grant, given.names), set }
    }

    /// The changes for a shell or a CI job, which keeps its own configuration files.
    pub(crate) fn of_session(grant: &Grant, environment: &str, names: &[String]) -> Self {
        let parts = [keys(grant), region(grant), route(grant), verified(grant, environment)];
        let mut unset = unset(grant, names);
        unset.retain(|name| is_posix_name(name));
        Self { unset, set: parts.concat() }
    }

    /// The changes that leave a shell or a CI job without credentials in its environment.
    pub(crate) fn withdrawn(names: &[String]) -> Self {
        let mut unset = selectors(names);
        unset.extend(VERIFIED.map(str::to_owned));
        unset.retain(|name| is_posix_name(name));
        Self { unset, set: Vec::new() }
    }
}

/// The variables in `names` that select credentials and that a shell cannot unset, because their names are
/// not valid in POSIX.
pub(crate) fn selectors_without_posix_name(names: &[String]) -> Vec<String> {
    selectors(names).into_iter().filter(|name| !is_posix_name(name)).collect()
}

/// Whether POSIX allows the name. Other names must not be put into the text for a shell.
fn is_posix_name(name: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(is_word) && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn unset(grant: &Grant, names: &[String]) -> Vec<String> {
    let mut unset = selectors(names);
    if grant.route().emulator.is_some() {
        // With this variable, tools would ignore AWS_ENDPOINT_URL and send their requests to AWS.
        unset.push("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS".to_owned());
    }
    unset
}

/// Every variable that selects credentials: a fixed list, and those in `names` that belong to a stage or to
/// the CDK.
pub(crate) fn selectors(names: &[String]) -> Vec<String> {
    const KEYS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    let fixed = SELECTORS.iter().chain(&[MFA_CODE]).chain(&KEYS);
    let mut all: Vec<String> = fixed.map(|name| (*name).to_owned()).collect();
    for name in names {
        let is_of_stage =
            name.starts_with("AWS_") && ENDINGS.iter().any(|ending| name.ends_with(ending));
        if (is_of_stage || is_cdk_option(name)) && !all.contains(name) {
            all.push(name.clone());
        }
    }
    all
}

/// Whether the CDK reads the variable as `--profile` or `--region`.
fn is_cdk_option(name: &str) -> bool {
    let Some(option) = name.strip_prefix("CDK") else { return false };
    let letters: String =
        option.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    CDK_OPTIONS.contains(&letters.as_str())
}

/// The variables in `names` that configure the endpoint of a service and stay set, because the service does
/// not issue credentials.
pub(crate) fn kept_endpoints(names: &[String]) -> Vec<&str> {
    let is_kept = |name: &&str| name.starts_with("AWS_ENDPOINT_URL_") && !SELECTORS.contains(name);
    names.iter().map(String::as_str).filter(is_kept).collect()
}

/// The access keys, with their expiry if it is known.
pub(crate) fn keys(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let keys = grant.keys();
    let mut set = vec![
        ("AWS_ACCESS_KEY_ID", Secret::new(&keys.access_key_id)),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.clone()),
    ];
    set.extend(keys.session_token.clone().map(|token| ("AWS_SESSION_TOKEN", token)));
    set.extend(
        keys.expires_at.map(|end| ("AWS_CREDENTIAL_EXPIRATION", Secret::new(timestamp(end)))),
    );
    set
}

/// The URL and the token of the endpoint, which no proxy must intercept. Tools differ in which of the two lists
/// of hosts without a proxy they read, so a list that is set once is written to both.
fn endpoint(
    uri: &str,
    token: &Secret,
    [upper, lower]: [Option<&str>; 2],
) -> Vec<(&'static str, Secret)> {
    vec![
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Secret::new(uri)),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.clone()),
        ("NO_PROXY", Secret::new(without_proxy(upper.or(lower)))),
        ("no_proxy", Secret::new(without_proxy(lower.or(upper)))),
    ]
}

/// The region that was judged, in both variables: AWS CLI v1 and boto3 read only the second.
pub(crate) fn region(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let Some(region) = grant.region() else { return Vec::new() };
    ["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| (name, Secret::new(region.name()))).to_vec()
}

/// The settings for the connection to AWS, which the child can no longer read from its configuration files.
fn route(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let route = grant.route();
    let mut set = Vec::new();
    if let Some(url) = &route.emulator {
        set.push(("AWS_ENDPOINT_URL", Secret::new(url.as_str().trim_end_matches('/'))));
    }
    if let Some(bundle) = &route.ca_bundle {
        set.push(("AWS_CA_BUNDLE", Secret::new(bundle.display().to_string())));
    }
    if route.boto_credentials {
        set.push(no_boto_credentials());
    }
    if route.fips {
        set.push(("AWS_USE_FIPS_ENDPOINT", Secret::new("true")));
    }
    if route.dual_stack {
        set.push(("AWS_USE_DUALSTACK_ENDPOINT", Secret::new("true")));
    }
    set
}

/// An empty file instead of boto's configuration. botocore then does not read its default files either.
pub(crate) fn no_boto_credentials() -> (&'static str, Secret) {
    ("BOTO_CONFIG", Secret::new(EMPTY_FILE))
}

/// Variables for scripts. account-guard itself never reads them.
fn verified(grant: &Grant, environment: &str) -> Vec<(&'static str, Secret)> {
    let account = grant.identity().account().to_string();
    let values = [environment, &account, grant.identity().arn()];
    VERIFIED.into_iter().zip(values.map(Secret::new)).collect()
}
