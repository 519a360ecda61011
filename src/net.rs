//! The network, independent of AWS services: the HTTP client and its gate, TLS roots, proxies and
//! timeouts. Does not decide which hosts are trusted.

pub(crate) mod http;
pub(crate) mod proxy;
pub(crate) mod roots;
pub(crate) mod timeouts;
