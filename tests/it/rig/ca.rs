//! A private certificate authority for servers that replace AWS over real TLS.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig, crypto::ring};

/// An authority with its own key; one of another test is not trusted.
pub(crate) struct Ca {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// The validity of a server certificate.
#[derive(Clone, Copy)]
pub(crate) enum Validity {
    /// Valid now.
    Current,
    /// Expired in 2001.
    Expired,
}

impl Ca {
    /// Creates an authority with a new key.
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key for the CA");
        // Two authorities of one name would fail because of their signatures, not as unknown
        // authorities.
        let name = format!("private CA {:?}", key.public_key_raw().get(1..5));
        parameters.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(parameters, key).expect("a CA certificate");
        Self { issuer }
    }

    /// The certificate of the authority in PEM, as in a CA bundle.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Writes a CA bundle that contains only this authority.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::write(path, self.pem()).expect("a CA bundle on disk");
    }

    /// The server configuration for these host names; a leading `*.` is allowed.
    pub(crate) fn server(&self, hosts: &[&str], validity: Validity) -> Arc<ServerConfig> {
        let (chain, key) = self.leaf(hosts, validity);
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a server certificate");
        Arc::new(config)
    }

    /// Writes the certificate and the key for these host names, for a server that reads files.
    pub(crate) fn write_server(&self, hosts: &[&str], certificate: &Path, key: &Path) {
        let (leaf, pair) = self.leaf_pem(hosts);
        std::fs::write(certificate, leaf).expect("a certificate on disk");
        std::fs::write(key, pair).expect("a key on disk");
    }

    /// A certificate for these host names and its key, in PEM.
    pub(crate) fn leaf_pem(&self, hosts: &[&str]) -> (String, String) {
        let names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let parameters = CertificateParams::new(names).expect("host names");
        let key = KeyPair::generate().expect("a key for the server");
        let leaf = parameters.signed_by(&key, &self.issuer).expect("a server certificate");
        (leaf.pem(), key.serialize_pem())
    }

    fn leaf(
        &self,
        hosts: &[&str],
        validity: Validity,
    ) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let mut parameters = CertificateParams::new(names).expect("host names");
        if matches!(validity, Validity::Expired) {
            parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
        }
        let key = KeyPair::generate().expect("a key for the server");
        let leaf = parameters.signed_by(&key, &self.issuer).expect("a server certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a private key");
        (vec![leaf.der().clone()], key)
    }
}

/// A TLS client like that of the program, which trusts only the certificates in this PEM text.
pub(crate) fn client(pem: &str) -> Arc<ClientConfig> {
    use rustls::pki_types::pem::PemObject;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.expect("a PEM certificate")).expect("a usable CA");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}
