//! The arguments of the commands that print credentials: `credentials` and `docker-credential`.

use clap::{Args, ValueEnum};

use super::formats::Form;
use super::help;
use super::shared::{AwsArgs, CommonArgs, EnvironmentArgs, GENERAL, RoleArgs};

/// `account-guard credentials`
#[derive(Debug, Args)]
#[command(
    after_help = help::EXIT_CODES,
    after_long_help = help::ending(help::EXIT_CODES, help::CREDENTIALS_EXAMPLES)
)]
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
    /// Format of the credentials; never changes the exit code
    #[arg(long, value_enum, default_value_t = Form::Process, help_heading = GENERAL)]
    pub format: Form,
}

/// `account-guard docker-credential`
#[derive(Debug, Args)]
#[command(
    after_help = help::DOCKER_EXIT_CODES,
    after_long_help = help::ending(help::DOCKER_EXIT_CODES, help::DOCKER_EXAMPLES)
)]
pub struct DockerCredentialArgs {
    /// Docker's request
    #[arg(value_enum)]
    pub action: DockerAction,
}

/// A request of docker to its credential helper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DockerAction {
    /// Print a login for the registry that is read from stdin
    Get,
    /// Refuse to store a login: account-guard stores none
    Store,
    /// Do nothing: no login is stored
    Erase,
    /// Print an empty list: no login is stored
    List,
}
