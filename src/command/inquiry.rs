//! One inquiry: from what the world holds to a verdict. Every distinct winner is resolved and asked
//! about, side by side.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::groups::{Failure, Group, Winners};
use super::hints::hints;
use super::mfa::{self, Codes};
use super::network::network;
use super::obtain::{Answer, Layer, Obtain};
use super::session;
use super::shared::Shared;
use super::watch::Trail;
use crate::aws::credentials::Means;
use crate::aws::endpoint::Endpoint;
use crate::aws::http::Net;
use crate::cli::AwsArgs;
use crate::policy::Rules;
use crate::report::build::{KnownSource, KnownWinner};
use crate::source::{
    Asked, Claim, Exchange, Inventory, Keys, Kind, Settings, Source, Winner, World,
};
use crate::tool::{Family, Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{
    Caller, Code, Deployer, Facts, Lifetime, Verdict, accepts, judge, refuse_real_keys,
};

/// One inquiry.
pub struct Inquiry<'a> {
    /// What the command line says of AWS.
    pub aws: &'a AwsArgs,
    /// The environment's rules.
    pub rules: &'a Rules<'a>,
    /// What the world holds.
    pub world: &'a World,
    /// What the command line asks of it.
    pub asked: &'a Asked,
    /// What it wants made of the credentials that are found.
    pub exchange: Option<&'a Exchange>,
    /// Where to leave what is found out on the way.
    pub shared: &'a Shared,
    /// Where to say what comes next.
    pub trail: &'a Trail,
}

impl Inquiry<'_> {
    /// Finds the winners, obtains and asks about each, and judges them together.
    pub async fn verdict(&self) -> Result<Verdict, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        let scope = self.scope();
        self.noted(&inventory, &scope);
        let winners = self.exchanged(Winners::of(&inventory, &scope)?)?;
        let known = winners.groups.iter().map(|it| KnownWinner::of(&it.tools, &it.winner));
        self.shared.learn(|it| it.winners = known.collect());
        let Some(first) = winners.groups.first() else { return Err(no_winner()) };
        self.found(first, &inventory);
        let left_out = self.left_out(&first.winner.source);
        self.shared.learn(|it| it.notes.extend(left_out));
        let settings = Settings::of(self.world, self.asked);
        let endpoint = self.endpoint(&first.winner, &settings)?;
        let net = self.net(&settings)?;
        let session = session::name(self.rules.environment(), &self.world.variables);
        let means = Means { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let obtain = Obtain { means: &means, trail: self.trail };
        let (refused, failed) = (self.refusal(&inventory), self.failure(&inventory));
        // Keys that are at hand are looked at before anything is sent, those of others before they are.
        if let Some(it) = self.at_hand(&winners) {
            return refused(it);
        }
        let layers = self.layers(&winners).map_err(&failed)?;
        let keys = self.obtained(&obtain, &winners, &layers).await.map_err(&failed)?;
        let keys = match keys {
            Ok(keys) => keys,
            Err(it) => return refused(it),
        };
        let answers = answers(&obtain, &winners, keys).await.map_err(&failed)?;
        let answered: Option<Vec<_>> =
            winners.groups.iter().map(|group| Some((group, answer_of(group, &answers)?))).collect();
        self.judge(&answered.ok_or_else(no_winner)?, &scope)
    }

    /// What the command line wants made of the credentials that were found.
    fn exchanged<'s>(&self, winners: Winners<'s>) -> Result<Winners<'s>, Unknown> {
        let Some(exchange) = self.exchange else { return Ok(winners) };
        self.note(exchange.note());
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
        let mut codes = Codes::of(variable, self.shared.known().is_ci, self.trail);
        let firsts = winners.firsts().into_iter();
        winners.all(firsts.map(|group| (group, codes.of_layers(&group.winner.source))))
    }

    /// An explicit profile is that profile and nothing else, and what is made here of the credentials
    /// no tool would make by itself: only our own chain counts.
    fn scope(&self) -> Scope {
        if self.asked.profile.is_some() || self.exchange.is_some() {
            return Scope::own();
        }
        let by_policy: Vec<Tool> =
            self.rules.tools().into_iter().flat_map(|list| list.values().copied()).collect();
        Scope::of(&self.aws.tools, &by_policy)
    }

    /// What is known of the winner that the report speaks of.
    fn found(&self, group: &Group, inventory: &Inventory<'_>) {
        let family = group.tools.first().map_or(Family::AwsCli, |tool| tool.family());
        let source = &group.winner.source;
        let known = KnownSource::of(source, &inventory.shadowed(family, source));
        self.trail.step(format!("credentials: {}", known.detail));
        for shadowed in &known.shadows {
            self.trail.step(format!("not used: {shadowed}"));
        }
        self.shared.learn(|it| {
            it.source = Some(known);
            it.region = group.winner.region.as_ref().map(ToString::to_string);
        });
    }

    /// What is worth knowing of the first tool's choice, whether or not it comes to one.
    fn noted(&self, inventory: &Inventory<'_>, scope: &Scope) {
        let family = scope.tools().first().map_or(Family::AwsCli, |tool| tool.family());
        let notes = inventory.notes(family).into_iter().map(|note| note.0);
        self.shared.learn(|it| it.notes.extend(notes));
    }

    /// What an explicit profile leaves out: what tools that are run without it would use, and the
    /// tools that the command line names.
    fn left_out(&self, source: &Source) -> Vec<String> {
        let Some(profile) = &self.asked.profile else { return Vec::new() };
        let asked = Asked { profile: None, ..self.asked.clone() };
        let inventory = Inventory::take(self.world, &asked);
        let mut others: Vec<(String, Vec<Tool>)> = Vec::new();
        for family in Family::ALL {
            let winner = inventory.winner(family).ok();
            let Some(other) = winner.filter(|it| it.source != *source) else { continue };
            let (origin, tool) = (other.source.origin.to_string(), Tool::of(family));
            match others.iter_mut().find(|(known, _)| *known == origin) {
                Some((_, tools)) => tools.push(tool),
                None => others.push((origin, vec![tool])),
            }
        }
        let others = others.iter().map(|(origin, tools)| format!("{}: {origin}", names(tools)));
        let others = others.collect::<Vec<_>>().join(" · ");
        let without = (!others.is_empty())
            .then(|| format!("tools that are run without --profile would use others: {others}"));
        let unheard = (!self.aws.tools.is_empty()).then(|| {
            format!(
                "--for is without effect beside --profile; to judge what {} would take from this \
                 profile, set AWS_PROFILE={} instead",
                names(&self.aws.tools),
                profile.escape_debug()
            )
        });
        without.into_iter().chain(unheard).collect()
    }

    fn endpoint(&self, winner: &Winner, settings: &Settings<'_>) -> Result<Endpoint, Unknown> {
        let region =
            winner.region.clone().unwrap_or_else(|| self.rules.partition().default_region());
        let endpoint = Endpoint::sts(self.rules, &region, settings)?;
        self.shared.learn(|known| known.endpoint = Some(endpoint.url().to_string()));
        Ok(endpoint)
    }

    fn net(&self, settings: &Settings<'_>) -> Result<Net, Unknown> {
        self.trail.step("reading the CA certificates");
        network(self.aws.ca_bundle.as_deref(), settings, self.world, |note| self.note(note))
    }

    /// The credentials of every source, obtained side by side; or the first that are not to be sent:
    /// keys of AWS at an emulator, where they are not even signed with.
    async fn obtained<'w>(
        &self,
        obtain: &Obtain<'_>,
        winners: &'w Winners<'_>,
        layers: &[(&'w Group, Vec<Layer<'w>>)],
    ) -> Result<Result<Vec<(&'w Group, Keys)>, (&'w Group, Verdict)>, Failure<'w>> {
        let look = |keys: &Keys| match refuse_real_keys(self.rules, &keys.access_key_id) {
            Some(verdict) => Err(verdict),
            None => Ok(()),
        };
        let all = layers.iter().map(async |(group, it)| (*group, obtain.keys(it, look).await));
        let obtained = winners.all(join_all(all).await)?.into_iter();
        let of_group = |(group, it): (_, Result<_, _>)| match it {
            Ok(keys) => Ok((group, keys)),
            Err(verdict) => Err((group, verdict)),
        };
        Ok(obtained.map(of_group).collect())
    }

    fn note(&self, note: String) {
        self.trail.step(note.clone());
        self.shared.learn(|known| known.notes.push(note));
    }

    /// Ends with a verdict on one group alone.
    fn refusal(
        &self,
        inventory: &Inventory<'_>,
    ) -> impl Fn((&Group, Verdict)) -> Result<Verdict, Unknown> {
        move |(group, verdict)| {
            self.found(group, inventory);
            Ok(verdict)
        }
    }

    /// Ends with the failure of one group.
    fn failure(&self, inventory: &Inventory<'_>) -> impl Fn(Failure<'_>) -> Unknown {
        move |Failure { group, why }| {
            self.found(group, inventory);
            why
        }
    }

    /// The first of the keys that need not be obtained which are keys of AWS, where an emulator would
    /// be asked: those of a winner, or those below a role.
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

    /// Judges everybody who would deploy, together. The first is the one that the report speaks of.
    fn judge(&self, answered: &[(&Group, &Answer)], scope: &Scope) -> Result<Verdict, Unknown> {
        let now = SystemTime::now();
        let [(group, answer), others @ ..] = answered else { return Err(no_winner()) };
        self.answered(answer);
        let winners = answered.iter().map(|(group, answer)| {
            KnownWinner::of(&group.tools, &group.winner).answered(&answer.identity, self.rules)
        });
        self.shared.learn(|known| known.winners = winners.collect());
        let deployer = |(group, answer): &(&Group, &Answer)| Deployer {
            tools: group.tools.clone(),
            caller: caller(group, answer, now),
        };
        let facts = Facts {
            caller: caller(group, answer, now),
            others: others.iter().map(deployer).collect(),
            targets: Vec::new(),
            tools: group.tools.clone(),
            names_tools: scope.is_named(),
        };
        let verdict = judge(self.rules, &facts);
        if !verdict.is_allowed() {
            let fitting = self.fitting_profile(answered, &verdict);
            self.shared.learn(|known| known.fitting_profile = fitting);
        }
        Ok(verdict)
    }

    /// What STS said of the credentials that the report speaks of first.
    fn answered(&self, Answer { keys, identity }: &Answer) {
        let hints = hints(keys, identity, self.world);
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

    /// The one profile of this machine whose own configuration says that it fits the environment,
    /// and that was not just found not to.
    fn fitting_profile(&self, answered: &[(&Group, &Answer)], verdict: &Verdict) -> Option<String> {
        let is_others =
            verdict.violations().next().is_some_and(|(_, it)| it.code == Code::OtherTool);
        let is_refused = |source: &Source| {
            answered.iter().enumerate().any(|(index, (group, answer))| {
                let is_first = index == 0 && !is_others;
                let is_refused = is_first || !accepts(self.rules, &answer.identity);
                group.winner.source.origin == source.origin && is_refused
            })
        };
        let claims_to_fit =
            |source: &Source| source.claimed_identity().is_some_and(|it| accepts(self.rules, &it));
        let inventory = Inventory::take(self.world, self.asked);
        let profiles = inventory.profiles().into_iter();
        let mut fitting = profiles
            .filter(|(_, source)| claims_to_fit(source) && !is_refused(source))
            .map(|(name, _)| name);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    }
}

/// Whose all of these are, asked side by side.
async fn answers<'w>(
    obtain: &Obtain<'_>,
    winners: &'w Winners<'_>,
    keys: Vec<(&'w Group, Keys)>,
) -> Result<Vec<(&'w Group, Answer)>, Failure<'w>> {
    let all = join_all(keys.into_iter().map(async |(group, keys)| (group, obtain.ask(keys).await)));
    winners.all(all.await)
}

fn answer_of<'a>(group: &Group, answers: &'a [(&Group, Answer)]) -> Option<&'a Answer> {
    let source = &group.winner.source;
    let (_, answer) = answers.iter().find(|(first, _)| first.winner.source == *source)?;
    Some(answer)
}

fn caller(group: &Group, Answer { keys, identity }: &Answer, now: SystemTime) -> Caller {
    let mut source = group.winner.source.clone();
    source.claims.extend(keys.account_id.map(|id| Claim::of_account(id, &source.origin)));
    Caller {
        identity: identity.clone(),
        source,
        region: group.winner.region.clone(),
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

fn no_winner() -> Unknown {
    Unknown::new(ErrorCode::NoCredentials, "no tool in scope has credentials here")
}
