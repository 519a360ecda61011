//! TLS that accepts any certificate. Only for `identity --no-verify-ssl`.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector as Tcp};
use hyper_util::rt::TokioExecutor;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use url::Url;

use crate::net::proxy::Proxy;

/// A connector to the server of this URL, through the proxy unless `NO_PROXY` lists the host.
pub(super) fn connector(
    url: &Url,
    proxy: Option<&Proxy>,
    settings: HttpConnectorSettings,
) -> Result<SharedHttpConnector, rustls::Error> {
    let tls = tls()?;
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    let Some(intercept) = proxy.and_then(|proxy| proxy.intercept(url)) else {
        return Ok(shared(over(tls, tcp), settings));
    };
    let mut tunnel = Tunnel::new(intercept.uri().clone(), tcp);
    if let Some(password) = intercept.basic_auth() {
        tunnel = tunnel.with_auth(password.clone());
    }
    Ok(shared(over(tls, tunnel), settings))
}

fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    Ok(ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth())
}

fn over<C>(tls: ClientConfig, tcp: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_only()
        .enable_http1()
        .wrap_connector(tcp)
}

fn shared<C>(connector: C, settings: HttpConnectorSettings) -> SharedHttpConnector
where
    C: Connect + Clone + Send + Sync + std::fmt::Debug + 'static,
{
    let client = Client::builder(TokioExecutor::new()).build(connector);
    SharedHttpConnector::new(Unchecked { client, settings })
}

#[derive(Debug)]
struct Unchecked<C> {
    client: Client<C, SdkBody>,
    settings: HttpConnectorSettings,
}

impl<C> HttpConnector for Unchecked<C>
where
    C: Connect + Clone + Send + Sync + std::fmt::Debug + 'static,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(why) => return HttpConnectorFuture::ready(Err(ConnectorError::user(why.into()))),
        };
        let request = self.client.request(request);
        // One limit for connection and response together, because the client does not report when it is connected.
        let limit = self.settings.connect_timeout().zip(self.settings.read_timeout());
        HttpConnectorFuture::new(async move {
            let answer = match limit {
                Some((connect, read)) => tokio::time::timeout(connect + read, request).await,
                None => Ok(request.await),
            };
            match answer {
                Ok(Ok(answer)) => HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                    .map_err(|why| ConnectorError::other(why.into(), None)),
                Ok(Err(why)) => Err(ConnectorError::io(why.into())),
                Err(why) => Err(ConnectorError::timeout(why.into())),
            }
        })
    }
}

/// Accepts any certificate whose private key the server has.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
