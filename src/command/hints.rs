//! What hints at another account than the one that STS names. It neither passes nor denies.

use crate::identity::Identity;
use crate::source::{Keys, World, account_of_key};
use crate::target::Target;

/// The hints, each a sentence. Many builds name the account of their registry in `AWS_ACCOUNT_ID`.
pub fn hints(keys: &Keys, identity: &Identity, targets: &[Target], world: &World) -> Vec<String> {
    let account = identity.account();
    let of_key = account_of_key(&keys.access_key_id).filter(|it| *it != account);
    let of_key = of_key.map(|it| format!("the access key ID looks like one of account {it}"));
    let touched = targets.iter().map(|target| target.account);
    let is_known = |it: &str| touched.chain([account]).any(|known| known.to_string() == it);
    let variable = world.variables.get("AWS_ACCOUNT_ID");
    let variable = variable.filter(|it| !it.is_empty() && !is_known(it));
    let of_variable = variable.map(|it| {
        format!("AWS_ACCOUNT_ID is `{}`, not the account of these credentials", it.escape_debug())
    });
    of_key.into_iter().chain(of_variable).collect()
}
