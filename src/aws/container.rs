//! The credential endpoint of a container: one request, to where the container's agent can be and to
//! nobody else. The SDK's own provider refuses a token file that ends in a line break.

use std::error::Error;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::access::AwsAccess;
use super::errors;
use crate::files;
use crate::identity::AccountId;
use crate::net::http::Response;
use crate::net::timeouts::ATTEMPTS;
use crate::source::{Container, ContainerUri, Keys, Secret, Settings, time};
use crate::unknown::{ErrorCode, Unknown};

/// Where container credentials are served when only a path is given.
const AGENT: &str = "http://169.254.170.2";
/// Where ECS and EKS serve them, by IPv4 and by IPv6: with the loopback all that is asked by `http`.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// How long to wait before another attempt.
const PAUSE: Duration = Duration::from_millis(250);

/// Asks the container's endpoint.
pub(super) async fn obtain(container: &Container, access: &AwsAccess<'_>) -> Result<Keys, Unknown> {
    let url = url(&container.uri)?;
    let token = token(access.settings)?;
    let host = url.origin().ascii_serialization();
    let mut last = None;
    for attempt in 0..ATTEMPTS {
        tokio::time::sleep(PAUSE * attempt).await;
        match access.net.get(&url, token.as_ref().map(Secret::expose)).await {
            Ok(got) if got.status < 500 => return read(&got, &host),
            Ok(got) => last = Some(refusal(got.status, &host)),
            Err(why) => last = Some(unreached(why.as_ref(), &host)),
        }
    }
    Err(last.unwrap_or_else(|| failed(&host, "was not asked")))
}

fn url(uri: &ContainerUri) -> Result<Url, Unknown> {
    let invalid = |name: &str, what: &str| {
        Unknown::new(ErrorCode::InvalidConfiguration, format!("{name} {what}"))
            .hint(format!("where no container gave it, unset {name}"))
    };
    match uri {
        ContainerUri::Relative(path) => {
            let name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
            let own = Url::parse(AGENT).map_err(|_| invalid(name, "has no agent"))?;
            let url = Url::parse(&format!("{AGENT}{path}")).ok();
            url.filter(|url| path.starts_with('/') && url.origin() == own.origin())
                .ok_or_else(|| invalid(name, "is no path"))
        }
        ContainerUri::Full(text) => {
            let name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
            let url =
                Url::parse(text).map_err(|why| invalid(name, &format!("is no URL: {why}")))?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err(invalid(name, "holds a user name or a password"));
            }
            let host = url.origin().ascii_serialization();
            if is_agent(&url) { Ok(url) } else { Err(failed(&host, "is none of a container's")) }
        }
    }
}

/// Whether credentials may be asked for there: by `https`, or on this machine.
fn is_agent(url: &Url) -> bool {
    let is_agents =
        |ip: IpAddr| ip.is_loopback() || AGENTS.iter().any(|agent| agent.parse() == Ok(ip));
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(ip))) => is_agents(ip.into()),
        ("http", Some(Host::Ipv6(ip))) => is_agents(ip.into()),
        ("http", Some(Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

/// The token that the endpoint asks for: the file's, else the variable's.
fn token(settings: &Settings<'_>) -> Result<Option<Secret>, Unknown> {
    let (name, text) = match settings.as_set(TOKEN_FILE) {
        Some(path) => (TOKEN_FILE, read_token(path)?),
        None => match settings.as_set(TOKEN) {
            Some(token) => (TOKEN, Zeroizing::new(token.to_owned())),
            None => return Ok(None),
        },
    };
    // Whoever writes a file with `echo` ends it so.
    let token = text.trim_end_matches(['\r', '\n']);
    let what = if token.trim().is_empty() {
        "holds no token"
    } else if token.bytes().any(|b| b != b' ' && !b.is_ascii_graphic()) {
        "holds a token with a control character or one that is not ASCII"
    } else {
        return Ok(Some(Secret::new(token)));
    };
    Err(Unknown::new(ErrorCode::InvalidConfiguration, format!("{name} {what}"))
        .hint("it is the container's agent that sets it: look at what has changed it"))
}

fn read_token(path: &str) -> Result<Zeroizing<String>, Unknown> {
    files::read_text(Path::new(path)).map(Zeroizing::new).map_err(|why| {
        let path = path.escape_debug();
        let message = format!("the token file `{path}` ({TOKEN_FILE}) cannot be read: {why}");
        Unknown::new(ErrorCode::SourceFailed, message)
            .hint("check the path, and that the container has the file")
    })
}

/// What the endpoint hands out; or its own word for why not, which is not shown.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerAnswer {
    access_key_id: Option<String>,
    secret_access_key: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    expiration: Option<String>,
    account_id: Option<String>,
}

fn read(got: &Response, host: &str) -> Result<Keys, Unknown> {
    if got.status != 200 {
        return Err(refusal(got.status, host));
    }
    let strange = || failed(host, "answered with something that is no credentials");
    let answer: ContainerAnswer = serde_json::from_slice(&got.body).map_err(|_| strange())?;
    let (Some(id), Some(mut secret), Some(mut token), Some(end)) =
        (answer.access_key_id, answer.secret_access_key, answer.token, answer.expiration)
    else {
        return Err(strange());
    };
    let end: SystemTime = time(&end).ok_or_else(strange)?;
    let account = answer.account_id.filter(|id| !id.is_empty());
    Ok(Keys {
        access_key_id: id,
        secret_access_key: Secret::new(std::mem::take(&mut *secret)),
        // Keys of a user have none, as `exec --serve` hands them out; SDKs take an empty one so too.
        session_token: Some(std::mem::take(&mut *token))
            .filter(|token| !token.is_empty())
            .map(Secret::new),
        expires_at: Some(end),
        account_id: account.map(|id| AccountId::parse(&id)).transpose().map_err(|_| strange())?,
    })
}

fn refusal(status: u16, host: &str) -> Unknown {
    let unknown = failed(host, &format!("did not give credentials (HTTP {status})"));
    match status {
        401 | 403 => unknown.hint(format!("check {TOKEN_FILE} or {TOKEN}")),
        _ => unknown,
    }
}

fn unreached(why: &(dyn Error + 'static), host: &str) -> Unknown {
    let unknown = errors::of_transport(why, host);
    Unknown { message: format!("{WHAT}: {}", unknown.message), ..unknown }
}

const WHAT: &str = "the container's credential endpoint";

fn failed(host: &str, what: &str) -> Unknown {
    Unknown::new(ErrorCode::SourceFailed, format!("{WHAT} ({host}) {what}"))
        .hint("where no container set AWS_CONTAINER_CREDENTIALS_FULL_URI or its like, unset it")
}
