//! `check`: judges the credentials that a deploy would use. The exit code is the answer.

use std::sync::Arc;

use super::{Arguments, request, run};
use crate::cli::CheckArgs;
use crate::outcome::Answered;
use crate::output::reports::{self, Rendered, masked};
use crate::output::{Colours, Exit, Failure, Output};
use crate::report::known::report;
use crate::source::Audience;

/// Judges within the deadline.
pub fn check(args: &CheckArgs, colours: Colours) -> Output {
    let show = args.show;
    judged(args, colours).unwrap_or_else(|why| masked(Output::failed(&why, colours.stderr), show))
}

fn judged(args: &CheckArgs, colours: Colours) -> Result<Output, Failure> {
    let CheckArgs { environment, aws, tools, role, targets, common, show } = args;
    reports::empty(common.report.as_deref())?;
    reports::check_format(*show)?;
    let command = "check";
    let arguments = Arguments { command, environment, aws, tools, role, targets, common };
    let request = Arc::new(request(&arguments, Audience::EveryTool)?);
    let outcome = run(&request, common.debug)?;
    let exit = match &outcome.answer {
        Answered::Judged(judged) => Exit::of_verdict(&judged.verdict),
        Answered::Identified(_) | Answered::Unknown(_) => Exit::Unknown,
    };
    let Rendered { text, files } = Rendered::of(&report(&outcome), *show, common, colours.stdout)?;
    let is_silent = common.quiet && matches!(exit, Exit::Allowed(_));
    let stdout = if is_silent { Vec::new() } else { text };
    Ok(Output { exit, stdout, stderr: Vec::new(), files })
}
