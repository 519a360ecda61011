//! Tests of the ways in which guards are known to have let a wrong deploy pass.
//! `docs/comparison.md` lists where each was found. Unwritable output is tested in
//! `output::streams`, secrets in `secrets`. Typed arguments exclude some of the known errors, such
//! as an input with the text `false`; others are tested with `exec` and the Action.

pub(crate) mod default_chain;

use crate::fail_open::default_chain::machine;
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::moto::Moto;
use crate::rig::setup::{
    KEY, POLICY, STAGING, Setup, allowed, denied, never_allowed, unknown, usage_error,
};
use crate::rig::sts;

#[test]
fn a_web_identity_is_judged_as_any_other_source() {
    let moto = Moto::start();
    let check = |arn: &str| {
        let guard = Guard::new().policy(POLICY).file("~/token", "a.web.token\n");
        let token = guard.home().join("token");
        guard
            .envs(moto.variables())
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
            .env("AWS_ROLE_ARN", arn)
            .args("check prod --format json")
            .run()
    };
    let document = allowed(&check("arn:aws:iam::111111111111:role/deploy-ci"));
    assert_eq!(document["source"]["kind"], "web-identity");
    denied(&check("arn:aws:iam::222222222222:role/deploy-ci"), "wrong-account");
    denied(&check("arn:aws:iam::999999999999:role/deploy-ci"), "forbidden-account");
    denied(&check("arn:aws:iam::111111111111:role/admin"), "wrong-role");
}

#[test]
fn an_empty_allow_list_is_an_error() {
    let setup = Setup::honest();
    for line in [
        "accounts = []",
        "accounts = [\"\"]",
        "accounts = [\" \"]",
        "accounts = [\"\", \"111111111111\"]",
        "accounts = [\",111111111111\"]",
        "accounts = [\"111111111111,222222222222\"]",
        "accounts = \"\"",
        "accounts = \",111111111111\"",
        "accounts = \"111111111111\"",
        "accounts = [\"*\"]",
        "",
        "accounts = [\"111111111111\"]\ncallers = []",
        "accounts = [\"111111111111\"]\nroles = []",
        "accounts = [\"111111111111\"]\nroles = [\"\"]",
        "accounts = [\"111111111111\"]\nusers = []",
        "accounts = [\"111111111111\"]\npermission_sets = []",
        "accounts = [\"111111111111\"]\nregions = []",
        "accounts = [\"111111111111\"]\nregistries = []",
        "accounts = [\"111111111111\"]\nregistries = [\"\"]",
        "accounts = [\"111111111111\"]\nregistries = [\"*\"]",
        "accounts = [\"111111111111\"]\npull_registries = []",
        "accounts = [\"111111111111\"]\npull_registries = [\"*\", \"111111111111\"]",
        "accounts = [\"111111111111\"]\nemulator = []",
        "accounts = [\"111111111111\"]\nacounts = [\"111111111111\"]",
    ] {
        let policy = format!("version = 1\n[environments.prod]\n{line}\n");
        usage_error(&setup.check().policy(&policy).run(), "error");
        let defaults = policy.replace("[environments.prod]\n", "[defaults]\n");
        let outcome = setup.check().policy(&defaults).run();
        usage_error(&outcome, "error");
    }
    assert!(setup.is_untouched());
}

#[test]
fn a_blank_variable_is_an_error() {
    let setup = Setup::honest();
    for blank in ["", " ", "\t", "\n"] {
        for name in ["ACCOUNT_GUARD_ENVIRONMENT", "ACCOUNT_GUARD_POLICY"] {
            usage_error(&setup.check().env(name, blank).run(), name);
        }
    }
    assert!(setup.is_untouched());
}

#[test]
fn forbidden_accounts_are_compared_with_the_real_account() {
    let policy = "version = 1
[forbidden]
accounts = [\"999999999999\"]
roles = [\"Admin*\"]
[environments.prod]
accounts = [\"111111111111\", \"999999999999\"]
";
    for (arn, code) in [
        ("arn:aws:sts::999999999999:assumed-role/deploy-ci/rig", "forbidden-account"),
        ("arn:aws:iam::999999999999:user/deploy-ci", "forbidden-account"),
        ("arn:aws:sts::111111111111:assumed-role/AdminRole/rig", "forbidden-role"),
        ("arn:aws:sts::111111111111:assumed-role/adminROLE/rig", "forbidden-role"),
    ] {
        let setup = Setup::new(Behaviour::Answers { arn });
        denied(&setup.check().policy(policy).run(), code);
    }
    allowed(&Setup::honest().check().policy(policy).run());
}

#[test]
fn an_empty_account_never_passes() {
    let forbidden_only = "version = 1\n[forbidden]\naccounts = [\"999999999999\"]\n";
    for behaviour in [
        Behaviour::NoAccount,
        Behaviour::BlankAccount,
        Behaviour::Claims { account: "", arn: hostile::ARN },
        Behaviour::Claims { account: "", arn: "arn:aws:sts:::assumed-role/deploy-ci/rig" },
        Behaviour::Claims { account: "000000000000", arn: hostile::ARN },
    ] {
        let setup = Setup::new(behaviour);
        unknown(&setup.check().run(), "not-sts");
    }
    let setup = Setup::honest();
    for environment in ["", "[environments.prod]\n", "[environments.prod]\nroles = [\"*\"]\n"] {
        let policy = format!("{forbidden_only}{environment}");
        usage_error(&setup.check().policy(&policy).run(), "environments");
    }
    assert!(setup.is_untouched(), "forbidding alone is no question");
}

#[test]
fn an_error_never_exits_0() {
    let setup = Setup::honest();
    let unreachable = |guard: Guard| guard.env("HTTPS_PROXY", "http://127.0.0.1:1");
    let keys = || Guard::new().policy(POLICY).credentials(&Credentials::of(KEY));
    for (guard, code) in [
        (unreachable(setup.check()), 3),
        (setup.check().env("AWS_PROFILE", "gone"), 3),
        (setup.check().env("AWS_REGION", "nowhere"), 3),
        (setup.check().env("AWS_CA_BUNDLE", "/nowhere"), 3),
        (setup.bare().env("AWS_EC2_METADATA_DISABLED", "true").args("check prod"), 3),
        (setup.check().policy("version = 1\n"), 2),
        (setup.check().policy("nonsense"), 2),
        (keys().args("check"), 2),
        (keys().args("check gone"), 2),
        (keys().args("check prod --no-such-flag"), 2),
        (keys().args("check prod --timeout nonsense"), 2),
        (keys().args("check prod --profile="), 2),
        (keys().args("chekc prod"), 2),
        (keys(), 2),
        (Guard::new().args("check prod"), 2),
    ] {
        let outcome = guard.run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        never_allowed(&outcome);
    }
    assert_eq!(setup.server.connections(), 0);
}

/// A variable that selects credentials never selects the environment that they are compared with.
#[test]
fn the_environment_never_comes_from_the_credentials() {
    let setup = Setup::new(Behaviour::Answers { arn: STAGING });
    let config = "[profile staging]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let variables = [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ENVIRONMENT",
        "ENVIRONMENT",
        "GITHUB_ENVIRONMENT",
        "CI_ENVIRONMENT_NAME",
        "ENV",
        "AWS_ACCOUNT_ID",
    ];
    let chosen =
        || setup.bare().file("~/.aws/config", config).envs(variables.map(|name| (name, "staging")));
    usage_error(&chosen().args("check --format json").run(), "missing environment");
    usage_error(&chosen().args("check --profile staging").run(), "missing environment");
    assert!(setup.is_untouched());
    denied(&chosen().args("check prod --format json").run(), "wrong-account");
    denied(&chosen().args("check prod --profile staging --format json").run(), "wrong-account");
    let claimed = chosen().env("AWS_ACCOUNT_ID", "111111111111").args("check prod --format json");
    denied(&claimed.run(), "wrong-account");
}

/// With keys in the environment, a profile, a container and a metadata service, the AWS CLI uses
/// the keys. The program names the overridden sources.
#[test]
fn the_checked_credentials_are_those_of_the_aws_cli() {
    let (setup, metadata) = (Setup::honest(), machine());
    let config = "[profile prod]\naws_access_key_id = profile-key\naws_secret_access_key = B\n\
                  [default]\naws_access_key_id = default-key\naws_secret_access_key = B\n";
    let web = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"),
        ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci"),
    ];
    let keys = Credentials::of("environment-key");
    let base = || {
        let guard = setup.bare().file("~/.aws/config", config).envs(metadata.variables());
        guard.args("check prod --format json --for aws-cli")
    };
    let profile = |guard: Guard| guard.env("AWS_PROFILE", "prod");
    for (guard, key, shadows) in [
        (profile(base().credentials(&keys)), "environment-key", &["profile `prod`"][..]),
        (
            base().credentials(&keys),
            "environment-key",
            &["profile `default`", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        ),
        (
            base().credentials(&keys).envs(web),
            "environment-key",
            &["AWS_WEB_IDENTITY_TOKEN_FILE", "profile `default`"],
        ),
        (profile(base()), "profile-key", &[]),
        (base().env("AWS_DEFAULT_PROFILE", "prod"), "profile-key", &[]),
        (base(), "default-key", &["AWS_CONTAINER_CREDENTIALS_FULL_URI"]),
        (base().credentials(&keys).args("--profile prod"), "profile-key", &[]),
    ] {
        let document = allowed(&guard.run());
        let requests = setup.server.requests();
        assert_eq!(sts::access_key_id(requests.last().unwrap()), Some(key), "{document}");
        let named = document["source"]["shadows"].to_string();
        assert!(shadows.iter().all(|shadow| named.contains(shadow)), "{shadows:?}: {named}");
    }
    // A role with a web identity is used before the keys of a profile, and an error does not select
    // them.
    unknown(&base().envs(web).run(), "source-failed");
    assert!(metadata.requests().is_empty());
}

#[test]
fn a_container_is_used_before_the_instance() {
    let setup = Setup::honest();
    let container = Metadata::start(Machine::With(Credentials::of("container-key")));
    let instance = machine();
    let guard = setup
        .bare()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.container_uri())
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.instance_endpoint());
    allowed(&guard.args("check prod --format json").run());
    assert_eq!(sts::access_key_id(&setup.server.requests()[0]), Some("container-key"));
    assert!(instance.requests().is_empty());
}

#[test]
fn a_left_over_endpoint_gets_no_request() {
    let setup = Setup::honest();
    let emulator = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        let outcome = setup.check().env(name, emulator.url()).run();
        let document = unknown(&outcome, "untrusted-endpoint");
        assert!(document["next"].to_string().contains(&format!("unset {name}")), "{document}");
    }
    assert_eq!((emulator.connections(), emulator.bytes()), (0, 0));
    assert!(setup.is_untouched());
}

#[test]
fn an_account_id_without_quotes_is_an_error() {
    let setup = Setup::honest();
    for id in ["111111111111", "011111111111", "0o11111111111", "1_111_111_111", "111111111111.0"] {
        for policy in [
            format!("version = 1\n[environments.prod]\naccounts = [{id}]\n"),
            format!(
                "version = 1\n[accounts]\nprod = {id}\n[environments.prod]\naccounts = [\"prod\"]\n"
            ),
        ] {
            usage_error(&setup.check().policy(&policy).run(), "error");
        }
    }
    for id in [
        "11111111111",
        "1111111111111",
        "11111111111a",
        " 111111111111",
        "１１１１１１１１１１１１",
    ] {
        let policy = format!("version = 1\n[environments.prod]\naccounts = [\"{id}\"]\n");
        usage_error(&setup.check().policy(&policy).run(), "error");
    }
    assert!(setup.is_untouched());
}

#[test]
fn a_wildcard_matches_within_one_field_only() {
    let roles = "roles = [\"arn:aws:iam::*:role/deploy-*\", \"*-ci\"]";
    let users = "users = [\"deploy-*\", \"arn:aws:iam::*:user/deploy-*\"]";
    for (rule, arn, expected) in [
        (roles, "arn:aws:iam::111111111111:evil:role/deploy-a", "unknown-principal"),
        (roles, "arn:aws:sts::111111111111:evil:assumed-role/deploy-a/rig", "unknown-principal"),
        (roles, "arn:aws:sts::111111111111:assumed-role/evil/deploy-a", "wrong-role"),
        (roles, "arn:aws:sts::111111111111:assumed-role/evil/x-ci", "wrong-role"),
        (roles, "arn:aws:sts::111111111111:assumed-role/deploy-a/b/c", "unknown-principal"),
        (roles, "arn:aws:sts::111111111111:assumed-role/x/deploy-a/c", "unknown-principal"),
        (roles, "arn:aws:sts::111111111111:assumed-role/xdeploy-a/rig", "wrong-role"),
        (users, "arn:aws:iam::111111111111:user/deploy-x/evil", "wrong-user"),
        (users, "arn:aws:iam::111111111111:user/evil/xdeploy-a", "wrong-user"),
        (users, "arn:aws:iam::111111111111:user/deploy-a:evil", "unknown-principal"),
        (users, "arn:aws:sts::111111111111:assumed-role/deploy-a/rig", "wrong-role"),
        (roles, "arn:aws:iam::222222222222:user/deploy-a", "wrong-account"),
    ] {
        let policy =
            format!("version = 1\n[environments.prod]\naccounts = [\"111111111111\"]\n{rule}\n");
        let setup = Setup::new(Behaviour::Answers { arn });
        denied(&setup.check().policy(&policy).run(), expected);
    }
    for pattern in
        ["arn:aws:*:111111111111:role/x", "arn:*:iam::*:role/x", "arn:aws:iam::1*:role/x"]
    {
        let policy = format!(
            "version = 1\n[environments.prod]\naccounts = [\"111111111111\"]\nroles = [\"{pattern}\"]\n"
        );
        usage_error(&Setup::honest().check().policy(&policy).run(), "error");
    }
}
