//! A report on its way out: as text in the format that was asked for, and as the document beside it.

use std::path::Path;

use super::{Answer, Exit, FileToWrite, Wrong, random};
use crate::cli::{CommonArgs, ShowArgs, VerdictFormat};
use crate::files;
use crate::report::Report;
use crate::report::github::{Workflow, WorkflowStyle, masks};
use crate::report::human::human;
use crate::report::json::json;
use crate::report::text::{Colour, harmless};

/// A report, ready to be written.
pub struct Shown {
    /// In the format that was asked for.
    pub text: Vec<u8>,
    /// The document for `--report`; the outputs and the summary of a workflow's step.
    pub files: Vec<FileToWrite>,
}

impl Shown {
    /// Renders a report.
    pub fn of(
        report: &Report,
        show: ShowArgs,
        common: &CommonArgs,
        colour: Colour,
    ) -> Result<Self, Wrong> {
        let document = json(report).map_err(|why| undocumented(&why))?;
        let path = common.report.clone();
        let file = path.map(|path| FileToWrite::Whole(path, document.clone()));
        let (text, job) = match show.format {
            VerdictFormat::Human => (human(report, colour), Vec::new()),
            VerdictFormat::Json => (document, Vec::new()),
            VerdictFormat::Github => {
                let token = random::token().map_err(|why| unwritable(&why.to_string()))?;
                let mask = show.mask_aws_account_id;
                let Workflow { log, output, summary } =
                    Workflow::of(report, WorkflowStyle { token: token.expose(), mask, colour });
                // The outputs come last: what says `allowed` stands only where all else was written.
                let job = [("GITHUB_STEP_SUMMARY", summary), ("GITHUB_OUTPUT", output)];
                (log.into_bytes(), job.into_iter().filter_map(of_job).collect())
            }
        };
        Ok(Self { text, files: file.into_iter().chain(job).collect() })
    }
}

/// What goes to a file of the job; outside of GitHub there is none.
fn of_job((variable, text): (&str, String)) -> Option<FileToWrite> {
    let path = std::env::var_os(variable).filter(|path| !path.is_empty())?;
    Some(FileToWrite::Lines(path.into(), text.into_bytes()))
}

/// Refuses what would be without effect, where somebody counts on it.
pub fn sound(show: ShowArgs) -> Result<(), Wrong> {
    if show.mask_aws_account_id && show.format != VerdictFormat::Github {
        let message = "--mask-aws-account-id masks by a command of GitHub Actions";
        return Err(Wrong::new(message, "add --format github, or leave it out"));
    }
    Ok(())
}

/// The answer to a wrong question, which names account IDs too.
pub fn masked(answer: Answer, show: ShowArgs) -> Answer {
    if !show.mask_aws_account_id {
        return answer;
    }
    let mut stderr = masks(&[&String::from_utf8_lossy(&answer.stderr)]).into_bytes();
    stderr.extend(&answer.stderr);
    Answer { stderr, ..answer }
}

/// Empties the report before anything else: the one of an earlier run must not be taken for ours.
pub fn emptied(report: Option<&Path>) -> Result<(), Wrong> {
    let Some(path) = report else { return Ok(()) };
    files::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        unwritable(&format!("the report `{path}` cannot be written: {why}"))
    })
}

/// A document that cannot be put into words.
pub fn undocumented(why: &serde_json::Error) -> Wrong {
    unwritable(&format!("the report cannot be written: {why}"))
}

/// An answer that nobody would see is none.
pub fn unwritable(what: &str) -> Wrong {
    let stderr = format!("UNKNOWN: {what} (output)\n").into_bytes();
    Wrong(Answer { exit: Exit::Unknown, stdout: Vec::new(), stderr, files: Vec::new() })
}
