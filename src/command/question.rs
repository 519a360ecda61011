//! The question of every command that judges: does this environment allow these credentials? It is
//! answered within its deadline, whatever blocks.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::inquiry::{Inquiry, Judged};
use super::shared::Shared;
use super::watch::{Ended, Trail, watch};
use super::{Answer, Wrong, discovery, targets, world};
use crate::cli::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, TargetArgs};
use crate::policy::{Policy, Rules, Text};
use crate::report::build::Known;
use crate::report::problems::problems;
use crate::report::text::{Colour, harmless};
use crate::report::{PolicyReport, Report, TargetReport};
use crate::source::{Asked, Exchange, Flags};
use crate::target::Target;
use crate::tool::{Scope, Tool};
use crate::unknown::{ErrorCode, Unknown};

/// The variable that names the environment where no argument does.
const ENVIRONMENT: &str = "ACCOUNT_GUARD_ENVIRONMENT";

/// Whose choice of credentials is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// That of every tool in scope: each resolves for itself, afterwards.
    EveryTool,
    /// Our own alone: what is judged is what is handed over.
    Ourselves,
}

/// The arguments of a command that judges.
pub struct Arguments {
    /// The environment.
    pub environment: EnvironmentArgs,
    /// What of AWS.
    pub aws: AwsArgs,
    /// The tools that the command line names.
    pub tools: Vec<Tool>,
    /// What to make of the credentials.
    pub role: RoleArgs,
    /// What is about to be touched.
    pub targets: TargetArgs,
    /// How to go about it.
    pub common: CommonArgs,
}

/// A question, found to be one.
pub struct Question {
    environment: String,
    aws: AwsArgs,
    common: CommonArgs,
    exchange: Option<Exchange>,
    targets: Vec<Target>,
    tools: Vec<Tool>,
    who: Who,
}

/// What came of a question.
pub enum Found {
    /// A verdict: what to show of it, and what it was made of.
    Judged(Box<(Report, Judged)>),
    /// No identity, and why.
    Unknown(Box<Report>),
    /// The question is wrong.
    Wrong(Answer),
}

impl Question {
    /// Puts the question. What is wrong with the arguments is said before anything is looked at.
    pub fn of(command: &str, arguments: Arguments, who: Who) -> Result<Self, Wrong> {
        let Arguments { environment, aws, tools, role, targets, common } = arguments;
        Ok(Self {
            environment: named(command, &environment)?,
            aws,
            common,
            exchange: exchange(&role)?,
            targets: targets::named(&targets)?,
            tools,
            who,
        })
    }

    /// The environment that is asked about.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// How to go about it.
    pub fn common(&self) -> &CommonArgs {
        &self.common
    }

    /// Answers the question, within the deadline. Problems of the policy are drawn in this colour.
    pub fn ask(self: &Arc<Self>, colour: Colour) -> Found {
        let environment = self.environment.clone();
        let shared = Shared::of(Known { environment, is_ci: is_ci(), ..Known::default() });
        let (timeout, debug) = (self.aws.timeout, self.common.debug);
        let work = {
            let (question, shared) = (Arc::clone(self), shared.clone());
            move |trail: &Trail| question.answer(&shared, trail, colour)
        };
        watch(timeout, |after, step| debug_line(debug, after, step), work).unwrap_or_else(|ended| {
            Found::Unknown(Box::new(shared.known().unknown(&unanswered(ended, timeout))))
        })
    }

    fn answer(&self, shared: &Shared, trail: &Trail, colour: Colour) -> Found {
        trail.step("reading the policy");
        let policy = match read_policy(&self.common, colour) {
            Ok(policy) => policy,
            Err(Wrong(answer)) => return Found::Wrong(answer),
        };
        shared.learn(|known| known.policy = policy_report(policy.texts()));
        let rules = match policy.rules(&self.environment) {
            Ok(rules) => rules,
            Err(unknown) => {
                let answer = Answer::question(&unknown.to_string(), Some(&unknown.hint()));
                return Found::Wrong(answer);
            }
        };
        let targets = self.targets.iter().map(|target| TargetReport::of(target, &policy));
        shared.learn(|known| known.targets = targets.collect());
        match self.inquire(&rules, shared, trail) {
            Ok(judged) => {
                let report = shared.known().judged(&rules, &judged.verdict);
                Found::Judged(Box::new((report, judged)))
            }
            Err(why) => Found::Unknown(Box::new(shared.known().unknown(&why))),
        }
    }

    /// Runs the asynchronous part. The runtime is left to itself afterwards: it would wait for name
    /// resolution that nobody needs any more.
    fn inquire(
        &self,
        rules: &Rules<'_>,
        shared: &Shared,
        trail: &Trail,
    ) -> Result<Judged, Unknown> {
        trail.step("reading the environment and the configuration files");
        let world = world::read()?;
        let asked = Asked { profile: self.aws.profile.clone(), region: self.aws.region.clone() };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|why| Unknown::new(ErrorCode::Internal, format!("no runtime: {why}")))?;
        let inquiry = Inquiry {
            aws: &self.aws,
            rules,
            world: &world,
            asked: &asked,
            exchange: self.exchange.as_ref(),
            targets: &self.targets,
            tools: &self.tools,
            scope: &self.scope(rules),
            is_handed_over: self.who == Who::Ourselves,
            shared,
            trail,
        };
        let result = runtime.block_on(inquiry.judged());
        runtime.shutdown_background();
        result
    }

    /// An explicit profile is that profile and nothing else, and what is made here of the credentials
    /// no tool would make by itself: there only our own chain counts, as it does for what is handed over.
    fn scope(&self, rules: &Rules<'_>) -> Scope {
        if self.who == Who::Ourselves || self.aws.profile.is_some() || self.exchange.is_some() {
            return Scope::own();
        }
        let by_policy = rules.tools().into_iter().flat_map(|list| list.values().copied());
        Scope::of(&self.tools, &by_policy.collect::<Vec<_>>())
    }
}

/// The environment to check, from the argument, the option or the variable; never from anything
/// that selects credentials.
fn named(command: &str, args: &EnvironmentArgs) -> Result<String, Wrong> {
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
            &format!("account-guard {command} ENVIRONMENT, or set ACCOUNT_GUARD_ENVIRONMENT"),
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

fn read_policy(common: &CommonArgs, colour: Colour) -> Result<Policy, Wrong> {
    let text = discovery::read(common.policy.as_deref())?;
    Policy::read(vec![text]).map_err(|invalid| {
        Wrong(Answer::question_bytes(problems(&invalid.problems, &invalid.texts, colour)))
    })
}

fn policy_report(texts: &[Text]) -> PolicyReport {
    let Some(text) = texts.first() else { return PolicyReport::default() };
    let digest = Sha256::digest(text.text.as_bytes());
    let sha256 = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    PolicyReport { path: text.name.clone(), sha256 }
}
