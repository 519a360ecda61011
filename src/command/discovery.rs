//! Finds and reads the policy: named, or at the root of the work tree, and never further up.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Wrong;
use crate::files;
use crate::policy::Text;
use crate::report::missing_policy;
use crate::report::text::harmless;

/// The name of a policy that nobody named.
const NAME: &str = "account-guard.toml";
/// The variable that names one.
const VARIABLE: &str = "ACCOUNT_GUARD_POLICY";

/// Reads the policy that `--policy` or the variable name, or that stands at the root.
pub fn read(flag: Option<&Path>) -> Result<Text, Wrong> {
    let path = match named(flag)? {
        Some(path) => path,
        None => discover()?.map_err(|path| none_at(&path))?,
    };
    read_safe(&path)
}

/// The same, where a policy need not be there unless it is named.
pub fn read_if_any(flag: Option<&Path>) -> Result<Option<Text>, Wrong> {
    let path = match named(flag)? {
        Some(path) => Some(path),
        None => discover()?.ok(),
    };
    path.map(|path| read_safe(&path)).transpose()
}

/// The policy that somebody named.
fn named(flag: Option<&Path>) -> Result<Option<PathBuf>, Wrong> {
    Ok(match flag {
        Some(path) => Some(path.to_path_buf()),
        None => match std::env::var_os(VARIABLE) {
            Some(value) if value.to_string_lossy().trim().is_empty() => {
                return Err(Wrong::new(
                    &format!("{VARIABLE} is set and blank"),
                    "set it to the path of the policy, or unset it",
                ));
            }
            Some(value) => Some(PathBuf::from(value)),
            None => None,
        },
    })
}

/// The policy at the root of the work tree, in the working directory where there is none; or else where
/// it would be.
fn discover() -> Result<Result<PathBuf, PathBuf>, Wrong> {
    let here = std::env::current_dir().map_err(|why| {
        Wrong::new(&format!("the working directory is not known: {why}"), "name it with --policy")
    })?;
    let root = work_tree(&here).unwrap_or(&here);
    let between = here.ancestors().take_while(|dir| *dir != root);
    if let Some(second) = between.map(|dir| dir.join(NAME)).find(|path| stands(path)) {
        let first = root.join(NAME);
        return Err(Wrong::new(
            &format!(
                "`{}` is not the policy: the root of the work tree is `{}`, and its policy would be `{}`",
                shown(&second),
                shown(root),
                shown(&first)
            ),
            "keep one policy at the root, or name one with --policy",
        ));
    }
    let path = root.join(NAME);
    if stands(&path) {
        return Ok(Ok(path.strip_prefix(&here).map_or(path.clone(), Path::to_path_buf)));
    }
    Ok(Err(path))
}

fn none_at(path: &Path) -> Wrong {
    let advice = with_checkout("create this file, or choose another one with --policy");
    Wrong::new(&missing_policy::message(&shown(path)), &missing_policy::hint(&advice))
}

/// A job of GitHub Actions has nothing checked out unless a step of it does so.
fn with_checkout(hint: &str) -> String {
    let is_in_a_work_tree = std::env::current_dir().is_ok_and(|here| work_tree(&here).is_some());
    if is_in_a_work_tree || std::env::var_os("GITHUB_ACTIONS").is_none() {
        return hint.to_owned();
    }
    format!("{hint}; or check out the repository in a step before this one")
}

/// The root of the git work tree that this directory is in.
fn work_tree(here: &Path) -> Option<&Path> {
    here.ancestors().find(|dir| stands(&dir.join(".git")))
}

/// Whether anything has this name. A link that leads nowhere does, and what cannot be looked at may.
fn stands(path: &Path) -> bool {
    !fs::symlink_metadata(path).is_err_and(|why| why.kind() == ErrorKind::NotFound)
}

/// Reads a file that not everybody may write: whoever can change the rules needs no credentials.
fn read_safe(path: &Path) -> Result<Text, Wrong> {
    let cannot = |why: &dyn std::fmt::Display| {
        Wrong::new(
            &format!("the policy `{}` cannot be read: {why}", shown(path)),
            &with_checkout("check the path that --policy or ACCOUNT_GUARD_POLICY names"),
        )
    };
    let metadata = fs::metadata(path).map_err(|why| cannot(&why))?;
    if is_writable_by_anybody(&metadata) {
        return Err(Wrong::new(
            &format!("any user of this machine may write the policy `{}`", shown(path)),
            &how_to_close(path),
        ));
    }
    let bytes = files::read(path).map_err(|why| cannot(&why))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8"))?;
    Ok(Text { name: path.display().to_string(), text })
}

/// GitLab's docker executor checks out with a umask of 0, in files that the image's user may not own.
fn how_to_close(path: &Path) -> String {
    let chmod = format!("chmod o-w {}", shown(path));
    if std::env::var_os("GITLAB_CI").is_none() {
        return chmod;
    }
    format!(
        "{chmod}; or set FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR to \"true\" in the job's variables"
    )
}

fn shown(path: &Path) -> String {
    harmless(&path.display().to_string())
}

#[cfg(unix)]
fn is_writable_by_anybody(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn is_writable_by_anybody(_: &Metadata) -> bool {
    false
}
