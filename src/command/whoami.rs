//! One question of `identity`: from what the world holds to who that is. Asks wherever it is told to,
//! and sends no token but to AWS.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use super::hints::hints;
use super::mfa::{self, Codes, Person};
use super::network::network;
use super::obtain::Obtain;
use super::question::policy_report;
use super::session;
use super::shared::Shared;
use super::watch::Trail;
use crate::aws::endpoint::{Anybody, Certificates, Endpoint};
use crate::aws::http::Net;
use crate::aws::means::Means;
use crate::aws::patience::Patience;
use crate::cli::CallArgs;
use crate::identity::Identity;
use crate::partition::{Partition, Region};
use crate::policy::{Policy, Rules};
use crate::report::build::KnownSource;
use crate::report::identity::{IdentityDetails, LifetimeReport, ToolReport};
use crate::source::{Asked, Exchange, Inventory, Keys, Settings, Source, Winner, World};
use crate::tool::{Family, Tool};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::environments_accepting;

/// One question.
pub(super) struct Asking<'a> {
    pub(super) call: &'a CallArgs,
    pub(super) exchange: Option<&'a Exchange>,
    pub(super) policy: Option<&'a Policy>,
    pub(super) world: &'a World,
    pub(super) asked: &'a Asked,
    /// Where to leave what is found out on the way.
    pub(super) shared: &'a Shared,
    pub(super) trail: &'a Trail,
}

/// What it found.
pub(super) struct Found {
    pub(super) identity: Identity,
    pub(super) besides: IdentityDetails,
}

impl Asking<'_> {
    /// Obtains the credentials that the AWS CLI would use, and asks whose they are.
    pub(super) async fn found(&self) -> Result<Found, Unknown> {
        let Winner { source, region, .. } = self.winner()?;
        let settings = Settings::of(self.world, self.asked, Family::AwsCli);
        let asked_in = region.unwrap_or_else(|| Partition::Aws.default_region());
        let endpoint = self.endpoint(&asked_in, &settings)?;
        self.shared.learn(|known| known.warnings.extend(warning(&endpoint)));
        only_signed(&source, &endpoint)?;
        let net = self.net(&settings)?;
        let session = session::name("identity", &self.world.variables);
        let means = Means { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let obtain = Obtain { means: &means, trail: self.trail };
        let variable = self.world.variables.get(mfa::VARIABLE).map(String::as_str);
        let person = Person::here(self.shared.known().is_ci);
        let mut codes = Codes::of(variable, person, self.trail);
        let layers = codes.of_layers(&source)?;
        // Nothing is judged here, and so no keys are refused.
        let family = Family::AwsCli;
        let look = |_: &Keys| Ok::<_, Infallible>(());
        let Ok(obtained) = obtain.credentials(&layers, &[family], look).await?;
        let keys = obtained.read_by(family)?;
        let identity = obtain.identity(&keys).await?;
        self.answered(&keys, &identity);
        let besides = self.besides(&keys, &identity, &source, &endpoint);
        Ok(Found { identity, besides })
    }

    fn winner(&self) -> Result<Winner, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        let notes = inventory.notes(Tool::AWS_CLI).into_iter().map(|note| note.0);
        self.shared.learn(|known| known.notes.extend(notes));
        if let Some(exchange) = self.exchange {
            self.shared.learn(|known| known.exchange_note = Some(exchange.note()));
        }
        let Winner { source, region, asks_machine_for_region } =
            match self.exchange.and_then(Exchange::alone) {
                Some(source) => {
                    let region = inventory.region(Tool::AWS_CLI)?.map(|(region, _)| region);
                    Winner { source: source.clone(), region, asks_machine_for_region: false }
                }
                None => inventory.winner(Tool::AWS_CLI)?,
            };
        let source = match self.exchange {
            Some(exchange) => exchange.over(source)?,
            None => source,
        };
        let shown = KnownSource::of(&source, &inventory.shadowed(Tool::AWS_CLI, &source));
        self.trail.step(format!("credentials: {}", shown.detail));
        self.shared.learn(|known| {
            known.source = Some(shown);
            known.region = region.as_ref().map(ToString::to_string);
        });
        Ok(Winner { source, region, asks_machine_for_region })
    }

    fn endpoint(&self, region: &Region, settings: &Settings<'_>) -> Result<Endpoint, Unknown> {
        let certificates =
            if self.call.no_verify_ssl { Certificates::Unchecked } else { Certificates::Checked };
        let anybody = Anybody { url: self.call.endpoint_url.clone(), certificates };
        let endpoint = anybody.sts(region, settings)?;
        self.shared.learn(|known| known.endpoint = Some(endpoint.url().to_string()));
        Ok(endpoint)
    }

    fn net(&self, settings: &Settings<'_>) -> Result<Net, Unknown> {
        self.trail.step("reading the CA certificates");
        let note = |note: String| self.shared.learn(|known| known.notes.push(note));
        let net = network(self.call.ca_bundle.as_deref(), settings, self.world, note)?;
        let usual = Patience::default();
        let of = |seconds: Option<u32>, usual| match seconds {
            None => usual,
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds.into())),
        };
        let connect = of(self.call.cli_connect_timeout, usual.connect);
        Ok(net
            .with_patience(Patience { connect, read: of(self.call.cli_read_timeout, usual.read) }))
    }

    fn answered(&self, keys: &Keys, identity: &Identity) {
        let left = keys.expires_at.map(|at| at.duration_since(SystemTime::now()));
        let name = self.policy.and_then(|policy| policy.account_name(identity.account()));
        let policy = self.policy.map(|policy| policy_report(policy.texts()));
        self.shared.learn(|known| {
            known.account_name = name.map(str::to_owned);
            known.identity = Some(identity.clone());
            known.expires_at = keys.expires_at;
            known.left = left.map(Result::unwrap_or_default);
            known.notes.extend(hints(keys, identity, &[], self.world));
            known.policy = policy.unwrap_or_default();
        });
    }

    fn besides(
        &self,
        keys: &Keys,
        identity: &Identity,
        source: &Source,
        endpoint: &Endpoint,
    ) -> IdentityDetails {
        let environments = self.policy.map(|policy| {
            let is_meant = |rules: &Rules<'_>| is_asked(rules, endpoint);
            let names = environments_accepting(policy, identity, is_meant);
            names.into_iter().map(str::to_owned).collect()
        });
        let plain = Asked::default();
        IdentityDetails {
            endpoint_is_aws: !endpoint.is_anybodys(),
            lifetime: Some(lifetime(keys)),
            tools: ToolReport::all(&Inventory::take(self.world, &plain), source),
            environments,
        }
    }
}

/// Whether an environment would be asked about there: AWS's own where AWS answered, an emulator's where
/// that emulator did.
fn is_asked(rules: &Rules<'_>, endpoint: &Endpoint) -> bool {
    match rules.emulator() {
        Some(emulators) => {
            endpoint.is_anybodys() && emulators.values().any(|it| it.allows(endpoint.url()))
        }
        None => !endpoint.is_anybodys(),
    }
}

fn lifetime(keys: &Keys) -> LifetimeReport {
    match (keys.expires_at, &keys.session_token) {
        (Some(_), _) => LifetimeReport::Limited,
        (None, Some(_)) => LifetimeReport::Unknown,
        (None, None) => LifetimeReport::Endless,
    }
}

/// A signature is worth nothing to whoever receives it. A token is as good there as here.
fn only_signed(source: &Source, endpoint: &Endpoint) -> Result<(), Unknown> {
    let token = source.layers().into_iter().find(|layer| layer.kind.sends_token());
    let Some(token) = token.filter(|_| endpoint.is_anybodys()) else { return Ok(()) };
    let message = format!(
        "{} sends a token ({}), and nobody vouches for {}: only signed calls go there",
        token.origin,
        token.kind.name(),
        endpoint.host()
    );
    Err(Unknown::new(ErrorCode::UntrustedEndpoint, message).hint(
        "use keys, or leave --endpoint-url, AWS_ENDPOINT_URL and its like, and --no-verify-ssl out",
    ))
}

fn warning(endpoint: &Endpoint) -> Option<String> {
    endpoint.is_anybodys().then(|| {
        format!("nobody vouches for {}: its answer need not be AWS's own", endpoint.host())
    })
}
