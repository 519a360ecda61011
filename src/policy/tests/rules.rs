//! The rules of an environment: its own keys, the defaults, and `[forbidden]`.

use std::time::Duration;

use super::*;
use crate::partition::Partition;

const TWO: &str = r#"
version = 1
[accounts]
tools = "333333333333"
[forbidden]
accounts = ["999999999999"]
roles = ["Admin"]
[defaults]
callers = ["tools"]
roles = ["deploy"]
regions = ["eu-west-1"]
min_lifetime = "15m"
[environments.own]
accounts = ["111111111111"]
callers = ["111111111111"]
roles = ["own-*"]
regions = ["us-east-1", "us-west-2"]
min_lifetime = "1h"
[environments.default]
accounts = ["222222222222"]
"#;

#[test]
fn a_key_of_the_environment_replaces_the_default() {
    let policy = read(TWO);
    let roles = |rules: &Rules<'_>| -> Vec<String> {
        rules.roles().unwrap().values().map(ToString::to_string).collect()
    };
    let regions = |rules: &Rules<'_>| rules.regions().unwrap().items.len();
    let own = policy.rules("own").unwrap();
    assert_eq!(own.callers().values().collect::<Vec<_>>(), [&id("111111111111")]);
    assert_eq!(roles(&own), ["own-*"]);
    assert_eq!(regions(&own), 2);
    assert_eq!(own.min_lifetime().unwrap().value, Duration::from_hours(1));
    let default = policy.rules("default").unwrap();
    assert_eq!(default.callers().values().collect::<Vec<_>>(), [&id("333333333333")]);
    assert_eq!(roles(&default), ["deploy"]);
    assert_eq!(regions(&default), 1);
    let lifetime = default.min_lifetime().unwrap();
    assert_eq!(lifetime.value, Duration::from_mins(15));
    assert_eq!(policy.locate(&lifetime.place).text, "min_lifetime = \"15m\"");
    assert_eq!(policy.locate(&lifetime.place).column, 1);
    for rules in [own, default] {
        assert!(rules.users().is_none() && rules.permission_sets().is_none());
        assert!(rules.emulator().is_none());
        assert_eq!(rules.forbidden_accounts().unwrap().items.len(), 1);
        assert_eq!(rules.forbidden_roles().unwrap().items.len(), 1);
    }
}

#[test]
fn callers_default_to_accounts() {
    let policy = read(EXAMPLE);
    let prod = policy.rules("prod").unwrap();
    assert_eq!(prod.callers(), prod.accounts());
    let network = policy.rules("network").unwrap();
    assert_eq!(network.callers().values().collect::<Vec<_>>(), [&id("555555555555")]);
}

#[test]
fn registries_default_to_accounts() {
    let text = "version = 1\n[environments.a]\naccounts = [\"111111111111\"]\n\
                [environments.b]\naccounts = [\"111111111111\"]\nregistries = [\"555555555555\"]\n\
                [environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"http://a\"]\n";
    let registries = |policy: &Policy, name: &str| -> Option<Vec<AccountId>> {
        Some(policy.rules(name).unwrap().registries()?.values().copied().collect())
    };
    let policy = read(text);
    assert_eq!(registries(&policy, "a"), Some(vec![id("111111111111")]));
    assert_eq!(registries(&policy, "b"), Some(vec![id("555555555555")]), "never merged");
    assert_eq!(registries(&policy, "local"), None);
    let defaults = "version = 1\n[defaults]\nregistries = [\"666666666666\"]";
    let policy = read(&text.replace("version = 1", defaults));
    assert_eq!(registries(&policy, "a"), Some(vec![id("666666666666")]), "not even with accounts");
    assert_eq!(registries(&policy, "b"), Some(vec![id("555555555555")]));
    assert_eq!(registries(&policy, "local"), None, "a default is for those that have any");
}

#[test]
fn accounts_have_names() {
    let policy = read(EXAMPLE);
    assert_eq!(policy.account_name(id("111111111112")), Some("prod-dr"));
    assert_eq!(policy.account_name(id("123456789012")), None);
}

#[test]
fn an_unknown_environment_is_an_error() {
    let policy = read(EXAMPLE);
    let unknown = policy.rules("prd").unwrap_err();
    assert_eq!(unknown.to_string(), "the policy has no environment `prd`");
    assert_eq!(unknown.hint(), "did you mean `prod`?");
    let unknown = policy.rules("elsewhere").unwrap_err();
    assert_eq!(unknown.hint(), "defined: `prod`, `staging`, `network`, `local`");
    assert!(policy.rules("Prod").is_err());
    assert!(policy.rules("").is_err());
}

#[test]
fn the_partition_comes_from_patterns_then_from_regions() {
    for (keys, partition) in [
        ("", Partition::Aws),
        ("regions = [\"cn-north-1\"]", Partition::AwsCn),
        ("roles = [\"a\", \"arn:aws-us-gov:iam::*:role/a\"]", Partition::AwsUsGov),
        ("users = [\"arn:aws-cn:iam::*:user/a\"]\nregions = [\"eu-west-1\"]", Partition::AwsCn),
    ] {
        let head = "version = 1\n[environments.a]\naccounts = [\"111111111111\"]\n";
        let policy = read(&format!("{head}{keys}"));
        assert_eq!(policy.rules("a").unwrap().partition(), partition, "{keys}");
    }
}

#[test]
fn every_toml_syntax_is_accepted() {
    for text in [
        "version = 1\nenvironments.a.accounts = [\"111111111111\"]",
        "version = 1\nenvironments = { a = { accounts = ['111111111111'] } }",
        "\u{feff}version = 0x1\r\n[environments]\r\na = { accounts = [\r\n'111111111111',\r\n] }",
    ] {
        let policy = read(text);
        assert_eq!(policy.rules("a").unwrap().accounts().items.len(), 1, "{text}");
    }
}
