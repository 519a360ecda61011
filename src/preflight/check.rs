//! The phases of a check: policy → winners → endpoints → credentials → identities → verdict. Each takes
//! values and returns a value or a [`Stop`].

use super::identify::{self, Callers};
use super::mfa::Prompt;
use super::progress::Progress;
use super::request::{Judging, Request};
use super::session_name::session_name;
use super::stop::Stop;
use super::winners::{self, Group};
use super::{connect, endpoints, judge, notes, obtain, policy, token, wrong_region};
use crate::aws::access::AwsAccess;
use crate::input::world;
use crate::outcome::{Basis, Judged, Note};
use crate::policy::{Policy, Rules};
use crate::source::{Asked, Inventory, Secret, Settings, World};
use crate::tool::Scope;
use crate::verdict::Verdict;
use crate::wrong::Wrong;

/// Judges the credentials of a request.
///
/// # Errors
///
/// The question is wrong, or the identity is unknown.
pub(super) async fn check(
    request: &Request,
    judging: &Judging,
    prompt: Prompt,
    progress: &Progress,
) -> Result<Judged, Stop> {
    let policy = policy::read(request.policy.as_deref(), progress)?;
    policy::learn(&policy, &judging.targets, progress);
    let found = {
        let rules = policy.rules(&judging.environment).map_err(Wrong::Environment)?;
        progress.step("reading the environment and the configuration files");
        let (world, asked) = (world::read()?, request.asked());
        let (policy, rules, world, asked) = (&policy, &rules, &world, &asked);
        let check = Check { request, judging, policy, rules, world, asked };
        check.run(prompt, progress).await
    };
    let Found { verdict, basis, token } = found?;
    Ok(Judged { policy, verdict, basis, token })
}

/// A verdict, its basis, and the token that docker requests.
struct Found {
    verdict: Verdict,
    basis: Option<Basis>,
    token: Option<Secret>,
}

/// What all phases of a check read.
struct Check<'a> {
    request: &'a Request,
    judging: &'a Judging,
    policy: &'a Policy,
    rules: &'a Rules<'a>,
    world: &'a World,
    /// The profile and the region of the command line.
    asked: &'a Asked,
}

impl Check<'_> {
    /// Runs the phases. If one of them stops at a group, the report describes that group.
    async fn run(&self, prompt: Prompt, progress: &Progress) -> Result<Found, Stop> {
        let inventory = Inventory::take(self.world, self.asked);
        let found = match self.phases(&inventory, prompt, progress).await {
            Err(Stop::Refused { group, verdict }) => {
                progress.learn(group.source(&inventory));
                Ok(Found { verdict, basis: None, token: None })
            }
            Err(Stop::Failed { group: Some(group), why }) => {
                progress.learn(group.source(&inventory));
                Err(Stop::from(why))
            }
            found => found,
        };
        if !found.as_ref().is_ok_and(|found| found.verdict.is_allowed()) {
            for note in notes::launchers(self.world) {
                progress.note(note);
            }
        }
        found
    }

    async fn phases(
        &self,
        inventory: &Inventory<'_>,
        prompt: Prompt,
        progress: &Progress,
    ) -> Result<Found, Stop> {
        let (request, judging) = (self.request, self.judging);
        let exchange = request.exchange.as_ref();
        let winners = winners::of(inventory, self.scope(), exchange, progress)?;
        self.explain_options(&winners.first, progress);
        let settings = Settings::of(self.world, self.asked, winners.first.tool().family());
        let region = judging.token_region.as_ref();
        let endpoints =
            endpoints::of_environment(self.rules, &winners.first, region, &settings, progress)?;
        let net = connect::net(request, &settings, self.world, progress)?;
        let session = session_name(self.rules.environment(), &self.world.variables);
        let access =
            AwsAccess { sts: &endpoints.sts, settings: &settings, net: &net, session: &session };
        let callers = self.callers(&winners, &access, prompt, progress).await.map_err(|stop| {
            wrong_region::explain(stop, &endpoints.sts, &winners.first, inventory, self.rules)
        })?;
        let route =
            connect::route(request.ca_bundle.as_deref(), &endpoints.sts, &settings, self.world)?;
        let targets = &judging.targets;
        identify::learn(&callers, Some(self.policy), targets, self.world, progress);
        let (verdict, facts) =
            judge::all(self.rules, &callers, (&winners.scope, targets), inventory, progress);
        let basis = Basis { facts, keys: callers.first.keys, route };
        let token = match &endpoints.ecr {
            Some(ecr) => token::of(&verdict, &basis, ecr, &net, progress).await?,
            None => None,
        };
        Ok(Found { verdict, basis: Some(basis), token })
    }

    /// Obtains all credentials, and asks STS for their identities.
    async fn callers(
        &self,
        winners: &winners::Winners,
        access: &AwsAccess<'_>,
        prompt: Prompt,
        progress: &Progress,
    ) -> Result<Callers, Stop> {
        let world = (self.world, prompt);
        let obtained = obtain::all(winners, access, Some(self.rules), world, progress).await?;
        if let Some(exchange) = &self.request.exchange
            && !self.judging.is_handed_over()
        {
            progress.note(Note::OfSource(exchange.note()));
        }
        identify::all(winners, obtained, access, progress).await
    }

    /// The tools whose credentials are judged. Only the credentials that account-guard itself finds count
    /// if they are handed over, if a profile is selected, or if a role is requested that no tool would
    /// assume by itself.
    fn scope(&self) -> Scope {
        let is_own = self.judging.is_handed_over()
            || self.request.profile.is_some()
            || self.request.exchange.is_some();
        if is_own {
            return Scope::own();
        }
        let by_policy = self.rules.tools().into_iter().flat_map(|list| list.values().copied());
        Scope::of(&self.judging.tools, &by_policy.collect::<Vec<_>>())
    }

    /// Learns which options have no effect, and what `--profile` leaves out.
    fn explain_options(&self, first: &Group, progress: &Progress) {
        let tools = &self.judging.tools;
        if self.request.exchange.is_some() && !tools.is_empty() {
            progress.note(Note::ScopeBesideRole(tools.clone()));
        }
        if self.judging.is_handed_over() {
            return;
        }
        for note in notes::left_out(self.world, self.asked, tools, &first.winner.source) {
            progress.note(note);
        }
    }
}
