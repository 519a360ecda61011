//! The command line: clap types, value parsers, the texts of `--help` and of usage errors, and the reader of
//! arguments that clap refused.

#![expect(
    clippy::doc_markdown,
    reason = "clap prints these comments as help, which is not Markdown"
)]

mod check;
mod exec;
mod formats;
mod handoff;
mod help;
mod identity;
mod packaging;
mod policy;
mod raw;
mod refused;
mod shared;
mod values;

use clap::{Parser, Subcommand};

pub use check::CheckArgs;
pub use exec::ExecArgs;
pub use formats::{ColorArg, Form, Format, OutputArg, VerdictFormat};
pub use handoff::{CredentialsArgs, DockerAction, DockerCredentialArgs};
pub use identity::{CallArgs, IdentityArgs};
pub use packaging::{CompletionsArgs, ManArgs};
pub use policy::{LintArgs, PolicyCommand};
pub use raw::{RawArguments, Reader};
pub(crate) use refused::message;
pub use shared::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, ShowArgs, TargetArgs};

/// Check, before a deploy, that the AWS credentials belong to an account and a role that the
/// environment allows
#[derive(Debug, Parser)]
#[command(
    name = "account-guard",
    version,
    max_term_width = 100,
    after_help = help::EXIT_CODES,
    after_long_help = help::ending(help::EXIT_CODES, help::EXAMPLES)
)]
pub struct Cli {
    /// The subcommand and its arguments.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands, in the order of `--help`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the credentials that a deploy would use; the exit code is the verdict
    Check(Box<CheckArgs>),
    /// Check the credentials, then run a command with exactly these credentials
    Exec(Box<ExecArgs>),
    /// Check the credentials, then print them
    Credentials(Box<CredentialsArgs>),
    /// Docker credential helper: give docker an ECR login if the environment allows it
    ///
    /// Docker runs this program without options, under the name docker-credential-account-guard, usually a
    /// symbolic link. Set the environment in ACCOUNT_GUARD_ENVIRONMENT. The policy is read from the file in
    /// ACCOUNT_GUARD_POLICY, or from account-guard.toml at the root of the work tree.
    DockerCredential(DockerCredentialArgs),
    /// Print the caller's identity and the source of the credentials; replaces
    /// `aws sts get-caller-identity`
    #[command(visible_alias = "whoami")]
    Identity(Box<IdentityArgs>),
    /// Inspect the policy without calling AWS
    #[command(subcommand, after_long_help = help::POLICY_EXAMPLES)]
    Policy(PolicyCommand),
    /// Print a completion script for a shell
    ///
    /// Commands and options are completed. The names of environments are not completed.
    Completions(CompletionsArgs),
    /// Print the manual page, or write one page for each command to a directory
    Man(ManArgs),
}
