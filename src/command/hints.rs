//! Notes that explain an answer: hints at another account than the one in STS's answer, and the program
//! that set the variables. They never decide.

use crate::identity::Identity;
use crate::source::{Keys, World, account_of_key, is_plain_name};
use crate::target::Target;

/// The hints at another account. Many builds set `AWS_ACCOUNT_ID` to the account of their registry.
pub fn hints(keys: &Keys, identity: &Identity, targets: &[Target], world: &World) -> Vec<String> {
    let account = identity.account();
    let of_key = account_of_key(&keys.access_key_id).filter(|it| *it != account);
    let of_key = of_key.map(|it| format!("the access key ID seems to belong to account {it}"));
    let touched = targets.iter().map(|target| target.account);
    let is_known = |it: &str| touched.chain([account]).any(|known| known.to_string() == it);
    let variable = world.variables.get("AWS_ACCOUNT_ID");
    let variable = variable.filter(|it| !it.is_empty() && !is_known(it));
    let of_variable = variable.map(|it| {
        format!("AWS_ACCOUNT_ID is `{}`, not the account of these credentials", it.escape_debug())
    });
    of_key.into_iter().chain(of_variable).collect()
}

/// The programs that set the credentials or the profile for the process that they started: aws-vault,
/// and kubectl with the `env` of a kubeconfig.
pub fn launchers(world: &World) -> Vec<String> {
    let is_set = |name: &str| world.value(name).is_some();
    let has_credentials =
        is_set("AWS_ACCESS_KEY_ID") || is_set("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let vault = world.value("AWS_VAULT").filter(|_| has_credentials).map(|profile| {
        let again = if is_plain_name(profile) { format!("aws-vault exec {profile}") } else { "aws-vault exec PROFILE".to_owned() };
        format!(
            "AWS_VAULT is `{}`: aws-vault set the credentials in this environment; for others, exit \
             its shell and run `{again}` again",
            profile.escape_debug()
        )
    });
    let profile = world.value("AWS_PROFILE").filter(|_| is_set("KUBERNETES_EXEC_INFO"));
    let kubeconfig = profile.map(|profile| {
        format!(
            "kubectl started this process (KUBERNETES_EXEC_INFO is set): AWS_PROFILE=`{}` can come \
             from `env` of the user's `exec` section in the kubeconfig",
            profile.escape_debug()
        )
    });
    vault.into_iter().chain(kubeconfig).collect()
}
