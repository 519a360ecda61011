//! The arguments of what packagers call.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

/// `account-guard completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell that reads it
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `account-guard man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for the program and one for each of its commands into this directory, which must be
    /// there; without it the program's page is printed
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
}
