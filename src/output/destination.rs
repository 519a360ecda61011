//! Where the command `credentials` writes credentials, and in which form. A refusal is written in the same form, so
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
    /// The path in `GITHUB_ENV`; `None` if the variable is unset or empty.
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
            let hint = "choose another --format: GITHUB_ENV is set only in steps of GitHub Actions";
            return Err(Wrong::usage("GITHUB_ENV is not set", hint));
        }
        match *github::not_blankable(&self.changes_of_job(Changes::withdrawn(&self.names)).unset) {
            [] => Ok(()),
            [name, ..] => Err(Wrong::usage(
                format!("{name} is set, and GITHUB_ENV cannot unset it for later steps"),
                format!(
                    "remove {name} from the workflow's `env`, and choose the profile with --profile"
                ),
            )),
        }
    }

    /// A note on variables that select credentials and that the output cannot unset; `None` if there are none.
    pub(crate) fn note(&self) -> Option<Note> {
        let names = selectors_without_posix_name(&self.names);
        let is_text = self.shell().is_some() || self.form == Form::Github;
        (is_text && !names.is_empty()).then_some(Note::OfHandover(HandoverNote::StillSet(names)))
    }

    /// The credentials in this form. The error is the reason why the form cannot contain them.
    pub(crate) fn granted(&self, grant: &Grant, environment: &str) -> Result<HandedOver, String> {
        let document = match self.form {
            Form::Process => document::process(grant, SystemTime::now()),
            Form::Json => document::json(grant),
            Form::Env => return Ok(self.evaluated(Shell::Posix, grant, environment)),
            Form::Fish => return Ok(self.evaluated(Shell::Fish, grant, environment)),
            Form::Powershell => return Ok(self.evaluated(Shell::PowerShell, grant, environment)),
            Form::Github => return self.for_job(grant, environment),
        };
        match document {
            Ok(stdout) => Ok(HandedOver { stdout, file: None }),
            Err(why) => Err(why.to_string()),
        }
    }

    /// The credentials as text that a shell evaluates.
    fn evaluated(&self, shell: Shell, grant: &Grant, environment: &str) -> HandedOver {
        let changes = Changes::of_session(grant, environment, &self.names);
        HandedOver::printed(&shell.granted(&changes))
    }

    /// The credentials as lines for `GITHUB_ENV`, and commands on stdout that mask them in the log.
    fn for_job(&self, grant: &Grant, environment: &str) -> Result<HandedOver, String> {
        let changes = Changes::of_session(grant, environment, &self.names);
        match github::lines(&self.changes_of_job(changes)) {
            Some(lines) => Ok(HandedOver {
                file: self.in_job(&lines),
                ..HandedOver::printed(&github::masks(grant))
            }),
            None => Err("GITHUB_ENV cannot contain a value with a line break".to_owned()),
        }
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
        match github::lines(&changes) {
            Some(lines) => HandedOver { file: self.in_job(&lines), ..HandedOver::default() },
            None => HandedOver::default(),
        }
    }

    /// Limits the names to unset to variables that are set. The keys' own variables always stay.
    fn changes_of_job(&self, changes: Changes) -> Changes {
        const KEYS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        let Changes { mut unset, set } = changes;
        unset.retain(|name| {
            let is_replaced = set.iter().any(|(other, _)| other == name);
            !is_replaced && (KEYS.contains(&name.as_str()) || self.names.contains(name))
        });
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
