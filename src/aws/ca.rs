//! Which certificate authorities are trusted. Reads bundles before the SDK would panic on them.

use std::path::{Path, PathBuf};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::files;
use crate::source::{Setting, Settings};
use crate::unknown::{ErrorCode, Unknown};

/// The roots that a TLS connection may end in.
#[derive(Clone, Debug)]
pub enum Roots {
    /// The machine's own store, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` put in its place.
    Native,
    /// The certificates of a bundle, and no others.
    Bundle {
        /// Where they were read.
        path: PathBuf,
        /// PEM, each of them found to be a certificate that can be a root.
        certificates: Vec<Vec<u8>>,
    },
}

/// A CA bundle that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The file.
    pub path: PathBuf,
    /// What named it: `--ca-bundle`, `AWS_CA_BUNDLE`, …
    pub by: String,
    /// Whether the machine's own roots are still trusted beside it.
    pub keeps_native: bool,
}

impl Named {
    /// The bundle that the flag, the environment or the profile name, in the AWS CLI's order; then
    /// OpenSSL's own variable, which the machine's roots are read with.
    pub fn of(flag: Option<&Path>, settings: &Settings<'_>) -> Result<Option<Self>, Unknown> {
        if let Some(path) = flag {
            return Ok(Some(Self::only(path, "--ca-bundle".to_owned())));
        }
        if let Some((path, origin)) = settings.text(Setting::CaBundle)? {
            return Ok(Some(Self::only(Path::new(&path), origin.to_string())));
        }
        if let Some(path) = settings.variable("REQUESTS_CA_BUNDLE") {
            return Ok(Some(Self::only(Path::new(path), "REQUESTS_CA_BUNDLE".to_owned())));
        }
        Ok(settings.variable("SSL_CERT_FILE").map(|path| Self {
            path: PathBuf::from(path),
            by: "SSL_CERT_FILE".to_owned(),
            keeps_native: true,
        }))
    }

    fn only(path: &Path, by: String) -> Self {
        Self { path: path.to_path_buf(), by, keeps_native: false }
    }
}

impl Roots {
    /// Reads the bundle that is named, if one is.
    pub fn read(named: Option<&Named>) -> Result<Self, Unknown> {
        let Some(named) = named else { return Ok(Self::Native) };
        let pem = files::read(&named.path).map_err(|why| {
            Unknown::new(
                ErrorCode::CaBundle,
                format!("the CA bundle {} cannot be read: {why}", shown(named)),
            )
            .hint(format!("correct or unset {}", named.by))
        })?;
        let certificates = roots_of(&pem);
        if certificates.is_empty() {
            return Err(Unknown::new(
                ErrorCode::CaBundle,
                format!("no CA certificates in {}", shown(named)),
            )
            .hint("a CA bundle holds certificates in PEM form, -----BEGIN CERTIFICATE-----"));
        }
        if named.keeps_native {
            return Ok(Self::Native);
        }
        Ok(Self::Bundle { path: named.path.clone(), certificates })
    }
}

fn shown(named: &Named) -> String {
    format!("`{}` ({})", named.path.display(), named.by)
}

/// The PEM blocks of a bundle that can be a root. Others are left out, as OpenSSL leaves them.
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

/// Whether the machine trusts nobody at all, which shows up as a server that is not trusted.
pub fn machine_has_none() -> bool {
    rustls_native_certs::load_native_certs().certs.is_empty()
}
