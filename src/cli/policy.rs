//! The subcommands of `policy` and their arguments.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};

use super::formats::ColorArg;
use super::help;

/// The subcommands of `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Report errors and warnings of the policy
    Lint(LintArgs),
}

/// `account-guard policy lint`
#[derive(Debug, Args)]
#[command(
    after_help = help::LINT_EXIT_CODES,
    after_long_help = help::ending(help::LINT_EXIT_CODES, help::LINT_EXAMPLES)
)]
pub struct LintArgs {
    /// Policy file, as an argument instead of --policy
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "policy")]
    pub file: Option<PathBuf>,
    /// Policy file [env: ACCOUNT_GUARD_POLICY] [default: account-guard.toml at the root of the work tree]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorArg::Auto)]
    pub color: ColorArg,
    /// Print nothing if there are no errors and no warnings
    #[arg(long, short)]
    pub quiet: bool,
}

impl LintArgs {
    /// The policy file of the command line: the argument or the option. `None` if neither is given.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_deref().or(self.policy.as_deref())
    }
}
