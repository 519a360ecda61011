//! The arguments of `identity`: those of `aws sts get-caller-identity`, and a few of ours.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum, ValueHint};
use url::Url;

use super::{ColorArg, Format, RoleArgs, timeout};

/// What `identity` ends with, below its help.
const EXIT_CODES: &str = "\
Exit codes:
  0  STS has answered
  2  the question is wrong: usage, query, a policy that was named
  3  the identity is unknown, or cannot be printed";

/// `account-guard identity`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct IdentityArgs {
    /// Print what the AWS CLI prints in this format, and nothing else
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "As the AWS CLI")]
    pub output: Option<OutputArg>,
    /// Print what this JMESPath expression finds in the answer; alone, with --output json
    #[arg(long, value_name = "EXPRESSION", help_heading = "As the AWS CLI")]
    pub query: Option<String>,
    /// The parameters of the call as JSON, or file://PATH; there are none, so {} is all it takes
    #[arg(long, value_name = "JSON", help_heading = "As the AWS CLI")]
    pub cli_input_json: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub call: CallArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub role: RoleArgs,
    /// How to print everything that is known; not with --output and --query
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Human,
        conflicts_with_all = ["output", "query"],
        help_heading = "General"
    )]
    pub format: Format,
    /// The policy, which names accounts and environments
    /// [default: ACCOUNT_GUARD_POLICY, else account-guard.toml at the root of the work tree, if any]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "General")]
    pub policy: Option<PathBuf>,
    /// When to use colours; on and off are taken too, as the AWS CLI says
    #[arg(long, value_enum, default_value_t = ColorArg::Auto, help_heading = "General")]
    pub color: ColorArg,
    /// Say on stderr what is looked at and asked, without secrets
    #[arg(long, help_heading = "General")]
    pub debug: bool,
}

/// How STS is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
#[expect(clippy::struct_excessive_bools, reason = "the AWS CLI's own switches")]
pub struct CallArgs {
    /// Use this profile and nothing else: no keys and no web identity of the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// The region whose STS is asked
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Ask there, whoever it is: signed calls only, with a warning where it is not AWS
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<Url>,
    /// Do not look at the certificate of STS: signed calls only, with a warning
    #[arg(long)]
    pub no_verify_ssl: bool,
    /// Trust the certificates of this bundle (PEM) instead of the machine's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_bundle: Option<PathBuf>,
    /// How many seconds a connection may take, 0 for no limit of its own [default: 3]
    #[arg(long, value_name = "SECONDS")]
    pub cli_connect_timeout: Option<u32>,
    /// How many seconds an answer may take, 0 for no limit of its own [default: 5]
    #[arg(long, value_name = "SECONDS")]
    pub cli_read_timeout: Option<u32>,
    /// End after this time, whatever happens: seconds, or a duration such as 1m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout)]
    pub timeout: Duration,
    /// Taken for the AWS CLI's sake, and refused: STS knows nobody who does not sign
    #[arg(long)]
    pub no_sign_request: bool,
    /// Taken for the AWS CLI's sake, without effect
    #[arg(long)]
    pub no_paginate: bool,
    /// Taken for the AWS CLI's sake, without effect: nothing is ever paged here
    #[arg(long)]
    pub no_cli_pager: bool,
}

/// The formats of the AWS CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputArg {
    /// Indented JSON
    Json,
    /// Values between tabs
    Text,
    /// A table, as wide as the terminal has room for
    Table,
    /// YAML
    Yaml,
    /// YAML, as one item of a list
    YamlStream,
    /// Nothing
    Off,
}
