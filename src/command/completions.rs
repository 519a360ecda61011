//! `completions`: the script by which a shell completes commands and options.

use clap::CommandFactory;

use crate::cli::{Cli, CompletionsArgs};
use crate::output::Output;

/// The script for the shell, on stdout.
pub fn completions(args: &CompletionsArgs) -> Output {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "account-guard", &mut script);
    // For bash clap_complete 4.6 spells the hyphen of a program's name in two ways, so that nothing is
    // found behind a subcommand. No other shell's script holds either.
    let script = String::from_utf8_lossy(&script);
    let stdout = script.replace("account__subcmd__guard", "account__guard").into_bytes();
    Output::done(stdout)
}
