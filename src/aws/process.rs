//! Runs a `credential_process` as its tool would run it, and reads the credentials that it prints. Messages contain
//! neither its stderr nor its command line, because both can contain secrets.

mod expiration;

use std::io::ErrorKind;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};

use futures_util::future::{Either, select, try_join3};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use zeroize::Zeroizing;

use self::expiration::Zone;
use crate::identity::AccountId;
use crate::process;
use crate::source::{Keys, Origin, Process, Runner, Secret, Settings};
use crate::unknown::{ErrorCode, Unknown};

pub(super) use self::expiration::Printed;

/// The variable with the digests of the processes that a process runs in, separated by colons.
const BARRIER: &str = "_ACCOUNT_GUARD_PROCESS";
/// The number of processes that may run inside of each other, as in the AWS CLI.
const DEEPEST: usize = 4;
/// The largest output that is read, in bytes.
const LONGEST: u64 = 64 << 10;

/// Runs the process. The keys have no expiration, because each family reads the printed one by its own rules.
pub(super) async fn obtain(
    process: &Process,
    origin: &Origin,
    settings: &Settings<'_>,
) -> Result<(Keys, Printed), Unknown> {
    let mut command = command(process, origin)?;
    command.env(BARRIER, chain(process, origin, settings.variable(BARRIER).unwrap_or_default())?);
    let ended = match run(command).await {
        Ok(ended) if ended.status.success() => ended,
        Ok(ended) => return Err(failed(&ended, process, origin)),
        Err(why) => return Err(not_run(&why, process, origin)),
    };
    let keys = read(&ended.printed, origin)?;
    let zone = Zone::of(settings.as_set("TZ"));
    Ok((keys, Printed::of(&ended.printed, origin, zone)))
}

/// The value of [`BARRIER`] for a process. An error if the process already runs, because it would start itself again and
/// again.
fn chain(process: &Process, origin: &Origin, above: &str) -> Result<String, Unknown> {
    let digest = Sha256::digest(format!("{origin}\n{}", process.command.expose()));
    let own = hex::encode(digest.get(..8).unwrap_or(&digest));
    let mut links: Vec<&str> = above.split(':').filter(|link| !link.is_empty()).collect();
    let what = if links.contains(&own.as_str()) {
        "runs itself".to_owned()
    } else if links.len() >= DEEPEST {
        format!("runs inside of {DEEPEST} other processes, which is the limit")
    } else {
        links.push(&own);
        return Ok(links.join(":"));
    };
    Err(unusable(origin, &what).hint("use a profile with keys in the process"))
}

fn command(process: &Process, origin: &Origin) -> Result<Command, Unknown> {
    let mut command = match process.runner {
        Runner::Shell => shell(process.command.expose()),
        Runner::Words => {
            let words = process.words().unwrap_or_default();
            let [program, arguments @ ..] = words.as_slice() else {
                return Err(unusable(origin, "has an unclosed quotation mark")
                    .hint("close the quotation mark"));
            };
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
    };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

#[cfg(not(windows))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").raw_arg(line);
    command
}

/// A process that has ended.
struct Ended {
    printed: Zeroizing<Vec<u8>>,
    /// Whether the process wrote to stderr.
    has_stderr: bool,
    status: ExitStatus,
}

async fn run(mut command: Command) -> std::io::Result<Ended> {
    let (mut child, group) = process::start(&mut command)?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(ErrorKind::BrokenPipe.into());
    };
    let end = pin!(try_join3(whole(stdout), drained(stderr), child.wait()));
    let (printed, has_stderr, status) = match select(end, pin!(group.stopped())).await {
        Either::Left((ended, _)) => ended?,
        Either::Right(_) => return Err(ErrorKind::WouldBlock.into()),
    };
    group.has_ended();
    Ok(Ended { printed, has_stderr, status })
}

/// Reads a stream to its end; output above the limit is an error of the kind `FileTooLarge`. The buffer never moves,
/// because a move would leave a copy of the secrets in memory.
async fn whole(stream: impl AsyncRead + Unpin) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let room = usize::try_from(2 * LONGEST).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let length = stream.take(LONGEST + 1).read_to_end(&mut bytes).await?;
    match u64::try_from(length) {
        Ok(length) if length <= LONGEST => Ok(bytes),
        _ => Err(ErrorKind::FileTooLarge.into()),
    }
}

/// Reads a stream to its end. Returns whether it contained any byte.
async fn drained(mut stream: impl AsyncRead + Unpin) -> std::io::Result<bool> {
    let mut buffer = Zeroizing::new([0; 4096]);
    let mut has_bytes = false;
    while stream.read(buffer.as_mut_slice()).await? > 0 {
        has_bytes = true;
    }
    Ok(has_bytes)
}

fn not_run(why: &std::io::Error, process: &Process, origin: &Origin) -> Unknown {
    let program = match program(process) {
        Some(program) => format!("its program `{program}`"),
        None => "its program".to_owned(),
    };
    match why.kind() {
        ErrorKind::NotFound => not_started(origin, &format!("{program} does not exist"))
            .hint("install the program, or write its absolute path in the profile"),
        ErrorKind::PermissionDenied => not_started(origin, &format!("{program} is not executable"))
            .hint("make the program executable, or correct its path in the profile"),
        ErrorKind::FileTooLarge => unusable(origin, "printed more than 64 KiB").hint(FORM),
        ErrorKind::WouldBlock => {
            unusable(origin, "prompts on the terminal, which is not supported")
                .hint("sign in first, so that the process does not prompt")
        }
        _ => not_started(origin, &why.to_string()).hint(BY_HAND),
    }
}

/// The program of the process; `None` if its text can contain a secret.
fn program(process: &Process) -> Option<String> {
    let first = process.words()?.into_iter().next()?;
    let is_plain = first.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    is_plain.then_some(first)
}

const BY_HAND: &str = "run the process yourself to see its output, which account-guard does not \
                       show because it can contain secrets";
const FORM: &str = "print one JSON object with Version 1, AccessKeyId and SecretAccessKey, and for \
                    temporary credentials also SessionToken and Expiration";

fn failed(ended: &Ended, process: &Process, origin: &Origin) -> Unknown {
    let how = match (ended.status.code(), process.runner) {
        (Some(127), Runner::Shell) => "exit code 127: the shell did not find a command".to_owned(),
        (Some(126), Runner::Shell) => "exit code 126: the shell could not run it".to_owned(),
        (Some(code), _) => format!("exit code {code}"),
        (None, _) => signal(ended.status),
    };
    let stderr = if ended.has_stderr { ", and wrote to stderr" } else { "" };
    unusable(origin, &format!("ended with {how}{stderr}")).hint(BY_HAND)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => "a signal".to_owned(),
    }
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> String {
    "a signal".to_owned()
}

/// The JSON object that a process prints, without its expiration. Other members are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: Option<Value>,
    access_key_id: Option<Zeroizing<String>>,
    secret_access_key: Option<Zeroizing<String>>,
    session_token: Option<Zeroizing<String>>,
    account_id: Option<String>,
}

fn read(text: &[u8], origin: &Origin) -> Result<Keys, Unknown> {
    parse(text).map_err(|what| unusable(origin, &format!("printed {what}")).hint(FORM))
}

/// The error completes the sentence "the process printed …".
fn parse(text: &[u8]) -> Result<Keys, String> {
    if text.trim_ascii().is_empty() {
        return Err("nothing".to_owned());
    }
    let document: Document = match serde_json::from_slice(text) {
        Ok(document) => document,
        // The text of the error is left out, because it can quote a secret.
        Err(why) if why.is_data() => {
            return Err(
                "invalid credentials: expected a JSON object with unique keys and string values"
                    .to_owned(),
            );
        }
        Err(_) => return Err("invalid JSON".to_owned()),
    };
    check_version(document.version.as_ref())?;
    let mut secret = filled(document.secret_access_key, "SecretAccessKey")?;
    let access_key_id = filled(document.access_key_id, "AccessKeyId")?.to_string();
    let session_token = match document.session_token {
        Some(mut token) if !token.is_empty() => Some(Secret::new(std::mem::take(&mut *token))),
        _ => None,
    };
    let account_id = match document.account_id.as_deref() {
        None | Some("") => None,
        Some(id) => match AccountId::parse(id) {
            Ok(id) => Some(id),
            Err(_) => return Err("an invalid `AccountId`: expected 12 digits".to_owned()),
        },
    };
    Ok(Keys {
        access_key_id,
        secret_access_key: Secret::new(std::mem::take(&mut *secret)),
        session_token,
        expires_at: None,
        account_id,
    })
}

fn check_version(version: Option<&Value>) -> Result<(), String> {
    let Some(version) = version else { return Err("no `Version`".to_owned()) };
    match version.as_u64() {
        Some(1) => Ok(()),
        Some(other) => Err(format!("an unknown `Version`: expected 1, got {other}")),
        None => Err("an invalid `Version`: expected the number 1".to_owned()),
    }
}

fn filled(value: Option<Zeroizing<String>>, name: &str) -> Result<Zeroizing<String>, String> {
    match value {
        Some(value) if !value.trim().is_empty() => Ok(value),
        _ => Err(format!("no `{name}`")),
    }
}

fn not_started(origin: &Origin, why: &str) -> Unknown {
    let message = format!("{origin}: could not run the `credential_process`: {why}");
    Unknown::new(ErrorCode::SourceFailed, message)
}

fn unusable(origin: &Origin, what: &str) -> Unknown {
    let message = format!("{origin}: the `credential_process` {what}");
    Unknown::new(ErrorCode::SourceFailed, message)
}
