//! The arguments that several commands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Args, ValueHint};

use super::formats::{ColorArg, VerdictFormat};
use super::values::{lifetime, timeout};

/// The heading of the options that every command takes.
pub(super) const GENERAL: &str = "General";

/// The environment to deploy to.
#[derive(Debug, Default, Args)]
pub struct EnvironmentArgs {
    /// Environment to deploy to, as named in the policy [env: ACCOUNT_GUARD_ENVIRONMENT]
    #[arg(value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// Environment, as an option instead of the argument
    #[arg(long = "environment", value_name = "ENVIRONMENT")]
    pub environment_option: Option<String>,
}

/// The role or MFA session to obtain with the credentials that were found.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Role")]
#[command(group(ArgGroup::new("obtained").args(["role_arn", "mfa_serial"]).multiple(true)))]
pub struct RoleArgs {
    /// Assume this role first, using the credentials that were found
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub role_arn: Option<String>,
    /// External ID that the trust policy of the role requires
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub external_id: Option<String>,
    /// Session name, which CloudTrail records [default: account-guard-ENVIRONMENT, and the ID of the CI
    /// run]
    #[arg(long, value_name = "NAME", requires = "role_arn")]
    pub role_session_name: Option<String>,
    /// Session duration, from 15m to 12h: seconds, or a duration such as 1h
    #[arg(long, value_name = "TIME", requires = "obtained", value_parser = lifetime)]
    pub duration: Option<Duration>,
    /// MFA device: its code is read from ACCOUNT_GUARD_MFA_CODE or from the terminal. Without --role-arn, get
    /// an MFA session of the same user
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub mfa_serial: Option<String>,
    /// Assume the role with the OIDC token in this file instead of credentials
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "role_arn",
        conflicts_with_all = ["external_id", "mfa_serial", "profile"]
    )]
    pub web_identity_token_file: Option<PathBuf>,
    /// Assume the role with the SAML assertion in this file (base64) instead of credentials
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires_all = ["role_arn", "saml_principal_arn"],
        conflicts_with_all = [
            "external_id", "mfa_serial", "profile", "role_session_name",
            "web_identity_token_file",
        ]
    )]
    pub saml_assertion_file: Option<PathBuf>,
    /// SAML provider that issued the assertion
    #[arg(
        long,
        value_name = "ARN",
        requires = "saml_assertion_file",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub saml_principal_arn: Option<String>,
}

/// What the deploy will change, which is checked beside the credentials.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Targets")]
pub struct TargetArgs {
    /// ECR image to push, or the host name of its registry; repeatable
    #[arg(long = "image", value_name = "REF")]
    pub images: Vec<String>,
}

/// AWS options: profile, region, CA bundle, timeout.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// Use only this profile, and ignore keys and web identity in the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// Region to deploy to; its STS endpoint is called
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Trust the CA certificates in this PEM file instead of those of the system
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_bundle: Option<PathBuf>,
    /// Give up after this long: seconds, or a duration such as 1m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout)]
    pub timeout: Duration,
}

/// Options that every command takes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct CommonArgs {
    /// Policy file [env: ACCOUNT_GUARD_POLICY] [default: account-guard.toml at the root of the work tree]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// Also write the JSON report to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorArg::Auto)]
    pub color: ColorArg,
    /// Print nothing when allowed
    #[arg(long, short)]
    pub quiet: bool,
    /// Trace reads and requests on stderr, without secrets
    #[arg(long)]
    pub debug: bool,
}

/// The format of a verdict.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct ShowArgs {
    /// Format of the verdict; never changes the exit code
    #[arg(long, value_enum, default_value_t = VerdictFormat::Human)]
    pub format: VerdictFormat,
    /// With --format github: mask account IDs in all logs. GitHub drops job outputs that contain one
    #[arg(long)]
    pub mask_aws_account_id: bool,
}
