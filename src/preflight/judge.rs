//! Judges a request: finds the credentials that each tool would use, obtains them, asks STS for their
//! identities side by side, and judges them together.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::identify::{self, Identified};
use super::mfa::{self, Codes, Prompt};
use super::obtain::{Layer, Obtain};
use super::progress::{Shared, Trail};
use super::request::Request;
use super::session_name::session_name;
use super::token::token;
use super::winners::{Failure, Group, Winners};
use super::wrong_region::WrongRegion;
use super::{ca_bundle, endpoints, notes};
use crate::aws::access::AwsAccess;
use crate::aws::credentials::Obtained;
use crate::aws::endpoint::{Endpoint, Variant};
use crate::handoff::{AwsRoute, Grant};
use crate::net::{self, http::Net};
use crate::policy::Rules;
use crate::report::build::{KnownSource, KnownWinner};
use crate::source::{
    Asked, Claim, Inventory, Keys, Kind, Secret, Settings, Winner, World, has_boto_credentials,
};
use crate::tool::{Family, Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Caller, Deployer, Facts, Lifetime, Verdict, judge, refuse_real_keys};

/// A check of one request against the rules of its environment.
pub(super) struct Check<'a> {
    pub(super) request: &'a Request,
    /// The environment's rules.
    pub(super) rules: &'a Rules<'a>,
    pub(super) world: &'a World,
    /// The profile and the region of the command line.
    pub(super) asked: &'a Asked,
    /// The tools whose credentials are judged.
    pub(super) scope: &'a Scope,
    pub(super) prompt: Prompt,
    pub(super) shared: &'a Shared,
    pub(super) trail: &'a Trail,
}

/// A verdict and what it is based on.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// `None` if keys were refused before they were sent anywhere.
    pub(crate) basis: Option<Box<Basis>>,
    /// The token of a registry, if one is requested and the verdict allows it.
    pub(crate) token: Option<Secret>,
}

/// What a verdict is based on.
pub(crate) struct Basis {
    pub(crate) facts: Facts,
    /// The credentials of the caller in the facts.
    pub(crate) keys: Keys,
    pub(crate) route: AwsRoute,
}

impl Judged {
    /// The credentials, if the verdict allows them.
    pub(crate) fn grant(&self) -> Option<Grant> {
        let Basis { facts, keys, route } = self.basis.as_deref()?;
        Grant::of(&self.verdict, facts, keys.clone(), route.clone())
    }
}

impl Check<'_> {
    /// Runs the check.
    pub(super) async fn judged(&self) -> Result<Judged, Unknown> {
        let judged = self.checked().await;
        if !judged.as_ref().is_ok_and(|it| it.verdict.is_allowed()) {
            self.shared.learn(|known| known.notes.extend(notes::launchers(self.world)));
        }
        judged
    }

    async fn checked(&self) -> Result<Judged, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        self.noted(&inventory);
        let winners = self.winners(&inventory)?;
        let known = winners.groups.iter().map(|it| KnownWinner::of(&it.tools, &it.winner));
        self.shared.learn(|it| it.winners = known.collect());
        let Some(first) = winners.groups.first() else { return Err(no_winner()) };
        self.found(first, &inventory);
        if !self.request.is_handed_over() {
            let left_out =
                notes::left_out(self.world, self.asked, &self.request.tools, &first.winner.source);
            self.shared.learn(|it| it.notes.extend(left_out));
        }
        let settings = Settings::of(self.world, self.asked, tool_of(first).family());
        let endpoint = self.endpoint(&first.winner, &settings)?;
        let ecr = endpoints::ecr(self.rules, self.request.token_region.as_ref(), &settings)?;
        let net = self.net(&settings)?;
        let session = session_name(self.rules.environment(), &self.world.variables);
        let access =
            AwsAccess { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let obtain = Obtain { access: &access, trail: self.trail };
        let refused = self.refusal(&inventory);
        let failed = self.failure(&inventory, &endpoint, first);
        // Keys that need not be obtained are judged before anything is sent, all others before they are sent.
        if let Some(it) = self.at_hand(&winners) {
            return refused(it);
        }
        let layers = self.layers(&winners).map_err(&failed)?;
        let keys = self.obtained(&obtain, &winners, &layers).await.map_err(&failed)?;
        let keys = match keys {
            Ok(keys) => keys,
            Err(it) => return refused(it),
        };
        let identities = identify::all(&obtain, &winners, keys).await.map_err(&failed)?;
        let identified = identify::by_group(&winners, &identities)?;
        let route = self.route(&endpoint, &settings)?;
        let identified: Vec<_> = identified.iter().map(|(group, it)| (group, it)).collect();
        let judged = self.judge(&identified, route, &inventory)?;
        self.with_token(judged, ecr, &net).await
    }

    /// The credentials of each tool: those that are found, or the role or MFA session that the command
    /// line requests instead.
    fn winners(&self, inventory: &Inventory<'_>) -> Result<Winners<'_>, Unknown> {
        let scope = self.scope;
        let Some(exchange) = self.request.exchange.as_ref() else {
            return Winners::of(inventory, scope);
        };
        if !self.request.is_handed_over() {
            self.note(exchange.note());
        }
        if !self.request.tools.is_empty() {
            self.note(format!(
                "--for is without effect here: {} would not do that by itself",
                names(&self.request.tools)
            ));
        }
        if let Some(source) = exchange.alone() {
            let region = inventory.region(Tool::AWS_CLI)?.map(|(region, _)| region);
            let source = source.clone();
            let winner = Winner { source, region, asks_machine_for_region: false };
            return Ok(Winners::alone(winner, scope));
        }
        let winners = Winners::of(inventory, scope)?;
        let over = |Group { tools, winner }: Group| {
            let source = exchange.over(winner.source)?;
            Ok(Group { tools, winner: Winner { source, ..winner } })
        };
        let groups = winners.groups.into_iter().map(over).collect::<Result<_, Unknown>>()?;
        Ok(Winners { groups, ..winners })
    }

    /// The layers of every source, with the MFA codes that they need.
    fn layers<'w>(
        &self,
        winners: &'w Winners<'_>,
    ) -> Result<Vec<(&'w Group, Vec<Layer<'w>>)>, Failure<'w>> {
        let variable = self.world.variables.get(mfa::VARIABLE).map(String::as_str);
        let mut codes = Codes::of(variable, self.prompt, self.trail);
        let firsts = winners.firsts().into_iter();
        winners.all(firsts.map(|group| (group, codes.of_layers(&group.winner.source))))
    }

    /// Learns the source of the credentials that the report describes.
    fn found(&self, group: &Group, inventory: &Inventory<'_>) {
        let source = &group.winner.source;
        let known = KnownSource::of(source, &inventory.shadowed(tool_of(group), source));
        self.trail.step(format!("credentials: {}", known.detail));
        for shadowed in &known.shadows {
            self.trail.step(format!("not used: {shadowed}"));
        }
        self.shared.learn(|it| {
            it.source = Some(known);
            it.region = group.winner.region.as_ref().map(ToString::to_string);
        });
    }

    /// Learns notes on the choice of the first tool.
    fn noted(&self, inventory: &Inventory<'_>) {
        let tool = self.scope.tools().first().copied().unwrap_or(Tool::AWS_CLI);
        let notes = inventory.notes(tool).into_iter().map(|note| note.0);
        self.shared.learn(|it| it.notes.extend(notes));
    }

    fn endpoint(&self, winner: &Winner, settings: &Settings<'_>) -> Result<Endpoint, Unknown> {
        let region =
            winner.region.clone().unwrap_or_else(|| self.rules.partition().default_region());
        let endpoint = endpoints::sts(self.rules, &region, settings)?;
        self.shared.learn(|known| known.endpoint = Some(endpoint.url().to_string()));
        Ok(endpoint)
    }

    fn net(&self, settings: &Settings<'_>) -> Result<Net, Unknown> {
        self.trail.step("reading the CA certificates");
        let bundle = ca_bundle::selected(self.request.ca_bundle.as_deref(), settings)?;
        net::connect(bundle.as_ref(), &self.world.variables, |note| self.note(note))
    }

    /// Obtains the credentials of every source at the same time. The inner error is a refusal of keys of
    /// AWS in the environment of an emulator: they sign no request to it.
    async fn obtained<'w>(
        &self,
        obtain: &Obtain<'_>,
        winners: &'w Winners<'_>,
        layers: &[(&'w Group, Vec<Layer<'w>>)],
    ) -> Result<Result<Vec<(&'w Group, Obtained)>, (&'w Group, Verdict)>, Failure<'w>> {
        let look = |keys: &Keys| match refuse_real_keys(self.rules, &keys.access_key_id) {
            Some(verdict) => Err(verdict),
            None => Ok(()),
        };
        let all = layers.iter().map(async |(group, it)| {
            let tools = winners.tools_of(&group.winner.source);
            let readers: Vec<Family> = tools.into_iter().map(Tool::family).collect();
            (*group, obtain.credentials(it, &readers, look).await)
        });
        let check = |it: &Result<Obtained, Verdict>, tool: Tool| match it {
            Ok(obtained) => obtained.read_by(tool.family()).map(drop),
            Err(_) => Ok(()),
        };
        let obtained = winners.all_usable(join_all(all).await, check)?.into_iter();
        let of_group = |(group, it): (_, Result<_, _>)| match it {
            Ok(obtained) => Ok((group, obtained)),
            Err(verdict) => Err((group, verdict)),
        };
        Ok(obtained.map(of_group).collect())
    }

    fn note(&self, note: String) {
        self.trail.step(note.clone());
        self.shared.learn(|known| known.notes.push(note));
    }

    /// The result for a verdict on one group alone.
    fn refusal(
        &self,
        inventory: &Inventory<'_>,
    ) -> impl Fn((&Group, Verdict)) -> Result<Judged, Unknown> {
        move |(group, verdict)| {
            self.found(group, inventory);
            Ok(Judged { verdict, basis: None, token: None })
        }
    }

    /// The error for the failure of one group.
    fn failure(
        &self,
        inventory: &Inventory<'_>,
        at: &Endpoint,
        first: &Group,
    ) -> impl Fn(Failure<'_>) -> Unknown {
        let region = inventory.region(tool_of(first)).ok().flatten();
        let by = region.map(|(_, by)| by);
        move |Failure { group, why }| {
            self.found(group, inventory);
            WrongRegion { group, at, by: by.as_ref(), rules: self.rules }.explain(why)
        }
    }

    /// The first keys of AWS that would be sent to an emulator, among the keys that need not be obtained:
    /// those of a winner, or those below a role.
    fn at_hand<'w>(&self, winners: &'w Winners<'_>) -> Option<(&'w Group, Verdict)> {
        winners.firsts().into_iter().find_map(|group| {
            let layers = group.winner.source.layers();
            let verdict = layers.into_iter().find_map(|layer| match &layer.kind {
                Kind::Keys(keys) => refuse_real_keys(self.rules, &keys.access_key_id),
                _ => None,
            })?;
            Some((group, verdict))
        })
    }

    /// Judges all callers together. The report describes the first.
    fn judge(
        &self,
        identified: &[(&Group, &Identified)],
        route: AwsRoute,
        inventory: &Inventory<'_>,
    ) -> Result<Judged, Unknown> {
        let now = SystemTime::now();
        let [(group, first), others @ ..] = identified else { return Err(no_winner()) };
        self.learn_identity(first);
        let winners = identified.iter().map(|(group, it)| {
            KnownWinner::of(&group.tools, &group.winner).answered(&it.identity, self.rules)
        });
        self.shared.learn(|known| known.winners = winners.collect());
        let deployer = |(group, it): &(&Group, &Identified)| Deployer {
            tools: group.tools.clone(),
            caller: caller(group, it, now),
        };
        let facts = Facts {
            caller: caller(group, first, now),
            others: others.iter().map(deployer).collect(),
            targets: self.request.targets.clone(),
            tools: group.tools.clone(),
            names_tools: self.scope.is_named(),
        };
        let verdict = judge(self.rules, &facts);
        if !verdict.is_allowed() {
            let fitting = notes::fitting_profile(self.rules, inventory, identified, &verdict);
            self.shared.learn(|known| known.fitting_profile = fitting);
        }
        let basis = Basis { facts, keys: first.keys.clone(), route };
        Ok(Judged { verdict, basis: Some(Box::new(basis)), token: None })
    }

    /// The route to AWS, which the program that gets the credentials must use, too.
    fn route(&self, endpoint: &Endpoint, settings: &Settings<'_>) -> Result<AwsRoute, Unknown> {
        let Variant { fips, dual_stack } = Variant::of(settings)?;
        let bundle = ca_bundle::selected(self.request.ca_bundle.as_deref(), settings)?;
        Ok(AwsRoute {
            emulator: endpoint.is_emulator().then(|| endpoint.url().clone()),
            ca_bundle: bundle.map(|bundle| bundle.path),
            fips,
            dual_stack,
            boto_credentials: has_boto_credentials(self.world),
        })
    }

    /// Learns the identity that the report describes.
    fn learn_identity(&self, Identified { keys, identity }: &Identified) {
        let hints = notes::account_hints(keys, identity, &self.request.targets, self.world);
        let left = keys.expires_at.map(|at| at.duration_since(SystemTime::now()));
        let name = self.rules.policy().account_name(identity.account());
        self.shared.learn(|known| {
            known.account_name = name.map(str::to_owned);
            known.identity = Some(identity.clone());
            known.expires_at = keys.expires_at;
            known.left = left.map(Result::unwrap_or_default);
            known.notes.extend(hints);
        });
    }

    /// Adds the token, if one is requested and the verdict allows it.
    async fn with_token(
        &self,
        judged: Judged,
        ecr: Option<Endpoint>,
        net: &Net,
    ) -> Result<Judged, Unknown> {
        let Some((ecr, grant)) = ecr.and_then(|ecr| Some((ecr, judged.grant()?))) else {
            return Ok(judged);
        };
        self.trail.step(format!("asking {} for the registry's token", ecr.host()));
        self.shared.learn(|known| known.endpoint = Some(ecr.url().to_string()));
        let token = token(&grant, &ecr, net).await?;
        Ok(Judged { token: Some(token), ..judged })
    }
}

/// The tool whose rules found the credentials and the region of a group.
fn tool_of(group: &Group) -> Tool {
    group.tools.first().copied().unwrap_or(Tool::AWS_CLI)
}

fn caller(group: &Group, Identified { keys, identity }: &Identified, now: SystemTime) -> Caller {
    let mut source = group.winner.source.clone();
    source.claims.extend(keys.account_id.map(|id| Claim::of_account(id, &source.origin)));
    Caller {
        identity: identity.clone(),
        source,
        region: group.winner.region.clone(),
        asks_machine_for_region: group.winner.asks_machine_for_region,
        lifetime: lifetime(keys, now),
    }
}

/// Keys without a session token are long-term ones.
fn lifetime(keys: &Keys, now: SystemTime) -> Lifetime {
    match (keys.expires_at, &keys.session_token) {
        (Some(end), _) => Lifetime::Left(end.duration_since(now).unwrap_or_default()),
        (None, Some(_)) => Lifetime::Unknown,
        (None, None) => Lifetime::Endless,
    }
}

pub(super) fn no_winner() -> Unknown {
    Unknown::new(ErrorCode::NoCredentials, "no tool in scope has credentials here")
}
