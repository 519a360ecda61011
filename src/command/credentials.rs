//! `credentials`: judges the credentials, then prints exactly those. The verdict goes to stderr, because
//! another program reads stdout.

use std::sync::Arc;

use super::{Arguments, request, run};
use crate::cli::{CredentialsArgs, ShowArgs, TargetArgs};
use crate::handoff::Grant;
use crate::outcome::{Answered, Fact};
use crate::output::reports::{self, Rendered};
use crate::output::{AllowedBy, Colours, Destination, Exit, Failure, HandedOver, Output};
use crate::report::known::report;
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
    let mut outcome = run(&request, common.debug)?;
    if let Some(note) = destination.note() {
        outcome.known.learn(Fact::Note(note));
    }
    let (exit, grant) = match &outcome.answer {
        Answered::Judged(judged) => match Grant::of_judged(judged) {
            Some(grant) => (Exit::Allowed(AllowedBy::grant(&grant)), Some(grant)),
            None => (Exit::Denied, None),
        },
        Answered::Identified(_) | Answered::Unknown(_) => (Exit::Unknown, None),
    };
    let handed = match &grant {
        Some(grant) => {
            let handed = destination.granted(grant, &outcome.known.environment);
            Some(handed.map_err(|why| Failure::unwritable(&why))?)
        }
        None => None,
    };
    let shown = ShowArgs::default();
    let Rendered { text, files } = Rendered::of(&report(&outcome), shown, common, colours.stderr)?;
    let stderr = if common.quiet && grant.is_some() { Vec::new() } else { text };
    Ok((Output { exit, stdout: Vec::new(), stderr, files }, handed))
}
