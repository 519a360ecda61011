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

const USAGE: &str =
    "usage: loopback_sts [--port PORT] [--until-stdin-closes] --identity KEY_ID=ARN ...";

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "loopback_sts: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let server = sts::serve(address, arguments.identities)
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    writeln!(io::stdout(), "{}", server.url())
        .and_then(|()| io::stdout().flush())
        .map_err(|error| format!("cannot print the URL: {error}"))?;
    if arguments.until_stdin_closes {
        io::copy(&mut io::stdin(), &mut io::sink()).map_err(|error| error.to_string())?;
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
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--until-stdin-closes" => arguments.until_stdin_closes = true,
                "--port" => arguments.port = parse_port(&value_of(&word, &mut words)?)?,
                "--identity" => arguments.add_identity(&value_of(&word, &mut words)?)?,
                _ => return Err(format!("unknown argument `{word}`\n{USAGE}")),
            }
        }
        if arguments.identities.is_empty() {
            return Err(format!("no identity to answer with\n{USAGE}"));
        }
        Ok(arguments)
    }

    fn add_identity(&mut self, pair: &str) -> Result<(), String> {
        let (key, arn) = pair
            .split_once('=')
            .filter(|(key, arn)| !key.is_empty() && is_arn_with_account(arn))
            .ok_or_else(|| format!("`{pair}` is not KEY_ID=ARN"))?;
        match self.identities.insert(key.to_owned(), arn.to_owned()) {
            Some(_) => Err(format!("two identities for the key `{key}`")),
            None => Ok(()),
        }
    }
}

fn is_arn_with_account(text: &str) -> bool {
    let account = sts::account_of(text);
    text.starts_with("arn:")
        && text.splitn(6, ':').count() == 6
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
}

fn value_of(flag: &str, words: &mut impl Iterator<Item = String>) -> Result<String, String> {
    words.next().ok_or_else(|| format!("`{flag}` needs a value\n{USAGE}"))
}

fn parse_port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("`{text}` is not a port"))
}
