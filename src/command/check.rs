//! `check`: judges the credentials that a deploy would use here. The exit code is the answer.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::inquiry::Inquiry;
use super::shared::Shared;
use super::watch::{Ended, Trail, watch};
use super::{Answer, Exit, FileToWrite, Wrong, discovery, targets, world};
use crate::cli::{CheckArgs, CommonArgs, Format, RoleArgs};
use crate::policy::{Policy, Rules, Text};
use crate::report::build::Known;
use crate::report::human::human;
use crate::report::json::json;
use crate::report::problems::problems;
use crate::report::text::{Colour, harmless};
use crate::report::{PolicyReport, Report, TargetReport};
use crate::source::{Asked, Exchange, Flags};
use crate::target::Target;
use crate::unknown::{ErrorCode, Unknown};
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
    let targets = match targets::named(&args.targets) {
        Ok(targets) => targets,
        Err(Wrong(answer)) => return answer,
    };
    let shared = Shared::of(Known { environment, is_ci: is_ci(), ..Known::default() });
    let args = Arc::new(args);
    let (timeout, debug) = (args.aws.timeout, args.common.debug);
    let work = {
        let (args, shared) = (Arc::clone(&args), shared.clone());
        move |trail: &Trail| {
            let (exchange, targets) = (exchange.as_ref(), &targets);
            work(&Run { args: &args, exchange, targets, shared: &shared, trail }, colours)
        }
    };
    watch(timeout, |after, step| debug_line(debug, after, step), work).unwrap_or_else(|ended| {
        let report = shared.known().unknown(&unanswered(ended, timeout));
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
fn exchange(args: &RoleArgs) -> Result<Option<Exchange>, Wrong> {
    let flags = Flags {
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        session_name: args.role_session_name.clone(),
        duration: args.duration,
        mfa_serial: args.mfa_serial.clone(),
        web_identity_token_file: args.web_identity_token_file.clone(),
        saml: args.saml_assertion_file.clone().zip(args.saml_principal_arn.clone()),
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

fn is_ci() -> bool {
    let is_set =
        |name| std::env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_set("CI") || is_set("GITHUB_ACTIONS")
}

fn debug_line(debug: bool, after: Duration, step: &str) {
    if debug {
        let line = format!("[{:>5} ms] {}\n", after.as_millis(), harmless(step));
        // A trail that cannot be written changes nothing about the verdict.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

fn unanswered(ended: Ended, timeout: Duration) -> Unknown {
    match ended {
        Ended::TimedOut(step) => Unknown::new(
            ErrorCode::StsTimeout,
            format!("time ran out after {}: {step}", humantime::format_duration(timeout)),
        )
        .hint("check the network and what blocks there, or give it longer with --timeout"),
        Ended::Lost => Unknown::new(ErrorCode::Internal, "account-guard failed"),
    }
}

/// What the working thread has in hand.
struct Run<'a> {
    args: &'a CheckArgs,
    exchange: Option<&'a Exchange>,
    targets: &'a [Target],
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
    let targets = this.targets.iter().map(|target| TargetReport::of(target, &policy));
    shared.learn(|known| known.targets = targets.collect());
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

fn policy_report(texts: &[Text]) -> PolicyReport {
    let Some(text) = texts.first() else { return PolicyReport::default() };
    let digest = Sha256::digest(text.text.as_bytes());
    let sha256 = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    PolicyReport { path: text.name.clone(), sha256 }
}

/// Runs the asynchronous part. The runtime is left to itself afterwards: it would wait for name
/// resolution that nobody needs any more.
fn run(this: &Run<'_>, rules: &Rules<'_>) -> Result<Verdict, Unknown> {
    let Run { args, exchange, targets, shared, trail } = *this;
    trail.step("reading the environment and the configuration files");
    let world = world::read()?;
    let asked = Asked { profile: args.aws.profile.clone(), region: args.aws.region.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Unknown::new(ErrorCode::Internal, format!("no runtime: {why}")))?;
    let (aws, world, asked) = (&args.aws, &world, &asked);
    let inquiry = Inquiry { aws, rules, world, asked, exchange, targets, shared, trail };
    let result = runtime.block_on(inquiry.verdict());
    runtime.shutdown_background();
    result
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

fn unwritable(why: &serde_json::Error) -> Answer {
    let text = format!("UNKNOWN: the report cannot be written: {why}\n");
    Answer { exit: Exit::Unknown, stdout: Vec::new(), stderr: text.into_bytes(), file: None }
}
