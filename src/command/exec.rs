//! `exec`: judges the credentials, then starts a command with exactly those. The exit code is that of the
//! command, or 125, 126 or 127, as with `env` and `docker run`.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::{Arguments, observer, request, run};
use crate::cli::{CommonArgs, ExecArgs, ShowArgs};
use crate::handoff::Grant;
use crate::handoff::environment::{Changes, Delivery, Given, kept_endpoints};
use crate::input::variables;
use crate::outcome::{Answered, Fact, HandoverNote, Judged, Known, Note, Outcome};
use crate::output::reports::{self, Rendered, masked};
use crate::output::{AllowedBy, Colours, Exit, Failure, Output};
use crate::report::known::report;
use crate::serve::{Endpoint, Launch, Renewals};
use crate::source::{Audience, Kind, Source};
use crate::wrong::Wrong;

/// Credentials that expire earlier than this get a note on how to make them last.
const SHORT: Duration = Duration::from_mins(15);

/// Judges within the deadline. Write the output before the command is started. It is `None` unless a
/// verdict allows it.
pub fn exec(args: ExecArgs, colours: Colours) -> (Output, Option<Launch>) {
    let show = args.show;
    judged(args, colours).unwrap_or_else(|why| {
        let output = masked(Output::failed(&why, colours.stderr), show);
        (Output { exit: Exit::NotStarted, ..output }, None)
    })
}

fn judged(args: ExecArgs, colours: Colours) -> Result<(Output, Option<Launch>), Failure> {
    let common = &args.common;
    reports::empty(common.report.as_deref())?;
    reports::check_format(args.show)?;
    let arguments = Arguments {
        command: "exec",
        environment: &args.environment,
        aws: &args.aws,
        tools: &[],
        role: &args.role,
        targets: &args.targets,
        common,
    };
    let request = Arc::new(request(&arguments, Audience::OurselvesOnly)?);
    let endpoint = args.serve.then(Endpoint::open).transpose().map_err(|why| closed(&why))?;
    let names = variables::names();
    let Outcome { mut known, answer } = run(&request, common.debug)?;
    let grant = match &answer {
        Answered::Judged(judged) => Grant::of_judged(judged).map(|grant| (judged, grant)),
        Answered::Identified(_) | Answered::Unknown(_) => None,
    };
    let command = split(args.command);
    let (Some((judged, grant)), Some((program, arguments))) = (grant, command) else {
        let output = output(&Outcome { known, answer }, common, args.show, None, colours)?;
        return Ok((output, None));
    };
    let given = Given {
        names: &names,
        environment: &known.environment,
        keep_config: args.keep_config,
        delivery: endpoint.as_ref().map_or(Delivery::Keys, Endpoint::delivery),
    };
    let changes = Changes::of(&grant, given);
    let notes = notes(&known, judged, &grant, given);
    for note in notes {
        known.learn(Fact::Note(Note::OfHandover(note)));
    }
    let serving = endpoint.map(|endpoint| {
        let request = (Arc::clone(&request), observer(common.debug));
        (endpoint, Renewals::of(request, &known.environment, &grant, &judged.policy))
    });
    let allowed = AllowedBy::grant(&grant);
    let output = output(&Outcome { known, answer }, common, args.show, Some(allowed), colours)?;
    Ok((output, Some(Launch { program, arguments, changes, serving })))
}

fn closed(why: &io::Error) -> Wrong {
    let message = format!("could not open the credential endpoint: {why}");
    Wrong::usage(message, "run the command without --serve")
}

/// The program and its arguments.
fn split(command: Vec<OsString>) -> Option<(OsString, Vec<OsString>)> {
    let mut words = command.into_iter();
    words.next().map(|program| (program, words.collect()))
}

/// The verdict on stderr, because stdout belongs to the command.
fn output(
    outcome: &Outcome,
    common: &CommonArgs,
    show: ShowArgs,
    allowed: Option<AllowedBy>,
    colours: Colours,
) -> Result<Output, Failure> {
    let Rendered { text, files } = Rendered::of(&report(outcome), show, common, colours.stderr)?;
    let stderr = if allowed.is_some() && common.quiet { Vec::new() } else { text };
    let exit = allowed.map_or(Exit::NotStarted, Exit::Allowed);
    Ok(Output { exit, stdout: Vec::new(), stderr, files })
}

/// The notes on the environment of the command.
fn notes(known: &Known, judged: &Judged, grant: &Grant, given: Given<'_>) -> Vec<HandoverNote> {
    let left = known.caller.as_ref().and_then(|caller| caller.left);
    let source = judged.basis.as_ref().map(|basis| &basis.facts.caller.source);
    let mut notes = Vec::new();
    if let Some(source) = source {
        notes.extend(match given.delivery {
            Delivery::Keys => short_lived(source, left),
            Delivery::Endpoint { .. } => not_renewed(source, left),
        });
    }
    let kept = kept_endpoints(given.names);
    if !kept.is_empty() && grant.route().emulator.is_none() {
        notes.push(HandoverNote::KeptEndpoints(kept.into_iter().map(str::to_owned).collect()));
    }
    if given.keep_config {
        notes.push(HandoverNote::KeptConfig);
    }
    notes
}

/// The note on credentials that expire soon.
fn short_lived(source: &Source, left: Option<Duration>) -> Option<HandoverNote> {
    let seconds = left.filter(|left| *left < SHORT)?.as_secs();
    Some(HandoverNote::ShortLived { seconds, is_keys: matches!(source.kind, Kind::Keys(_)) })
}

/// Why these credentials cannot be renewed. `None` if they can.
fn not_renewed(source: &Source, left: Option<Duration>) -> Option<HandoverNote> {
    if source.layers().iter().any(|layer| layer.mfa_serial().is_some()) {
        return Some(HandoverNote::NotRenewedByMfa);
    }
    let seconds = left.filter(|_| matches!(source.kind, Kind::Keys(_)))?.as_secs();
    Some(HandoverNote::NotRenewed { seconds, origin: source.origin.clone() })
}
