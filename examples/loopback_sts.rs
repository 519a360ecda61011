//! An STS on this machine for tests and the demo. It answers `GetCallerIdentity` with the identities in
//! its arguments. Needs no AWS account.
//!
//! ```text
//! loopback_sts [--port PORT] [--until-stdin-closes] --identity KEY_ID=ARN …
//! ```
//!
//! The first line of its output is its URL. It runs until it is killed. With `--until-stdin-closes` it also
//! ends when its standard input closes, so that it ends together with the script that started it.

#[allow(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../tests/it/rig/http.rs"]
mod http;
#[allow(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../tests/it/rig/sts.rs"]
mod sts;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};

const USAGE: &str =
    "usage: loopback_sts [--port PORT] [--until-stdin-closes] --identity KEY_ID=ARN ...";

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "loopback_sts: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let server = sts::serve(address, arguments.identities)
        .with_context(|| format!("could not listen on {address}"))?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", server.url()).context("could not print the URL")?;
    stdout.flush().context("could not print the URL")?;
    if arguments.until_stdin_closes {
        io::copy(&mut io::stdin(), &mut io::sink()).context("could not read standard input")?;
    } else {
        server.wait();
    }
    Ok(())
}

#[derive(Default)]
struct Arguments {
    port: u16,
    until_stdin_closes: bool,
    identities: sts::Identities,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--until-stdin-closes" => arguments.until_stdin_closes = true,
                "--port" => arguments.port = parse_port(&value_of(&word, &mut words)?)?,
                "--identity" => arguments.add_identity(&value_of(&word, &mut words)?)?,
                _ => bail!("unknown argument `{word}`\n{USAGE}"),
            }
        }
        ensure!(!arguments.identities.is_empty(), "missing --identity\n{USAGE}");
        Ok(arguments)
    }

    fn add_identity(&mut self, pair: &str) -> Result<()> {
        let (key, arn) =
            pair.split_once('=').with_context(|| format!("`{pair}` is not KEY_ID=ARN"))?;
        ensure!(!key.is_empty() && is_arn_with_account(arn), "`{pair}` is not KEY_ID=ARN");
        let former = self.identities.insert(key.to_owned(), arn.to_owned());
        ensure!(former.is_none(), "two identities for the key `{key}`");
        Ok(())
    }
}

fn is_arn_with_account(text: &str) -> bool {
    let account = sts::account_of(text);
    text.starts_with("arn:")
        && text.splitn(6, ':').count() == 6
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
}

fn value_of(flag: &str, words: &mut impl Iterator<Item = String>) -> Result<String> {
    words.next().with_context(|| format!("`{flag}` requires a value\n{USAGE}"))
}

fn parse_port(text: &str) -> Result<u16> {
    text.parse().with_context(|| format!("`{text}` is not a port"))
}
