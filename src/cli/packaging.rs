//! The arguments of the commands for packagers: `completions` and `man`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

use super::help;

/// `account-guard completions`
#[derive(Debug, Args)]
#[command(after_long_help = help::COMPLETIONS_EXAMPLES)]
pub struct CompletionsArgs {
    /// Shell to print the script for
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `account-guard man`
#[derive(Debug, Args)]
#[command(after_long_help = help::MAN_EXAMPLES)]
pub struct ManArgs {
    /// Existing directory to write one page for each command to [default: print the program's page]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
}
