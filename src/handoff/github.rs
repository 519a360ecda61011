//! Credentials for the later steps of a job of GitHub Actions: what its log is to mask, and what its
//! file of variables gets. A variable cannot be unset there, only left blank.

use zeroize::Zeroizing;

use super::Grant;
use super::environment::Changes;
use crate::source::Secret;

/// Room for all that there is to write: the buffers never move, so that no copy stays behind.
const ROOM: usize = 64 << 10;

/// The workflow commands that keep the keys out of the log. The ID of a key is no secret, and is masked
/// as `aws-actions/configure-aws-credentials` masks it.
pub fn masks(grant: &Grant) -> Zeroizing<String> {
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

/// The lines for `$GITHUB_ENV` that make these changes; nothing where a value would be two lines.
pub fn lines(changes: &Changes) -> Option<Zeroizing<String>> {
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

/// The variables that cannot be replaced by an empty value. For an empty profile the AWS CLI fails, and other
/// tools use the default profile.
pub fn not_blankable(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).filter(|name| name.ends_with("_PROFILE")).collect()
}
