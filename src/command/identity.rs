//! `identity`: who these credentials are, where they come from, and what the AWS CLI would print. It
//! decides nothing.

use std::sync::Arc;

use super::question::exchange;
use super::runtime::block_on;
use super::shared::Shared;
use super::watch::{Trail, watch};
use super::whoami::{Asking, Found};
use crate::cli::{Format, IdentityArgs, OutputArg};
use crate::identity::Identity;
use crate::input::{cli_input, policy_file, variables, world};
use crate::output::{Exit, Failure, Output, Screen, trace};
use crate::policy::{Policy, Text};
use crate::report::build::Known;
use crate::report::cli_output::{self, NotAQuery, Output as CliFormat, Query};
use crate::report::human::human as explained;
use crate::report::json::json;
use crate::report::text::harmless;
use crate::report::whoami::{Besides, Whoami, human};
use crate::source::{Asked, Exchange};
use crate::unknown::{ErrorCode, Unknown};
use crate::wrong::Wrong;

/// Asks who somebody is, within the deadline.
pub fn identity(args: IdentityArgs, screen: Screen) -> Output {
    let question = match Question::of(args, screen) {
        Ok(question) => Arc::new(question),
        Err(wrong) => return Output::failed(&wrong.into(), screen.colours.stderr),
    };
    let shared = Shared::of(Known { is_ci: variables::is_ci(), ..Known::default() });
    let (timeout, debug) = (question.args.call.timeout, question.args.debug);
    let work = {
        let (question, shared) = (Arc::clone(&question), shared.clone());
        move |trail: &Trail| question.answer(&shared, trail)
    };
    let watched = watch(timeout, trace(debug), work);
    let answer = watched.unwrap_or_else(|ended| question.unknown(&shared, &ended.unknown(timeout)));
    with_warnings(answer, &shared.known().warnings)
}

/// A question that is right.
struct Question {
    args: IdentityArgs,
    exchange: Option<Exchange>,
    query: Option<Query>,
    screen: Screen,
}

impl Question {
    fn of(args: IdentityArgs, screen: Screen) -> Result<Self, Wrong> {
        cli_input::check(args.cli_input_json.as_deref())?;
        let exchange = exchange(&args.role)?;
        let query = args.query.as_deref().map(Query::parse).transpose().map_err(|why| {
            Wrong::usage(
                format!("--query is no JMESPath expression: {why}"),
                "correct it; https://jmespath.org explains the language",
            )
        })?;
        Ok(Self { args, exchange, query, screen })
    }

    /// What the AWS CLI would print in, if that is wanted.
    fn output(&self) -> Option<CliFormat> {
        match self.args.output {
            Some(OutputArg::Json) => Some(CliFormat::Json),
            Some(OutputArg::Text) => Some(CliFormat::Text),
            Some(OutputArg::Table) => Some(CliFormat::Table),
            Some(OutputArg::Yaml) => Some(CliFormat::Yaml),
            Some(OutputArg::YamlStream) => Some(CliFormat::YamlStream),
            Some(OutputArg::Off) => Some(CliFormat::Off),
            None => self.query.as_ref().map(|_| CliFormat::Json),
        }
    }

    fn answer(&self, shared: &Shared, trail: &Trail) -> Output {
        let policy = match self.policy(shared, trail) {
            Ok(policy) => policy,
            Err(wrong) => return self.failed(&wrong.into()),
        };
        match self.ask(shared, policy.as_ref(), trail) {
            Ok(Found { identity, besides }) => {
                let stdout = match self.output() {
                    Some(output) => self.printed(&identity, output),
                    None => self.shown(shared, besides),
                };
                stdout.map_or_else(|why| self.failed(&why), Output::done)
            }
            Err(why) => self.unknown(shared, &why),
        }
    }

    fn ask(
        &self,
        shared: &Shared,
        policy: Option<&Policy>,
        trail: &Trail,
    ) -> Result<Found, Unknown> {
        if self.args.call.no_sign_request {
            let message = "STS answers nobody who does not sign (MissingAuthenticationToken)";
            let why = Unknown::new(ErrorCode::NoCredentials, message);
            return Err(why.hint("leave --no-sign-request out"));
        }
        trail.step("reading the environment and the configuration files");
        let world = world::read()?;
        let call = &self.args.call;
        let (profile, region) = (call.profile.clone(), call.region.clone());
        let asked = Asked { profile, region, ..Asked::default() };
        let exchange = self.exchange.as_ref();
        let asking = Asking { call, exchange, policy, world: &world, asked: &asked, shared, trail };
        block_on(asking.found())
    }

    /// The policy, where somebody reads what it says. One that nobody named may be missing, and may be
    /// wrong: then it names nothing.
    fn policy(&self, shared: &Shared, trail: &Trail) -> Result<Option<Policy>, Wrong> {
        if self.output().is_some() {
            return Ok(None);
        }
        trail.step("reading the policy");
        let named = self.args.policy.as_deref();
        let valid = |text: Text| Policy::read(vec![text]).map_err(Wrong::Policy);
        let policy = policy_file::read_if_any(named).and_then(|text| text.map(valid).transpose());
        if named.is_none() && policy.is_err() {
            let note =
                "the policy cannot be read, and names nothing here: account-guard policy lint";
            shared.learn(|known| known.notes.push(note.to_owned()));
            return Ok(None);
        }
        policy
    }

    /// What the AWS CLI prints.
    fn printed(&self, identity: &Identity, output: CliFormat) -> Result<Vec<u8>, Failure> {
        let answer = cli_output::answer(identity).ok_or_else(|| {
            let message = "STS's answer holds what no name of AWS does (not-sts)";
            Failure::Unknown(message.to_owned())
        })?;
        let unanswered = |why: NotAQuery| {
            let message = format!("--query has no answer: {why}");
            Wrong::usage(message, "correct it; https://jmespath.org explains the language")
        };
        let found = match &self.query {
            Some(query) => query.search(&answer).map_err(unanswered)?,
            None => answer,
        };
        let Screen { colours, columns } = self.screen;
        let screen = cli_output::Screen { columns, colour: colours.stdout };
        let text = cli_output::print(&found, output, screen)
            .map_err(|why| Wrong::usage(why.to_string(), "choose another --output"))?;
        Ok(text.into_bytes())
    }

    /// What people read, or programs that want all of it.
    fn shown(&self, shared: &Shared, besides: Besides) -> Result<Vec<u8>, Failure> {
        let whoami = Whoami::of(shared.known(), besides);
        match self.args.format {
            Format::Human => Ok(human(&whoami, self.screen.colours.stdout)),
            Format::Json => json(&whoami).map_err(|why| Failure::unserializable(&why)),
        }
    }

    fn failed(&self, why: &Failure) -> Output {
        Output::failed(why, self.screen.colours.stderr)
    }

    /// Why there is no answer: on stderr, and in the document.
    fn unknown(&self, shared: &Shared, why: &Unknown) -> Output {
        let stderr = explained(&shared.known().unknown(why), self.screen.colours.stderr);
        let document = match (self.output(), self.args.format) {
            (None, Format::Json) => json(&Whoami::unknown(shared.known(), why)),
            _ => Ok(Vec::new()),
        };
        match document {
            Ok(stdout) => Output { exit: Exit::Unknown, stderr, ..Output::done(stdout) },
            Err(why) => self.failed(&Failure::unserializable(&why)),
        }
    }
}

/// The output with these warnings in front of the other text on stderr.
fn with_warnings(output: Output, warnings: &[String]) -> Output {
    let line = |text: &String| format!("warning: {}\n", harmless(text)).into_bytes();
    let lines = warnings.iter().flat_map(line);
    Output { stderr: lines.chain(output.stderr).collect(), ..output }
}
