//! `check`: judges the credentials that a deploy would use here. The exit code is the answer.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::inquiry::Inquiry;
use super::runtime::block_on;
use super::shared::Shared;
use super::watch::{Trail, debug_line, watch};
use super::{Answer, Exit, FileToWrite, Wrong, discovery, world};
use crate::cli::{CheckArgs, CommonArgs, Format, RoleArgs};
use crate::policy::{Policy, Rules, Text};
use crate::report::build::Known;
use crate::report::human::human;
use crate::report::json::json;
use crate::report::problems::problems;
use crate::report::text::{Colour, harmless};
use crate::report::{PolicyReport, Report};
use crate::source::{Asked, Exchange, Flags};
use crate::unknown::Unknown;
use crate::verdict::Verdict;

/// The variable that names the environment where no argument does.
const ENVIRONMENT: &str = "ACCOUNT_GUARD_ENVIRONMENT";

/// How to show what is found, decided by the terminals.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    /// For stdout.
    pub stdout: Colour,
    /// For stderr.
    pub stderr: Colour,
}

/// Judges, within the deadline.
pub fn check(args: CheckArgs, colours: Colours) -> Answer {
    if let Err(answer) = empty_report(&args.common) {
        return answer;
    }
    let environment = match environment(&args) {
        Ok(environment) => environment,
        Err(Wrong(answer)) => return answer,
    };
    let exchange = match exchange(&args.role) {
        Ok(exchange) => exchange,
        Err(Wrong(answer)) => return answer,
    };
    let shared = Shared::of(Known { environment, is_ci: is_ci(), ..Known::default() });
    let args = Arc::new(args);
    let (timeout, debug) = (args.aws.timeout, args.common.debug);
    let work = {
        let (args, shared) = (Arc::clone(&args), shared.clone());
        move |trail: &Trail| {
            work(&Run { args: &args, exchange: exchange.as_ref(), shared: &shared, trail }, colours)
        }
    };
    watch(timeout, |after, step| debug_line(debug, after, step), work).unwrap_or_else(|ended| {
        let report = shared.known().unknown(&ended.unknown(timeout));
        answer(&report, Exit::Unknown, &args.common, colours.stdout)
    })
}

/// The environment to check, from the argument, the option or the variable; never from anything
/// that selects credentials.
fn environment(args: &CheckArgs) -> Result<String, Wrong> {
    let variable = std::env::var_os(ENVIRONMENT).map(|value| value.to_string_lossy().into_owned());
    let said: Vec<(&str, &str)> = [
        ("the argument", args.environment.as_deref()),
        ("--environment", args.environment_option.as_deref()),
        (ENVIRONMENT, variable.as_deref()),
    ]
    .into_iter()
    .filter_map(|(by, name)| name.map(|name| (by, name)))
    .collect();
    let Some((by, name)) = said.first() else {
        return Err(Wrong::new(
            "no environment is named",
            "account-guard check ENVIRONMENT, or set ACCOUNT_GUARD_ENVIRONMENT",
        ));
    };
    if let Some((by, _)) = said.iter().find(|(_, name)| name.trim().is_empty()) {
        return Err(Wrong::new(&format!("{by} is blank"), "name the environment, or leave it out"));
    }
    if let Some((other_by, other)) = said.iter().find(|(_, other)| other != name) {
        return Err(Wrong::new(
            &format!("{by} says `{}`, and {other_by} says `{}`", harmless(name), harmless(other)),
            "name one environment",
        ));
    }
    Ok((*name).to_owned())
}

/// What the arguments want made of the credentials. Their form is the question's, not the answer's.
pub(super) fn exchange(args: &RoleArgs) -> Result<Option<Exchange>, Wrong> {
    let flags = Flags {
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        session_name: args.role_session_name.clone(),
        duration: args.duration,
        mfa_serial: args.mfa_serial.clone(),
    };
    Exchange::of(flags)
        .map_err(|why| Wrong(Answer::question(&harmless(&why.message), why.hint.as_deref())))
}

/// Empties the report before anything else: the one of an earlier run must not be taken for ours.
fn empty_report(common: &CommonArgs) -> Result<(), Answer> {
    let Some(path) = &common.report else { return Ok(()) };
    std::fs::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        let text = format!("UNKNOWN: the report `{path}` cannot be written: {why} (output)\n");
        Answer { exit: Exit::Unknown, stdout: Vec::new(), stderr: text.into_bytes(), file: None }
    })
}

pub(super) fn is_ci() -> bool {
    let is_set =
        |name| std::env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_set("CI") || is_set("GITHUB_ACTIONS")
}

/// What the working thread has in hand.
struct Run<'a> {
    args: &'a CheckArgs,
    exchange: Option<&'a Exchange>,
    shared: &'a Shared,
    trail: &'a Trail,
}

fn work(this: &Run<'_>, colours: Colours) -> Answer {
    let Run { args, shared, trail, .. } = *this;
    trail.step("reading the policy");
    let policy = match read_policy(&args.common, colours.stderr) {
        Ok(policy) => policy,
        Err(answer) => return answer,
    };
    shared.learn(|known| known.policy = policy_report(policy.texts()));
    let environment = shared.known().environment;
    let rules = match policy.rules(&environment) {
        Ok(rules) => rules,
        Err(unknown) => {
            return Answer::question(&unknown.to_string(), Some(&unknown.hint()));
        }
    };
    match run(this, &rules) {
        Ok(verdict) => {
            let exit = if verdict.is_allowed() { Exit::Allowed } else { Exit::Denied };
            let report = shared.known().judged(&rules, &verdict);
            answer(&report, exit, &args.common, colours.stdout)
        }
        Err(why) => {
            let report = shared.known().unknown(&why);
            answer(&report, Exit::Unknown, &args.common, colours.stdout)
        }
    }
}

fn read_policy(common: &CommonArgs, colour: Colour) -> Result<Policy, Answer> {
    let text = discovery::read(common.policy.as_deref()).map_err(|Wrong(answer)| answer)?;
    Policy::read(vec![text]).map_err(|invalid| {
        Answer::question_bytes(problems(&invalid.problems, &invalid.texts, colour))
    })
}

pub(super) fn policy_report(texts: &[Text]) -> PolicyReport {
    let Some(text) = texts.first() else { return PolicyReport::default() };
    let digest = Sha256::digest(text.text.as_bytes());
    let sha256 = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    PolicyReport { path: text.name.clone(), sha256 }
}

fn run(this: &Run<'_>, rules: &Rules<'_>) -> Result<Verdict, Unknown> {
    let Run { args, exchange, shared, trail } = *this;
    trail.step("reading the environment and the configuration files");
    let world = world::read()?;
    let asked = Asked { profile: args.aws.profile.clone(), region: args.aws.region.clone() };
    let (aws, world, asked) = (&args.aws, &world, &asked);
    let inquiry = Inquiry { aws, rules, world, asked, exchange, shared, trail };
    block_on(inquiry.verdict())
}

fn answer(report: &Report, exit: Exit, common: &CommonArgs, colour: Colour) -> Answer {
    let document = match json(report) {
        Ok(document) => document,
        Err(why) => return unwritable(&why),
    };
    let file = common.report.clone().map(|path| FileToWrite { path, bytes: document.clone() });
    let stdout = match common.format {
        _ if common.quiet && exit == Exit::Allowed => Vec::new(),
        Format::Human => human(report, colour),
        Format::Json => document,
    };
    Answer { exit, stdout, stderr: Vec::new(), file }
}

pub(super) fn unwritable(why: &serde_json::Error) -> Answer {
    let text = format!("UNKNOWN: the report cannot be written: {why}\n");
    Answer { exit: Exit::Unknown, stdout: Vec::new(), stderr: text.into_bytes(), file: None }
}
