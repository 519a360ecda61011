//! The HTTP client of every request: a gate that lets them out to the named origins only, over
//! rustls with ring. Roots are loaded when the first TLS connection is made.

mod unchecked;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_http_client::{Connector, proxy::ProxyConfig};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, Limited};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::ca::Roots;
use super::patience::{CONNECT, Patience, READ};
use super::proxy::Proxy;
use crate::source::Secret;
use crate::unknown::{ErrorCode, Unknown};

/// The most that is read of an answer, in bytes. STS's own have less than two thousand.
const LARGEST_ANSWER: usize = 1 << 20;

/// The network as this run uses it.
#[derive(Clone, Debug)]
pub struct Net {
    /// The roots for `https`.
    trust: TlsContext,
    /// No roots at all: `http` needs none, and loading them takes time.
    none: TlsContext,
    /// The proxy for requests to AWS. Metadata, containers and emulators are asked directly.
    proxy: Option<Proxy>,
    /// How long STS may take.
    patience: Patience,
}

/// Whether requests may go through the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through the proxy of the environment, where there is one.
    ByProxy,
    /// Straight to the host.
    Direct,
    /// Through that proxy, to whoever shows any certificate at all.
    ByProxyUnchecked,
}

/// An answer to [`Net::get`].
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// A request that the gate did not let out: its origin is none of those allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Scheme, host and port that the request was for.
    pub origin: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a request to {} was not let out", self.origin)
    }
}

impl std::error::Error for Refused {}

impl Net {
    /// A network that trusts these roots. Loads nothing yet.
    pub fn new(roots: &Roots, proxy: Option<Proxy>) -> Result<Self, Unknown> {
        let store = match roots {
            Roots::Native => TrustStore::empty().with_native_roots(true),
            Roots::Bundle { certificates, .. } => certificates
                .iter()
                .fold(TrustStore::empty(), |store, pem| store.with_pem_certificate(pem.clone())),
        };
        let (trust, none) = (context(store)?, context(TrustStore::empty())?);
        Ok(Self { trust, none, proxy, patience: Patience::default() })
    }

    /// The same network, with another patience for STS.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// How long STS may take.
    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    /// The proxy, for the report.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// A client whose requests reach the origins of `allowed` and nobody else.
    pub fn client(&self, allowed: Vec<Url>, route: Route) -> SharedHttpClient {
        let net = self.clone();
        let cache: OnceLock<SharedHttpConnector> = OnceLock::new();
        http_client_fn(move |settings, _| {
            let build = || {
                SharedHttpConnector::new(Gate {
                    allowed: allowed.clone(),
                    inner: Arc::default(),
                    net: net.clone(),
                    route,
                    settings: settings.clone(),
                })
            };
            cache.get_or_init(build).clone()
        })
    }

    /// One `GET` over no proxy, to the URL's own origin.
    pub(super) async fn get(
        &self,
        url: &Url,
        authorization: Option<&Secret>,
    ) -> Result<Got, Box<dyn Error + Send + Sync>> {
        let mut request = HttpRequest::get(url.as_str())?;
        request.headers_mut().try_insert("accept", "application/json")?;
        if let Some(token) = authorization {
            request.headers_mut().try_insert("authorization", token.expose().to_owned())?;
        }
        let gate = Gate {
            allowed: vec![url.clone()],
            inner: Arc::default(),
            net: self.clone(),
            route: Route::Direct,
            settings: HttpConnectorSettings::builder()
                .connect_timeout(CONNECT)
                .read_timeout(READ)
                .build(),
        };
        let answer = gate.call(request).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(Got { status, body: Zeroizing::new(body.to_vec()) })
    }

    fn connector(
        &self,
        url: &Url,
        route: Route,
        settings: HttpConnectorSettings,
    ) -> SharedHttpConnector {
        let scheme = url.scheme();
        if route == Route::ByProxyUnchecked && scheme == "https" {
            let proxy = self.proxy.as_ref().filter(|_| !is_loopback(url));
            let connector = unchecked::connector(url, proxy, settings);
            return connector.unwrap_or_else(|why| SharedHttpConnector::new(NoTls(why)));
        }
        let proxy = match (route, &self.proxy) {
            (Route::ByProxy, Some(proxy)) => proxy.config(),
            _ => ProxyConfig::disabled(),
        };
        let context = if scheme == "https" { &self.trust } else { &self.none };
        let connector = Connector::builder()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.clone())
            .connector_settings(settings)
            .proxy_config(proxy)
            .build();
        SharedHttpConnector::new(connector)
    }
}

/// Whether a server is this machine, which no proxy knows as such.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn context(store: TrustStore) -> Result<TlsContext, Unknown> {
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|why| Unknown::new(ErrorCode::Tls, format!("TLS cannot be set up: {why}")))
}

/// TLS that cannot be set up.
#[derive(Debug)]
struct NoTls(rustls::Error);

impl HttpConnector for NoTls {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(self.0.clone()))))
    }
}

/// Lets requests out to the allowed origins, and answers others itself with [`Refused`].
struct Gate {
    allowed: Vec<Url>,
    inner: Arc<OnceLock<SharedHttpConnector>>,
    net: Net,
    route: Route,
    settings: HttpConnectorSettings,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

impl Gate {
    fn lets_out(&self, url: &Url) -> bool {
        self.allowed.iter().any(|allowed| allowed.origin() == url.origin())
    }
}

impl HttpConnector for Gate {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let origin = match Url::parse(request.uri()) {
            Ok(url) if self.lets_out(&url) => url,
            Ok(url) => return refused(url.origin().ascii_serialization()),
            Err(_) => return refused("no host at all".to_owned()),
        };
        let inner = self
            .inner
            .get_or_init(|| self.net.connector(&origin, self.route, self.settings.clone()));
        let answer = inner.call(request);
        HttpConnectorFuture::new(async move {
            answer.await.map(|answer| {
                answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, LARGEST_ANSWER)))
            })
        })
    }
}

fn refused(origin: String) -> HttpConnectorFuture {
    HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(Refused { origin }))))
}
