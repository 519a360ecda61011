//! Credentials of a `credential_process`: run as its tool would run it. Its stderr and its command line
//! are never shown: people write secrets into both.

mod expiration;

use std::io::ErrorKind;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};

use futures_util::future::{Either, select, try_join3};
use serde::Deserialize;
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

/// Tells a process which processes it is run by.
const BARRIER: &str = "_ACCOUNT_GUARD_PROCESS";
/// How many processes may be run by one another, as the AWS CLI has it.
const DEEPEST: usize = 4;
/// The most that is read of what a process prints, in bytes.
const LONGEST: u64 = 64 << 10;

/// Runs the process. The keys that it prints have no expiration yet: each family reads that by itself.
pub(super) async fn obtain(
    process: &Process,
    origin: &Origin,
    settings: &Settings<'_>,
) -> Result<(Keys, Printed), Unknown> {
    let mut command = command(process, origin)?;
    command.env(BARRIER, chain(process, origin, settings.variable(BARRIER).unwrap_or_default())?);
    let ended = run(command).await.map_err(|why| not_run(&why, process, origin))?;
    if !ended.status.success() {
        return Err(failed(&ended, process, origin));
    }
    let keys = read(&ended.printed, origin)?;
    let zone = Zone::of(settings.as_set("TZ"));
    Ok((keys, Printed::of(&ended.printed, origin, zone)))
}

/// The processes that lead to this one, and itself. The same one again would be started for ever.
fn chain(process: &Process, origin: &Origin, above: &str) -> Result<String, Unknown> {
    let digest = Sha256::digest(format!("{origin}\n{}", process.command.expose()));
    let own = digest.iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let links: Vec<&str> = above.split(':').filter(|link| !link.is_empty()).collect();
    let why = if links.contains(&own.as_str()) {
        "is run by itself".to_owned()
    } else if links.len() >= DEEPEST {
        format!("is run by another one, {DEEPEST} deep")
    } else {
        return Ok(links.into_iter().chain([own.as_str()]).collect::<Vec<_>>().join(":"));
    };
    Err(unusable(origin, &why).hint("let the process use a profile that has keys of its own"))
}

fn command(process: &Process, origin: &Origin) -> Result<Command, Unknown> {
    let mut command = match process.runner {
        Runner::Shell => shell(process.command.expose()),
        Runner::Words => {
            let words = process.words();
            let Some((program, arguments)) = words.as_deref().and_then(<[String]>::split_first)
            else {
                return Err(unusable(
                    origin,
                    "cannot be split into words: a quotation mark is not closed",
                )
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
    /// Whether it wrote to stderr.
    has_complained: bool,
    status: ExitStatus,
}

async fn run(mut command: Command) -> std::io::Result<Ended> {
    let (mut child, group) = process::start(&mut command)?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(ErrorKind::BrokenPipe.into());
    };
    let ended = pin!(try_join3(whole(stdout), drained(stderr), child.wait()));
    let ended = match select(ended, pin!(group.stopped())).await {
        Either::Left((ended, _)) => ended?,
        Either::Right(_) => return Err(ErrorKind::WouldBlock.into()),
    };
    let (printed, has_complained, status) = ended;
    group.has_ended();
    Ok(Ended { printed, has_complained, status })
}

/// All that a stream holds, up to the limit. The buffer never moves, so that no copy stays behind.
async fn whole(stream: impl AsyncRead + Unpin) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let room = usize::try_from(2 * LONGEST).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let length = stream.take(LONGEST + 1).read_to_end(&mut bytes).await?;
    let is_whole = u64::try_from(length).is_ok_and(|length| length <= LONGEST);
    is_whole.then_some(bytes).ok_or_else(|| ErrorKind::FileTooLarge.into())
}

/// Reads a stream to its end, and keeps only whether there was anything.
async fn drained(mut stream: impl AsyncRead + Unpin) -> std::io::Result<bool> {
    let mut buffer = Zeroizing::new([0; 4096]);
    let mut is_anything = false;
    while stream.read(buffer.as_mut_slice()).await? > 0 {
        is_anything = true;
    }
    Ok(is_anything)
}

fn not_run(why: &std::io::Error, process: &Process, origin: &Origin) -> Unknown {
    let program = program(process).map_or_else(String::new, |program| format!(" (`{program}`)"));
    match why.kind() {
        ErrorKind::NotFound => {
            unusable(origin, &format!("cannot be run: there is no such program{program}"))
                .hint("install it, or write its whole path in the profile")
        }
        ErrorKind::PermissionDenied => {
            unusable(origin, &format!("cannot be run: its program{program} is not executable"))
                .hint("make it executable, or correct its path in the profile")
        }
        ErrorKind::FileTooLarge => unusable(origin, "printed more than 64 KiB").hint(FORM),
        ErrorKind::WouldBlock => {
            unusable(origin, "asks at the terminal, and nobody answers it here")
                .hint("sign in before, so that it has nothing to ask")
        }
        _ => unusable(origin, &format!("cannot be run{program}: {why}")).hint(BY_HAND),
    }
}

/// The first word, where it cannot hold a secret.
fn program(process: &Process) -> Option<String> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-".contains(&b);
    let first = process.words()?.into_iter().next()?;
    first.bytes().all(is_plain).then_some(first)
}

const BY_HAND: &str =
    "run it by hand to see what it says: it is not shown here, since it may hold secrets";
const FORM: &str = "it prints one JSON object: Version 1, AccessKeyId, SecretAccessKey, and where \
                    the keys are temporary SessionToken and Expiration";

fn failed(ended: &Ended, process: &Process, origin: &Origin) -> Unknown {
    let how = match (ended.status.code(), process.runner) {
        (Some(127), Runner::Shell) => "exit code 127: the shell did not find a command".to_owned(),
        (Some(126), Runner::Shell) => "exit code 126: the shell could not run it".to_owned(),
        (Some(code), _) => format!("exit code {code}"),
        (None, _) => signal(ended.status),
    };
    let said = if ended.has_complained { ", and wrote to stderr" } else { "" };
    unusable(origin, &format!("ended with {how}{said}")).hint(BY_HAND)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map_or_else(|| "a signal".to_owned(), |signal| format!("signal {signal}"))
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> String {
    "a signal".to_owned()
}

/// The document that a process prints, but for its expiration. Other keys are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: Option<serde_json::Value>,
    access_key_id: Option<Zeroizing<String>>,
    secret_access_key: Option<Zeroizing<String>>,
    session_token: Option<Zeroizing<String>>,
    account_id: Option<String>,
}

fn read(text: &[u8], origin: &Origin) -> Result<Keys, Unknown> {
    let wrong = |what: &str| unusable(origin, &format!("printed {what}")).hint(FORM);
    if text.trim_ascii().is_empty() {
        return Err(wrong("nothing"));
    }
    // What serde says of it would quote it.
    let printed: Document = serde_json::from_slice(text).map_err(|why| match why.classify() {
        serde_json::error::Category::Data => wrong("JSON of another form"),
        _ => wrong("something that is not JSON"),
    })?;
    match printed.version.as_ref().map(serde_json::Value::as_u64) {
        Some(Some(1)) => {}
        Some(Some(other)) => return Err(wrong(&format!("`Version` {other}, which is not known"))),
        Some(None) => return Err(wrong("a `Version` that is no number")),
        None => return Err(wrong("no `Version`")),
    }
    let filled = |value: Option<Zeroizing<String>>, name| {
        let value = value.filter(|value| !value.trim().is_empty());
        value.ok_or_else(|| wrong(&format!("no `{name}`")))
    };
    let mut secret = filled(printed.secret_access_key, "SecretAccessKey")?;
    Ok(Keys {
        access_key_id: filled(printed.access_key_id, "AccessKeyId")?.to_string(),
        secret_access_key: Secret::new(std::mem::take(&mut *secret)),
        session_token: printed
            .session_token
            .filter(|token| !token.is_empty())
            .map(|mut token| Secret::new(std::mem::take(&mut *token))),
        expires_at: None,
        account_id: match printed.account_id.as_deref() {
            None | Some("") => None,
            Some(id) => Some(
                AccountId::parse(id).map_err(|_| wrong("an `AccountId` that is no account's"))?,
            ),
        },
    })
}

fn unusable(origin: &Origin, what: &str) -> Unknown {
    let message = format!("{origin}: the `credential_process` {what}");
    Unknown::new(ErrorCode::SourceFailed, message)
}
