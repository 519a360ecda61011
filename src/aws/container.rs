//! The credential endpoint of a container. Credentials are requested only over `https`, from this machine, or from
//! the addresses of ECS and EKS. The SDK's own provider refuses a token file that ends in a line break.

use std::error::Error;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

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

/// The origin for a relative URI.
const AGENT: &str = "http://169.254.170.2";
/// The addresses of ECS and EKS, by IPv4 and by IPv6. Only they and the loopback may be asked by `http`.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// The pause before the second attempt. It grows with each further attempt.
const PAUSE: Duration = Duration::from_millis(250);

/// Requests the credentials. Repeats the request if the server fails or cannot be reached.
pub(super) async fn obtain(container: &Container, access: &AwsAccess<'_>) -> Result<Keys, Unknown> {
    let url = url(&container.uri)?;
    let token = token(access.settings)?;
    let authorization = token.as_ref().map(Secret::expose);
    let host = url.origin().ascii_serialization();
    let mut failure = failed(&host, "was not asked");
    for attempt in 0..ATTEMPTS {
        tokio::time::sleep(PAUSE * attempt).await;
        match access.net.get(&url, authorization).await {
            Ok(response) if response.status < 500 => return read(&response, &host),
            Ok(response) => failure = refusal(response.status, &host),
            Err(why) => failure = unreached(why.as_ref(), &host),
        }
    }
    Err(failure)
}

fn url(uri: &ContainerUri) -> Result<Url, Unknown> {
    match uri {
        ContainerUri::Relative(path) => relative_url(path),
        ContainerUri::Full(text) => full_url(text),
    }
}

fn relative_url(path: &str) -> Result<Url, Unknown> {
    match Url::parse(&format!("{AGENT}{path}")) {
        // Without the `/`, the text could continue the host name.
        Ok(url) if path.starts_with('/') && url.origin().ascii_serialization() == AGENT => Ok(url),
        _ => Err(invalid_uri(RELATIVE_URI, "is not a path that begins with `/`")),
    }
}

fn full_url(text: &str) -> Result<Url, Unknown> {
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(why) => return Err(invalid_uri(FULL_URI, &format!("is not a URL: {why}"))),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid_uri(FULL_URI, "contains a user name or a password"));
    }
    if is_allowed(&url) {
        return Ok(url);
    }
    let host = url.origin().ascii_serialization();
    Err(failed(&host, "is not allowed: expected https, a loopback address, ECS or EKS"))
}

/// Whether credentials may be requested from a URL: by `https`, from this machine, or from ECS or EKS.
fn is_allowed(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(ip))) => is_local(ip.into()),
        ("http", Some(Host::Ipv6(ip))) => is_local(ip.into()),
        ("http", Some(Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

fn is_local(ip: IpAddr) -> bool {
    ip.is_loopback() || AGENTS.iter().any(|agent| agent.parse() == Ok(ip))
}

fn invalid_uri(name: &str, what: &str) -> Unknown {
    Unknown::new(ErrorCode::InvalidConfiguration, format!("{name} {what}"))
        .hint(format!("unset {name} if this is not a container"))
}

/// The token for the endpoint, from the file, else from the variable; `None` if neither is configured.
fn token(settings: &Settings<'_>) -> Result<Option<Secret>, Unknown> {
    let (name, text) = if let Some(path) = settings.as_set(TOKEN_FILE) {
        (TOKEN_FILE, read_token(path)?)
    } else if let Some(token) = settings.as_set(TOKEN) {
        (TOKEN, Zeroizing::new(token.to_owned()))
    } else {
        return Ok(None);
    };
    // A file that `echo` writes ends in a line break.
    let token = text.trim_end_matches(['\r', '\n']);
    if token.trim().is_empty() {
        return Err(invalid_token(name, "does not contain a token"));
    }
    if !token.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        let what = "contains a token with a control character or a character that is not ASCII";
        return Err(invalid_token(name, what));
    }
    Ok(Some(Secret::new(token)))
}

fn invalid_token(name: &str, what: &str) -> Unknown {
    Unknown::new(ErrorCode::InvalidConfiguration, format!("{name} {what}"))
        .hint(format!("remove the steps that change {name}: the container's agent sets it"))
}

fn read_token(path: &str) -> Result<Zeroizing<String>, Unknown> {
    match files::read_text(Path::new(path)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(why) => {
            let path = path.escape_debug();
            let message = format!("could not read the token file `{path}` ({TOKEN_FILE}): {why}");
            Err(Unknown::new(ErrorCode::SourceFailed, message)
                .hint("check the path, and that the file exists in the container"))
        }
    }
}

/// The response of the endpoint. Other members, such as the text of an error, are ignored and never shown.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerAnswer {
    access_key_id: Option<String>,
    secret_access_key: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    expiration: Option<String>,
    account_id: Option<String>,
}

fn read(response: &Response, host: &str) -> Result<Keys, Unknown> {
    if response.status != 200 {
        return Err(refusal(response.status, host));
    }
    match serde_json::from_slice(&response.body).ok().and_then(keys) {
        Some(keys) => Ok(keys),
        None => Err(failed(host, "returned an invalid answer: expected credentials")),
    }
}

/// The credentials in an answer; `None` if a member is missing or invalid.
fn keys(answer: ContainerAnswer) -> Option<Keys> {
    let mut secret = answer.secret_access_key?;
    let mut token = answer.token?;
    let account_id = match answer.account_id.as_deref() {
        None | Some("") => None,
        Some(id) => Some(AccountId::parse(id).ok()?),
    };
    // Keys of a user have no token. `exec --serve` then returns an empty one, which SDKs ignore.
    let session_token =
        if token.is_empty() { None } else { Some(Secret::new(std::mem::take(&mut *token))) };
    Some(Keys {
        access_key_id: answer.access_key_id?,
        secret_access_key: Secret::new(std::mem::take(&mut *secret)),
        session_token,
        expires_at: Some(time(&answer.expiration?)?),
        account_id,
    })
}

fn refusal(status: u16, host: &str) -> Unknown {
    let unknown = failed(host, &format!("returned no credentials (HTTP {status})"));
    match status {
        401 | 403 => unknown.hint(format!("check {TOKEN_FILE} or {TOKEN}")),
        _ => unknown,
    }
}

fn unreached(why: &(dyn Error + 'static), host: &str) -> Unknown {
    let unknown = errors::of_transport(why, host);
    Unknown { message: format!("{ENDPOINT}: {}", unknown.message), ..unknown }
}

const ENDPOINT: &str = "the container's credential endpoint";

fn failed(host: &str, what: &str) -> Unknown {
    Unknown::new(ErrorCode::SourceFailed, format!("{ENDPOINT} ({host}) {what}"))
        .hint(format!("unset {FULL_URI} and {RELATIVE_URI} if this is not a container"))
}
