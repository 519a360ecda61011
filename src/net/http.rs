//! The HTTP client of every request: rustls with ring, behind a gate that blocks every origin that is
//! not allowed. Roots are loaded with the first TLS connection.

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

use super::proxy::Proxy;
use super::roots::Roots;
use super::timeouts::{CONNECT, READ, Timeouts};
use crate::unknown::{ErrorCode, Unknown};

/// The largest response that is read, in bytes. A response of STS has less than 2,000 bytes.
const LARGEST_RESPONSE: usize = 1 << 20;

/// The network settings of a run: TLS roots, proxy and timeouts.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    /// The TLS roots for `https`.
    trust: TlsContext,
    /// A context without roots, for `http`, because loading roots takes time.
    no_roots: TlsContext,
    /// The proxy for requests to AWS; `None` if none is configured. Requests to instance metadata, containers and
    /// emulators bypass it.
    proxy: Option<Proxy>,
    /// The limits of one attempt at STS.
    timeouts: Timeouts,
}

/// The route of a request to its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Through the proxy of the environment, if one is set.
    ByProxy,
    /// Directly, without a proxy.
    Direct,
    /// Like `ByProxy`, but TLS accepts any certificate.
    ByProxyUnchecked,
}

/// The response to [`Net::get`].
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// The error for a request that the gate blocked, because its origin is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Scheme, host and port of the request.
    pub(crate) origin: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocked a request to {}, which is not an allowed endpoint", self.origin)
    }
}

impl std::error::Error for Refused {}

impl Net {
    /// A network that trusts these roots. They are loaded with the first TLS connection.
    pub(crate) fn new(roots: &Roots, proxy: Option<Proxy>) -> Result<Self, Unknown> {
        let mut store = TrustStore::empty();
        match roots {
            Roots::Native => store = store.with_native_roots(true),
            Roots::Bundle(certificates) => {
                for pem in certificates {
                    store = store.with_pem_certificate(pem.clone());
                }
            }
        }
        let (trust, no_roots) = (context(store)?, context(TrustStore::empty())?);
        Ok(Self { trust, no_roots, proxy, timeouts: Timeouts::default() })
    }

    /// The same network with other timeouts for STS.
    #[must_use]
    pub(crate) fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// The limits of one attempt at STS.
    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// A client whose requests reach only the origins of `allowed`.
    pub(crate) fn client(&self, allowed: Vec<Url>, route: Route) -> SharedHttpClient {
        let net = self.clone();
        let cache: OnceLock<SharedHttpConnector> = OnceLock::new();
        http_client_fn(move |settings, _| {
            let gate = cache.get_or_init(|| {
                SharedHttpConnector::new(Gate {
                    allowed: allowed.clone(),
                    inner: Arc::default(),
                    net: net.clone(),
                    route,
                    settings: settings.clone(),
                })
            });
            gate.clone()
        })
    }

    /// Sends one `GET` without a proxy. The request reaches only the URL's own origin.
    pub(crate) async fn get(
        &self,
        url: &Url,
        authorization: Option<&str>,
    ) -> Result<Response, Box<dyn Error + Send + Sync>> {
        let mut request = HttpRequest::get(url.as_str())?;
        request.headers_mut().try_insert("accept", "application/json")?;
        if let Some(token) = authorization {
            request.headers_mut().try_insert("authorization", token.to_owned())?;
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
        let response = gate.call(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Response { status, body: Zeroizing::new(body.to_vec()) })
    }

    fn connector(
        &self,
        url: &Url,
        route: Route,
        settings: HttpConnectorSettings,
    ) -> SharedHttpConnector {
        let scheme = url.scheme();
        if route == Route::ByProxyUnchecked && scheme == "https" {
            let proxy = if is_loopback(url) { None } else { self.proxy.as_ref() };
            return match unchecked::connector(url, proxy, settings) {
                Ok(connector) => connector,
                Err(why) => SharedHttpConnector::new(NoTls(why)),
            };
        }
        let proxy = match (route, &self.proxy) {
            (Route::ByProxy, Some(proxy)) => proxy.config(),
            _ => ProxyConfig::disabled(),
        };
        let context = if scheme == "https" { &self.trust } else { &self.no_roots };
        let connector = Connector::builder()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.clone())
            .connector_settings(settings)
            .proxy_config(proxy)
            .build();
        SharedHttpConnector::new(connector)
    }
}

/// Whether the host of a URL is this machine. A proxy would connect to its own machine under that name.
pub(crate) fn is_loopback(url: &Url) -> bool {
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
        .map_err(|why| Unknown::new(ErrorCode::Tls, format!("could not set up TLS: {why}")))
}

/// A connector that fails with an error of the TLS configuration.
#[derive(Debug)]
struct NoTls(rustls::Error);

impl HttpConnector for NoTls {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(self.0.clone()))))
    }
}

/// Sends requests to the allowed origins, and fails with [`Refused`] for all others.
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
    fn allows(&self, url: &Url) -> bool {
        self.allowed.iter().any(|allowed| allowed.origin() == url.origin())
    }
}

impl HttpConnector for Gate {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let origin = match Url::parse(request.uri()) {
            Ok(url) if self.allows(&url) => url,
            Ok(url) => return refused(url.origin().ascii_serialization()),
            Err(_) => return refused("an invalid URL".to_owned()),
        };
        let inner = self
            .inner
            .get_or_init(|| self.net.connector(&origin, self.route, self.settings.clone()));
        let pending = inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = pending.await?;
            Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, LARGEST_RESPONSE))))
        })
    }
}

fn refused(origin: String) -> HttpConnectorFuture {
    HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(Refused { origin }))))
}
