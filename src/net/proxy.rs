//! The proxy of the environment, by the rules of `curl` and the AWS CLI. Does not connect to it.

use std::collections::BTreeMap;

use aws_smithy_http_client::proxy::ProxyConfig;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use crate::unknown::{ErrorCode, Unknown};

/// The proxy that HTTPS requests go through.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    config: ProxyConfig,
    url: Url,
    /// The hosts of `NO_PROXY`, comma-separated.
    exceptions: String,
    shown: String,
}

impl Proxy {
    /// Finds the proxy for `https://` among the variables, lower case first.
    ///
    /// `None` if no variable is set. An invalid address is an error, so that no request bypasses a proxy
    /// that was meant for it.
    pub(crate) fn of(variables: &BTreeMap<String, String>) -> Result<Option<Self>, Unknown> {
        const NAMES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        let set = |name: &&str| variables.get(*name).is_some_and(|value| !value.trim().is_empty());
        let Some(name) = NAMES.into_iter().find(set) else { return Ok(None) };
        let value = variables.get(name).map_or("", |value| value.trim());
        let url = read(value).ok_or_else(|| {
            Unknown::new(ErrorCode::Proxy, format!("{name} is not the address of a proxy"))
                .hint(format!("{name} takes the form http://HOST:PORT"))
        })?;
        let config = ProxyConfig::https(url.as_str())
            .map_err(|why| Unknown::new(ErrorCode::Proxy, format!("{name} is refused: {why}")))?;
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let (exceptions, shown) = (no_proxy(variables), format!("{host}:{port} ({name})"));
        Ok(Some(Self { config: config.no_proxy(&exceptions), url, exceptions, shown }))
    }

    /// The proxy in the type that the SDK's HTTP client takes.
    pub(crate) fn config(&self) -> ProxyConfig {
        self.config.clone()
    }

    /// How to reach a URL through the proxy; `None` if `NO_PROXY` lists its host.
    pub(super) fn intercept(&self, url: &Url) -> Option<Intercept> {
        let matcher =
            Matcher::builder().https(self.url.as_str()).no(self.exceptions.clone()).build();
        matcher.intercept(&url.as_str().parse().ok()?)
    }

    /// Host, port and variable, without user name and password.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }
}

/// An address with or without a scheme: `proxy:3128` is `http://proxy:3128`.
fn read(value: &str) -> Option<Url> {
    let with_scheme =
        if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&with_scheme).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn no_proxy(variables: &BTreeMap<String, String>) -> String {
    let value = ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| variables.get(name));
    value.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Option<String>, ErrorCode> {
        let variables =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Proxy::of(&variables)
            .map(|proxy| proxy.map(|proxy| proxy.shown().to_owned()))
            .map_err(|why| why.code)
    }

    #[test]
    fn finds_the_proxy_and_never_shows_its_password() {
        for (pairs, shown) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "")], None),
            (&[("HTTP_PROXY", "http://a:1")], None),
            (&[("HTTPS_PROXY", "http://a:3128")], Some("a:3128 (HTTPS_PROXY)")),
            (&[("HTTPS_PROXY", "a:3128")], Some("a:3128 (HTTPS_PROXY)")),
            (&[("HTTPS_PROXY", "http://u:secret@a:3128")], Some("a:3128 (HTTPS_PROXY)")),
            (&[("ALL_PROXY", "http://a")], Some("a:80 (ALL_PROXY)")),
            (
                &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2")],
                Some("b:2 (https_proxy)"),
            ),
        ] {
            assert_eq!(of(pairs), Ok(shown.map(str::to_owned)), "{pairs:?}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_an_error() {
        for value in ["socks5://a:1", "http://", "ftp://a", "http://a:notaport", "://"] {
            assert_eq!(of(&[("HTTPS_PROXY", value)]), Err(ErrorCode::Proxy), "{value}");
        }
    }
}
