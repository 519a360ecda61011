//! Where credentials are to go, in which form; and what is left there where they are refused, whatever
//! the reason: what evaluates our output must not go on.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use clap::{CommandFactory, ValueEnum};
use zeroize::Zeroizing;

use super::{Exit, Wrong, world};
use crate::cli::{Cli, Form};
use crate::files;
use crate::handoff::environment::{Changes, no_boto_credentials, selectors_without_posix_name};
use crate::handoff::shell::Shell;
use crate::handoff::{Grant, document, github};
use crate::report::text::harmless;
use crate::source::has_boto_credentials;

/// Where credentials are to go.
pub struct Destination {
    form: Form,
    /// The names of all variables.
    names: Vec<String>,
    /// The file of variables of a job of GitHub Actions.
    job: Option<PathBuf>,
}

/// What is written there, after the verdict.
#[derive(Default)]
pub struct HandedOver {
    stdout: Zeroizing<Vec<u8>>,
    file: Option<(PathBuf, Zeroizing<Vec<u8>>)>,
}

impl Destination {
    /// In this form, in the environment as it is.
    pub fn of(form: Form) -> Self {
        let is_set = |name: &OsString| std::env::var_os(name).is_some_and(|it| !it.is_empty());
        let all = std::env::vars_os().map(|(name, _)| name).filter(is_set);
        Self {
            form,
            names: all.filter_map(|name| name.into_string().ok()).collect(),
            job: std::env::var_os("GITHUB_ENV").filter(|it| !it.is_empty()).map(PathBuf::from),
        }
    }

    /// What arguments that nobody understands probably ask for; nothing where they ask for something
    /// else. One that is not known may stand in an `eval`.
    pub fn asked(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let words: Vec<String> = arguments
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .take_while(|word| word != "--")
            .collect();
        let first = words.first().map(String::as_str);
        let is_ours = first == Some("credentials");
        let is_other = Cli::command().get_subcommands().any(|it| Some(it.get_name()) == first);
        let form = words.iter().enumerate().find_map(|(index, word)| {
            let value = match word.strip_prefix("--format") {
                Some("") => words.get(index + 1)?,
                Some(rest) => rest.strip_prefix('=')?,
                None => return None,
            };
            Form::from_str(value, false).ok()
        });
        match form {
            _ if is_other && !is_ours => None,
            None if is_ours => Some(Self::of(Form::Env)),
            form => form.map(Self::of),
        }
    }

    fn shell(&self) -> Option<Shell> {
        match self.form {
            Form::Env => Some(Shell::Posix),
            Form::Fish => Some(Shell::Fish),
            Form::Powershell => Some(Shell::PowerShell),
            Form::Process | Form::Json | Form::Github => None,
        }
    }

    /// What is written before anything else: it makes an error of an output that has no end.
    pub fn opening(&self) -> &'static str {
        self.shell().map_or("", Shell::opening)
    }

    /// Refuses a destination that could not be reached, or would not count.
    pub fn exists(&self) -> Result<(), Wrong> {
        if self.form != Form::Github {
            return Ok(());
        }
        if self.job.is_none() {
            let hint = "it is set in the steps of GitHub Actions; elsewhere use another --format";
            return Err(Wrong::new("GITHUB_ENV is not set", hint));
        }
        match *github::not_blankable(&self.changes_of_job(Changes::withdrawn(&self.names)).unset) {
            [] => Ok(()),
            [name, ..] => Err(Wrong::new(
                &format!("{name} is set, and later steps would use it: GITHUB_ENV cannot unset it"),
                "take it out of the workflow's `env`, and name the profile with --profile",
            )),
        }
    }

    /// What selects credentials there and stays.
    pub fn note(&self) -> Option<String> {
        let names = selectors_without_posix_name(&self.names);
        let is_text = self.shell().is_some() || self.form == Form::Github;
        let names = (is_text && !names.is_empty()).then(|| harmless(&names.join(", ")))?;
        Some(format!("{names} stays set: its name is none that can be unset from here"))
    }

    /// The credentials, in this form; or why they cannot be put into it.
    pub fn granted(&self, grant: &Grant, environment: &str) -> Result<HandedOver, String> {
        let changes = || Changes::of_session(grant, environment, &self.names);
        let printed = match self.form {
            Form::Process => document::process(grant, SystemTime::now()),
            Form::Json => document::json(grant),
            Form::Env | Form::Fish | Form::Powershell => {
                let text = self.shell().map(|shell| shell.granted(&changes()));
                return Ok(HandedOver::printed(&text.unwrap_or_default()));
            }
            Form::Github => {
                let Some(lines) = github::lines(&self.changes_of_job(changes())) else {
                    return Err("a value of two lines is none for GITHUB_ENV".to_owned());
                };
                return Ok(HandedOver {
                    file: self.in_job(&lines),
                    ..HandedOver::printed(&github::masks(grant))
                });
            }
        };
        let stdout = printed.map_err(|why| why.to_string())?;
        Ok(HandedOver { stdout, file: None })
    }

    /// What is left instead of credentials, where a run ends so.
    pub fn refused(&self, exit: Exit) -> HandedOver {
        let changes = Changes::withdrawn(&self.names);
        if let Some(shell) = self.shell() {
            return HandedOver::printed(&shell.refused(&changes, exit.code()));
        }
        if self.form != Form::Github {
            return HandedOver::default();
        }
        let mut changes = self.changes_of_job(changes);
        if may_have_boto_credentials() {
            changes.set.push(no_boto_credentials());
        }
        let lines = github::lines(&changes);
        HandedOver { file: lines.and_then(|lines| self.in_job(&lines)), ..HandedOver::default() }
    }

    /// Of the names that are to go, those that are there, and always the keys' own.
    fn changes_of_job(&self, changes: Changes) -> Changes {
        let Changes { mut unset, set } = changes;
        let is_key = |name: &str| {
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].contains(&name)
        };
        let is_set = |name: &str| set.iter().any(|(other, _)| *other == name);
        unset.retain(|it| !is_set(it) && (is_key(it) || self.names.contains(it)));
        Changes { unset, set }
    }

    fn in_job(&self, lines: &str) -> Option<(PathBuf, Zeroizing<Vec<u8>>)> {
        let path = self.job.clone()?;
        Some((path, Zeroizing::new(lines.as_bytes().to_vec())))
    }
}

/// Whether botocore would find credentials in a file of boto. A file that cannot be read in time is taken
/// for one that has them.
fn may_have_boto_credentials() -> bool {
    const LONGEST: Duration = Duration::from_secs(1);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        sender.send(world::read().map_or(true, |world| has_boto_credentials(&world)))
    });
    receiver.recv_timeout(LONGEST).unwrap_or(true)
}

impl HandedOver {
    fn printed(text: &str) -> Self {
        Self { stdout: Zeroizing::new(text.as_bytes().to_vec()), file: None }
    }

    /// Writes it: first what is printed, then behind what the file holds. A file that is not there is
    /// not made, and a pipe is none: it may wait for a reader.
    pub fn write(&self, stdout: &mut impl Write) -> io::Result<()> {
        stdout.write_all(&self.stdout)?;
        stdout.flush()?;
        let Some((path, bytes)) = &self.file else { return Ok(()) };
        files::append(path, bytes)
            .map_err(|why| io::Error::new(why.kind(), format!("GITHUB_ENV: {why}")))
    }
}
