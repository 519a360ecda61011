//! Tests of `pull_registries`: docker gets a login for them too, and `--image` remains limited to
//! `registries`.

use super::{HOST, PROD, STAGING, Setup, given, refused};
use crate::output::snapshots::snapshot;
use crate::rig::guard::Guard;
use crate::rig::setup;

/// A registry of an account that the policies below do not list.
const BASE: &str = "333333333333.dkr.ecr.us-west-2.amazonaws.com";
/// The ECR host in the region of that registry.
const ECR: &str = "api.ecr.us-west-2.amazonaws.com";

/// A policy whose environment `prod` contains these keys too.
fn policy(keys: &str) -> String {
    format!(
        "version = 1\n[accounts]\nprod = \"111111111111\"\nstaging = \"222222222222\"\n\
         [forbidden]\naccounts = [\"999999999999\"]\n[environments.prod]\naccounts = [\"prod\"]\n\
         {keys}\n[environments.staging]\naccounts = [\"staging\"]\n"
    )
}

/// A correct STS, and a correct ECR in the region of the base image.
fn setup() -> Setup {
    let own = "111111111111.dkr.ecr.us-west-2.amazonaws.com";
    Setup::with(super::refused::HONEST, ECR, crate::rig::ecr::token(own))
}

#[test]
fn a_registry_to_pull_from_is_served() {
    for keys in ["pull_registries = [\"333333333333\"]", "pull_registries = [\"*\"]"] {
        let setup = setup();
        given(&setup.get(BASE).policy(&policy(keys)).run(), BASE);
        assert_eq!(setup.proxy.targets(), [format!("{HOST}:443"), format!("{ECR}:443")]);
    }
    let setup = setup();
    let defaults =
        policy("").replace("[forbidden]", "[defaults]\npull_registries = [\"*\"]\n[forbidden]");
    given(&setup.get(BASE).policy(&defaults).run(), BASE);
}

#[test]
fn registries_and_accounts_are_served_as_before() {
    let pulls = "pull_registries = [\"333333333333\"]";
    let setup = Setup::honest();
    given(&setup.get(PROD).policy(&policy(pulls)).run(), PROD);
    let both = format!("registries = [\"staging\"]\n{pulls}");
    given(&setup.get(STAGING).policy(&policy(&both)).run(), STAGING);
    refused(&setup.get(PROD).policy(&policy(&both)).run(), "code     wrong-registry");
}

#[test]
fn a_registry_in_neither_list_is_refused_before_ecr_is_called() {
    let setup = setup();
    let forbidden = "999999999999.dkr.ecr.us-west-2.amazonaws.com";
    let china = "333333333333.dkr.ecr.cn-north-1.amazonaws.com.cn";
    for (server, keys, words) in [
        (BASE, "", "pull_registries"),
        (BASE, "pull_registries = [\"staging\"]", "pull_registries"),
        (STAGING, "pull_registries = [\"333333333333\"]", "`\"staging\"`"),
        (forbidden, "pull_registries = [\"*\"]", "[forbidden]"),
        (forbidden, "pull_registries = [\"999999999999\"]", "[forbidden]"),
        (china, "pull_registries = [\"*\"]", "partition aws-cn"),
        ("ghcr.io", "pull_registries = [\"*\"]", "not a private"),
        ("public.ecr.aws", "pull_registries = [\"*\"]", "public ECR"),
    ] {
        refused(&setup.get(server).policy(&policy(keys)).run(), words);
    }
    assert!(setup.ecr_is_untouched());
}

#[test]
fn pull_registries_do_not_change_the_allowed_callers() {
    for arn in [setup::STAGING, "arn:aws:sts::333333333333:assumed-role/deploy-ci/x"] {
        let behaviour = crate::rig::hostile::Behaviour::Answers { arn };
        let setup = Setup::new(behaviour);
        let policy = policy("pull_registries = [\"*\"]");
        refused(&setup.get(PROD).policy(&policy).run(), "code     wrong-account");
        assert!(setup.ecr_is_untouched());
    }
}

#[test]
fn an_invalid_list_is_refused_before_any_request() {
    let setup = setup();
    for (keys, words) in [
        ("pull_registries = []", "empty list"),
        ("pull_registries = [\"*\", \"staging\"]", "already includes every account"),
        ("pull_registries = [\"3*\"]", "wildcards"),
        ("registries = [\"*\"]", "`pull_registries` accepts"),
    ] {
        refused(&setup.get(BASE).policy(&policy(keys)).run(), words);
    }
    assert!(setup.proxy.requests().is_empty());
}

#[test]
fn the_refusal_contains_the_key_and_the_value_to_write() {
    let setup = setup();
    snapshot!("docker-pull-refused", setup.get(BASE).policy(&policy("")).run());
    let other = policy("registries = [\"prod\"]\npull_registries = [\"staging\"]");
    snapshot!("docker-pull-refused-beside-others", setup.get(BASE).policy(&other).run());
}

#[test]
fn lint_warns_that_a_token_for_a_pull_can_push() {
    let lint = |keys: &str| {
        let policy = policy(keys).replace("111111111111", "310000000001");
        let policy = policy.replace("222222222222", "310000000002");
        Guard::new()
            .policy(&policy.replace("999999999999", "310000000009"))
            .args("policy lint")
            .run()
    };
    snapshot!("lint-pull-from-any-account", lint("pull_registries = [\"*\"]"));
    snapshot!("lint-pull-from-other-environment", lint("pull_registries = [\"staging\"]"));
}
