//! `exec`: judges the credentials, then starts a command with exactly those. The exit code is that of the
//! command, or 125, 126 or 127, as with `env` and `docker run`.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::{Arguments, request};
use crate::cli::{CommonArgs, ExecArgs, ShowArgs};
use crate::handoff::environment::{Changes, Delivery, Given, kept_endpoints};
use crate::handoff::{AwsRoute, Grant};
use crate::input::variables;
use crate::output::reports::{self, Rendered, masked};
use crate::output::{Colours, Exit, Failure, Output};
use crate::policy::Policy;
use crate::preflight::judge::{Basis, Judged};
use crate::preflight::request::Found;
use crate::report::Report;
use crate::serve::{Endpoint, Launch, Renewals};
use crate::source::{Audience, Kind, Source};
use crate::verdict::Verdict;
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
    let (mut report, granted) = match request.run() {
        Found::Wrong(wrong) => return Err(wrong.into()),
        Found::Unknown(report) => (*report, None),
        Found::Judged(found) => {
            let (report, Judged { verdict, basis, .. }, policy) = *found;
            (report, basis.and_then(|basis| Granted::of(&verdict, *basis, policy)))
        }
    };
    let launch = granted.zip(split(args.command)).map(|(granted, (program, arguments))| {
        let Granted { grant, policy, source } = granted;
        let given = Given {
            names: &names,
            environment: &request.environment,
            keep_config: args.keep_config,
            delivery: endpoint.as_ref().map_or(Delivery::Keys, Endpoint::delivery),
        };
        report.notes.extend(notes(&report, grant.route(), &source, given));
        let changes = Changes::of(&grant, given);
        let serving =
            endpoint.map(|endpoint| (endpoint, Renewals::of(Arc::clone(&request), &grant, policy)));
        Launch { program, arguments, changes, serving }
    });
    let output = output(&report, common, args.show, launch.is_some(), colours)?;
    Ok((output, launch))
}

/// Credentials that a verdict grants, the policy of the verdict, and their source.
struct Granted {
    grant: Grant,
    policy: Policy,
    source: Source,
}

impl Granted {
    fn of(verdict: &Verdict, basis: Basis, policy: Policy) -> Option<Self> {
        let Basis { facts, keys, route } = basis;
        let grant = Grant::of(verdict, &facts, keys, route)?;
        Some(Self { grant, policy, source: facts.caller.source })
    }
}

fn closed(why: &io::Error) -> Wrong {
    let message = format!("the credential endpoint cannot be opened: {why}");
    Wrong::usage(message, "run the command without --serve")
}

/// The program and its arguments.
fn split(command: Vec<OsString>) -> Option<(OsString, Vec<OsString>)> {
    let mut words = command.into_iter();
    words.next().map(|program| (program, words.collect()))
}

/// The verdict on stderr, because stdout belongs to the command.
fn output(
    report: &Report,
    common: &CommonArgs,
    show: ShowArgs,
    is_allowed: bool,
    colours: Colours,
) -> Result<Output, Failure> {
    let Rendered { text, files } = Rendered::of(report, show, common, colours.stderr)?;
    let is_silent = is_allowed && common.quiet;
    let stderr = if is_silent { Vec::new() } else { text };
    let exit = if is_allowed { Exit::Allowed } else { Exit::NotStarted };
    Ok(Output { exit, stdout: Vec::new(), stderr, files })
}

/// Why these credentials cannot be renewed. `None` if they can.
fn unrenewed(source: &Source, left: Option<Duration>) -> Option<String> {
    if source.layers().iter().any(|layer| layer.mfa_serial().is_some()) {
        let note = "the credentials take an MFA code: they are handed out once, and not renewed";
        return Some(note.to_owned());
    }
    let left = left.filter(|_| matches!(source.kind, Kind::Keys(_)))?;
    Some(format!(
        "the credentials end in {}, and what holds them does not renew them: {}",
        humantime::format_duration(left),
        source.origin
    ))
}

/// The note on credentials that expire soon.
fn short_of(source: &Source, left: Duration) -> String {
    let left = humantime::format_duration(left);
    let how = match source.kind {
        Kind::Keys(_) => "--serve with a profile or a role, since nothing renews keys",
        _ => "--serve, which renews them",
    };
    format!("the credentials end in {left}: a command that takes longer needs {how}")
}

/// The notes on the environment of the command.
fn notes(report: &Report, route: &AwsRoute, source: &Source, given: Given<'_>) -> Vec<String> {
    let left = report.lifetime_seconds.map(Duration::from_secs);
    let short = match given.delivery {
        Delivery::Keys => left.filter(|left| *left < SHORT).map(|left| short_of(source, left)),
        Delivery::Endpoint { .. } => unrenewed(source, left),
    };
    let kept = kept_endpoints(given.names);
    let endpoints = (!kept.is_empty() && route.emulator.is_none())
        .then(|| format!("the command keeps {}", kept.join(", ")));
    let config = given.keep_config.then(|| {
        "the command reads the configuration files: one that names a profile by itself uses that \
         profile, which was not judged"
            .to_owned()
    });
    short.into_iter().chain(endpoints).chain(config).collect()
}
