//! The arguments: clap types, and the reader of arguments that clap refused.

#![expect(clippy::doc_markdown, reason = "what clap prints is not Markdown")]

mod identity;
mod packaging;
mod refused;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

use values::{lifetime, timeout, tool};

pub use identity::{CallArgs, IdentityArgs, OutputArg};
pub use packaging::{CompletionsArgs, ManArgs};
pub use refused::{RawArguments, Reader};

use crate::tool::Tool;

/// The end of the help. Lines that are longer than the terminal would be broken anywhere.
const EXIT_CODES: &str = "\
Exit codes:
  0  allowed
  1  denied: the identity is known, and the policy refuses it
  2  the question is wrong: usage, policy file, unknown environment
  3  the identity is unknown";

/// The same for `exec`.
const EXEC_EXIT_CODES: &str = "\
Exit codes:
  125  the command was not started: refused, not known, or a wrong question
  126  the command cannot be run
  127  the command is not found
  any other is the command's own";

/// The same for `docker-credential`.
const DOCKER_EXIT_CODES: &str = "\
Exit codes:
  0  docker got its answer
  1  refused or failed: the reason is on stderr";

/// The heading of the options that every command takes.
const GENERAL: &str = "General";

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
    /// Judge the credentials, then run a command with exactly those
    Exec(Box<ExecArgs>),
    /// Judge the credentials, then print exactly those
    Credentials(Box<CredentialsArgs>),
    /// Docker's credential helper: give docker a registry token if the environment allows it
    ///
    /// Docker runs this program as docker-credential-account-guard, usually a link, and passes no
    /// options. ACCOUNT_GUARD_ENVIRONMENT sets the environment. The policy comes from
    /// ACCOUNT_GUARD_POLICY, or from the work tree.
    DockerCredential(DockerCredentialArgs),
    /// Say who these credentials are, where they come from and what they hide; stands in for
    /// `aws sts get-caller-identity`
    #[command(visible_alias = "whoami")]
    Identity(Box<IdentityArgs>),
    /// Look at the policy, without AWS
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print a script by which a shell completes commands and options
    ///
    /// It knows no policy: names of environments are not completed.
    Completions(CompletionsArgs),
    /// Print the manual page, or write one of each command into a directory
    Man(ManArgs),
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
#[allow(missing_docs)]
pub struct CheckArgs {
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Judge what these tools would use, such as terraform,aws-cli [default: the policy's `tools`]
    #[arg(
        long = "for",
        value_name = "TOOL",
        value_delimiter = ',',
        value_parser = tool(),
        help_heading = "AWS"
    )]
    pub tools: Vec<Tool>,
    #[command(flatten)]
    pub role: RoleArgs,
    #[command(flatten)]
    pub targets: TargetArgs,
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub show: ShowArgs,
}

/// `account-guard exec`
#[derive(Debug, Args)]
#[command(after_help = EXEC_EXIT_CODES)]
#[allow(missing_docs)]
pub struct ExecArgs {
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
    #[command(flatten)]
    pub role: RoleArgs,
    #[command(flatten)]
    pub targets: TargetArgs,
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub show: ShowArgs,
    /// Let the command read the configuration files of AWS; without it they are empty there
    #[arg(long, help_heading = "Command")]
    pub keep_config: bool,
    /// Renew the credentials for as long as the command runs, and judge them anew each time
    #[arg(long, conflicts_with = "keep_config")]
    pub serve: bool,
    /// The command and its arguments, as they are: no shell
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments, help_heading = "Command")]
    pub command: Vec<OsString>,
}

/// `account-guard credentials`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
#[allow(missing_docs)]
pub struct CredentialsArgs {
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
    #[command(flatten)]
    pub role: RoleArgs,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How to print the credentials; never changes the exit code
    #[arg(long, value_enum, default_value_t = Form::Process, help_heading = GENERAL)]
    pub format: Form,
}

/// The environment that is judged.
#[derive(Debug, Default, Args)]
pub struct EnvironmentArgs {
    /// The environment of the policy that is about to be deployed to
    /// [default: ACCOUNT_GUARD_ENVIRONMENT]
    #[arg(value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// The same, as an option
    #[arg(long = "environment", value_name = "ENVIRONMENT")]
    pub environment_option: Option<String>,
}

/// What is to be made of the credentials that are found, before they are judged.
#[derive(Debug, Default, Args)]
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
    /// Assume the role with the OIDC token in this file, and with no other credentials
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "role_arn",
        conflicts_with_all = ["external_id", "mfa_serial", "profile"]
    )]
    pub web_identity_token_file: Option<PathBuf>,
    /// Assume the role with the SAML assertion in this file, in base64, and with no other credentials
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
    /// The SAML provider that made the assertion
    #[arg(
        long,
        value_name = "ARN",
        requires = "saml_assertion_file",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub saml_principal_arn: Option<String>,
}

/// What is about to be touched, to be judged beside the credentials.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Targets")]
pub struct TargetArgs {
    /// An ECR image to push, or its registry's host; repeatable
    #[arg(long = "image", value_name = "REF")]
    pub images: Vec<String>,
}

/// What every command takes that asks AWS.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// Use this profile and nothing else: no keys and no web identity of the environment
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// The region that the deploy uses; its STS is asked
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Trust the certificates of this bundle (PEM) instead of the machine's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_bundle: Option<PathBuf>,
    /// End after this time, whatever happens: seconds, or a duration such as 1m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = timeout)]
    pub timeout: Duration,
}

/// What every command takes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct CommonArgs {
    /// The policy [default: ACCOUNT_GUARD_POLICY, else account-guard.toml at the root of the work tree]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
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

/// `account-guard docker-credential`
#[derive(Debug, Args)]
#[command(after_help = DOCKER_EXIT_CODES)]
pub struct DockerCredentialArgs {
    /// Docker's request
    #[arg(value_enum)]
    pub action: DockerAction,
}

/// A request of docker to its credential helper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DockerAction {
    /// Print a login for the registry that stdin contains
    Get,
    /// Refuse to store a login: account-guard stores none
    Store,
    /// Do nothing: no login is stored
    Erase,
    /// Print an empty list: no login is stored
    List,
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

/// How a verdict is printed: on stdout, or on stderr where stdout is a command's.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct ShowArgs {
    /// How to print the verdict, which `exec` does on stderr; never changes the exit code
    #[arg(long, value_enum, default_value_t = VerdictFormat::Human)]
    pub format: VerdictFormat,
    /// With --format github: mask account IDs in all logs. GitHub drops job outputs that hold one
    #[arg(long)]
    pub mask_aws_account_id: bool,
}

/// In which form a verdict is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum VerdictFormat {
    /// A line, or a table that explains a refusal
    #[default]
    Human,
    /// One versioned document
    Json,
    /// The same as human, with what GitHub Actions reads: annotations, outputs and a summary
    Github,
}

/// How a document is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line, or a table that explains a refusal
    Human,
    /// One versioned document
    Json,
}

/// How credentials are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For a profile's credential_process: JSON, good for an hour at most
    Process,
    /// As `aws sts assume-role` prints its Credentials
    Json,
    /// For eval in bash, dash, zsh and other shells of POSIX
    Env,
    /// For eval in fish
    Fish,
    /// For Invoke-Expression in PowerShell
    Powershell,
    /// For the later steps of a job of GitHub Actions: masks, then GITHUB_ENV
    Github,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal; NO_COLOR and CLICOLOR_FORCE are followed
    #[default]
    Auto,
    /// Always
    #[value(alias = "on")]
    Always,
    /// Never
    #[value(alias = "off")]
    Never,
}
