//! Gets its identity as a program with the AWS SDK for Rust would: `oracle_rust [PROFILE]`. It uses the
//! SDK's default chain. The HTTP client is our own, because the SDK's client is not compiled in.

#![expect(clippy::print_stdout, reason = "the answer is the output")]

use aws_config::BehaviorVersion;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client);
    if let Some(profile) = std::env::args().nth(1) {
        loader = loader.profile_name(profile);
    }
    let client = aws_sdk_sts::Client::new(&loader.load().await);
    let answer = client.get_caller_identity().send().await?;
    println!("{}", answer.account().unwrap_or_default());
    Ok(())
}
