//! The arguments of `check`.

use clap::Args;

use super::help;
use super::shared::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, ShowArgs, TargetArgs};
use super::values::tool;
use crate::tool::Tool;

/// `account-guard check`
#[derive(Debug, Args)]
#[command(
    after_help = help::EXIT_CODES,
    after_long_help = help::ending(help::EXIT_CODES, help::CHECK_EXAMPLES)
)]
#[allow(missing_docs)]
pub struct CheckArgs {
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Tools that will deploy, comma-separated [default: `tools` of the policy, else every SDK]
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
