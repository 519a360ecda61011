//! URLs of AWS emulators in the policy. Refuses URLs of AWS itself. Sends nothing.

use std::fmt;

use url::Url;

use super::problem::{Fault, quoted};
use super::problem_code::ProblemCode;
use crate::partition::Partition;

/// Domains of Amazon that are not the suffix of a partition, such as the domain of the sign-in pages.
const AMAZON: [&str; 4] = ["amazonaws.com", "amazon.com", "amazonwebservices.com", "aws"];

/// The URL of an emulator: scheme, host, and a port or any port.
#[derive(Clone, Debug)]
pub struct Emulator {
    text: String,
    url: Url,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Any,
    Of(Option<u16>),
}

impl Emulator {
    /// Parses `http://HOST:PORT` or `https://HOST:PORT`. The port is optional and may be `*`.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let (bare, any) = match text.strip_suffix(":*") {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        if !is_plain(bare) {
            return Err(invalid(text));
        }
        let url = Url::parse(bare).map_err(|_| invalid(text))?;
        let host = url.host_str().ok_or_else(|| invalid(text))?;
        if is_aws(host) {
            let message = format!("{} is an AWS endpoint, not an emulator", quoted(text));
            return Err(Fault::new(ProblemCode::EmulatorIsAws, message)
                .hint("remove `emulator`: without it, requests go to AWS"));
        }
        let port = match (any, url.port()) {
            (true, None) => Port::Any,
            (true, Some(_)) => return Err(invalid(text)),
            (false, _) => Port::Of(url.port_or_known_default()),
        };
        Ok(Self { text: text.to_owned(), url, port })
    }

    /// Whether `url` has the scheme, the host and the port of this emulator.
    pub fn allows(&self, url: &Url) -> bool {
        let port = match self.port {
            Port::Any => true,
            Port::Of(port) => port == url.port_or_known_default(),
        };
        port && self.url.scheme() == url.scheme() && self.url.host() == url.host()
    }

    /// The URL for requests. Without a specific port it has the default port of its scheme.
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// The text in the policy.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Emulators are equal if they allow the same URLs.
impl PartialEq for Emulator {
    fn eq(&self, other: &Self) -> bool {
        (&self.url, self.port) == (&other.url, other.port)
    }
}

impl Eq for Emulator {}

impl fmt::Display for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether the text is only `scheme://host[:port]`. A URL parser would accept and normalize much more.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    !rest.is_empty() && !rest.ends_with(':') && rest.chars().all(is_host_character)
}

/// Whether the character may be in a host with a port.
fn is_host_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || ".-_:[]".contains(c)
}

fn is_aws(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let suffixes = Partition::ALL.into_iter().flat_map(Partition::suffixes);
    suffixes.chain(AMAZON).any(|suffix| is_under(&host, suffix))
}

/// Whether the host is this domain or a part of it.
fn is_under(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some(rest) => rest.is_empty() || rest.ends_with('.'),
        None => false,
    }
}

fn invalid(text: &str) -> Fault {
    Fault::new(
        ProblemCode::InvalidEmulator,
        format!("{} is not the URL of an emulator", quoted(text)),
    )
    .hint("write `http://HOST:PORT` or `https://HOST:PORT`, without a path; the port may be `*`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_its_scheme_host_and_port() {
        for (text, url, expected) in [
            ("http://localhost:4566", "http://localhost:4566/", true),
            ("http://localhost:4566", "http://LOCALHOST:4566", true),
            ("http://localhost:4566", "http://localhost:4567", false),
            ("http://localhost:4566", "https://localhost:4566", false),
            ("http://localhost:4566", "http://localhost", false),
            ("http://localhost:4566", "http://localhost.evil.com:4566", false),
            ("http://localhost:*", "http://localhost:1", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "http://localhos:1", false),
            ("http://localhost", "http://localhost:80", true),
            ("http://localhost", "http://localhost:4566", false),
            ("https://aws.local:443", "https://aws.local", true),
            ("http://[::1]:4566", "http://[::1]:4566", true),
            ("http://127.0.0.1:*", "http://127.0.0.1:9", true),
            ("http://127.0.0.1:*", "http://127.0.0.2:9", false),
        ] {
            let emulator = Emulator::parse(text).unwrap();
            assert_eq!(emulator.allows(&Url::parse(url).unwrap()), expected, "{text} {url}");
        }
    }

    #[test]
    fn the_url_of_any_port_has_the_default_port() {
        let url = |text: &str| Emulator::parse(text).unwrap().url().to_string();
        assert_eq!(url("http://localstack:*"), "http://localstack/");
        assert_eq!(url("https://localstack:4566"), "https://localstack:4566/");
    }

    #[test]
    fn a_url_with_more_than_scheme_host_and_port_is_refused() {
        for text in [
            "localhost:4566",
            "http://",
            "http://:4566",
            "http://*:4566",
            "http://localhost:4566/",
            "http://localhost:4566/path",
            "http://localhost:4566?q",
            "http://user@localhost:4566",
            "http://localhost:4566:*",
            "http://localhost::*",
            "http://localhost:",
            "http://localhost:99999",
            "http:localhost",
            "http:///localhost",
            "HTTP://localhost",
            "ftp://localhost",
            "http://local host",
            "http://localhost\n",
            "http://localhost\\@evil",
            "http://[::1",
        ] {
            assert_eq!(Emulator::parse(text).unwrap_err(), invalid(text), "{text:?}");
        }
    }

    #[test]
    fn hosts_of_aws_are_refused() {
        for host in [
            "amazonaws.com",
            "sts.amazonaws.com",
            "sts.amazonaws.com.",
            "STS.eu-west-1.AMAZONAWS.com",
            "sts.us-east-1.api.aws",
            "sts.cn-north-1.amazonaws.com.cn",
            "vpce-1-a.sts.us-east-1.vpce.amazonaws.com",
            "sts.eusc-de-east-1.amazonaws.eu",
            "sts.us-iso-east-1.c2s.ic.gov",
            "signin.aws.amazon.com",
        ] {
            let fault = Emulator::parse(&format!("https://{host}:*")).unwrap_err();
            assert_eq!(
                fault.error(&super::super::Place::default()).code,
                ProblemCode::EmulatorIsAws
            );
        }
        assert!(Emulator::parse("http://notamazonaws.com").is_ok());
        assert!(Emulator::parse("http://localhost.localstack.cloud:4566").is_ok());
    }
}
