//! The environment of whoever is handed credentials: those are set, and everything that could lead to
//! others is unset. A table, and a function over names.

use std::time::SystemTime;

use super::Grant;
use super::proxy::without_proxy;
use crate::source::Secret;

/// What selects credentials in some tool, besides those that are set. A name is unset whether or not it
/// was there. Sources: botocore, the AWS SDKs for Go, JavaScript and Rust, and the CDK CLI.
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

/// Options of the CDK that choose credentials or a region, as it reads them from variables: any name
/// that begins with `CDK` and whose letters after it, whatever stands between them, spell the option.
const CDK_OPTIONS: [&str; 2] = ["profile", "region"];

/// Credentials, profiles and tokens that tools look for under a name with something in the middle:
/// Serverless reads `AWS_STAGING_ACCESS_KEY_ID` for its stage.
const ENDINGS: [&str; 4] = ["_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN", "_PROFILE"];

/// A code that was good for one call.
const MFA_CODE: &str = "ACCOUNT_GUARD_MFA_CODE";

/// What says whose credentials were verified.
const VERIFIED: [&str; 3] = [
    "ACCOUNT_GUARD_VERIFIED_ENVIRONMENT",
    "ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID",
    "ACCOUNT_GUARD_VERIFIED_ARN",
];

/// An empty file on every system of the kind, which nobody has to remove.
const NOTHING: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// What is known of the environment that is changed.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The names that are set in it.
    pub names: &'a [String],
    /// The environment of the policy that was judged.
    pub environment: &'a str,
    /// Whether the child reads the configuration files of the user.
    pub keep_config: bool,
    /// How the credentials reach it.
    pub delivery: Delivery<'a>,
}

/// How credentials reach a child.
#[derive(Clone, Copy, Debug)]
pub enum Delivery<'a> {
    /// In its environment, as they are.
    Keys,
    /// From an endpoint, which it asks as containers do, as often as it needs them.
    Endpoint {
        /// Where that is.
        uri: &'a str,
        /// What it has to show there.
        token: &'a Secret,
        /// What `NO_PROXY` and `no_proxy` hold, in this order.
        no_proxy: [Option<&'a str>; 2],
    },
}

/// Changes to an environment: first all that is unset, then what is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Names that must not be there.
    pub unset: Vec<String>,
    /// Names with their values.
    pub set: Vec<(&'static str, Secret)>,
}

impl Changes {
    /// What hands these credentials over, and nothing else.
    pub fn of(grant: &Grant, given: Given<'_>) -> Self {
        let mut set = match given.delivery {
            Delivery::Keys => keys(grant),
            Delivery::Endpoint { uri, token, no_proxy } => endpoint(uri, token, no_proxy),
        };
        set.extend(region(grant));
        set.extend(route(grant));
        set.extend(verified(grant, given.environment));
        set.push(("AWS_EC2_METADATA_DISABLED", Secret::new("true")));
        if !given.keep_config {
            set.push(("AWS_CONFIG_FILE", Secret::new(NOTHING)));
            set.push(("AWS_SHARED_CREDENTIALS_FILE", Secret::new(NOTHING)));
        }
        if !given.names.iter().any(|name| name == "AWS_ACCOUNT_ID") {
            set.push(("AWS_ACCOUNT_ID", Secret::new(grant.identity().account().to_string())));
        }
        Self { unset: unset(grant, given.names), set }
    }

    /// What hands these credentials to a shell or a job, which goes on with its own configuration files.
    pub fn of_session(grant: &Grant, environment: &str, names: &[String]) -> Self {
        let parts = [keys(grant), region(grant), route(grant), verified(grant, environment)];
        let mut unset = unset(grant, names);
        unset.retain(|name| is_plain(name));
        Self { unset, set: parts.concat() }
    }

    /// What leaves a shell or a job without any credentials.
    pub fn withdrawn(names: &[String]) -> Self {
        let mut unset = selectors(names);
        unset.extend(VERIFIED.map(str::to_owned));
        unset.retain(|name| is_plain(name));
        Self { unset, set: Vec::new() }
    }
}

/// The names that select credentials and that no shell can unset. To be put into a shell's text a name
/// must be plain in any case.
pub fn beyond_shells(names: &[String]) -> Vec<String> {
    selectors(names).into_iter().filter(|name| !is_plain(name)).collect()
}

/// Whether it is a name as POSIX has it.
fn is_plain(name: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(is_word) && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn unset(grant: &Grant, names: &[String]) -> Vec<String> {
    let mut unset = selectors(names);
    if grant.route().emulator.is_some() {
        // It would lead past the emulator, to AWS.
        unset.push("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS".to_owned());
    }
    unset
}

/// Every name that selects credentials, of the table and of those that are set.
pub fn selectors(names: &[String]) -> Vec<String> {
    let is_selector = |name: &String| {
        let of_table = SELECTORS.contains(&name.as_str());
        let begins = name.starts_with("AWS_");
        let is_of_stage = begins && ENDINGS.iter().any(|ending| name.ends_with(ending));
        !of_table && (is_of_stage || is_cdk_option(name))
    };
    let of_table = SELECTORS.iter().chain(&[MFA_CODE]).map(|name| (*name).to_owned());
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    let mut all: Vec<String> = of_table.chain(keys.map(str::to_owned)).collect();
    all.extend(
        names.iter().filter(|name| is_selector(name) && !keys.contains(&name.as_str())).cloned(),
    );
    all
}

/// Whether the CDK reads the variable as one of its options.
fn is_cdk_option(name: &str) -> bool {
    let Some(option) = name.strip_prefix("CDK") else { return false };
    let letters: String =
        option.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    CDK_OPTIONS.contains(&letters.as_str())
}

/// The endpoints of services that stay as they are: they are not asked who somebody is.
pub fn kept_endpoints(names: &[String]) -> Vec<&str> {
    let is_kept = |name: &&str| name.starts_with("AWS_ENDPOINT_URL_") && !SELECTORS.contains(name);
    names.iter().map(String::as_str).filter(is_kept).collect()
}

/// The credentials themselves.
pub fn keys(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let keys = grant.keys();
    let mut set = vec![
        ("AWS_ACCESS_KEY_ID", Secret::new(&keys.access_key_id)),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.clone()),
    ];
    set.extend(keys.session_token.clone().map(|token| ("AWS_SESSION_TOKEN", token)));
    set.extend(keys.expires_at.map(|end| ("AWS_CREDENTIAL_EXPIRATION", Secret::new(time(end)))));
    set
}

/// Where the credentials are to be had, and that no proxy leads there. Of two lists tools read either
/// the one or the other first, so what is in one alone is in both.
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

/// The region that was judged, under both names: AWS CLI v1 and boto3 know the second alone.
pub fn region(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let region = grant.region().map(ToString::to_string);
    region.map_or_else(Vec::new, |region| names.map(|name| (name, Secret::new(&region))).to_vec())
}

/// RFC 3339 with a `Z`, to the second.
pub fn time(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string()
}

/// What the configuration that the child no longer sees said of the way to AWS.
fn route(grant: &Grant) -> Vec<(&'static str, Secret)> {
    let route = grant.route();
    let emulator = route
        .emulator
        .as_ref()
        .map(|url| ("AWS_ENDPOINT_URL", Secret::new(url.as_str().trim_end_matches('/'))));
    let bundle =
        route.ca_bundle.as_ref().map(|it| ("AWS_CA_BUNDLE", Secret::new(it.display().to_string())));
    let is_on = |is_on: bool, name| is_on.then(|| (name, Secret::new("true")));
    let boto = route.boto_credentials.then(no_boto_credentials);
    let variants = [
        is_on(route.fips, "AWS_USE_FIPS_ENDPOINT"),
        is_on(route.dual_stack, "AWS_USE_DUALSTACK_ENDPOINT"),
    ];
    emulator.into_iter().chain(bundle).chain(boto).chain(variants.into_iter().flatten()).collect()
}

/// An empty file in place of boto's, which also keeps botocore from its default ones.
pub fn no_boto_credentials() -> (&'static str, Secret) {
    ("BOTO_CONFIG", Secret::new(NOTHING))
}

/// For scripts: what was verified. Nothing here trusts it.
fn verified(grant: &Grant, environment: &str) -> Vec<(&'static str, Secret)> {
    let account = grant.identity().account().to_string();
    let values = [environment, &account, grant.identity().arn()];
    VERIFIED.into_iter().zip(values.map(Secret::new)).collect()
}
