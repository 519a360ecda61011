//! The question of every command that judges: does this environment allow these credentials? It is
//! answered within its deadline, whatever blocks.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::inquiry::{Inquiry, Judged};
use super::mfa::Person;
use super::runtime::block_on;
use super::shared::Shared;
use super::watch::{Ended, Trail, watch};
use crate::cli::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, TargetArgs};
use crate::input::{policy_file, targets, variables, world};
use crate::output::trace;
use crate::partition::Region;
use crate::policy::{Policy, Rules, Text};
use crate::report::build::Known;
use crate::report::{PolicyReport, Report, TargetReport};
use crate::source::{Asked, Audience, Exchange, Flags};
use crate::target::Target;
use crate::tool::{Scope, Tool};
use crate::unknown::Unknown;
use crate::wrong::Wrong;

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
    token_of: Option<Region>,
    tools: Vec<Tool>,
    audience: Audience,
}

/// What came of a question.
pub enum Found {
    /// A verdict: what to show of it, what it was made of, and the policy that judged.
    Judged(Box<(Report, Judged, Policy)>),
    /// No identity, and why.
    Unknown(Box<Report>),
    /// The question is wrong.
    Wrong(Wrong),
}

impl Question {
    /// Puts the question. What is wrong with the arguments is said before anything is looked at.
    pub fn of(command: &str, arguments: Arguments, audience: Audience) -> Result<Self, Wrong> {
        let Arguments { environment, aws, tools, role, targets, common } = arguments;
        Ok(Self {
            environment: variables::environment_name(
                command,
                environment.environment.as_deref(),
                environment.environment_option.as_deref(),
            )?,
            aws,
            common,
            exchange: exchange(&role)?,
            targets: targets::images(&targets.images)?,
            token_of: None,
            tools,
            audience,
        })
    }

    /// The same question, asked by docker: judges this registry too, and obtains the token of its
    /// region if the verdict allows that.
    #[must_use]
    pub fn with_login(self, registry: Target) -> Self {
        Self { token_of: registry.region.clone(), targets: vec![registry], ..self }
    }

    /// The environment that is asked about.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// How long an answer may take.
    pub fn timeout(&self) -> Duration {
        self.aws.timeout
    }

    /// How to go about it.
    pub fn common(&self) -> &CommonArgs {
        &self.common
    }

    /// Answers the question, within the deadline.
    pub fn ask(self: &Arc<Self>) -> Found {
        let person =
            if self.token_of.is_some() { Person::Docker } else { Person::here(variables::is_ci()) };
        self.ask_of(person)
    }

    /// Answers the question anew, from what the world holds now, without a person's help.
    pub fn ask_again(self: &Arc<Self>) -> Found {
        self.ask_of(Person::Busy)
    }

    /// Whether the policy is, to the letter, the one that these texts are of.
    pub fn still_reads(self: &Arc<Self>, policy: &[Text]) -> bool {
        let question = Arc::clone(self);
        let read = move |_: &Trail| policy_file::read(question.common.policy.as_deref()).ok();
        let text = watch(self.aws.timeout, |_, _| {}, read).ok().flatten();
        text.is_some_and(|text| policy == [text])
    }

    fn ask_of(self: &Arc<Self>, person: Person) -> Found {
        let environment = self.environment.clone();
        let shared =
            Shared::of(Known { environment, is_ci: variables::is_ci(), ..Known::default() });
        let (timeout, debug) = (self.aws.timeout, self.common.debug);
        let work = {
            let (question, shared) = (Arc::clone(self), shared.clone());
            move |trail: &Trail| question.answer(&shared, trail, person)
        };
        watch(timeout, trace(debug), work).unwrap_or_else(|ended| {
            Found::Unknown(Box::new(shared.known().unknown(&self.unanswered(ended))))
        })
    }

    fn answer(&self, shared: &Shared, trail: &Trail, person: Person) -> Found {
        trail.step("reading the policy");
        let policy = match read_policy(&self.common) {
            Ok(policy) => policy,
            Err(wrong) => return Found::Wrong(wrong),
        };
        shared.learn(|known| known.policy = policy_report(policy.texts()));
        let rules = match policy.rules(&self.environment) {
            Ok(rules) => rules,
            Err(unknown) => return Found::Wrong(Wrong::Environment(unknown)),
        };
        let targets = self.targets.iter().map(|target| TargetReport::of(target, &policy));
        shared.learn(|known| known.targets = targets.collect());
        match self.inquire(&rules, shared, trail, person) {
            Ok(judged) => {
                let report = shared.known().judged(&rules, &judged.verdict);
                Found::Judged(Box::new((report, judged, policy)))
            }
            Err(why) => Found::Unknown(Box::new(shared.known().unknown(&why))),
        }
    }

    fn inquire(
        &self,
        rules: &Rules<'_>,
        shared: &Shared,
        trail: &Trail,
        person: Person,
    ) -> Result<Judged, Unknown> {
        trail.step("reading the environment and the configuration files");
        let world = world::read()?;
        let (profile, region) = (self.aws.profile.clone(), self.aws.region.clone());
        let asked = Asked { profile, region, audience: self.audience };
        let inquiry = Inquiry {
            aws: &self.aws,
            rules,
            world: &world,
            asked: &asked,
            exchange: self.exchange.as_ref(),
            targets: &self.targets,
            token_of: self.token_of.as_ref(),
            tools: &self.tools,
            scope: &self.scope(rules),
            is_handed_over: self.audience == Audience::OurselvesOnly,
            person,
            shared,
            trail,
        };
        block_on(inquiry.judged())
    }

    /// An explicit profile is that profile and nothing else, and what is made here of the credentials
    /// no tool would make by itself: there only our own chain counts, as it does for what is handed over.
    fn scope(&self, rules: &Rules<'_>) -> Scope {
        if self.audience == Audience::OurselvesOnly
            || self.aws.profile.is_some()
            || self.exchange.is_some()
        {
            return Scope::own();
        }
        let by_policy = rules.tools().into_iter().flat_map(|list| list.values().copied());
        Scope::of(&self.tools, &by_policy.collect::<Vec<_>>())
    }

    fn unanswered(&self, ended: Ended) -> Unknown {
        let why = ended.unknown(self.aws.timeout);
        // Docker hands no options over.
        let is_dockers = self.token_of.is_some();
        if is_dockers { why.hint("check the network and what blocks there") } else { why }
    }
}

/// What the arguments want made of the credentials. Their form is the question's, not the answer's.
pub(super) fn exchange(args: &RoleArgs) -> Result<Option<Exchange>, Wrong> {
    let flags = Flags {
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        session_name: args.role_session_name.clone(),
        duration: args.duration,
        mfa_serial: args.mfa_serial.clone(),
        web_identity_token_file: args.web_identity_token_file.clone(),
        saml: args.saml_assertion_file.clone().zip(args.saml_principal_arn.clone()),
    };
    Exchange::of(flags).map_err(|why| Wrong::Usage { message: why.message, hint: why.hint })
}

fn read_policy(common: &CommonArgs) -> Result<Policy, Wrong> {
    let text = policy_file::read(common.policy.as_deref())?;
    Policy::read(vec![text]).map_err(Wrong::Policy)
}

pub(super) fn policy_report(texts: &[Text]) -> PolicyReport {
    let Some(text) = texts.first() else { return PolicyReport::default() };
    let digest = Sha256::digest(text.text.as_bytes());
    let sha256 = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    PolicyReport { path: text.name.clone(), sha256 }
}
