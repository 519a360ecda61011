//! The arguments: clap types, nothing else.

#![expect(clippy::doc_markdown, reason = "what clap prints is not Markdown")]

mod identity;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

pub use identity::{CallArgs, IdentityArgs, OutputArg};

use crate::tool::Tool;

/// The end of the help. Lines that are longer than the terminal would be broken anywhere.
const EXIT_CODES: &str = "\
Exit codes:
  0  allowed
  1  denied: the identity is known, and the policy refuses it
  2  the question is wrong: usage, policy file, unknown environment
  3  the identity is unknown";

/// Proves, before a deploy, that its AWS credentials belong to an account and a role which the
/// environment allows.
#[derive(Debug, Parser)]
#[command(
    name = "account-guard",
    version,
    max_term_width = 100,
    after_help = EXIT_CODES
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge the credentials that a deploy would use; the exit code is the answer
    Check(Box<CheckArgs>),
    /// Say who these credentials are, where they come from and what they hide; stands in for
    /// `aws sts get-caller-identity`
    #[command(visible_alias = "whoami")]
    Identity(Box<IdentityArgs>),
    /// Look at the policy, without AWS
    #[command(subcommand)]
    Policy(PolicyCommand),
}

/// What can be done with a policy alone.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Read the policy and report its errors and what looks unintended
    Lint(LintArgs),
}

/// `account-guard check`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CheckArgs {
    /// The environment of the policy that is about to be deployed to
    /// [default: ACCOUNT_GUARD_ENVIRONMENT]
    #[arg(value_name = "ENVIRONMENT", value_parser = NonEmptyStringValueParser::new())]
    pub environment: Option<String>,
    /// The same, as an option
    #[arg(
        long = "environment",
        value_name = "ENVIRONMENT",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub environment_option: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub role: RoleArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub common: CommonArgs,
}

/// What is to be made of the credentials that are found, before they are judged.
#[derive(Debug, Args)]
#[command(next_help_heading = "Role")]
#[command(group(ArgGroup::new("obtained").args(["role_arn", "mfa_serial"]).multiple(true)))]
pub struct RoleArgs {
    /// Assume this role with the credentials that are found, and judge the result
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub role_arn: Option<String>,
    /// The external ID that the role's trust policy asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub external_id: Option<String>,
    /// What to call the session, as CloudTrail shows it [default: account-guard-ENVIRONMENT-RUN]
    #[arg(long, value_name = "NAME", requires = "role_arn")]
    pub role_session_name: Option<String>,
    /// How long the session is to last: seconds, or a duration such as 1h; from 15m to 12h
    #[arg(long, value_name = "TIME", requires = "obtained", value_parser = lifetime)]
    pub duration: Option<Duration>,
    /// The MFA device whose code is asked for on the terminal, or is in ACCOUNT_GUARD_MFA_CODE; without
    /// --role-arn for a session of the same user
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub mfa_serial: Option<String>,
}

/// What every command takes that asks AWS.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// Use this profile and nothing else: no keys and no web identity of the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// The region that the deploy uses; its STS is asked
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Judge what these tools would use, such as terraform,aws-cli [default: the policy's `tools`]
    #[arg(long = "for", value_name = "TOOL", value_delimiter = ',', value_parser = tool())]
    pub tools: Vec<Tool>,
    /// Trust the certificates of this bundle (PEM) instead of the machine's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_bundle: Option<PathBuf>,
    /// End after this time, whatever happens: seconds, or a duration such as 1m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout)]
    pub timeout: Duration,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "General")]
pub struct CommonArgs {
    /// The policy [default: ACCOUNT_GUARD_POLICY, else account-guard.toml at the root of the work tree]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// How to print the verdict; never changes the exit code
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Write the JSON document to this file, beside any format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorArg::Auto)]
    pub color: ColorArg,
    /// Print nothing when the answer is yes
    #[arg(long, short)]
    pub quiet: bool,
    /// Say on stderr what is looked at and asked, without secrets
    #[arg(long)]
    pub debug: bool,
}

/// `account-guard policy lint`
#[derive(Debug, Args)]
pub struct LintArgs {
    /// The policy [default: ACCOUNT_GUARD_POLICY, else account-guard.toml at the root of the work tree]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorArg::Auto)]
    pub color: ColorArg,
    /// Print nothing when there is nothing to report
    #[arg(long, short)]
    pub quiet: bool,
}

/// How a verdict is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line, or a table that explains a refusal
    Human,
    /// One versioned document
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal; NO_COLOR and CLICOLOR_FORCE are followed
    Auto,
    /// Always
    #[value(alias = "on")]
    Always,
    /// Never
    #[value(alias = "off")]
    Never,
}

fn tool() -> impl TypedValueParser<Value = Tool> {
    let names: Vec<_> = Tool::all().map(Tool::name).collect();
    PossibleValuesParser::new(names).try_map(|name| Tool::named(&name))
}

/// `15` is seconds; `1m 30s` is what it says. Never zero.
fn timeout(text: &str) -> Result<Duration, String> {
    // Nobody waits for longer, and humantime's sums have an end.
    const LONGEST: usize = 16;
    let duration = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(seconds.into()),
        Err(_) if text.len() > LONGEST => return Err("it is too long".to_owned()),
        Err(_) => humantime::parse_duration(text)
            .map_err(|_| "write seconds, or a duration such as 1m".to_owned())?,
    };
    if duration.is_zero() { Err("it must be longer than nothing".to_owned()) } else { Ok(duration) }
}

/// What STS gives at least and at most.
fn lifetime(text: &str) -> Result<Duration, String> {
    let duration = timeout(text)?;
    let is_given = (Duration::from_mins(15)..=Duration::from_hours(12)).contains(&duration);
    if is_given { Ok(duration) } else { Err("it must be from 15m to 12h".to_owned()) }
}
