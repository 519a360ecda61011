//! One inquiry: from what the world holds to a verdict. Every distinct winner is resolved and asked
//! about, side by side.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::groups::{Failure, Group, Winners};
use super::shared::Shared;
use super::watch::Trail;
use crate::aws::ca::{self, Roots};
use crate::aws::credentials::{Means, resolve};
use crate::aws::endpoint::Endpoint;
use crate::aws::http::Net;
use crate::aws::proxy::Proxy;
use crate::aws::sts::ask;
use crate::cli::AwsArgs;
use crate::identity::Identity;
use crate::policy::Rules;
use crate::report::build::{KnownSource, KnownWinner};
use crate::source::{
    Asked, Claim, Inventory, Keys, Kind, Settings, Source, Winner, World, account_of_key,
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
    /// Where to leave what is found out on the way.
    pub shared: &'a Shared,
    /// Where to say what comes next.
    pub trail: &'a Trail,
}

/// The credentials of a source, and whose they are.
struct Answer {
    keys: Keys,
    identity: Identity,
}

impl Inquiry<'_> {
    /// Finds the winners, obtains and asks about each, and judges them together.
    pub async fn verdict(&self) -> Result<Verdict, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        let scope = self.scope();
        self.noted(&inventory, &scope);
        let winners = Winners::of(&inventory, &scope)?;
        let known = winners.groups.iter().map(|it| KnownWinner::of(&it.tools, &it.winner));
        self.shared.learn(|it| it.winners = known.collect());
        let Some(first) = winners.groups.first() else { return Err(no_winner()) };
        self.found(first, &inventory);
        let left_out = self.left_out(&first.winner.source);
        self.shared.learn(|it| it.notes.extend(left_out));
        let settings = Settings::of(self.world, self.asked);
        let endpoint = self.endpoint(&first.winner, &settings)?;
        let net = self.net(&settings)?;
        let means = Means { sts: &endpoint, settings: &settings, net: &net };
        let refused = |(group, verdict)| {
            self.found(group, &inventory);
            Ok(verdict)
        };
        // Keys that are at hand are looked at before anything is sent, those of others before they are.
        if let Some(it) = self.refused(&winners, at_hand(&winners)) {
            return refused(it);
        }
        let failed = |Failure { group, why }: Failure<'_>| {
            self.found(group, &inventory);
            why
        };
        let keys = self.obtained(&winners, &means).await.map_err(failed)?;
        if let Some(it) = self.refused(&winners, keys.iter().map(|(source, keys)| (*source, keys)))
        {
            return refused(it);
        }
        let answers = self.answers(&winners, keys, &means).await.map_err(failed)?;
        let answered: Option<Vec<_>> =
            winners.groups.iter().map(|group| Some((group, answer_of(group, &answers)?))).collect();
        self.judge(&answered.ok_or_else(no_winner)?, &scope)
    }

    /// An explicit profile is that profile and nothing else, so only our own chain counts.
    fn scope(&self) -> Scope {
        if self.asked.profile.is_some() {
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

    /// The credentials of every source, obtained side by side.
    async fn obtained<'w>(
        &self,
        winners: &'w Winners<'_>,
        means: &Means<'_>,
    ) -> Result<Vec<(&'w Source, Keys)>, Failure<'w>> {
        let sources = winners.sources();
        let keys = join_all(sources.iter().map(|source| {
            self.trail.step(format!("obtaining the credentials ({})", source.kind.name()));
            resolve(source, means)
        }));
        winners.all(sources.iter().copied().zip(keys.await))
    }

    /// Whose all of these are, asked side by side.
    async fn answers<'w>(
        &self,
        winners: &'w Winners<'_>,
        keys: Vec<(&'w Source, Keys)>,
        means: &Means<'_>,
    ) -> Result<Vec<(&'w Source, Answer)>, Failure<'w>> {
        let answers = join_all(keys.into_iter().map(async |(source, keys)| {
            self.trail.step(format!("asking {} for the caller's identity", means.sts.host()));
            let answer = ask(&keys, means.sts, means.net).await.map(|identity| {
                self.trail.step(format!("{} answered: {}", means.sts.host(), identity.arn()));
                Answer { keys, identity }
            });
            (source, answer)
        }));
        winners.all(answers.await)
    }

    /// The first of these that are keys of AWS, where an emulator would be asked about them.
    fn refused<'w>(
        &self,
        winners: &'w Winners<'_>,
        keys: impl IntoIterator<Item = (&'w Source, &'w Keys)>,
    ) -> Option<(&'w Group, Verdict)> {
        keys.into_iter().find_map(|(source, keys)| {
            let verdict = refuse_real_keys(self.rules, &keys.access_key_id)?;
            Some((winners.group_of(source)?, verdict))
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

/// The keys that need not be obtained.
fn at_hand<'w>(winners: &'w Winners<'_>) -> impl Iterator<Item = (&'w Source, &'w Keys)> {
    winners.sources().into_iter().filter_map(|source| match &source.kind {
        Kind::Keys(keys) => Some((source, keys)),
        _ => None,
    })
}

fn answer_of<'a>(group: &Group, answers: &'a [(&Source, Answer)]) -> Option<&'a Answer> {
    let (_, answer) = answers.iter().find(|(source, _)| **source == group.winner.source)?;
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
