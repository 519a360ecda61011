//! The phases of `identity`: the same as those of a check, but the endpoint need not be trusted, and
//! nothing is judged. Sends tokens to AWS alone.

use std::time::SystemTime;

use super::identify::{self, Caller};
use super::mfa::Prompt;
use super::progress::Progress;
use super::request::{Identifying, Request};
use super::session_name::session_name;
use super::stop::Stop;
use super::winners::{self, Group};
use super::{connect, endpoints, obtain, policy};
use crate::aws::access::AwsAccess;
use crate::aws::endpoint::Endpoint;
use crate::input::world;
use crate::outcome::{Identified, Note};
use crate::policy::{Policy, Rules};
use crate::source::{Asked, Inventory, Settings, Source, World};
use crate::tool::{Family, Scope, Tool};
use crate::unknown::{ErrorCode, Unknown};
use crate::verdict::environments_accepting;

/// Finds the identity of the credentials that the AWS CLI would use.
///
/// # Errors
///
/// The policy that was named is wrong, or the identity is unknown.
pub(super) async fn identify(
    request: &Request,
    identifying: &Identifying,
    prompt: Prompt,
    progress: &Progress,
) -> Result<Identified, Stop> {
    let policy = if identifying.uses_policy {
        policy::read_if_any(request.policy.as_deref(), progress)?
    } else {
        None
    };
    if !identifying.is_signed {
        let message = "GetCallerIdentity must be signed (MissingAuthenticationToken)";
        let why = Unknown::new(ErrorCode::NoCredentials, message);
        return Err(why.hint("remove --no-sign-request").into());
    }
    progress.step("reading the environment and the configuration files");
    let (world, asked) = (world::read()?, request.asked());
    let inventory = Inventory::take(&world, &asked);
    let exchange = request.exchange.as_ref();
    let winners = winners::of(&inventory, Scope::own(), exchange, progress)?;
    let settings = Settings::of(&world, &asked, Family::AwsCli);
    let sts = endpoints::unverified(identifying, &winners.first, &settings, progress)?.sts;
    refuse_token(&winners.first, &sts)?;
    let net = connect::net(request, &settings, &world, progress)?;
    let session = session_name("identity", &world.variables);
    let access = AwsAccess { sts: &sts, settings: &settings, net: &net, session: &session };
    let obtained = obtain::all(&winners, &access, None, (&world, prompt), progress).await?;
    if let Some(exchange) = exchange {
        progress.note(Note::OfSource(exchange.note()));
    }
    let callers = identify::all(&winners, obtained, &access, progress).await?;
    if let Some(policy) = &policy {
        policy::learn(policy, &[], progress);
    }
    identify::learn(&callers, policy.as_ref(), &[], &world, progress);
    Ok(identified(callers.first, policy.as_ref(), &world, &sts))
}

fn identified(
    caller: Caller,
    policy: Option<&Policy>,
    world: &World,
    sts: &Endpoint,
) -> Identified {
    let Caller { group, keys, identity } = caller;
    let environments = policy.map(|policy| {
        let names = environments_accepting(policy, &identity, |rules| would_ask(rules, sts));
        names.into_iter().map(str::to_owned).collect()
    });
    let without_options = Asked::default();
    let inventory = Inventory::take(world, &without_options);
    Identified {
        environments,
        source: group.winner.source,
        lifetime: identify::lifetime(&keys, SystemTime::now()),
        endpoint_is_aws: !sts.is_unverified(),
        families: Family::DEFAULT_SCOPE
            .map(|family| (family, inventory.winner(Tool::of(family))))
            .into(),
        identity,
    }
}

/// Whether a check of this environment would ask the endpoint that was asked: an endpoint of AWS, or an
/// emulator that the policy lists.
fn would_ask(rules: &Rules<'_>, endpoint: &Endpoint) -> bool {
    match rules.emulator() {
        Some(emulators) => {
            endpoint.is_unverified() && emulators.values().any(|it| it.allows(endpoint.url()))
        }
        None => !endpoint.is_unverified(),
    }
}

/// Refuses to send a token to an unverified endpoint, where it could be used again. A signature cannot.
fn refuse_token(group: &Group, endpoint: &Endpoint) -> Result<(), Unknown> {
    let layers: Vec<&Source> = group.winner.source.layers();
    let token = layers.into_iter().find(|layer| layer.kind.sends_token());
    let Some(token) = token.filter(|_| endpoint.is_unverified()) else { return Ok(()) };
    let message = format!(
        "{} sends a token ({}), and {} is not an AWS endpoint: only signed requests are sent there",
        token.origin,
        token.kind.name(),
        endpoint.host()
    );
    Err(Unknown::new(ErrorCode::UntrustedEndpoint, message).hint(
        "use keys, or remove --endpoint-url, --no-verify-ssl, AWS_ENDPOINT_URL and \
         AWS_ENDPOINT_URL_STS",
    ))
}
