//! One inquiry: from what the world holds to a verdict. Every distinct winner is resolved and asked
//! about, side by side.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::answers::{answered, answers};
use super::blame::Blame;
use super::groups::{Failure, Group, Winners};
use super::hints::{hints, launchers};
use super::mfa::{self, Codes, Person};
use super::network::network;
use super::obtain::{Answer, Layer, Obtain};
use super::session;
use super::shared::Shared;
use super::watch::Trail;
use crate::aws::ca::Named;
use crate::aws::credentials::Obtained;
use crate::aws::endpoint::{Endpoint, Variant};
use crate::aws::http::Net;
use crate::aws::means::Means;
use crate::cli::AwsArgs;
use crate::handoff::Way;
use crate::partition::Region;
use crate::policy::Rules;
use crate::report::build::{KnownSource, KnownWinner};
use crate::source::{
    Asked, Claim, Exchange, Inventory, Keys, Kind, Secret, Settings, Winner, World,
    has_boto_credentials,
};
use crate::target::Target;
use crate::tool::{Family, Scope, Tool, names};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Caller, Deployer, Facts, Lifetime, Verdict, judge, refuse_real_keys};

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
    /// The tools that the command line names.
    pub tools: &'a [Tool],
    /// Whose choice is judged.
    pub scope: &'a Scope,
    /// Whether what is judged is handed over. Otherwise whoever comes next resolves again.
    pub is_handed_over: bool,
    /// What it wants made of the credentials that are found.
    pub exchange: Option<&'a Exchange>,
    /// What is about to be touched.
    pub targets: &'a [Target],
    /// Who could be asked for an MFA code.
    pub person: Person,
    /// The region whose registries' token is wanted besides, by docker.
    pub token_of: Option<&'a Region>,
    /// Where to leave what is found out on the way.
    pub shared: &'a Shared,
    /// Where to say what comes next.
    pub trail: &'a Trail,
}

/// A verdict, and what it was made of.
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What it was made of; nothing where keys were refused before they were sent anywhere.
    pub basis: Option<Box<Basis>>,
    /// The token, where one was wanted and the verdict allows it.
    pub token: Option<Secret>,
}

/// What a verdict was made of.
pub struct Basis {
    /// What was judged.
    pub facts: Facts,
    /// The credentials of the caller in it.
    pub keys: Keys,
    /// How AWS was asked about them.
    pub way: Way,
}

impl Inquiry<'_> {
    /// Finds the winners, obtains and asks about each, and judges them together.
    pub async fn judged(&self) -> Result<Judged, Unknown> {
        let judged = self.asked_and_judged().await;
        if !judged.as_ref().is_ok_and(|it| it.verdict.is_allowed()) {
            self.shared.learn(|known| known.notes.extend(launchers(self.world)));
        }
        judged
    }

    async fn asked_and_judged(&self) -> Result<Judged, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        self.noted(&inventory);
        let winners = self.winners(&inventory)?;
        let known = winners.groups.iter().map(|it| KnownWinner::of(&it.tools, &it.winner));
        self.shared.learn(|it| it.winners = known.collect());
        let Some(first) = winners.groups.first() else { return Err(no_winner()) };
        self.found(first, &inventory);
        if !self.is_handed_over {
            let left_out = self.left_out(&first.winner.source);
            self.shared.learn(|it| it.notes.extend(left_out));
        }
        let settings = Settings::of(self.world, self.asked, tool_of(first).family());
        let endpoint = self.endpoint(&first.winner, &settings)?;
        let ecr = self.ecr(&settings)?;
        let net = self.net(&settings)?;
        let session = session::name(self.rules.environment(), &self.world.variables);
        let means = Means { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let obtain = Obtain { means: &means, trail: self.trail };
        let refused = self.refusal(&inventory);
        let failed = self.failure(&inventory, &endpoint, first);
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
        let answered = answered(&winners, &answers)?;
        let way = self.way(&endpoint, &settings)?;
        let answered: Vec<_> = answered.iter().map(|(group, answer)| (group, answer)).collect();
        let judged = self.judge(&answered, way)?;
        self.with_token(judged, ecr, &net).await
    }

    /// Whose credentials are judged: those that are found, or what the command line wants made of them
    /// or in their place.
    fn winners(&self, inventory: &Inventory<'_>) -> Result<Winners<'_>, Unknown> {
        let scope = self.scope;
        let Some(exchange) = self.exchange else { return Winners::of(inventory, scope) };
        if !self.is_handed_over {
            self.shared.learn(|it| it.exchange_note = Some(exchange.note()));
        }
        if !self.tools.is_empty() {
            self.note(format!(
                "--for is without effect here: {} would not do that by itself",
                names(self.tools)
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
        let mut codes = Codes::of(variable, self.person, self.trail);
        let firsts = winners.firsts().into_iter();
        winners.all(firsts.map(|group| (group, codes.of_layers(&group.winner.source))))
    }

    /// What is known of the winner that the report speaks of.
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

    /// What is worth knowing of the first tool's choice, whether or not it comes to one.
    fn noted(&self, inventory: &Inventory<'_>) {
        let tool = self.scope.tools().first().copied().unwrap_or(Tool::AWS_CLI);
        let notes = inventory.notes(tool).into_iter().map(|note| note.0);
        self.shared.learn(|it| {
            it.notes.extend(notes);
            it.learn_region(inventory, self.scope.tools());
        });
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

    /// The credentials of every source, obtained side by side; or the first that must not be sent: keys
    /// of AWS at an emulator, where they are not even signed with.
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

    /// Ends with a verdict on one group alone.
    fn refusal(
        &self,
        inventory: &Inventory<'_>,
    ) -> impl Fn((&Group, Verdict)) -> Result<Judged, Unknown> {
        move |(group, verdict)| {
            self.found(group, inventory);
            Ok(Judged { verdict, basis: None, token: None })
        }
    }

    /// Ends with the failure of one group.
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
            Blame { group, at, by: by.as_ref(), rules: self.rules }.put(why)
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
    fn judge(&self, answered: &[(&Group, &Answer)], way: Way) -> Result<Judged, Unknown> {
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
            targets: self.targets.to_vec(),
            tools: group.tools.clone(),
            names_tools: self.scope.is_named(),
        };
        let verdict = judge(self.rules, &facts);
        if !verdict.is_allowed() {
            let fitting = self.fitting_profile(answered, &verdict);
            self.shared.learn(|known| known.fitting_profile = fitting);
        }
        let basis = Basis { facts, keys: answer.keys.clone(), way };
        Ok(Judged { verdict, basis: Some(Box::new(basis)), token: None })
    }

    /// How AWS was asked, for whoever is handed the credentials and is to go the same way.
    fn way(&self, endpoint: &Endpoint, settings: &Settings<'_>) -> Result<Way, Unknown> {
        let Variant { fips, dual_stack } = Variant::of(settings)?;
        let bundle = Named::of(self.aws.ca_bundle.as_deref(), settings)?;
        Ok(Way {
            emulator: endpoint.is_emulator().then(|| endpoint.url().clone()),
            ca_bundle: bundle.map(|named| named.path),
            fips,
            dual_stack,
            boto_credentials: has_boto_credentials(self.world),
        })
    }

    /// What STS said of the credentials that the report speaks of first.
    fn answered(&self, Answer { keys, identity }: &Answer) {
        let hints = hints(keys, identity, self.targets, self.world);
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
}

/// The tool by whose rules a group's credentials and region were found.
fn tool_of(group: &Group) -> Tool {
    group.tools.first().copied().unwrap_or(Tool::AWS_CLI)
}

fn caller(group: &Group, Answer { keys, identity }: &Answer, now: SystemTime) -> Caller {
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
