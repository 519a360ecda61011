//! `credentials`: judges the credentials, then prints those that were judged. stdout belongs to whoever
//! reads them, so the verdict goes to stderr.

use std::sync::Arc;

use super::question::{Arguments, Found, Question};
use crate::cli::{CredentialsArgs, ShowArgs, TargetArgs};
use crate::output::reports::{self, Rendered};
use crate::output::{Colours, Destination, Exit, Failure, HandedOver, Output};
use crate::source::Audience;

/// Judges, within the deadline. Credentials that are allowed come with the answer, which is to be
/// written before.
pub fn credentials(
    args: CredentialsArgs,
    destination: &Destination,
    colours: Colours,
) -> (Output, Option<HandedOver>) {
    judged(args, destination, colours)
        .unwrap_or_else(|why| (Output::failed(&why, colours.stderr), None))
}

fn judged(
    args: CredentialsArgs,
    destination: &Destination,
    colours: Colours,
) -> Result<(Output, Option<HandedOver>), Failure> {
    let CredentialsArgs { environment, aws, role, common, format: _ } = args;
    reports::empty(common.report.as_deref())?;
    destination.check()?;
    let (tools, targets) = (Vec::new(), TargetArgs::default());
    let arguments = Arguments { environment, aws, tools, role, targets, common };
    let question = Arc::new(Question::of("credentials", arguments, Audience::OurselvesOnly)?);
    let (mut report, exit, grant) = match question.ask() {
        Found::Wrong(wrong) => return Err(wrong.into()),
        Found::Unknown(report) => (*report, Exit::Unknown, None),
        Found::Judged(found) => {
            let (report, judged, _) = *found;
            let grant = judged.grant();
            let exit = if grant.is_some() { Exit::Allowed } else { Exit::Denied };
            (report, exit, grant)
        }
    };
    report.notes.extend(destination.note());
    let handed = grant.map(|grant| destination.granted(&grant, question.environment())).transpose();
    let handed = handed.map_err(|why| Failure::unwritable(&why))?;
    let common = question.common();
    let Rendered { text, files } =
        Rendered::of(&report, ShowArgs::default(), common, colours.stderr)?;
    let is_silent = common.quiet && exit == Exit::Allowed;
    let stderr = if is_silent { Vec::new() } else { text };
    Ok((Output { exit, stdout: Vec::new(), stderr, files }, handed))
}
