//! Finds and reads the policy file: the one that is selected, or the one at the root of the work tree.
//! Never looks above the work tree.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files;
use crate::policy::Text;
use crate::wrong::Wrong;

/// The file name of the policy at the root of the work tree.
const NAME: &str = "account-guard.toml";
/// The variable that selects a policy.
const VARIABLE: &str = "ACCOUNT_GUARD_POLICY";

/// Reads the policy: the file of `--policy`, of the variable, or at the root of the work tree.
pub(crate) fn read(flag: Option<&Path>) -> Result<Text, Wrong> {
    let path = match selected(flag)? {
        Some(path) => path,
        None => match discover()? {
            Discovery::Found(path) => path,
            Discovery::Missing(path) => return Err(missing(&path)),
        },
    };
    read_safe(&path)
}

/// Reads the policy like [`read`]; `None` if no policy is selected and no policy exists at the root.
pub(crate) fn read_if_any(flag: Option<&Path>) -> Result<Option<Text>, Wrong> {
    let path = match selected(flag)? {
        Some(path) => path,
        None => match discover()? {
            Discovery::Found(path) => path,
            Discovery::Missing(_) => return Ok(None),
        },
    };
    read_safe(&path).map(Some)
}

/// The path from the option, else from the variable; `None` if neither is set.
fn selected(flag: Option<&Path>) -> Result<Option<PathBuf>, Wrong> {
    if let Some(path) = flag {
        return Ok(Some(path.to_path_buf()));
    }
    let Some(value) = std::env::var_os(VARIABLE) else { return Ok(None) };
    if value.to_string_lossy().trim().is_empty() {
        return Err(Wrong::usage(
            format!("{VARIABLE} is blank"),
            format!("set {VARIABLE} to the path of the policy, or unset it"),
        ));
    }
    Ok(Some(PathBuf::from(value)))
}

/// The result of the search for a policy that is not selected.
enum Discovery {
    /// The policy exists at this path.
    Found(PathBuf),
    /// The policy does not exist. It would be at this path.
    Missing(PathBuf),
}

/// Looks for the policy at the root of the work tree, or in the working directory outside of a work tree. A policy
/// between the two directories is an error, because it would be ignored.
fn discover() -> Result<Discovery, Wrong> {
    let here = match std::env::current_dir() {
        Ok(here) => here,
        Err(why) => {
            let message = format!("could not find the working directory: {why}");
            return Err(Wrong::usage(message, "choose the policy with --policy"));
        }
    };
    let root = work_tree(&here).unwrap_or(&here);
    let path = root.join(NAME);
    for folder in here.ancestors().take_while(|folder| *folder != root) {
        let ignored = folder.join(NAME);
        if exists(&ignored) {
            return Err(misplaced(&ignored, &path));
        }
    }
    if !exists(&path) {
        return Ok(Discovery::Missing(path));
    }
    match path.strip_prefix(&here) {
        Ok(relative) => Ok(Discovery::Found(relative.to_path_buf())),
        Err(_) => Ok(Discovery::Found(path)),
    }
}

fn misplaced(ignored: &Path, path: &Path) -> Wrong {
    Wrong::usage(
        format!(
            "`{}` is not at the root of the work tree: expected the policy at `{}`",
            ignored.display(),
            path.display()
        ),
        "keep one policy at the root, or choose one with --policy",
    )
}

fn missing(path: &Path) -> Wrong {
    Wrong::MissingPolicy {
        path: path.display().to_string(),
        advice: with_checkout("create this file, or choose another one with --policy"),
    }
}

/// Adds to a hint that a job of GitHub Actions has to check out the repository, if there is no work tree.
fn with_checkout(hint: &str) -> String {
    let is_in_a_work_tree = std::env::current_dir().is_ok_and(|here| work_tree(&here).is_some());
    if is_in_a_work_tree || std::env::var_os("GITHUB_ACTIONS").is_none() {
        return hint.to_owned();
    }
    format!("{hint}; or check out the repository in a step before this one")
}

/// The root of the git work tree that contains a directory.
fn work_tree(here: &Path) -> Option<&Path> {
    here.ancestors().find(|dir| exists(&dir.join(".git")))
}

/// Whether a directory entry exists at a path, including broken links and entries that cannot be read.
fn exists(path: &Path) -> bool {
    !fs::symlink_metadata(path).is_err_and(|why| why.kind() == ErrorKind::NotFound)
}

/// Reads a policy file. Refuses a file that every user of the machine can write, because then every user could change
/// what is allowed.
fn read_safe(path: &Path) -> Result<Text, Wrong> {
    let metadata = fs::metadata(path).map_err(|why| unreadable(path, &why.to_string()))?;
    if is_writable_by_all(&metadata) {
        return Err(Wrong::usage(
            format!("the policy `{}` is writable by every user of this machine", path.display()),
            how_to_protect(path),
        ));
    }
    match files::read_text(path) {
        Ok(text) => Ok(Text { name: path.display().to_string(), text }),
        Err(why) => Err(unreadable(path, &why.to_string())),
    }
}

fn unreadable(path: &Path, why: &str) -> Wrong {
    Wrong::usage(
        format!("could not read the policy `{}`: {why}", path.display()),
        with_checkout("check the path in --policy or ACCOUNT_GUARD_POLICY"),
    )
}

/// The hint with the command that protects a file. GitLab's docker executor checks out with a umask of 0, and the
/// user of the image may not own the files, so that GitLab needs a variable instead.
fn how_to_protect(path: &Path) -> String {
    let chmod = format!("run chmod o-w {}", path.display());
    if std::env::var_os("GITLAB_CI").is_none() {
        return chmod;
    }
    format!(
        "{chmod}; or set FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR to \"true\" in the job's variables"
    )
}

#[cfg(unix)]
fn is_writable_by_all(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn is_writable_by_all(_: &Metadata) -> bool {
    false
}
