//! AWS for a signed-in user: STS, the portal and OIDC service of IAM Identity Center, and the
//! sign-in service, under their own names behind one proxy. A renewal returns a new refresh token
//! and invalidates the old one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use base64_simd::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};

use super::ca::{Ca, Validity};
use super::guard::Guard;
use super::http::{Request, Response, Server};
use super::proxy::{Mode, Proxy};
use super::sts;
use crate::rig::setup::serve;

pub(crate) const STS: &str = "sts.eu-west-1.amazonaws.com";
pub(crate) const PORTAL: &str = "portal.sso.eu-west-1.amazonaws.com";
pub(crate) const OIDC: &str = "oidc.eu-west-1.amazonaws.com";
pub(crate) const SIGN_IN: &str = "eu-west-1.signin.aws.amazon.com";

/// The key of a session of `aws login`; it gives access to nothing.
pub(crate) const KEY: &str = include_str!("dpop.pem");

/// The refresh token with which a session of the rig can be renewed the first time.
pub(crate) const REFRESH_TOKEN: &str = "hush-refresh-0";

/// The services.
pub(crate) struct Aws {
    ca: Ca,
    pub(crate) proxy: Proxy,
    asked: Arc<Asked>,
    _servers: Vec<Server>,
}

/// The requests, and the refresh token that is valid now.
struct Asked {
    requests: Mutex<Vec<(&'static str, Request)>>,
    renewals: Mutex<usize>,
}

impl Aws {
    /// Services that answer as AWS does; STS identifies their credentials as this ARN.
    pub(crate) fn of(arn: &'static str) -> Self {
        Self::with(arn, |_, _| None)
    }

    /// The same, with other answers for some requests: by host and request.
    pub(crate) fn with(
        arn: &'static str,
        instead: impl Fn(&str, &Request) -> Option<Response> + Send + Sync + 'static,
    ) -> Self {
        let ca = Ca::new();
        let config = ca.server(&[STS, PORTAL, OIDC, SIGN_IN], Validity::Current);
        let asked = Arc::new(Asked { requests: Mutex::default(), renewals: Mutex::default() });
        let instead = Arc::new(instead);
        let hosts = [STS, PORTAL, OIDC, SIGN_IN].into_iter();
        let (servers, routes): (Vec<_>, Vec<_>) = hosts
            .map(|host| {
                let (asked, instead) = (Arc::clone(&asked), Arc::clone(&instead));
                let server = serve(config.clone(), move |request| {
                    asked.requests.lock().unwrap().push((host, request.clone()));
                    instead(host, request).unwrap_or_else(|| answer(host, request, arn, &asked))
                });
                let route = (format!("{host}:443"), server.address());
                (server, route)
            })
            .unzip();
        let proxy = Proxy::start(Mode::Routes(routes));
        Self { ca, proxy, asked, _servers: servers }
    }

    /// The requests to one of the services, in order.
    pub(crate) fn asked(&self, host: &str) -> Vec<Request> {
        let requests = self.asked.requests.lock().unwrap();
        requests.iter().filter(|(of, _)| *of == host).map(|(_, request)| request.clone()).collect()
    }

    /// A run that reaches these services and trusts their certificate.
    pub(crate) fn reach(&self, guard: Guard) -> Guard {
        let guard = guard.file("~/ca.pem", &self.ca.pem());
        let bundle: PathBuf = guard.home().join("ca.pem");
        guard
            .env("AWS_CA_BUNDLE", bundle)
            .env("HTTPS_PROXY", self.proxy.url())
            .env("AWS_REGION", "eu-west-1")
    }
}

/// The time in this number of seconds, or that number of seconds ago, in the format of the tools.
pub(crate) fn in_seconds(seconds: i64) -> String {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let now = SystemTime::now();
    let time = if seconds < 0 { now - distance } else { now + distance };
    humantime::format_rfc3339_seconds(time).to_string()
}

/// An error in the format of these services.
pub(crate) fn refusal(status: u16, code: &str, body: &Value) -> Response {
    let response = Response::new(status, "application/json", body.to_string());
    response.with("x-amzn-ErrorType", code)
}

fn answer(host: &str, request: &Request, arn: &str, asked: &Asked) -> Response {
    match host {
        PORTAL => portal(request),
        OIDC => oidc(request, asked),
        SIGN_IN => sign_in(request, asked),
        _ => {
            let of = |key: &str| (key.to_owned(), arn.to_owned());
            sts::answer(request, &["ASIACACHED", "ASIARENEWED", "ASIASSO"].map(of).into())
        }
    }
}

/// Accepts the token of a session that was valid from the start, or of a renewed one.
fn portal(request: &Request) -> Response {
    let token = request.header("x-amz-sso_bearer_token").unwrap_or_default();
    let is_known = token == "hush-token" || token.starts_with("hush-renewed");
    if request.method() != "GET" || !request.target().starts_with("/federation/credentials?") {
        return refusal(404, "ResourceNotFoundException", &json!({}));
    }
    if !is_known {
        let body = json!({ "message": "Session token not found or invalid" });
        return refusal(401, "UnauthorizedException", &body);
    }
    let body = json!({ "roleCredentials": {
        "accessKeyId": "ASIASSO", "secretAccessKey": "hush-secret", "sessionToken": "hush-session",
        "expiration": 4_070_908_800_000_u64,
    }});
    Response::new(200, "application/json", body.to_string())
}

/// The new refresh token, if this is the valid one.
fn renewed(token: &Value, asked: &Asked) -> Option<(usize, String)> {
    let mut renewals = asked.renewals.lock().unwrap();
    if *token != format!("hush-refresh-{renewals}") {
        return None;
    }
    *renewals += 1;
    Some((*renewals, format!("hush-refresh-{renewals}")))
}

fn oidc(request: &Request, asked: &Asked) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let is_client = (&body["clientId"], &body["clientSecret"], &body["grantType"])
        == (&"a-client".into(), &"hush-client".into(), &"refresh_token".into());
    let is_call = request.line.starts_with("POST /token ");
    let renewed = renewed(&body["refreshToken"], asked).filter(|_| is_client && is_call);
    let Some((count, refresh_token)) = renewed else {
        let body = json!({ "error": "invalid_grant", "error_description": "hush" });
        return refusal(400, "InvalidGrantException", &body);
    };
    let body = json!({
        "accessToken": format!("hush-renewed-{count}"), "expiresIn": 28800,
        "tokenType": "Bearer", "refreshToken": refresh_token,
    });
    Response::new(200, "application/json", body.to_string())
}

fn sign_in(request: &Request, asked: &Asked) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let is_client = (&body["clientId"], &body["grantType"])
        == (&"arn:aws:signin:::devtools/same-device".into(), &"refresh_token".into());
    let is_call = request.line.starts_with("POST /v1/token ");
    let is_proven = request.header("dpop").is_some_and(|proof| proves(proof).is_some());
    match renewed(&body["refreshToken"], asked).filter(|_| is_client && is_call && is_proven) {
        Some((_, refresh_token)) => {
            let body = json!({
                "accessToken": { "accessKeyId": "ASIARENEWED", "secretAccessKey": "hush-secret",
                    "sessionToken": "hush-session" },
                "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": refresh_token,
            });
            Response::new(200, "application/json", body.to_string())
        }
        None => denied("TOKEN_EXPIRED"),
    }
}

/// The refusal of the sign-in service, with this reason.
pub(crate) fn denied(reason: &str) -> Response {
    let body = json!({ "error": reason, "message": "hush" });
    refusal(403, "AccessDeniedException", &body)
}

/// Whether a proof belongs to the call that carries it, and was made with the key of the session.
fn proves(proof: &str) -> Option<()> {
    let (signed, signature) = proof.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode_to_vec(part).ok();
    let header: Value = serde_json::from_slice(&decoded(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decoded(claims)?).ok()?;
    let [x, y] = ["x", "y"].map(|name| header["jwk"][name].as_str().and_then(decoded));
    let point = [vec![4], x?, y?].concat();
    let is_its_own = public_key().windows(point.len()).any(|window| window == point);
    let is_for_this = claims["htu"] == format!("https://{SIGN_IN}/v1/token")
        && claims["htm"] == "POST"
        && claims["jti"].as_str().is_some_and(|id| !id.is_empty());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let is_new = claims["iat"].as_u64()?.abs_diff(now) < 300;
    let is_right = header["typ"] == "dpop+jwt" && header["alg"] == "ES256";
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decoded(signature)?).ok()?;
    (is_its_own && is_for_this && is_new && is_right).then_some(())
}

/// The bytes of the session key, which contain its public part.
fn public_key() -> Vec<u8> {
    use rustls::pki_types::PrivateSec1KeyDer;
    use rustls::pki_types::pem::PemObject;
    let key = PrivateSec1KeyDer::from_pem_slice(KEY.as_bytes()).expect("a key");
    key.secret_sec1_der().to_vec()
}
