//! The arguments as the user passed them. Contains the one reader of arguments that clap refused.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, ValueEnum};

use super::{Cli, Form};

/// The program's name as docker's credential helper. Docker passes the subcommand by this name.
const DOCKER_HELPER: &str = "docker-credential-account-guard";

/// The subcommands that take `--report`.
const WITH_REPORT: [&str; 3] = ["check", "exec", "credentials"];

/// The arguments of this process, with the program's name in front.
#[derive(Clone, Debug)]
pub struct RawArguments(Vec<OsString>);

/// The program or person that reads the output and the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person or a pipeline.
    Person,
    /// The caller of `exec`, who expects the exit codes of the started command.
    ExecCaller,
    /// Docker, which uses a stored login after every refusal except for one.
    Docker,
}

impl RawArguments {
    /// Inserts the subcommand if the program runs as docker's credential helper.
    pub fn of(arguments: impl Iterator<Item = OsString>) -> Self {
        let words: Vec<OsString> = arguments.collect();
        let program = words.first().and_then(|word| Path::new(word).file_stem());
        if program.is_none_or(|program| program != DOCKER_HELPER) {
            return Self(words);
        }
        let named = ["account-guard", "docker-credential"].map(OsString::from);
        Self(named.into_iter().chain(words.into_iter().skip(1)).collect())
    }

    /// All words, for clap.
    pub fn words(&self) -> &[OsString] {
        &self.0
    }

    /// Who reads the output, by the subcommand.
    pub fn reader(&self) -> Reader {
        match self.0.get(1) {
            Some(word) if word == "exec" => Reader::ExecCaller,
            Some(word) if word == "docker-credential" => Reader::Docker,
            _ => Reader::Person,
        }
    }

    /// The form of credentials that the arguments probably ask for. `None` if they ask for something
    /// else.
    ///
    /// An unknown subcommand with a form counts, because an `eval` may evaluate what is printed.
    pub fn form(&self) -> Option<Form> {
        let first = self.own().next();
        let mut named = None;
        for value in self.values("--format") {
            if let Some(Ok(form)) = value.to_str().map(|text| Form::from_str(text, false)) {
                named = Some(form);
                break;
            }
        }
        match first {
            Some(word) if word == "credentials" => Some(named.unwrap_or(Form::Env)),
            Some(word) if Cli::command().find_subcommand(word).is_some() => None,
            _ => named,
        }
    }

    /// The files of `--report`, for the subcommands that take it.
    pub fn reports(&self) -> Vec<PathBuf> {
        if self.own().next().is_none_or(|first| !WITH_REPORT.iter().any(|name| first == *name)) {
            return Vec::new();
        }
        self.values("--report").into_iter().map(PathBuf::from).collect()
    }

    /// The words that are not those of the command that `exec` starts.
    fn own(&self) -> impl Iterator<Item = &OsStr> {
        self.0.iter().skip(1).map(OsString::as_os_str).take_while(|word| *word != "--")
    }

    /// Every value of an option: the word behind it, or behind its `=`.
    fn values(&self, option: &str) -> Vec<&OsStr> {
        let words: Vec<&OsStr> = self.own().collect();
        let mut values = Vec::new();
        for (index, word) in words.iter().enumerate() {
            values.extend(match word.to_str().and_then(|word| word.strip_prefix(option)) {
                Some("") => words.get(index + 1).copied(),
                Some(rest) => rest.strip_prefix('=').map(OsStr::new),
                None => None,
            });
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> RawArguments {
        RawArguments::of(words.iter().map(OsString::from))
    }

    #[test]
    fn the_docker_helper_is_a_subcommand() {
        let words = of(&["/usr/bin/docker-credential-account-guard", "get"]).0;
        assert_eq!(words, ["account-guard", "docker-credential", "get"]);
        assert_eq!(of(&["docker-credential-account-guard.exe"]).reader(), Reader::Docker);
        assert_eq!(of(&["account-guard", "exec"]).reader(), Reader::ExecCaller);
        assert_eq!(of(&["account-guard"]).reader(), Reader::Person);
    }

    #[test]
    fn the_form_is_that_of_credentials_or_of_an_unknown_command() {
        for (words, expected) in [
            (&["credentials", "prod", "--wrong"][..], Some(Form::Env)),
            (&["credentials", "--format", "fish"], Some(Form::Fish)),
            (&["credentials", "--format=json", "--format=env"], Some(Form::Json)),
            (&["credentials", "--", "--format=json"], Some(Form::Env)),
            (&["credential", "--format=env"], Some(Form::Env)),
            (&["--format", "env"], Some(Form::Env)),
            (&["credential", "--format=human"], None),
            (&["check", "--format=env"], None),
            (&[], None),
        ] {
            let words: Vec<_> = ["account-guard"].iter().chain(words).copied().collect();
            assert_eq!(of(&words).form(), expected, "{words:?}");
        }
    }

    #[test]
    fn reports_are_those_in_front_of_a_command() {
        for (words, expected) in [
            (&["check", "--report", "a", "--report=b"][..], &["a", "b"][..]),
            (&["exec", "--report=a", "--", "x", "--report=b"], &["a"]),
            (&["identity", "--report=a"], &[]),
            (&["check", "--report"], &[]),
            (&["check", "--reports=a"], &[]),
        ] {
            let words: Vec<_> = ["account-guard"].iter().chain(words).copied().collect();
            assert_eq!(
                of(&words).reports(),
                expected.iter().map(PathBuf::from).collect::<Vec<_>>()
            );
        }
    }
}
