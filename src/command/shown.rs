//! A report on its way out: as text in the format that was asked for, and as the document beside it.

use std::path::Path;

use super::{Failure, FileToWrite, Output};
use crate::cli::{CommonArgs, ShowArgs, VerdictFormat};
use crate::files;
use crate::random;
use crate::report::Report;
use crate::report::github::{Manner, Workflow, masks};
use crate::report::human::human;
use crate::report::json::json;
use crate::report::text::{Colour, harmless};
use crate::wrong::Wrong;

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
    ) -> Result<Self, Failure> {
        let document = json(report).map_err(|why| undocumented(&why))?;
        let path = common.report.clone();
        let file = path.map(|path| FileToWrite::Whole(path, document.clone()));
        let (text, job) = match show.format {
            VerdictFormat::Human => (human(report, colour), Vec::new()),
            VerdictFormat::Json => (document, Vec::new()),
            VerdictFormat::Github => {
                let token = random::token().map_err(|why| Failure::unwritable(&why.to_string()))?;
                let mask = show.mask_aws_account_id;
                let Workflow { log, output, summary } =
                    Workflow::of(report, Manner { token: token.expose(), mask, colour });
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
        return Err(Wrong::usage(message, "add --format github, or leave it out"));
    }
    Ok(())
}

/// The output of a wrong question, with commands that mask its account IDs.
pub fn masked(output: Output, show: ShowArgs) -> Output {
    if !show.mask_aws_account_id {
        return output;
    }
    let mut stderr = masks(&[&String::from_utf8_lossy(&output.stderr)]).into_bytes();
    stderr.extend(&output.stderr);
    Output { stderr, ..output }
}

/// Empties the report before anything else: the one of an earlier run must not be taken for ours.
pub fn emptied(report: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = report else { return Ok(()) };
    files::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        Failure::unwritable(&format!("the report `{path}` cannot be written: {why}"))
    })
}

/// The failure if a document cannot be serialized.
pub fn undocumented(why: &serde_json::Error) -> Failure {
    Failure::unwritable(&format!("the report cannot be written: {why}"))
}
