//! The network, independent of AWS services: the HTTP client and its gate, TLS roots, proxies and
//! timeouts. Does not decide which hosts are trusted.

pub(crate) mod http;
pub(crate) mod proxy;
pub(crate) mod roots;
pub(crate) mod timeouts;

use std::collections::BTreeMap;

use self::http::Net;
use self::proxy::Proxy;
use self::roots::{CaBundle, Roots};
use crate::unknown::Unknown;

/// The network with this CA bundle and the proxy of these variables. Calls `note` for each setting that
/// is not the default.
///
/// # Errors
///
/// The bundle cannot be read, or the address of the proxy is invalid.
pub(crate) fn connect(
    bundle: Option<&CaBundle>,
    variables: &BTreeMap<String, String>,
    note: impl Fn(String),
) -> Result<Net, Unknown> {
    let roots = Roots::read(bundle)?;
    if let Some(bundle) = bundle {
        note(format!("TLS trusts `{}` ({})", bundle.path.display(), bundle.origin));
    }
    let proxy = Proxy::of(variables)?;
    if let Some(proxy) = &proxy {
        note(format!("AWS is asked through the proxy {}", proxy.shown()));
    }
    Net::new(&roots, proxy)
}
