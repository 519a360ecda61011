//! Reads the world once: variables, the two shared files, the clock.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::files;
use crate::source::{ConfigFile, Contents, Sections, World};
use crate::unknown::{ErrorCode, Unknown};

/// Replaces the SDK's table of partitions, and makes it panic where the file cannot be read.
const PARTITIONS: &str = "SMITHY_CLIENT_SDK_CUSTOM_PARTITION";

/// Variables that are not AWS's own and without which another way would be taken.
const OF_THE_WAY: [&str; 9] = [
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

/// Reads everything that the choice of credentials can depend on.
pub fn read() -> Result<World, Unknown> {
    if std::env::var_os(PARTITIONS).is_some() {
        let message = format!("{PARTITIONS} is set: it would replace AWS's own host names");
        return Err(Unknown::new(ErrorCode::InvalidConfiguration, message)
            .hint(format!("unset {PARTITIONS}")));
    }
    let variables = variables()?;
    Ok(World {
        config: file(&variables, "AWS_CONFIG_FILE", "config"),
        credentials: file(&variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        variables,
        now: SystemTime::now(),
    })
}

/// The environment. A variable that is looked at and is not UTF-8 could not be followed; others do
/// not matter here.
fn variables() -> Result<BTreeMap<String, String>, Unknown> {
    let mut variables = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => {
                variables.insert(name, value);
            }
            (Ok(name), Err(_)) if name.starts_with("AWS_") || OF_THE_WAY.contains(&&*name) => {
                return Err(Unknown::new(
                    ErrorCode::InvalidConfiguration,
                    format!("{name} is not UTF-8"),
                )
                .hint("set it anew, or unset it"));
            }
            _ => {}
        }
    }
    Ok(variables)
}

/// A shared file: the one that the variable names, else the one in `~/.aws`.
fn file(variables: &BTreeMap<String, String>, variable: &'static str, name: &str) -> ConfigFile {
    let home = std::env::home_dir();
    let named = variables.get(variable).map(|path| expanded(path, home.as_ref()));
    let named_by = named.as_ref().map(|_| variable);
    let path = named.or_else(|| home.map(|home| home.join(".aws").join(name)));
    let contents = path.as_deref().map_or(Contents::Missing, contents);
    ConfigFile { path: path.unwrap_or_default(), named_by, contents }
}

/// `~/` at the beginning of a path is the home directory, as the AWS CLI takes it.
fn expanded(path: &str, home: Option<&PathBuf>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

fn contents(path: &Path) -> Contents {
    match files::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Contents::Text(Sections::parse(&text)),
            Err(_) => Contents::NotUtf8,
        },
        Err(why) if why.kind() == ErrorKind::NotFound => Contents::Missing,
        Err(why) => Contents::Unreadable(why.to_string()),
    }
}
