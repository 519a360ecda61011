//! `identity`: who these credentials are, where they come from, and what the AWS CLI would print. It
//! decides nothing.

use std::sync::Arc;

use super::question::{exchange, is_ci};
use super::runtime::block_on;
use super::shared::Shared;
use super::shown::undocumented;
use super::watch::{Trail, debug_line, watch};
use super::whoami::{Asking, Found};
use super::{Answer, Colours, Exit, Wrong, cli_input, discovery, world};
use crate::cli::{Format, IdentityArgs, OutputArg};
use crate::identity::Identity;
use crate::policy::{Invalid, Policy};
use crate::report::aws_cli::{self, InvalidQuery, Output, Query, Screen};
use crate::report::build::Known;
use crate::report::human::human as explained;
use crate::report::identity::{IdentityDetails, IdentityDocument, human};
use crate::report::json::json;
use crate::report::problems::problems;
use crate::report::text::harmless;
use crate::source::{Asked, Exchange};
use crate::unknown::{ErrorCode, Unknown};

/// The streams, as far as their looks depend on them.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    /// Whether to paint.
    pub colours: Colours,
    /// How wide standard output is.
    pub columns: usize,
}

/// Asks who somebody is, within the deadline.
pub fn identity(args: IdentityArgs, looks: Looks) -> Answer {
    let question = match Question::of(args, looks) {
        Ok(question) => Arc::new(question),
        Err(Wrong(answer)) => return answer,
    };
    let shared = Shared::of(Known { is_ci: is_ci(), ..Known::default() });
    let (timeout, debug) = (question.args.call.timeout, question.args.debug);
    let work = {
        let (question, shared) = (Arc::clone(&question), shared.clone());
        move |trail: &Trail| question.answer(&shared, trail)
    };
    let watched = watch(timeout, |after, step| debug_line(debug, after, step), work);
    let answer = watched.unwrap_or_else(|ended| question.unknown(&shared, &ended.unknown(timeout)));
    answer.after(&shared.known().warnings)
}

/// A question that is right.
struct Question {
    args: IdentityArgs,
    exchange: Option<Exchange>,
    query: Option<Query>,
    looks: Looks,
}

impl Question {
    fn of(args: IdentityArgs, looks: Looks) -> Result<Self, Wrong> {
        cli_input::check(args.cli_input_json.as_deref())?;
        let exchange = exchange(&args.role)?;
        let query = args.query.as_deref().map(Query::parse).transpose().map_err(|why| {
            Wrong::new(
                &format!("--query is no JMESPath expression: {}", harmless(&why.to_string())),
                "correct it; https://jmespath.org explains the language",
            )
        })?;
        Ok(Self { args, exchange, query, looks })
    }

    /// What the AWS CLI would print in, if that is wanted.
    fn output(&self) -> Option<Output> {
        match self.args.output {
            Some(OutputArg::Json) => Some(Output::Json),
            Some(OutputArg::Text) => Some(Output::Text),
            Some(OutputArg::Table) => Some(Output::Table),
            Some(OutputArg::Yaml) => Some(Output::Yaml),
            Some(OutputArg::YamlStream) => Some(Output::YamlStream),
            Some(OutputArg::Off) => Some(Output::Off),
            None => self.query.as_ref().map(|_| Output::Json),
        }
    }

    fn answer(&self, shared: &Shared, trail: &Trail) -> Answer {
        let policy = match self.policy(shared, trail) {
            Ok(policy) => policy,
            Err(Wrong(answer)) => return answer,
        };
        match self.ask(shared, policy.as_ref(), trail) {
            Ok(Found { identity, besides }) => {
                let stdout = match self.output() {
                    Some(output) => self.printed(&identity, output),
                    None => self.shown(shared, besides),
                };
                let answer = stdout.map(|stdout| Answer { exit: Exit::Allowed, ..only(stdout) });
                answer.unwrap_or_else(|Wrong(answer)| answer)
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
        let colour = self.looks.colours.stderr;
        let valid = |text| {
            let drawn = |it: Invalid| problems(&it.problems, &it.texts, colour);
            Policy::read(vec![text])
                .map_err(|invalid| Wrong(Answer::question_bytes(drawn(invalid))))
        };
        let policy = discovery::read_if_any(named).and_then(|text| text.map(valid).transpose());
        if named.is_none() && policy.is_err() {
            let note =
                "the policy cannot be read, and names nothing here: account-guard policy lint";
            shared.learn(|known| known.notes.push(note.to_owned()));
            return Ok(None);
        }
        policy
    }

    /// What the AWS CLI prints.
    fn printed(&self, identity: &Identity, output: Output) -> Result<Vec<u8>, Wrong> {
        let answer = aws_cli::answer(identity).ok_or_else(|| {
            let message = "UNKNOWN: STS's answer holds what no name of AWS does (not-sts)\n";
            Wrong(Answer { stderr: message.into(), ..only(Vec::new()) })
        })?;
        let unanswered = |why: InvalidQuery| {
            let message = format!("--query has no answer: {}", harmless(&why.to_string()));
            Wrong::new(&message, "correct it; https://jmespath.org explains the language")
        };
        let found = match &self.query {
            Some(query) => query.search(&answer).map_err(unanswered)?,
            None => answer,
        };
        let Looks { colours, columns } = self.looks;
        let screen = Screen { columns, colour: colours.stdout };
        let text = aws_cli::print(&found, output, screen)
            .map_err(|why| Wrong::new(&why.to_string(), "choose another --output"))?;
        Ok(text.into_bytes())
    }

    /// What people read, or programs that want all of it.
    fn shown(&self, shared: &Shared, besides: IdentityDetails) -> Result<Vec<u8>, Wrong> {
        let whoami = IdentityDocument::of(shared.known(), besides);
        match self.args.format {
            Format::Human => Ok(human(&whoami, self.looks.colours.stdout)),
            Format::Json => json(&whoami).map_err(|why| undocumented(&why)),
        }
    }

    /// Why there is no answer: on stderr, and in the document.
    fn unknown(&self, shared: &Shared, why: &Unknown) -> Answer {
        let stderr = explained(&shared.known().unknown(why), self.looks.colours.stderr);
        let document = match (self.output(), self.args.format) {
            (None, Format::Json) => json(&IdentityDocument::unknown(shared.known(), why)),
            _ => Ok(Vec::new()),
        };
        match document {
            Ok(stdout) => Answer { stderr, ..only(stdout) },
            Err(why) => undocumented(&why).0,
        }
    }
}

/// Without an identity, until somebody says otherwise.
fn only(stdout: Vec<u8>) -> Answer {
    Answer { exit: Exit::Unknown, stdout, stderr: Vec::new(), files: Vec::new() }
}

impl Answer {
    /// The same, after these warnings.
    fn after(self, warnings: &[String]) -> Self {
        let line = |text: &String| format!("warning: {}\n", harmless(text)).into_bytes();
        let lines = warnings.iter().flat_map(line);
        Self { stderr: lines.chain(self.stderr).collect(), ..self }
    }
}
