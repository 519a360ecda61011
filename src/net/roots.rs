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
    /// The machine's own store, or the files of `SSL_CERT_FILE` and `SSL_CERT_DIR`, which replace it.
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
        let pem = match files::read(&bundle.path) {
            Ok(pem) => pem,
            Err(why) => {
                let message = format!("could not read the CA bundle {}: {why}", name(bundle));
                return Err(Unknown::new(ErrorCode::CaBundle, message)
                    .hint(format!("correct or unset {}", bundle.origin)));
            }
        };
        let certificates = roots_of(&pem);
        if certificates.is_empty() {
            let message = format!("no CA certificates in {}", name(bundle));
            return Err(Unknown::new(ErrorCode::CaBundle, message)
                .hint("choose a file with certificates in PEM, -----BEGIN CERTIFICATE-----"));
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
    let mut roots = Vec::new();
    for block in String::from_utf8_lossy(pem).split_inclusive(END) {
        if is_root(block) {
            roots.push(block.as_bytes().to_vec());
        }
    }
    roots
}

fn is_root(block: &str) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_slice(block.as_bytes()) else { return false };
    rustls::RootCertStore::empty().add(certificate).is_ok()
}

/// Whether the machine has no root certificates. TLS then rejects every server.
pub(crate) fn machine_has_no_roots() -> bool {
    rustls_native_certs::load_native_certs().certs.is_empty()
}
