//! The arguments of `identity`: those of `aws sts get-caller-identity`, and some of account-guard.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueHint};
use url::Url;

use super::formats::{ColorArg, Format, OutputArg};
use super::help;
use super::shared::{GENERAL, RoleArgs};
use super::values::timeout;

/// The heading of the options that select the AWS CLI's output.
const AWS_CLI: &str = "AWS CLI output";

/// `account-guard identity`
#[derive(Debug, Args)]
#[command(
    after_help = help::IDENTITY_EXIT_CODES,
    after_long_help = help::ending(help::IDENTITY_EXIT_CODES, help::IDENTITY_EXAMPLES),
    mut_arg("role_session_name", |name| {
        name.help(
            "Session name, which CloudTrail records [default: account-guard-identity, and the ID of \
             the CI run]",
        )
    })
)]
pub struct IdentityArgs {
    /// Print the AWS CLI's output in this format, and nothing else
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = AWS_CLI)]
    pub output: Option<OutputArg>,
    /// Print the result of this JMESPath expression; without --output as JSON
    #[arg(long, value_name = "EXPRESSION", help_heading = AWS_CLI)]
    pub query: Option<String>,
    /// Parameters of the call, as JSON or file://PATH; must be {}, since the call has no parameters
    #[arg(long, value_name = "JSON", help_heading = AWS_CLI)]
    pub cli_input_json: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub call: CallArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub role: RoleArgs,
    /// Format of the full answer; not with --output or --query
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Human,
        conflicts_with_all = ["output", "query"],
        help_heading = GENERAL
    )]
    pub format: Format,
    /// Policy file, for the names of accounts and environments [env: ACCOUNT_GUARD_POLICY] [default:
    /// account-guard.toml at the root of the work tree, if it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = GENERAL)]
    pub policy: Option<PathBuf>,
    /// When to use colours; on and off are accepted too, as in the AWS CLI
    #[arg(long, value_enum, default_value_t = ColorArg::Auto, help_heading = GENERAL)]
    pub color: ColorArg,
    /// Trace reads and requests on stderr, without secrets
    #[arg(long, help_heading = GENERAL)]
    pub debug: bool,
}

/// AWS options of `identity`, as in the AWS CLI.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
#[expect(clippy::struct_excessive_bools, reason = "the AWS CLI has these switches")]
pub struct CallArgs {
    /// Use only this profile, and ignore keys and web identity in the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// Region whose STS endpoint is called
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Call this endpoint; prints a warning if it is not an AWS endpoint. Credential sources that send a
    /// token are refused
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<Url>,
    /// Do not verify the TLS certificate of the endpoint; prints a warning. Credential sources that send a
    /// token are refused
    #[arg(long)]
    pub no_verify_ssl: bool,
    /// Trust the CA certificates in this PEM file instead of those of the system
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_bundle: Option<PathBuf>,
    /// Connect timeout in seconds; 0 for none [default: 3]
    #[arg(long, value_name = "SECONDS")]
    pub cli_connect_timeout: Option<u32>,
    /// Read timeout in seconds; 0 for none [default: 5]
    #[arg(long, value_name = "SECONDS")]
    pub cli_read_timeout: Option<u32>,
    /// Give up after this long: seconds, or a duration such as 1m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout)]
    pub timeout: Duration,
    /// Rejected: GetCallerIdentity must be signed
    #[arg(long)]
    pub no_sign_request: bool,
    /// Ignored, for compatibility with the AWS CLI
    #[arg(long)]
    pub no_paginate: bool,
    /// Ignored, for compatibility with the AWS CLI: account-guard starts no pager
    #[arg(long)]
    pub no_cli_pager: bool,
}
