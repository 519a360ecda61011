//! Finds and reads the policy file: the one that is selected, or the one at the root of the work tree.
//! Never looks above the work tree.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files;
use crate::policy::Text;
use crate::wrong::Wrong;

/// The file name of a policy that is found at the root of the work tree.
const NAME: &str = "account-guard.toml";
/// The variable that selects a policy.
const VARIABLE: &str = "ACCOUNT_GUARD_POLICY";

/// Reads the policy: the file of `--policy`, of the variable, or at the root of the work tree.
pub(crate) fn read(flag: Option<&Path>) -> Result<Text, Wrong> {
    let path = match selected(flag)? {
        Some(path) => path,
        None => discover()?.map_err(|path| none_at(&path))?,
    };
    read_safe(&path)
}

/// Reads the policy like [`read`]; `None` if no policy is selected and there is none at the root.
pub(crate) fn read_if_any(flag: Option<&Path>) -> Result<Option<Text>, Wrong> {
    let path = match selected(flag)? {
        Some(path) => Some(path),
        None => discover()?.ok(),
    };
    path.map(|path| read_safe(&path)).transpose()
}

/// The path from the option or the variable.
fn selected(flag: Option<&Path>) -> Result<Option<PathBuf>, Wrong> {
    Ok(match flag {
        Some(path) => Some(path.to_path_buf()),
        None => match std::env::var_os(VARIABLE) {
            Some(value) if value.to_string_lossy().trim().is_empty() => {
                return Err(Wrong::usage(
                    format!("{VARIABLE} is set and blank"),
                    "set it to the path of the policy, or unset it",
                ));
            }
            Some(value) => Some(PathBuf::from(value)),
            None => None,
        },
    })
}

/// The policy at the root of the work tree, or in the working directory outside of a work tree. The
/// inner error is the path of the policy that does not exist.
fn discover() -> Result<Result<PathBuf, PathBuf>, Wrong> {
    let here = std::env::current_dir().map_err(|why| {
        Wrong::usage(format!("the working directory is not known: {why}"), "name it with --policy")
    })?;
    let root = work_tree(&here).unwrap_or(&here);
    let between = here.ancestors().take_while(|dir| *dir != root);
    if let Some(second) = between.map(|dir| dir.join(NAME)).find(|path| exists(path)) {
        let first = root.join(NAME);
        return Err(Wrong::usage(
            format!(
                "`{}` is not the policy: the root of the work tree is `{}`, and its policy would be `{}`",
                second.display(),
                root.display(),
                first.display()
            ),
            "keep one policy at the root, or name one with --policy",
        ));
    }
    let path = root.join(NAME);
    if exists(&path) {
        return Ok(Ok(path.strip_prefix(&here).map_or(path.clone(), Path::to_path_buf)));
    }
    Ok(Err(path))
}

fn none_at(path: &Path) -> Wrong {
    Wrong::MissingPolicy {
        path: path.display().to_string(),
        advice: with_checkout("create this file, or choose another one with --policy"),
    }
}

/// The hint, with the step that a job of GitHub Actions needs before it has a work tree.
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

/// Whether a directory entry has this name. Broken links count, and so do entries that cannot be read.
fn exists(path: &Path) -> bool {
    !fs::symlink_metadata(path).is_err_and(|why| why.kind() == ErrorKind::NotFound)
}

/// Reads a policy file. Refuses one that every user of the machine can write: such a user could allow
/// anything.
fn read_safe(path: &Path) -> Result<Text, Wrong> {
    let cannot = |why: &dyn std::fmt::Display| {
        Wrong::usage(
            format!("the policy `{}` cannot be read: {why}", path.display()),
            with_checkout("check the path that --policy or ACCOUNT_GUARD_POLICY names"),
        )
    };
    let metadata = fs::metadata(path).map_err(|why| cannot(&why))?;
    if is_writable_by_all(&metadata) {
        return Err(Wrong::usage(
            format!("any user of this machine may write the policy `{}`", path.display()),
            how_to_protect(path),
        ));
    }
    let bytes = files::read(path).map_err(|why| cannot(&why))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8"))?;
    Ok(Text { name: path.display().to_string(), text })
}

/// The command that protects the file. GitLab's docker executor checks out with a umask of 0, and the
/// user of the image may not own the files, so that GitLab needs a variable instead.
fn how_to_protect(path: &Path) -> String {
    let chmod = format!("chmod o-w {}", path.display());
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
