//! The certificate authorities that TLS trusts. A CA bundle is read here first, because the SDK panics
//! on an invalid one.

use std::path::PathBuf;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::files;
use crate::unknown::{ErrorCode, Unknown};

/// The certificate authorities that TLS connections trust.
#[derive(Clone, Debug)]
pub(crate) enum Roots {
    /// The machine's own store, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` replace it with.
    Native,
    /// Only the certificates of a CA bundle. Each is PEM text that can be a root certificate.
    Bundle(Vec<Vec<u8>>),
}

/// A CA bundle that the command line or the configuration selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaBundle {
    pub(crate) path: PathBuf,
    /// The setting that selects the bundle: `--ca-bundle`, `AWS_CA_BUNDLE`, …
    pub(crate) origin: String,
    /// Whether the machine's own roots are trusted in addition to the bundle.
    pub(crate) keeps_native: bool,
}

impl Roots {
    /// The roots of a bundle, or the machine's own roots if there is no bundle.
    ///
    /// # Errors
    ///
    /// The bundle cannot be read, or does not contain a CA certificate.
    pub(crate) fn read(bundle: Option<&CaBundle>) -> Result<Self, Unknown> {
        let Some(bundle) = bundle else { return Ok(Self::Native) };
        let pem = files::read(&bundle.path).map_err(|why| {
            Unknown::new(
                ErrorCode::CaBundle,
                format!("the CA bundle {} cannot be read: {why}", name(bundle)),
            )
            .hint(format!("correct or unset {}", bundle.origin))
        })?;
        let certificates = roots_of(&pem);
        if certificates.is_empty() {
            return Err(Unknown::new(
                ErrorCode::CaBundle,
                format!("no CA certificates in {}", name(bundle)),
            )
            .hint("a CA bundle holds certificates in PEM form, -----BEGIN CERTIFICATE-----"));
        }
        Ok(if bundle.keeps_native { Self::Native } else { Self::Bundle(certificates) })
    }
}

fn name(bundle: &CaBundle) -> String {
    format!("`{}` ({})", bundle.path.display(), bundle.origin)
}

/// The PEM blocks of a bundle that can be root certificates. Others are ignored, as OpenSSL does.
fn roots_of(pem: &[u8]) -> Vec<Vec<u8>> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    text.split_inclusive(END)
        .filter(|block| is_root(block))
        .map(|b| b.as_bytes().to_vec())
        .collect()
}

fn is_root(block: &str) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_slice(block.as_bytes()) else { return false };
    rustls::RootCertStore::empty().add(certificate).is_ok()
}

/// Whether the machine has no root certificates. TLS then fails as if every server were untrusted.
pub(crate) fn machine_has_none() -> bool {
    rustls_native_certs::load_native_certs().certs.is_empty()
}
