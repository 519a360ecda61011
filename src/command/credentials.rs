//! `credentials`: judges the credentials, then prints exactly those. The verdict goes to stderr, because
//! another program reads stdout.

use std::sync::Arc;

use super::{Arguments, request};
use crate::cli::{CredentialsArgs, ShowArgs, TargetArgs};
use crate::output::reports::{self, Rendered};
use crate::output::{Colours, Destination, Exit, Failure, HandedOver, Output};
use crate::preflight::request::Found;
use crate::source::Audience;

/// Judges within the deadline. Write the output before the credentials, which are `None` unless a verdict
/// allows them.
pub fn credentials(
    args: &CredentialsArgs,
    destination: &Destination,
    colours: Colours,
) -> (Output, Option<HandedOver>) {
    judged(args, destination, colours)
        .unwrap_or_else(|why| (Output::failed(&why, colours.stderr), None))
}

fn judged(
    args: &CredentialsArgs,
    destination: &Destination,
    colours: Colours,
) -> Result<(Output, Option<HandedOver>), Failure> {
    let CredentialsArgs { environment, aws, role, common, format: _ } = args;
    reports::empty(common.report.as_deref())?;
    destination.check()?;
    let (command, tools, targets) = ("credentials", &[], &TargetArgs::default());
    let arguments = Arguments { command, environment, aws, tools, role, targets, common };
    let request = Arc::new(request(&arguments, Audience::OurselvesOnly)?);
    let (mut report, exit, grant) = match request.run() {
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
    let handed = grant.map(|grant| destination.granted(&grant, &request.environment)).transpose();
    let handed = handed.map_err(|why| Failure::unwritable(&why))?;
    let Rendered { text, files } =
        Rendered::of(&report, ShowArgs::default(), common, colours.stderr)?;
    let is_silent = common.quiet && exit == Exit::Allowed;
    let stderr = if is_silent { Vec::new() } else { text };
    Ok((Output { exit, stdout: Vec::new(), stderr, files }, handed))
}
