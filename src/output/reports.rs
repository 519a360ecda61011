//! Renders a report as text, in the format that the command line selects, and as files.

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
    /// The text in the format that the command line selects.
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
        let mut files = Vec::new();
        if let Some(path) = &common.report {
            files.push(FileToWrite::Whole(path.clone(), document.clone()));
        }
        let text = match show.format {
            VerdictFormat::Human => human(report, colour),
            VerdictFormat::Json => document,
            VerdictFormat::Github => {
                let token = random::token()?;
                let mask = show.mask_aws_account_id;
                let Workflow { log, output, summary } =
                    Workflow::of(report, WorkflowStyle { token: token.expose(), mask, colour });
                // The outputs come last, because they contain `allowed` only if the rest was written.
                for (variable, lines) in
                    [("GITHUB_STEP_SUMMARY", summary), ("GITHUB_OUTPUT", output)]
                {
                    // Outside of GitHub Actions the variables are unset.
                    if let Some(path) = variables::path(variable) {
                        files.push(FileToWrite::Lines(path, lines.into_bytes()));
                    }
                }
                log.into_bytes()
            }
        };
        Ok(Self { text, files })
    }
}

/// Refuses an option that has no effect in this format.
pub(crate) fn check_format(show: ShowArgs) -> Result<(), Wrong> {
    if show.mask_aws_account_id && show.format != VerdictFormat::Github {
        let message = "--mask-aws-account-id requires --format github";
        return Err(Wrong::usage(message, "add --format github, or remove --mask-aws-account-id"));
    }
    Ok(())
}

/// The output of a usage or configuration error, with commands that mask its account IDs.
pub(crate) fn masked(output: Output, show: ShowArgs) -> Output {
    if !show.mask_aws_account_id {
        return output;
    }
    let mut stderr = masks(&[&String::from_utf8_lossy(&output.stderr)]).into_bytes();
    stderr.extend(&output.stderr);
    Output { stderr, ..output }
}

/// Empties the report before the run, because it could contain the verdict of an earlier run.
pub(crate) fn empty(report: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = report else { return Ok(()) };
    files::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        Failure::unwritable(&format!("could not write the report `{path}`: {why}"))
    })
}
