//! The formats of output that an option can select.

use clap::ValueEnum;

/// The format of a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum VerdictFormat {
    /// One line if allowed, a table if denied
    #[default]
    Human,
    /// The JSON report
    Json,
    /// Like human, with annotations, step outputs and a summary for GitHub Actions
    Github,
}

/// The format of what `identity` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for each fact
    Human,
    /// One JSON document
    Json,
}

/// The format of printed credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// JSON for `credential_process` in a profile, valid for at most one hour
    Process,
    /// JSON, as in `Credentials` of `aws sts assume-role`
    Json,
    /// Commands for eval in bash, dash, zsh and other POSIX shells
    Env,
    /// Commands for eval in fish
    Fish,
    /// Commands for Invoke-Expression in PowerShell
    Powershell,
    /// Variables for the later steps of a GitHub Actions job, masked in the log
    Github,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// If the stream is a terminal; NO_COLOR and CLICOLOR_FORCE are honoured
    #[default]
    Auto,
    /// Always
    #[value(alias = "on")]
    Always,
    /// Never
    #[value(alias = "off")]
    Never,
}

/// The output formats of the AWS CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputArg {
    /// Indented JSON
    Json,
    /// Tab-separated values
    Text,
    /// A table that fits the terminal
    Table,
    /// YAML
    Yaml,
    /// YAML, as a list of one item
    YamlStream,
    /// No output
    Off,
}
