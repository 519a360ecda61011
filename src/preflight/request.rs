//! A request of a command that judges: does this environment allow these credentials? It gets a result
//! within its deadline.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::deadline::{self, Ended, Trace};
use super::judge::{Check, Judged};
use super::mfa::Prompt;
use super::progress::{Shared, Trail};
use super::runtime::block_on;
use crate::input::{policy_file, variables, world};
use crate::partition::Region;
use crate::policy::{Policy, Rules, Text};
use crate::report::build::Known;
use crate::report::{PolicyReport, Report, TargetReport};
use crate::source::{Asked, Audience, Exchange};
use crate::target::Target;
use crate::tool::{Scope, Tool};
use crate::unknown::Unknown;
use crate::wrong::Wrong;

/// What a command asks.
pub(crate) struct Request {
    pub(crate) environment: String,
    /// The file of `--policy`; without it, the policy is found.
    pub(crate) policy: Option<PathBuf>,
    /// `--profile`
    pub(crate) profile: Option<String>,
    /// `--region`
    pub(crate) region: Option<String>,
    /// `--ca-bundle`
    pub(crate) ca_bundle: Option<PathBuf>,
    /// The deadline, counted from the start of the run.
    pub(crate) timeout: Duration,
    /// The role or MFA session to obtain with the credentials, if one was requested.
    pub(crate) exchange: Option<Exchange>,
    pub(crate) targets: Vec<Target>,
    /// The region of the registry whose token docker requests.
    pub(crate) token_region: Option<Region>,
    /// The tools of `--for`.
    pub(crate) tools: Vec<Tool>,
    pub(crate) audience: Audience,
    /// The function that prints the steps.
    pub(crate) trace: Trace,
}

/// The result of a request.
pub(crate) enum Found {
    /// The report, the verdict with what it is based on, and the policy that judged.
    Judged(Box<(Report, Judged, Policy)>),
    /// The report of an unknown identity.
    Unknown(Box<Report>),
    /// The question is wrong.
    Wrong(Wrong),
}

impl Request {
    /// The same request, asked by docker: judges this registry, too, and obtains the token of its region
    /// if the verdict allows that.
    #[must_use]
    pub(crate) fn with_login(self, registry: Target) -> Self {
        Self { token_region: registry.region.clone(), targets: vec![registry], ..self }
    }

    /// Runs the check within the deadline.
    pub(crate) fn run(self: &Arc<Self>) -> Found {
        let is_docker = self.token_region.is_some();
        self.run_with(if is_docker { Prompt::Docker } else { Prompt::here(variables::is_ci()) })
    }

    /// Runs the check again on the current state of the world, without asking the user.
    pub(crate) fn run_again(self: &Arc<Self>) -> Found {
        self.run_with(Prompt::Unavailable)
    }

    /// Whether the policy file still has exactly these texts.
    pub(crate) fn still_reads(self: &Arc<Self>, policy: &[Text]) -> bool {
        let request = Arc::clone(self);
        let read = move |_: &Trail| policy_file::read(request.policy.as_deref()).ok();
        let text = deadline::run(self.timeout, |_, _| {}, read).ok().flatten();
        text.is_some_and(|text| policy == [text])
    }

    fn run_with(self: &Arc<Self>, prompt: Prompt) -> Found {
        let (environment, is_ci) = (self.environment.clone(), variables::is_ci());
        let shared = Shared::of(Known { environment, is_ci, ..Known::default() });
        let work = {
            let (request, shared) = (Arc::clone(self), shared.clone());
            move |trail: &Trail| request.found(&shared, trail, prompt)
        };
        deadline::run(self.timeout, self.trace, work).unwrap_or_else(|ended| {
            Found::Unknown(Box::new(shared.known().unknown(&self.not_finished(ended))))
        })
    }

    fn found(&self, shared: &Shared, trail: &Trail, prompt: Prompt) -> Found {
        trail.step("reading the policy");
        let policy = match self.read_policy() {
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
        match self.judged(&rules, shared, trail, prompt) {
            Ok(judged) => {
                let report = shared.known().judged(&rules, &judged.verdict);
                Found::Judged(Box::new((report, judged, policy)))
            }
            Err(why) => Found::Unknown(Box::new(shared.known().unknown(&why))),
        }
    }

    fn read_policy(&self) -> Result<Policy, Wrong> {
        let text = policy_file::read(self.policy.as_deref())?;
        Policy::read(vec![text]).map_err(Wrong::Policy)
    }

    fn judged(
        &self,
        rules: &Rules<'_>,
        shared: &Shared,
        trail: &Trail,
        prompt: Prompt,
    ) -> Result<Judged, Unknown> {
        trail.step("reading the environment and the configuration files");
        let world = world::read()?;
        let (profile, region) = (self.profile.clone(), self.region.clone());
        let asked = Asked { profile, region, audience: self.audience };
        let scope = &self.scope(rules);
        let check = Check {
            request: self,
            rules,
            world: &world,
            asked: &asked,
            scope,
            prompt,
            shared,
            trail,
        };
        block_on(check.judged())
    }

    /// The tools whose credentials are judged. Only the credentials that account-guard itself finds count
    /// if they are handed over, if a profile is selected, or if a role is requested that no tool would
    /// assume by itself.
    fn scope(&self, rules: &Rules<'_>) -> Scope {
        if self.is_handed_over() || self.profile.is_some() || self.exchange.is_some() {
            return Scope::own();
        }
        let by_policy = rules.tools().into_iter().flat_map(|list| list.values().copied());
        Scope::of(&self.tools, &by_policy.collect::<Vec<_>>())
    }

    /// Whether the judged credentials are handed over. Otherwise each tool finds its own again.
    pub(super) fn is_handed_over(&self) -> bool {
        self.audience == Audience::OurselvesOnly
    }

    fn not_finished(&self, ended: Ended) -> Unknown {
        let why = ended.unknown(self.timeout);
        // Docker passes no options, so that the usual hint does not help.
        let is_docker = self.token_region.is_some();
        if is_docker { why.hint("check the network and what blocks there") } else { why }
    }
}

/// The path and the digest of the policy.
pub(super) fn policy_report(texts: &[Text]) -> PolicyReport {
    let Some(text) = texts.first() else { return PolicyReport::default() };
    let digest = Sha256::digest(text.text.as_bytes());
    let sha256 = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    PolicyReport { path: text.name.clone(), sha256 }
}
