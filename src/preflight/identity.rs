//! A request of `identity`: whose credentials are these? Asks any endpoint that the user selects, and
//! sends tokens only to AWS. Judges nothing.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use url::Url;

use super::deadline::{self, Trace};
use super::mfa::{self, Codes, Prompt};
use super::obtain::Obtain;
use super::progress::{Shared, Trail};
use super::request::policy_report;
use super::runtime::block_on;
use super::session_name::session_name;
use super::{ca_bundle, notes};
use crate::aws::access::AwsAccess;
use crate::aws::endpoint::{Certificates, Endpoint, Unverified};
use crate::identity::Identity;
use crate::input::{policy_file, variables, world};
use crate::net;
use crate::net::http::Net;
use crate::net::timeouts::Timeouts;
use crate::partition::{Partition, Region};
use crate::policy::{Policy, Rules, Text};
use crate::report::build::{Known, KnownSource};
use crate::report::whoami::{Besides, LifetimeReport, ToolReport};
use crate::source::{Asked, Exchange, Inventory, Keys, Settings, Source, Winner, World};
use crate::tool::{Family, Tool};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::environments_accepting;
use crate::wrong::Wrong;

/// What `identity` asks.
pub(crate) struct IdentityRequest {
    /// `--profile`
    pub(crate) profile: Option<String>,
    /// `--region`
    pub(crate) region: Option<String>,
    /// `--endpoint-url`
    pub(crate) endpoint_url: Option<Url>,
    /// `--ca-bundle`
    pub(crate) ca_bundle: Option<PathBuf>,
    /// `--no-verify-ssl`
    pub(crate) no_verify_ssl: bool,
    /// `--no-sign-request`
    pub(crate) no_sign_request: bool,
    /// `--cli-connect-timeout` in seconds; 0 means no limit.
    pub(crate) connect_timeout: Option<u32>,
    /// `--cli-read-timeout` in seconds; 0 means no limit.
    pub(crate) read_timeout: Option<u32>,
    /// The deadline, counted from the start of the run.
    pub(crate) timeout: Duration,
    /// The role or MFA session to obtain with the credentials, if one was requested.
    pub(crate) exchange: Option<Exchange>,
    pub(crate) policy: PolicyUse,
    /// The function that prints the steps.
    pub(crate) trace: Trace,
}

/// Whether the policy is read for the names of accounts and environments.
pub(crate) enum PolicyUse {
    /// It is not read.
    Ignored,
    /// The file of `--policy` is read. Without it, a policy is found, and may be missing or invalid.
    Read(Option<PathBuf>),
}

/// The result of a request, and what was known at its end.
pub(crate) struct IdentityFound {
    pub(crate) known: Known,
    pub(crate) result: Result<Caller, NoCaller>,
}

/// The owner of the credentials.
pub(crate) struct Caller {
    pub(crate) identity: Identity,
    /// What else the report contains.
    pub(crate) besides: Besides,
}

/// Why the owner of the credentials is unknown.
pub(crate) enum NoCaller {
    /// The question is wrong.
    Wrong(Wrong),
    /// STS did not return an identity.
    Unknown(Unknown),
}

impl IdentityRequest {
    /// Asks STS within the deadline.
    pub(crate) fn run(self) -> IdentityFound {
        let shared = Shared::of(Known { is_ci: variables::is_ci(), ..Known::default() });
        let (timeout, trace) = (self.timeout, self.trace);
        let work = {
            let (request, shared) = (Arc::new(self), shared.clone());
            move |trail: &Trail| request.caller(&shared, trail)
        };
        let result = deadline::run(timeout, trace, work);
        let result = result.unwrap_or_else(|ended| Err(NoCaller::Unknown(ended.unknown(timeout))));
        IdentityFound { known: shared.known(), result }
    }

    fn caller(&self, shared: &Shared, trail: &Trail) -> Result<Caller, NoCaller> {
        let policy = self.policy(shared, trail).map_err(NoCaller::Wrong)?;
        self.ask(policy.as_ref(), shared, trail).map_err(NoCaller::Unknown)
    }

    fn ask(
        &self,
        policy: Option<&Policy>,
        shared: &Shared,
        trail: &Trail,
    ) -> Result<Caller, Unknown> {
        if self.no_sign_request {
            let message = "STS answers nobody who does not sign (MissingAuthenticationToken)";
            let why = Unknown::new(ErrorCode::NoCredentials, message);
            return Err(why.hint("leave --no-sign-request out"));
        }
        trail.step("reading the environment and the configuration files");
        let world = world::read()?;
        let (profile, region) = (self.profile.clone(), self.region.clone());
        let asked = Asked { profile, region, ..Asked::default() };
        let lookup = Lookup { request: self, policy, world: &world, asked: &asked, shared, trail };
        block_on(lookup.caller())
    }

    /// The policy, if it is used. A policy that is found rather than selected is ignored with a note if
    /// it is invalid.
    fn policy(&self, shared: &Shared, trail: &Trail) -> Result<Option<Policy>, Wrong> {
        let PolicyUse::Read(selected) = &self.policy else { return Ok(None) };
        trail.step("reading the policy");
        let valid = |text: Text| Policy::read(vec![text]).map_err(Wrong::Policy);
        let policy = policy_file::read_if_any(selected.as_deref())
            .and_then(|text| text.map(valid).transpose());
        if selected.is_none() && policy.is_err() {
            let note =
                "the policy cannot be read, and names nothing here: account-guard policy lint";
            shared.learn(|known| known.notes.push(note.to_owned()));
            return Ok(None);
        }
        policy
    }
}

/// One lookup of an identity.
struct Lookup<'a> {
    request: &'a IdentityRequest,
    policy: Option<&'a Policy>,
    world: &'a World,
    asked: &'a Asked,
    shared: &'a Shared,
    trail: &'a Trail,
}

impl Lookup<'_> {
    /// Obtains the credentials that the AWS CLI would use, and asks STS for their identity.
    async fn caller(&self) -> Result<Caller, Unknown> {
        let Winner { source, region, .. } = self.winner()?;
        let settings = Settings::of(self.world, self.asked, Family::AwsCli);
        let asked_in = region.unwrap_or_else(|| Partition::Aws.default_region());
        let endpoint = self.endpoint(&asked_in, &settings)?;
        self.shared.learn(|known| known.warnings.extend(warning(&endpoint)));
        refuse_token(&source, &endpoint)?;
        let net = self.net(&settings)?;
        let session = session_name("identity", &self.world.variables);
        let access =
            AwsAccess { sts: &endpoint, settings: &settings, net: &net, session: &session };
        let obtain = Obtain { access: &access, trail: self.trail };
        let variable = self.world.variables.get(mfa::VARIABLE).map(String::as_str);
        let prompt = Prompt::here(self.shared.known().is_ci);
        let mut codes = Codes::of(variable, prompt, self.trail);
        let layers = codes.of_layers(&source)?;
        // `identity` judges nothing, so that it refuses no keys.
        let family = Family::AwsCli;
        let look = |_: &Keys| Ok::<_, Infallible>(());
        let Ok(obtained) = obtain.credentials(&layers, &[family], look).await?;
        let keys = obtained.read_by(family)?;
        let identity = obtain.identity(&keys).await?;
        self.learn_identity(&keys, &identity);
        let besides = self.besides(&keys, &identity, &source, &endpoint);
        Ok(Caller { identity, besides })
    }

    fn winner(&self) -> Result<Winner, Unknown> {
        let inventory = Inventory::take(self.world, self.asked);
        let notes = inventory.notes(Tool::AWS_CLI).into_iter().map(|note| note.0);
        self.shared.learn(|known| known.notes.extend(notes));
        let exchange = self.request.exchange.as_ref();
        if let Some(exchange) = exchange {
            self.shared.learn(|known| known.notes.push(exchange.note()));
        }
        let Winner { source, region, asks_machine_for_region } =
            match exchange.and_then(Exchange::alone) {
                Some(source) => {
                    let region = inventory.region(Tool::AWS_CLI)?.map(|(region, _)| region);
                    Winner { source: source.clone(), region, asks_machine_for_region: false }
                }
                None => inventory.winner(Tool::AWS_CLI)?,
            };
        let source = match exchange {
            Some(exchange) => exchange.over(source)?,
            None => source,
        };
        let known_source = KnownSource::of(&source, &inventory.shadowed(Tool::AWS_CLI, &source));
        self.trail.step(format!("credentials: {}", known_source.detail));
        self.shared.learn(|known| {
            known.source = Some(known_source);
            known.region = region.as_ref().map(ToString::to_string);
        });
        Ok(Winner { source, region, asks_machine_for_region })
    }

    fn endpoint(&self, region: &Region, settings: &Settings<'_>) -> Result<Endpoint, Unknown> {
        let certificates = if self.request.no_verify_ssl {
            Certificates::Unchecked
        } else {
            Certificates::Checked
        };
        let unverified = Unverified { url: self.request.endpoint_url.clone(), certificates };
        let endpoint = unverified.sts(region, settings)?;
        self.shared.learn(|known| known.endpoint = Some(endpoint.url().to_string()));
        Ok(endpoint)
    }

    fn net(&self, settings: &Settings<'_>) -> Result<Net, Unknown> {
        self.trail.step("reading the CA certificates");
        let note = |note: String| self.shared.learn(|known| known.notes.push(note));
        let bundle = ca_bundle::selected(self.request.ca_bundle.as_deref(), settings)?;
        let net = net::connect(bundle.as_ref(), &self.world.variables, note)?;
        let default = Timeouts::default();
        let of = |seconds: Option<u32>, default| match seconds {
            None => default,
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds.into())),
        };
        Ok(net.with_timeouts(Timeouts {
            connect: of(self.request.connect_timeout, default.connect),
            read: of(self.request.read_timeout, default.read),
        }))
    }

    fn learn_identity(&self, keys: &Keys, identity: &Identity) {
        let left = keys.expires_at.map(|at| at.duration_since(SystemTime::now()));
        let name = self.policy.and_then(|policy| policy.account_name(identity.account()));
        let policy = self.policy.map(|policy| policy_report(policy.texts()));
        self.shared.learn(|known| {
            known.account_name = name.map(str::to_owned);
            known.identity = Some(identity.clone());
            known.expires_at = keys.expires_at;
            known.left = left.map(Result::unwrap_or_default);
            known.notes.extend(notes::account_hints(keys, identity, &[], self.world));
            known.policy = policy.unwrap_or_default();
        });
    }

    fn besides(
        &self,
        keys: &Keys,
        identity: &Identity,
        source: &Source,
        endpoint: &Endpoint,
    ) -> Besides {
        let environments = self.policy.map(|policy| {
            let is_meant = |rules: &Rules<'_>| is_asked(rules, endpoint);
            let names = environments_accepting(policy, identity, is_meant);
            names.into_iter().map(str::to_owned).collect()
        });
        let without_options = Asked::default();
        Besides {
            endpoint_is_aws: !endpoint.is_unverified(),
            lifetime: Some(lifetime(keys)),
            tools: ToolReport::all(&Inventory::take(self.world, &without_options), source),
            environments,
        }
    }
}

/// Whether a check of this environment would ask the endpoint that was asked: an endpoint of AWS, or an
/// emulator that the policy lists.
fn is_asked(rules: &Rules<'_>, endpoint: &Endpoint) -> bool {
    match rules.emulator() {
        Some(emulators) => {
            endpoint.is_unverified() && emulators.values().any(|it| it.allows(endpoint.url()))
        }
        None => !endpoint.is_unverified(),
    }
}

fn lifetime(keys: &Keys) -> LifetimeReport {
    match (keys.expires_at, &keys.session_token) {
        (Some(_), _) => LifetimeReport::Limited,
        (None, Some(_)) => LifetimeReport::Unknown,
        (None, None) => LifetimeReport::Endless,
    }
}

/// Refuses to send a token to an unverified endpoint, where it could be used again. A signature cannot.
fn refuse_token(source: &Source, endpoint: &Endpoint) -> Result<(), Unknown> {
    let token = source.layers().into_iter().find(|layer| layer.kind.sends_token());
    let Some(token) = token.filter(|_| endpoint.is_unverified()) else { return Ok(()) };
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
    endpoint.is_unverified().then(|| {
        format!("nobody vouches for {}: its answer need not be AWS's own", endpoint.host())
    })
}
