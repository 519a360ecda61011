//! Gets its identity three times with the AWS SDK for Rust, changes the policy, and gets it once more:
//! `serve_rust POLICY FROM TO`. It uses the SDK's default chain, and an HTTP client that uses the proxies of
//! the environment, as many programs do.

#![expect(clippy::print_stdout, reason = "the answers are the output")]

use anyhow::{Context as _, Result, bail};
use aws_config::BehaviorVersion;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, proxy::ProxyConfig};
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_types::app_name::AppName;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let bundle = std::env::var("AWS_CA_BUNDLE").context("AWS_CA_BUNDLE is not set")?;
    let bundle = std::fs::read(&bundle).with_context(|| format!("could not read `{bundle}`"))?;
    let trust = TrustStore::empty().with_pem_certificate(bundle);
    let tls = TlsContext::builder().with_trust_store(trust).build()?;
    let client = Builder::new().build_with_connector_fn(move |_, _| {
        Connector::builder()
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .build()
    });
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(client)
        .app_name(AppName::new("serve-rust")?);
    let client = aws_sdk_sts::Client::new(&loader.load().await);
    for _ in 0..3 {
        let answer = client.get_caller_identity().send().await?;
        println!("{}", answer.arn().unwrap_or_default());
    }
    let mut words = std::env::args().skip(1);
    let (Some(policy), Some(before), Some(after)) = (words.next(), words.next(), words.next())
    else {
        bail!("usage: serve_rust POLICY FROM TO");
    };
    std::fs::write(&policy, std::fs::read_to_string(&policy)?.replace(&before, &after))?;
    if let Err(why) = client.get_caller_identity().send().await {
        println!("{}", DisplayErrorContext(why));
    }
    Ok(())
}
