//! The arguments of `exec`.

use std::ffi::OsString;

use clap::{Args, ValueHint};

use super::help;
use super::shared::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, ShowArgs, TargetArgs};

/// The heading of the options that concern the command.
const COMMAND: &str = "Command";

/// `account-guard exec`
#[derive(Debug, Args)]
#[command(
    after_help = help::EXEC_EXIT_CODES,
    after_long_help = help::ending(help::EXEC_EXIT_CODES, help::EXEC_EXAMPLES),
    mut_arg("format", |format| {
        format.help("Format of the verdict, which is printed on stderr; never changes the exit code")
    })
)]
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
    /// Let the command read the AWS configuration files; by default they are empty for the command
    #[arg(long, help_heading = COMMAND)]
    pub keep_config: bool,
    /// Renew the credentials while the command runs, and check them again each time
    #[arg(long, conflicts_with = "keep_config", help_heading = COMMAND)]
    pub serve: bool,
    /// Command to run, with its arguments; no shell is involved
    #[arg(
        last = true,
        required = true,
        value_name = "COMMAND",
        value_hint = ValueHint::CommandWithArguments,
        help_heading = COMMAND
    )]
    pub command: Vec<OsString>,
}
