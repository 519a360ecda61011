//! Reads the environment, the shared files and the clock once. The choice of credentials depends on nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use crate::files;
use crate::source::{Contents, File, Machine, World, files_of, has_boto_credentials};
use crate::unknown::{ErrorCode, Unknown};

/// The variable with a file that replaces the SDK's table of partitions. The SDK panics if it cannot read the file.
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

/// The file in which the firmware stores the ID of an EC2 instance. The CDK reads it, too.
const ASSET_TAG: &str = "/sys/devices/virtual/dmi/id/board_asset_tag";

/// Reads everything that the choice of credentials can depend on.
///
/// # Errors
///
/// A relevant variable is not UTF-8, or a variable would replace AWS's host names.
pub(crate) fn read() -> Result<World, Unknown> {
    if std::env::var_os(PARTITIONS).is_some() {
        let message = format!("{PARTITIONS} is set, which would replace the host names of AWS");
        return Err(Unknown::new(ErrorCode::InvalidConfiguration, message)
            .hint(format!("unset {PARTITIONS}")));
    }
    let Environment { variables, repeated } = environment()?;
    let machine = Machine {
        password_home: password_home(),
        is_windows: cfg!(windows),
        is_ec2: files::read(Path::new(ASSET_TAG)).is_ok_and(|tag| tag.starts_with(b"i-")),
    };
    let mut files = BTreeMap::new();
    for path in files_of(&variables, &machine, &files_here()) {
        let file = File::new(contents(&path));
        files.insert(path, file);
    }
    Ok(World { variables, repeated, machine, files, now: SystemTime::now() })
}

/// Whether botocore would find credentials in a file of boto. `true` if the files cannot be read within a second.
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

/// Reads the environment block. A relevant variable that is not UTF-8 is an error. If a variable is set twice,
/// the first value counts, as in Python, Node, Go and Rust.
fn environment() -> Result<Environment, Unknown> {
    let mut variables = BTreeMap::new();
    let mut repeated = BTreeSet::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => match variables.get(&name) {
                None => {
                    variables.insert(name, value);
                }
                Some(first) if *first == value => {}
                Some(_) => {
                    repeated.insert(name);
                }
            },
            Err(_) if is_relevant(&name) => {
                let message = format!("{name} is not UTF-8");
                return Err(Unknown::new(ErrorCode::InvalidConfiguration, message)
                    .hint(format!("set {name} to UTF-8 text, or unset it")));
            }
            Err(_) => {}
        }
    }
    Ok(Environment { variables, repeated })
}

fn is_relevant(name: &str) -> bool {
    name.starts_with("AWS_") || OTHERS.contains(&name)
}

/// The names of the files in the working directory. Empty if the directory cannot be listed.
fn files_here() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(".") else { return files };
    for entry in entries.flatten() {
        let path = PathBuf::from(entry.file_name());
        if path.is_file() {
            files.push(path);
        }
    }
    files
}

/// The user's home directory in the password file; `None` if the file contains none.
#[cfg(unix)]
fn password_home() -> Option<PathBuf> {
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok()??;
    if user.dir.as_os_str().is_empty() { None } else { Some(user.dir) }
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
        // If a directory in the path is a file, no tool finds the path.
        Err(why) if why.kind() == ErrorKind::NotADirectory => Contents::Missing,
        Err(why) => Contents::Unreadable(why.to_string()),
    }
}
