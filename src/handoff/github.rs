//! Credentials for the later steps of a GitHub Actions job: commands that mask them in the log, and lines for
//! `$GITHUB_ENV`. A job cannot unset a variable, only set it to the empty string.

use zeroize::Zeroizing;

use super::Grant;
use super::environment::Changes;
use crate::source::Secret;

/// The capacity of the buffers, in bytes. A buffer that grows leaves a copy of the secrets in memory.
const ROOM: usize = 64 << 10;

/// The workflow commands that mask the keys in the log. The access key ID is not secret, but
/// `aws-actions/configure-aws-credentials` masks it too.
pub(crate) fn masks(grant: &Grant) -> Zeroizing<String> {
    let keys = grant.keys();
    let token = keys.session_token.as_ref().map(Secret::expose);
    let values = [Some(&*keys.access_key_id), Some(keys.secret_access_key.expose()), token];
    let mut text = Zeroizing::new(String::with_capacity(ROOM));
    for value in values.into_iter().flatten() {
        text.push_str("::add-mask::");
        for character in value.chars() {
            match character {
                '%' => text.push_str("%25"),
                _ => text.push(character),
            }
        }
        text.push('\n');
    }
    text
}

/// The lines for `$GITHUB_ENV` that make these changes; `None` if a value contains a line break.
pub(crate) fn lines(changes: &Changes) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(ROOM));
    for name in &changes.unset {
        text.push_str(name);
        text.push_str("=\n");
    }
    for (name, value) in &changes.set {
        let value = value.expose();
        if value.contains(['\n', '\r']) {
            return None;
        }
        for part in [name, "=", value, "\n"] {
            text.push_str(part);
        }
    }
    Some(text)
}

/// The variables in `names` that must not be set to the empty string. With a blank profile the AWS CLI fails,
/// and other tools use the default profile.
pub(crate) fn not_blankable(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).filter(|name| name.ends_with("_PROFILE")).collect()
}
