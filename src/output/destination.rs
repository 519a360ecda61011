//! Where `credentials` writes credentials, and in which form. A refusal is written in the same form, so
//! that a shell that evaluates the output does not continue with other credentials.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::Exit;
use super::streams::to_stdout;
use crate::cli::Form;
use crate::files;
use crate::handoff::environment::{Changes, no_boto_credentials, selectors_without_posix_name};
use crate::handoff::shell::Shell;
use crate::handoff::{Grant, document, github};
use crate::input::variables;
use crate::input::world::may_have_boto_credentials;
use crate::outcome::{HandoverNote, Note};
use crate::wrong::Wrong;

/// Where credentials are written, and in which form.
pub struct Destination {
    form: Form,
    /// The names of all variables with a value.
    names: Vec<String>,
    /// The path in `GITHUB_ENV`.
    job: Option<PathBuf>,
}

/// Credentials or a refusal, ready to be written.
#[derive(Default)]
pub struct HandedOver {
    stdout: Zeroizing<Vec<u8>>,
    file: Option<(PathBuf, Zeroizing<Vec<u8>>)>,
}

impl Destination {
    /// The destination for a form in the environment of this process.
    pub(crate) fn of(form: Form) -> Self {
        let names = variables::names_with_value();
        Self { form, names, job: variables::path("GITHUB_ENV") }
    }

    fn shell(&self) -> Option<Shell> {
        match self.form {
            Form::Env => Some(Shell::Posix),
            Form::Fish => Some(Shell::Fish),
            Form::Powershell => Some(Shell::PowerShell),
            Form::Process | Form::Json | Form::Github => None,
        }
    }

    /// The text that is written before anything else. It makes incomplete output a syntax error.
    pub(crate) fn opening(&self) -> &'static str {
        self.shell().map_or("", Shell::opening)
    }

    /// Refuses a destination that cannot be written, or whose credentials later steps would not use.
    pub(crate) fn check(&self) -> Result<(), Wrong> {
        if self.form != Form::Github {
            return Ok(());
        }
        if self.job.is_none() {
            let hint = "it is set in the steps of GitHub Actions; elsewhere use another --format";
            return Err(Wrong::usage("GITHUB_ENV is not set", hint));
        }
        match *github::not_blankable(&self.changes_of_job(Changes::withdrawn(&self.names)).unset) {
            [] => Ok(()),
            [name, ..] => Err(Wrong::usage(
                format!("{name} is set, and later steps would use it: GITHUB_ENV cannot unset it"),
                "take it out of the workflow's `env`, and name the profile with --profile",
            )),
        }
    }

    /// A note on variables that select credentials and that the output cannot unset.
    pub(crate) fn note(&self) -> Option<Note> {
        let names = selectors_without_posix_name(&self.names);
        let is_text = self.shell().is_some() || self.form == Form::Github;
        (is_text && !names.is_empty()).then_some(Note::OfHandover(HandoverNote::StillSet(names)))
    }

    /// The credentials in this form, or why the form cannot contain them.
    pub(crate) fn granted(&self, grant: &Grant, environment: &str) -> Result<HandedOver, String> {
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

    /// The refusal that is written if a run ends with this exit code.
    pub(crate) fn refused(&self, exit: Exit) -> HandedOver {
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

    /// Limits the names to unset to variables that are set. The keys' own variables always stay.
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

impl HandedOver {
    fn printed(text: &str) -> Self {
        Self { stdout: Zeroizing::new(text.as_bytes().to_vec()), file: None }
    }

    /// Writes to stdout, then appends to the file. The file must exist and must not be a pipe.
    pub(super) fn write(&self) -> io::Result<()> {
        to_stdout(&self.stdout)?;
        let Some((path, bytes)) = &self.file else { return Ok(()) };
        files::append(path, bytes)
            .map_err(|why| io::Error::new(why.kind(), format!("GITHUB_ENV: {why}")))
    }
}
