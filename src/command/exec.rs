//! `exec`: judges the credentials, then becomes the command, with exactly those. Every answer but the
//! command's own is 125, 126 or 127, as `env` and `docker run` do it.

use std::ffi::OsString;
use std::io;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::inquiry::{Basis, Judged};
use super::question::{Arguments, Found, Question};
use super::serve::{Endpoint, Renewals};
use crate::cli::{ExecArgs, ShowArgs};
use crate::handoff::environment::{Changes, Delivery, Given, kept_endpoints};
use crate::handoff::{Grant, Way};
use crate::input::variables;
use crate::output::reports::{self, Rendered, masked};
use crate::output::{Colours, Exit, Failure, Output};
use crate::policy::Policy;
use crate::process;
use crate::report::Report;
use crate::source::Audience;
use crate::source::{Kind, Source};
use crate::verdict::Verdict;
use crate::wrong::Wrong;

/// Who has less left is told how to go on for longer.
const SHORT: Duration = Duration::from_mins(15);

/// A command that may be started: a verdict allowed it.
pub struct Launch {
    program: OsString,
    arguments: Vec<OsString>,
    changes: Changes,
    serving: Option<(Endpoint, Renewals)>,
}

/// Judges, within the deadline. Where the command may be started, it comes with the answer, which is
/// to be written before.
pub fn exec(args: ExecArgs, colours: Colours) -> (Output, Option<Launch>) {
    let show = args.show;
    judged(args, colours).unwrap_or_else(|why| {
        let output = masked(Output::failed(&why, colours.stderr), show);
        (Output { exit: Exit::NotStarted, ..output }, None)
    })
}

fn judged(args: ExecArgs, colours: Colours) -> Result<(Output, Option<Launch>), Failure> {
    let ExecArgs { environment, aws, role, targets, common, show, keep_config, serve, command } =
        args;
    reports::empty(common.report.as_deref())?;
    reports::check_format(show)?;
    let arguments = Arguments { environment, aws, tools: Vec::new(), role, targets, common };
    let question = Arc::new(Question::of("exec", arguments, Audience::OurselvesOnly)?);
    let endpoint = serve.then(Endpoint::open).transpose().map_err(|why| closed(&why))?;
    let names = variables::names();
    let (mut report, granted) = match question.ask() {
        Found::Wrong(wrong) => return Err(wrong.into()),
        Found::Unknown(report) => (*report, None),
        Found::Judged(found) => {
            let (report, Judged { verdict, basis, .. }, policy) = *found;
            (report, basis.and_then(|basis| Granted::of(&verdict, *basis, policy)))
        }
    };
    let launch = granted.zip(start(command)).map(|(granted, (program, arguments))| {
        let Granted { grant, policy, source } = granted;
        let given = Given {
            names: &names,
            environment: question.environment(),
            keep_config,
            delivery: endpoint.as_ref().map_or(Delivery::Keys, Endpoint::delivery),
        };
        report.notes.extend(notes(&report, grant.way(), &source, given));
        let changes = Changes::of(&grant, given);
        let serving = endpoint
            .map(|endpoint| (endpoint, Renewals::of(Arc::clone(&question), &grant, policy)));
        Launch { program, arguments, changes, serving }
    });
    let answer = answer(&report, &question, show, launch.is_some(), colours)?;
    Ok((answer, launch))
}

/// What a verdict granted, by which policy, and where it came from.
struct Granted {
    grant: Grant,
    policy: Policy,
    source: Source,
}

impl Granted {
    fn of(verdict: &Verdict, basis: Basis, policy: Policy) -> Option<Self> {
        let Basis { facts, keys, way } = basis;
        let grant = Grant::of(verdict, &facts, keys, way)?;
        Some(Self { grant, policy, source: facts.caller.source })
    }
}

fn closed(why: &io::Error) -> Wrong {
    let message = format!("the credential endpoint cannot be opened: {why}");
    Wrong::usage(message, "run the command without --serve")
}

fn start(command: Vec<OsString>) -> Option<(OsString, Vec<OsString>)> {
    let mut words = command.into_iter();
    words.next().map(|program| (program, words.collect()))
}

/// The verdict goes to stderr: stdout is the command's.
fn answer(
    report: &Report,
    question: &Question,
    show: ShowArgs,
    is_allowed: bool,
    colours: Colours,
) -> Result<Output, Failure> {
    let Rendered { text, files } = Rendered::of(report, show, question.common(), colours.stderr)?;
    let is_silent = is_allowed && question.common().quiet;
    let stderr = if is_silent { Vec::new() } else { text };
    let exit = if is_allowed { Exit::Allowed } else { Exit::NotStarted };
    Ok(Output { exit, stdout: Vec::new(), stderr, files })
}

/// Why these credentials will not be renewed, where that is known from the start.
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

/// What to do about credentials that will not last.
fn short_of(source: &Source, left: Duration) -> String {
    let left = humantime::format_duration(left);
    let how = match source.kind {
        Kind::Keys(_) => "--serve with a profile or a role, since nothing renews keys",
        _ => "--serve, which renews them",
    };
    format!("the credentials end in {left}: a command that takes longer needs {how}")
}

/// What the command should know of its environment.
fn notes(report: &Report, way: &Way, source: &Source, given: Given<'_>) -> Vec<String> {
    let left = report.lifetime_seconds.map(Duration::from_secs);
    let short = match given.delivery {
        Delivery::Keys => left.filter(|left| *left < SHORT).map(|left| short_of(source, left)),
        Delivery::Endpoint { .. } => unrenewed(source, left),
    };
    let kept = kept_endpoints(given.names);
    let endpoints = (!kept.is_empty() && way.emulator.is_none())
        .then(|| format!("the command keeps {}", kept.join(", ")));
    let config = given.keep_config.then(|| {
        "the command reads the configuration files: one that names a profile by itself uses that \
         profile, which was not judged"
            .to_owned()
    });
    short.into_iter().chain(endpoints).chain(config).collect()
}

impl Launch {
    /// Becomes the command, or runs it below for as long as it asks for credentials. Returns only where
    /// becoming it fails, or where a process cannot become another.
    pub fn run(self) -> Result<i32, (Exit, String)> {
        let Self { program, arguments, changes, serving } = self;
        let mut command = Command::new(&program);
        command.args(arguments);
        for name in &changes.unset {
            command.env_remove(name);
        }
        for (name, value) in &changes.set {
            command.env(name, value.expose());
        }
        let shown = program.to_string_lossy();
        let ended = if let Some((endpoint, renewals)) = serving {
            endpoint.run(command, renewals)
        } else {
            process::end_all();
            become_it(&mut command).map_err(|why| (Exit::of_start(&why), why))
        };
        ended.map_err(|(exit, why)| match exit {
            Exit::NotFound => (exit, format!("`{shown}` is not found")),
            _ => (exit, format!("`{shown}` cannot be run: {why}")),
        })
    }
}

/// The process is replaced: its number, its terminal, its signals and its end are the command's.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<i32> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// The command runs below, and its end is passed on.
#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<i32> {
    let status = command.status()?;
    Ok(status.code().unwrap_or(Exit::NotExecutable.code()))
}
