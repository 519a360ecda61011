//! Registries that docker requests credentials for: `registries` and `pull_registries`. An image of `--image` is
//! always a push.

use super::*;

const ENVIRONMENTS: &str = r#"
[environments.pull]
accounts        = ["prod"]
pull_registries = ["tooling", "audit"]
[environments.any]
accounts        = ["prod", "audit"]
pull_registries = ["*"]
[environments.both]
accounts        = ["prod"]
registries      = ["tooling"]
pull_registries = ["staging"]
[environments.own]
accounts = ["prod"]
"#;

const PROD: &str = "123000000001";
const STAGING: &str = "123000000003";
const TOOLING: &str = "123000000004";
const AUDIT: &str = "123000000009";
const LOCAL: &str = "000000000000";
/// An account that is not in the policy.
const UNNAMED: &str = "123000000007";

fn policy() -> Policy {
    let text = format!("{POLICY}{ENVIRONMENTS}");
    Policy::read(vec![Text { name: "p".to_owned(), text }]).unwrap()
}

fn host(account: &str) -> String {
    format!("{account}.dkr.ecr.us-east-1.amazonaws.com")
}

/// The verdict on a deploy role of this account with these targets.
fn verdict(environment: &str, account: &str, targets: Vec<Target>) -> Verdict {
    let facts = Facts { targets, ..facts(caller(account, "assumed-role/deploy-ci/s")) };
    judge(&policy().rules(environment).unwrap(), &facts)
}

fn login(environment: &str, account: &str) -> Verdict {
    verdict(environment, PROD, vec![Target::registry(&host(account)).unwrap()])
}

fn image(environment: &str, account: &str) -> Verdict {
    verdict(environment, PROD, vec![Target::image(&host(account)).unwrap()])
}

#[track_caller]
fn refusal(verdict: &Verdict) -> &Violation {
    let all: Vec<_> = verdict.violations().map(|(_, why)| why).collect();
    let [why] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(why.code, Code::WrongRegistry);
    assert!(!verdict.is_allowed());
    why
}

fn rule(violation: &Violation) -> Option<String> {
    Some(policy().locate(violation.rule.as_ref()?).text.to_owned())
}

#[test]
fn logins_are_allowed_by_both_lists_and_images_by_one() {
    for (environment, pushed, pulled, refused) in [
        ("own", &[PROD][..], &[][..], &[STAGING, TOOLING, AUDIT, UNNAMED, LOCAL][..]),
        ("pull", &[PROD], &[TOOLING], &[STAGING, AUDIT, UNNAMED, LOCAL]),
        ("both", &[TOOLING], &[STAGING], &[PROD, AUDIT, UNNAMED, LOCAL]),
        ("any", &[PROD], &[STAGING, TOOLING, UNNAMED], &[AUDIT, LOCAL]),
    ] {
        for account in pushed {
            assert!(login(environment, account).is_allowed(), "{environment} {account}");
            assert!(image(environment, account).is_allowed(), "{environment} {account}");
        }
        for account in pulled {
            assert!(login(environment, account).is_allowed(), "{environment} {account}");
            refusal(&image(environment, account));
        }
        for account in refused {
            refusal(&login(environment, account));
            refusal(&image(environment, account));
        }
    }
}

#[test]
fn the_position_is_the_list_that_contains_the_account() {
    for (environment, account, line) in [
        ("any", PROD, "accounts        = [\"prod\", \"audit\"]"),
        ("any", TOOLING, "pull_registries = [\"*\"]"),
        ("both", TOOLING, "registries      = [\"tooling\"]"),
        ("both", STAGING, "pull_registries = [\"staging\"]"),
    ] {
        let verdict = login(environment, account);
        let finding = verdict.findings().iter().find(|it| it.subject == Subject::Registry).unwrap();
        let place = finding.outcome.as_ref().unwrap().as_ref().unwrap();
        assert_eq!(policy().locate(place).text, line, "{environment} {account}");
    }
}

#[test]
fn a_forbidden_account_is_denied_despite_pull_registries() {
    for environment in ["pull", "any"] {
        let verdict = login(environment, AUDIT);
        let why = refusal(&verdict);
        assert_eq!(rule(why).as_deref(), Some("accounts = [\"audit\"]"));
    }
}

#[test]
fn an_emulated_account_is_denied() {
    let verdict = login("any", LOCAL);
    assert!(refusal(&verdict).message.contains("emulated in local"));
}

#[test]
fn logins_are_denied_with_an_emulator() {
    let policy = policy();
    for account in [LOCAL, PROD, TOOLING] {
        let targets = vec![Target::registry(&host(account)).unwrap()];
        let facts = Facts { targets, ..facts(caller(LOCAL, "assumed-role/deploy/s")) };
        let verdict = judge(&policy.rules("local").unwrap(), &facts);
        assert!(rule(refusal(&verdict)).unwrap().starts_with("emulator = "));
    }
}

#[test]
fn a_registry_of_another_partition_is_refused() {
    for registry in [
        "123000000004.dkr.ecr.cn-north-1.amazonaws.com.cn",
        "123000000004.dkr.ecr.us-gov-west-1.amazonaws.com",
    ] {
        for environment in ["pull", "any"] {
            let verdict = verdict(environment, PROD, vec![Target::registry(registry).unwrap()]);
            assert_eq!(refusal(&verdict).rule, None, "{environment} {registry}");
        }
    }
}

#[test]
fn pull_registries_allow_neither_callers_nor_resources() {
    for caller in [STAGING, TOOLING, UNNAMED] {
        let registry = Target::registry(&host(caller)).unwrap();
        let verdict = verdict("any", caller, vec![registry]);
        let codes: Vec<_> = verdict.violations().map(|(_, why)| why.code).collect();
        assert_eq!(codes, [Code::WrongAccount], "{caller}");
    }
    let resource =
        Target { kind: crate::target::Kind::Resource, ..Target::registry(&host(TOOLING)).unwrap() };
    let verdict = verdict("any", PROD, vec![resource]);
    let codes: Vec<_> = verdict.violations().map(|(_, why)| why.code).collect();
    assert_eq!(codes, [Code::WrongTarget]);
}

#[test]
fn an_image_is_a_push_even_beside_a_login() {
    let targets =
        vec![Target::registry(&host(TOOLING)).unwrap(), Target::image(&host(TOOLING)).unwrap()];
    refusal(&verdict("pull", PROD, targets));
}

#[test]
fn the_next_step_names_the_key_and_the_value_to_write() {
    for (environment, account, next) in [
        (
            "own",
            UNNAMED,
            "if you only pull images of this account, add `\"123000000007\"` to \
             `pull_registries` of own; if you push them, add it to `registries` (unset: it \
             defaults to `accounts`, so list those too)",
        ),
        (
            "both",
            "123000000002",
            "if you only pull images of this account, add `\"prod-dr\"` to `pull_registries` of \
             both; if you push them, add it to `registries`",
        ),
    ] {
        let verdict = login(environment, account);
        assert_eq!(refusal(&verdict).next.as_deref(), Some(next));
    }
    let verdict = image("both", UNNAMED);
    let next = "correct the image, or add `\"123000000007\"` to `registries` of both";
    assert_eq!(refusal(&verdict).next.as_deref(), Some(next));
    assert_eq!(rule(refusal(&login("both", UNNAMED))).unwrap(), "pull_registries = [\"staging\"]");
    assert_eq!(rule(refusal(&login("own", UNNAMED))).unwrap(), "accounts = [\"prod\"]");
}
