//! Reads the proxy settings in the environment by the rules of `curl` and the AWS CLI. Does not connect to the proxy.

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
    label: String,
}

impl Proxy {
    /// Finds the proxy for `https://` among the variables, lower case first.
    ///
    /// `None` if no variable is set. An invalid address is an error, so that no request bypasses the proxy.
    pub(crate) fn of(variables: &BTreeMap<String, String>) -> Result<Option<Self>, Unknown> {
        const NAMES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        for name in NAMES {
            if let Some(value) = variables.get(name)
                && !value.trim().is_empty()
            {
                return Self::parse(name, value.trim(), no_proxy(variables)).map(Some);
            }
        }
        Ok(None)
    }

    fn parse(name: &str, value: &str, exceptions: String) -> Result<Self, Unknown> {
        let Some(url) = parse_address(value) else {
            let message = format!("{name} is not the address of a proxy");
            return Err(Unknown::new(ErrorCode::Proxy, message)
                .hint(format!("set {name} to http://HOST:PORT, or unset it")));
        };
        let config = match ProxyConfig::https(url.as_str()) {
            Ok(config) => config.no_proxy(&exceptions),
            Err(why) => {
                return Err(Unknown::new(ErrorCode::Proxy, format!("could not use {name}: {why}")));
            }
        };
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let label = format!("{host}:{port} ({name})");
        Ok(Self { config, url, exceptions, label })
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

    /// Host, port and variable, without user name and password. For messages.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }
}

/// Parses an address with or without a scheme: `proxy:3128` is `http://proxy:3128`. `None` if it is not an address of a
/// proxy.
fn parse_address(value: &str) -> Option<Url> {
    let with_scheme =
        if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&with_scheme).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The value of `NO_PROXY`; empty if it is unset.
fn no_proxy(variables: &BTreeMap<String, String>) -> String {
    for name in ["no_proxy", "NO_PROXY"] {
        if let Some(value) = variables.get(name) {
            return value.clone();
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Option<String>, ErrorCode> {
        let variables =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Proxy::of(&variables)
            .map(|proxy| proxy.map(|proxy| proxy.label().to_owned()))
            .map_err(|why| why.code)
    }

    #[test]
    fn the_label_of_a_proxy_contains_no_password() {
        for (pairs, label) in [
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
            assert_eq!(of(pairs), Ok(label.map(str::to_owned)), "{pairs:?}");
        }
    }

    #[test]
    fn an_invalid_address_is_an_error() {
        for value in ["socks5://a:1", "http://", "ftp://a", "http://a:notaport", "://"] {
            assert_eq!(of(&[("HTTPS_PROXY", value)]), Err(ErrorCode::Proxy), "{value}");
        }
    }
}
