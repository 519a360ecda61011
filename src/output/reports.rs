//! Renders a report: as text in the format of the command line, and as files.

use std::path::Path;

use super::{Failure, FileToWrite, Output};
use crate::cli::{CommonArgs, ShowArgs, VerdictFormat};
use crate::files;
use crate::input::variables;
use crate::random;
use crate::report::Report;
use crate::report::github::{Workflow, WorkflowStyle, masks};
use crate::report::human::human;
use crate::report::json::json;
use crate::report::text::{Colour, harmless};
use crate::wrong::Wrong;

/// A rendered report.
pub(crate) struct Rendered {
    /// The text in the format of the command line.
    pub(crate) text: Vec<u8>,
    /// The JSON document for `--report`, and the outputs and the summary of a workflow's step.
    pub(crate) files: Vec<FileToWrite>,
}

impl Rendered {
    /// Renders a report.
    pub(crate) fn of(
        report: &Report,
        show: ShowArgs,
        common: &CommonArgs,
        colour: Colour,
    ) -> Result<Self, Failure> {
        let document = json(report).map_err(|why| Failure::unserializable(&why))?;
        let path = common.report.clone();
        let file = path.map(|path| FileToWrite::Whole(path, document.clone()));
        let (text, job) = match show.format {
            VerdictFormat::Human => (human(report, colour), Vec::new()),
            VerdictFormat::Json => (document, Vec::new()),
            VerdictFormat::Github => {
                let token = random::token()?;
                let mask = show.mask_aws_account_id;
                let Workflow { log, output, summary } =
                    Workflow::of(report, WorkflowStyle { token: token.expose(), mask, colour });
                // The outputs come last, because they contain `allowed` only if the rest was written.
                let job = [("GITHUB_STEP_SUMMARY", summary), ("GITHUB_OUTPUT", output)];
                (log.into_bytes(), job.into_iter().filter_map(of_job).collect())
            }
        };
        Ok(Self { text, files: file.into_iter().chain(job).collect() })
    }
}

/// The text for a file of the job; `None` outside of GitHub Actions.
fn of_job((variable, text): (&str, String)) -> Option<FileToWrite> {
    let path = variables::path(variable)?;
    Some(FileToWrite::Lines(path, text.into_bytes()))
}

/// Refuses an option that would be without effect in this format.
pub(crate) fn check_format(show: ShowArgs) -> Result<(), Wrong> {
    if show.mask_aws_account_id && show.format != VerdictFormat::Github {
        let message = "--mask-aws-account-id masks by a command of GitHub Actions";
        return Err(Wrong::usage(message, "add --format github, or leave it out"));
    }
    Ok(())
}

/// The output of a wrong question, with commands that mask its account IDs.
pub(crate) fn masked(output: Output, show: ShowArgs) -> Output {
    if !show.mask_aws_account_id {
        return output;
    }
    let mut stderr = masks(&[&String::from_utf8_lossy(&output.stderr)]).into_bytes();
    stderr.extend(&output.stderr);
    Output { stderr, ..output }
}

/// Empties the report before the run, so that nobody takes the report of an earlier run for that of this
/// one.
pub(crate) fn empty(report: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = report else { return Ok(()) };
    files::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        Failure::unwritable(&format!("the report `{path}` cannot be written: {why}"))
    })
}
