//! One inquiry: from what the world holds to a verdict. Every distinct winner is resolved and asked
//! about, side by side.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::groups::{Group, unresolved, winners};
use super::mfa::{self, Codes};
use super::obtain::{Answer, Layer, Obtain, Reply};
use super::session;
use super::shared::Shared;
use super::watch::Trail;
use crate::aws::ca::{self, Roots};
use crate::aws::credentials::Means;
use crate::aws::endpoint::Endpoint;
use crate::aws::http::Net;
use crate::aws::proxy::Proxy;
use crate::cli::AwsArgs;
use crate::identity::Identity;
use crate::policy::Rules;
use crate::report::build::{KnownSource, KnownWinner};
use crate::source::{
    Asked, Exchange, Inventory, Keys, Settings, Source, Winner, World, account_of_key,
};
use crate::tool::{Family, Scope, Tool};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::{Caller, Deployer, Facts, Lifetime, Verdict, accepts, judge};

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
        let groups = self.exchanged(winners(&inventory, &scope)?)?;
        let known = groups.iter().map(|group| KnownWinner::of(&group.tools, &group.winner));
        self.shared.learn(|it| it.winners = known.collect());
        let Some(first) = groups.first() else { return Err(no_winner()) };
        self.found(first, &inventory);
        let settings = Settings::of(self.world, self.asked);
        let endpoint = self.endpoint(&first.winner, &settings)?;
        let net = self.net(&settings)?;
        let session = session::name(self.rules.environment(), &self.world.variables);
        let means = Means { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let sources = distinct_sources(&groups);
        let layers = self.layers(&sources, &groups, &scope)?;
        let obtain = Obtain { rules: self.rules, means: &means, trail: self.trail };
        let replies = join_all(layers.iter().map(|layers| obtain.reply(layers))).await;
        let mut answers = Vec::new();
        for (source, reply) in sources.iter().zip(replies) {
            match reply.map_err(|why| unresolved(why, source, &groups, &scope))? {
                Reply::Answer(answer) => answers.push((*source, answer)),
                Reply::Refused(refused) => return Ok(refused),
            }
        }
        let answered: Option<Vec<_>> =
            groups.iter().map(|group| Some((group, answer_of(group, &answers)?))).collect();
        self.judge(&answered.ok_or_else(no_winner)?, &scope)
    }

    /// What the command line wants made of the credentials that were found.
    fn exchanged(&self, groups: Vec<Group>) -> Result<Vec<Group>, Unknown> {
        let Some(exchange) = self.exchange else { return Ok(groups) };
        self.note(exchange.note());
        let over = |Group { tools, winner }: Group| {
            let source = exchange.over(winner.source)?;
            Ok(Group { tools, winner: Winner { source, ..winner } })
        };
        groups.into_iter().map(over).collect()
    }

    /// The layers of every source, with the MFA codes that they need.
    fn layers<'s>(
        &self,
        sources: &[&'s Source],
        groups: &[Group],
        scope: &Scope,
    ) -> Result<Vec<Vec<Layer<'s>>>, Unknown> {
        let variable = self.world.variables.get(mfa::VARIABLE).map(String::as_str);
        let mut codes = Codes::of(variable, self.shared.known().is_ci, self.trail);
        let of_source = |source: &&'s Source| {
            codes.of_layers(source).map_err(|why| unresolved(why, source, groups, scope))
        };
        sources.iter().map(of_source).collect()
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

    /// What is known of the winner that the report speaks of first.
    fn found(&self, first: &Group, inventory: &Inventory<'_>) {
        let family = first.tools.first().map_or(Family::AwsCli, |tool| tool.family());
        let source = &first.winner.source;
        let known = KnownSource::of(source, &inventory.shadowed(family, source));
        self.trail.step(format!("credentials: {}", known.detail));
        for shadowed in &known.shadows {
            self.trail.step(format!("not used: {shadowed}"));
        }
        let without_profile = self.without_profile(source);
        self.shared.learn(|it| {
            it.source = Some(known);
            it.region = first.winner.region.as_ref().map(ToString::to_string);
            it.notes.extend(without_profile);
        });
    }

    /// What is worth knowing of the first tool's choice, whether or not it comes to one.
    fn noted(&self, inventory: &Inventory<'_>, scope: &Scope) {
        let family = scope.tools().first().map_or(Family::AwsCli, |tool| tool.family());
        let notes = inventory.notes(family).into_iter().map(|note| note.0);
        self.shared.learn(|it| it.notes.extend(notes));
    }

    /// What tools that are run without the explicit profile would use.
    fn without_profile(&self, source: &Source) -> Option<String> {
        self.asked.profile.as_ref()?;
        let asked = Asked { profile: None, ..self.asked.clone() };
        let inventory = Inventory::take(self.world, &asked);
        let others = Family::ALL.map(|family| (family, inventory.winner(family)));
        let differing = others.into_iter().filter_map(|(family, winner)| {
            let other = winner.ok().filter(|winner| winner.source != *source)?;
            Some(format!("{family}: {}", other.source.origin))
        });
        let said: Vec<_> = differing.collect();
        (!said.is_empty()).then(|| {
            format!("tools that are run without --profile would not use it: {}", said.join("; "))
        })
    }

    fn endpoint(&self, winner: &Winner, settings: &Settings<'_>) -> Result<Endpoint, Unknown> {
        let region =
            winner.region.clone().unwrap_or_else(|| self.rules.partition().default_region());
        let endpoint = Endpoint::sts(self.rules, &region, settings)?;
        self.shared.learn(|known| known.endpoint = Some(endpoint.url().to_string()));
        Ok(endpoint)
    }

    fn net(&self, settings: &Settings<'_>) -> Result<Net, Unknown> {
        let named = ca::Named::of(self.aws.ca_bundle.as_deref(), settings)?;
        self.trail.step("reading the CA certificates");
        let roots = Roots::read(named.as_ref())?;
        if let Some(named) = &named {
            self.note(format!("TLS trusts `{}` ({})", named.path.display(), named.by));
        }
        let proxy = Proxy::of(&self.world.variables)?;
        if let Some(proxy) = &proxy {
            self.note(format!("AWS is asked through the proxy {}", proxy.shown()));
        }
        Net::new(&roots, proxy)
    }

    fn note(&self, note: String) {
        self.trail.step(note.clone());
        self.shared.learn(|known| known.notes.push(note));
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
            names_tools: scope.is_named(),
        };
        let verdict = judge(self.rules, &facts);
        if !verdict.is_allowed() {
            let fitting = self.fitting_profile();
            self.shared.learn(|known| known.fitting_profile = fitting);
        }
        Ok(verdict)
    }

    /// What STS said of the credentials that the report speaks of first.
    fn answered(&self, Answer { keys, identity }: &Answer) {
        let hints = self.hints(keys, identity);
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

    /// What hints at another account than STS names. They neither pass nor deny.
    fn hints(&self, keys: &Keys, identity: &Identity) -> Vec<String> {
        let account = identity.account();
        let of_key = account_of_key(&keys.access_key_id).filter(|it| *it != account);
        let of_key = of_key.map(|it| format!("the access key ID looks like one of account {it}"));
        let variable = self.world.variables.get("AWS_ACCOUNT_ID");
        let variable = variable.filter(|it| !it.is_empty() && **it != account.to_string());
        let of_variable = variable.map(|it| {
            format!(
                "AWS_ACCOUNT_ID is `{}`, not the account of these credentials",
                it.escape_debug()
            )
        });
        of_key.into_iter().chain(of_variable).collect()
    }

    /// The one profile of this machine whose own configuration says that it fits the environment.
    fn fitting_profile(&self) -> Option<String> {
        let inventory = Inventory::take(self.world, self.asked);
        let mut fitting = inventory
            .profiles()
            .into_iter()
            .filter(|(_, source)| {
                source.claimed_identity().is_some_and(|it| accepts(self.rules, &it))
            })
            .map(|(name, _)| name);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    }
}

/// The sources of all groups, each once.
fn distinct_sources(groups: &[Group]) -> Vec<&Source> {
    groups.iter().map(|group| &group.winner.source).fold(Vec::new(), |mut sources, source| {
        if !sources.contains(&source) {
            sources.push(source);
        }
        sources
    })
}

fn answer_of<'a>(group: &Group, answers: &'a [(&Source, Box<Answer>)]) -> Option<&'a Answer> {
    let (_, answer) = answers.iter().find(|(source, _)| **source == group.winner.source)?;
    Some(answer)
}

fn caller(group: &Group, Answer { keys, identity }: &Answer, now: SystemTime) -> Caller {
    Caller {
        identity: identity.clone(),
        source: group.winner.source.clone(),
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
