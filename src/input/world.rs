//! Reads once what the choice of credentials depends on: the environment, the shared files and the clock.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use crate::files;
use crate::source::{Contents, File, Machine, World, files_of, has_boto_credentials};
use crate::unknown::{ErrorCode, Unknown};

/// The variable that replaces the SDK's table of partitions. The SDK panics if its file cannot be read.
const PARTITIONS: &str = "SMITHY_CLIENT_SDK_CUSTOM_PARTITION";

/// Variables without the prefix `AWS_` that change which files are read or how requests are sent.
const OTHERS: [&str; 14] = [
    "HOME",
    "USERPROFILE",
    "HOMEPATH",
    "HOMEDRIVE",
    "BOTO_CONFIG",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "ACCOUNT_GUARD_MFA_CODE",
];

/// The firmware's file with the ID of an EC2 instance. The CDK reads it, too.
const ASSET_TAG: &str = "/sys/devices/virtual/dmi/id/board_asset_tag";

/// Reads everything that the choice of credentials can depend on.
///
/// # Errors
///
/// A relevant variable is not UTF-8, or a variable would replace AWS's host names.
pub(crate) fn read() -> Result<World, Unknown> {
    if std::env::var_os(PARTITIONS).is_some() {
        let message = format!("{PARTITIONS} is set: it would replace AWS's own host names");
        return Err(Unknown::new(ErrorCode::InvalidConfiguration, message)
            .hint(format!("unset {PARTITIONS}")));
    }
    let Environment { variables, repeated } = environment()?;
    let machine = Machine {
        password_home: password_home(),
        is_windows: cfg!(windows),
        is_ec2: files::read(Path::new(ASSET_TAG)).is_ok_and(|tag| tag.starts_with(b"i-")),
    };
    let paths = files_of(&variables, &machine, &beside());
    let files = paths.into_iter().map(|path| (path.clone(), File::new(contents(&path)))).collect();
    Ok(World { variables, repeated, machine, files, now: SystemTime::now() })
}

/// Whether botocore would find credentials in a file of boto. `true` if the files cannot be read in time.
pub(crate) fn may_have_boto_credentials() -> bool {
    const LONGEST: Duration = Duration::from_secs(1);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        sender.send(read().map_or(true, |world| has_boto_credentials(&world)))
    });
    receiver.recv_timeout(LONGEST).unwrap_or(true)
}

struct Environment {
    variables: BTreeMap<String, String>,
    repeated: BTreeSet<String>,
}

/// The environment block. A relevant variable that is not UTF-8 is an error. If a variable is set twice,
/// the first value counts, as it does for Python, Node, Go and Rust.
fn environment() -> Result<Environment, Unknown> {
    let mut variables = BTreeMap::new();
    let mut repeated = BTreeSet::new();
    for (name, value) in std::env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => match variables.get(&name) {
                None => {
                    variables.insert(name, value);
                }
                Some(first) if *first == value => {}
                Some(_) => {
                    repeated.insert(name);
                }
            },
            (Ok(name), Err(_)) if name.starts_with("AWS_") || OTHERS.contains(&&*name) => {
                return Err(Unknown::new(
                    ErrorCode::InvalidConfiguration,
                    format!("{name} is not UTF-8"),
                )
                .hint(format!("set {name} to UTF-8 text, or unset it")));
            }
            _ => {}
        }
    }
    Ok(Environment { variables, repeated })
}

/// The names of the files in the working directory. Empty if the directory cannot be listed.
fn beside() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(".") else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    paths.filter(|path| path.is_file()).collect()
}

/// The user's home directory in the password file.
#[cfg(unix)]
fn password_home() -> Option<PathBuf> {
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok()??;
    Some(user.dir).filter(|home| !home.as_os_str().is_empty())
}

/// Windows has no password file.
#[cfg(not(unix))]
fn password_home() -> Option<PathBuf> {
    None
}

fn contents(path: &Path) -> Contents {
    match files::read(path) {
        Ok(bytes) => Contents::Bytes(bytes),
        Err(why) if why.kind() == ErrorKind::NotFound => Contents::Missing,
        // A part of the path is a file: no tool finds anything there.
        Err(why) if why.kind() == ErrorKind::NotADirectory => Contents::Missing,
        Err(why) => Contents::Unreadable(why.to_string()),
    }
}
