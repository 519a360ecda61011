//! Tables of facts, with the verdicts that they must have.

use std::time::Duration;

mod images;
mod logins;

use super::*;
use crate::identity::AccountId;
use crate::partition::Partition;
use crate::policy::{Policy, Text};
use crate::source::{Claim, Claimed, Keys, Kind, Origin, Secret};

const POLICY: &str = r#"
version = 1
[accounts]
prod    = "123000000001"
prod-dr = "123000000002"
staging = "123000000003"
tooling = "123000000004"
audit   = "123000000009"
local   = "000000000000"
[forbidden]
accounts = ["audit"]
roles    = ["Admin*"]
[environments.prod]
accounts        = ["prod", "prod-dr", "audit"]
roles           = ["deploy-*", "arn:aws:iam::123000000002:role/failover", "admin"]
permission_sets = ["ProdDeploy"]
users           = ["ci-legacy"]
regions         = ["eu-west-1", "cn-north-1"]
min_lifetime    = "30m"
[environments.open]
accounts = ["staging", "audit"]
[environments.users]
accounts = ["staging"]
users    = ["ci"]
[environments.network]
accounts = ["prod"]
callers  = ["tooling"]
[environments.local]
accounts = ["local"]
roles    = ["deploy"]
emulator = ["http://localhost:4566"]
"#;

fn policy() -> Policy {
    Policy::read(vec![Text { name: "p".to_owned(), text: POLICY.to_owned() }]).unwrap()
}

fn caller(account: &str, rest: &str) -> Caller {
    let service = if rest.starts_with("user") || rest == "root" { "iam" } else { "sts" };
    let arn = format!("arn:aws:{service}::{account}:{rest}");
    let keys = Keys {
        access_key_id: "k".to_owned(),
        secret_access_key: Secret::new("s"),
        session_token: None,
        expires_at: None,
        account_id: None,
    };
    Caller {
        identity: Identity::new(account, &arn, "ID").unwrap(),
        source: Source {
            kind: Kind::Keys(keys),
            origin: Origin::Variable("AWS_ACCESS_KEY_ID"),
            claims: Vec::new(),
        },
        region: Some(Region::parse("eu-west-1").unwrap()),
        asks_machine_for_region: false,
        lifetime: Lifetime::Endless,
    }
}

fn facts(caller: Caller) -> Facts {
    Facts { caller, tools: Vec::new(), others: Vec::new(), targets: Vec::new(), names_tools: false }
}

/// The codes of a verdict. Checks that it allows exactly if it has no violations.
fn judged(environment: &str, facts: &Facts) -> Vec<&'static str> {
    let policy = policy();
    let verdict = judge(&policy.rules(environment).unwrap(), facts);
    let codes: Vec<_> = verdict.violations().map(|(_, why)| why.code.name()).collect();
    assert_eq!(verdict.is_allowed(), codes.is_empty(), "{environment}: {codes:?}");
    codes
}

#[test]
fn principals_and_accounts() {
    const PROD: &str = "123000000001";
    for (environment, account, rest, codes) in [
        ("prod", PROD, "assumed-role/deploy-ci/s", &[][..]),
        ("prod", "123000000002", "assumed-role/failover/s", &[]),
        ("prod", PROD, "assumed-role/AWSReservedSSO_ProdDeploy_0123456789abcdef/s", &[]),
        ("prod", PROD, "user/ci-legacy", &[]),
        ("prod", PROD, "user/team/ci-legacy", &[]),
        ("prod", PROD, "assumed-role/failover/s", &["wrong-role"]),
        ("prod", PROD, "assumed-role/Deploy-ci/s", &["wrong-role"]),
        ("prod", PROD, "assumed-role/xdeploy-ci/s", &["wrong-role"]),
        ("prod", PROD, "assumed-role/other/deploy-ci", &["wrong-role"]),
        ("prod", PROD, "assumed-role/ProdDeploy/s", &["wrong-role"]),
        ("prod", PROD, "assumed-role/ci-legacy/s", &["wrong-role"]),
        ("prod", PROD, "assumed-role/admin/s", &["forbidden-role"]),
        ("prod", PROD, "assumed-role/ADMINISTRATOR/s", &["forbidden-role", "wrong-role"]),
        ("prod", PROD, "user/deploy-ci", &["wrong-user"]),
        ("prod", PROD, "federated-user/deploy-ci", &["not-a-role"]),
        ("prod", PROD, "root", &["root-user"]),
        ("prod", PROD, "assumed-root", &["unknown-principal"]),
        ("prod", "123000000003", "assumed-role/deploy-ci/s", &["wrong-account"]),
        ("prod", "123000000003", "assumed-role/other/s", &["wrong-account", "wrong-role"]),
        ("prod", "123000000009", "assumed-role/deploy-ci/s", &["forbidden-account"]),
        ("open", "123000000003", "assumed-role/anything/s", &[]),
        ("open", "123000000003", "user/anybody", &[]),
        ("open", "123000000003", "federated-user/anybody", &[]),
        ("open", "123000000003", "root", &["root-user"]),
        ("open", "123000000003", "assumed-root", &["unknown-principal"]),
        ("open", "123000000003", "assumed-role/Admin/s", &["forbidden-role"]),
        ("open", "123000000009", "user/anybody", &["forbidden-account"]),
        ("open", PROD, "user/anybody", &["wrong-account"]),
        ("users", "123000000003", "user/ci", &[]),
        ("users", "123000000003", "assumed-role/ci/s", &["wrong-role"]),
        ("users", "123000000003", "federated-user/ci", &["wrong-user"]),
        ("network", "123000000004", "assumed-role/tf/s", &[]),
        ("network", PROD, "assumed-role/tf/s", &["wrong-account"]),
        ("local", "000000000000", "root", &[]),
        ("local", "000000000000", "assumed-role/deploy/s", &[]),
        ("local", "000000000000", "assumed-role/other/s", &["wrong-role"]),
        ("local", "000000000000", "assumed-root", &["unknown-principal"]),
        ("local", PROD, "root", &["wrong-account"]),
    ] {
        assert_eq!(judged(environment, &facts(caller(account, rest))), codes, "{account} {rest}");
    }
}

#[test]
fn names_that_iam_does_not_allow_are_denied() {
    for (environment, account, rest) in [
        ("prod", "123000000001", "assumed-role/deploy-\u{1b}[0m/s"),
        ("prod", "123000000001", "assumed-role/deploy-a\nb/s"),
        ("prod", "123000000001", "assumed-role/deploy-\u{202e}/s"),
        ("open", "123000000003", "assumed-role/any\tthing/s"),
        ("open", "123000000003", "user/any body"),
        ("open", "123000000003", "federated-user/any\u{7f}body"),
        ("local", "000000000000", "assumed-role/deploy\u{1b}[0m/s"),
        ("local", "000000000000", "user/deploy\r"),
    ] {
        let codes = judged(environment, &facts(caller(account, rest)));
        assert_eq!(codes, ["unknown-principal"], "{environment} {rest:?}");
    }
}

#[test]
fn regions_and_lifetimes() {
    let region = |name: &str| Some(Region::parse(name).unwrap());
    let minutes = |m: u64| Lifetime::Left(Duration::from_secs(m * 60));
    for (environment, region, lifetime, codes) in [
        ("prod", region("eu-west-1"), minutes(30), &[][..]),
        ("prod", region("eu-west-1"), Lifetime::Unknown, &[]),
        ("prod", region("eu-west-1"), minutes(29), &["short-lifetime"]),
        ("prod", region("eu-west-1"), minutes(0), &["short-lifetime"]),
        ("prod", region("eu-west-2"), Lifetime::Endless, &["wrong-region"]),
        ("prod", None, Lifetime::Endless, &["wrong-region"]),
        ("prod", region("cn-north-1"), Lifetime::Endless, &["wrong-partition"]),
        ("open", region("eu-west-2"), minutes(0), &["wrong-account"]),
        ("open", None, minutes(0), &["wrong-account"]),
        ("open", region("us-gov-west-1"), minutes(0), &["wrong-account", "wrong-partition"]),
    ] {
        let caller =
            Caller { region, lifetime, ..caller("123000000001", "assumed-role/deploy-ci/s") };
        assert_eq!(judged(environment, &facts(caller)), codes, "{environment}");
    }
}

#[test]
fn a_claim_that_sts_contradicts_is_denied() {
    let role = |name: &str| Some(Claimed::Role(name.to_owned()));
    let set = |name: &str| Some(Claimed::PermissionSet(name.to_owned()));
    for (account, role, is_denied) in [
        (Some("123000000001"), role("deploy-ci"), false),
        (Some("123000000001"), None, false),
        (None, role("deploy-ci"), false),
        (Some("123000000003"), None, true),
        (Some("123000000003"), role("deploy-ci"), true),
        (Some("123000000001"), role("other"), true),
        (Some("123000000001"), set("deploy-ci"), true),
    ] {
        let mut caller = caller("123000000001", "assumed-role/deploy-ci/s");
        caller.source.claims.push(Claim {
            account: account.map(|id| AccountId::parse(id).unwrap()),
            partition: None,
            role,
            origin: Origin::Variable("AWS_ROLE_ARN"),
            key: "role_arn",
        });
        let codes: &[&str] = if is_denied { &["contradiction"] } else { &[] };
        assert_eq!(judged("prod", &facts(caller)), codes, "{account:?}");
    }
}

#[test]
fn other_tools_must_be_allowed_in_the_same_account() {
    let first = || caller("123000000001", "assumed-role/deploy-ci/s");
    for (account, rest, is_denied) in [
        ("123000000001", "assumed-role/deploy-other/s", false),
        ("123000000002", "assumed-role/deploy-ci/s", true),
        ("123000000001", "assumed-role/reader/s", true),
        ("123000000003", "assumed-role/deploy-ci/s", true),
        ("123000000001", "root", true),
    ] {
        let tools = vec![Tool::named("terraform").unwrap()];
        let others = vec![Deployer { tools, caller: caller(account, rest) }];
        let facts = Facts {
            caller: first(),
            tools: Vec::new(),
            others,
            targets: Vec::new(),
            names_tools: false,
        };
        let codes: &[&str] = if is_denied { &["other-tool"] } else { &[] };
        assert_eq!(judged("prod", &facts), codes, "{account} {rest}");
    }
}

#[test]
fn a_region_from_the_metadata_service_is_denied_where_regions_are_limited() {
    let at = |region: Option<&str>, asks_machine_for_region| Caller {
        region: region.map(|name| Region::parse(name).unwrap()),
        asks_machine_for_region,
        ..caller("123000000001", "assumed-role/deploy-ci/s")
    };
    for (first, second, codes) in [
        (at(Some("eu-west-1"), false), at(None, true), &["other-tool"][..]),
        (at(None, true), at(Some("eu-west-1"), false), &["wrong-region"]),
        (at(Some("eu-west-1"), false), at(None, false), &[]),
    ] {
        let tools = vec![Tool::named("js").unwrap()];
        let others = vec![Deployer { tools, caller: second }];
        let facts = Facts {
            caller: first,
            tools: Vec::new(),
            others,
            targets: Vec::new(),
            names_tools: true,
        };
        assert_eq!(judged("prod", &facts), codes);
    }
}

#[test]
fn a_tool_without_a_region_is_a_note_if_another_has_one() {
    let at = |region: Option<&str>| Caller {
        region: region.map(|name| Region::parse(name).unwrap()),
        ..caller("123000000001", "assumed-role/deploy-ci/s")
    };
    for (first, second, codes, noted) in [
        (Some("eu-west-1"), None, &[][..], true),
        (None, Some("eu-west-1"), &[], false),
        (None, None, &["wrong-region"], false),
        (Some("eu-west-1"), Some("eu-west-2"), &["other-tool"], false),
        (Some("eu-west-2"), Some("eu-west-1"), &["wrong-region"], false),
    ] {
        let tools = vec![Tool::named("sam").unwrap()];
        let others = vec![Deployer { tools, caller: at(second) }];
        let facts = Facts {
            caller: at(first),
            tools: Vec::new(),
            others,
            targets: Vec::new(),
            names_tools: true,
        };
        assert_eq!(judged("prod", &facts), codes, "{first:?} {second:?}");
        let policy = policy();
        let verdict = judge(&policy.rules("prod").unwrap(), &facts);
        let is_noted =
            verdict.notes().iter().any(|note| note.starts_with("no region is set for sam"));
        assert_eq!(is_noted, noted, "{:?}", verdict.notes());
    }
}

#[test]
fn a_target_must_be_in_accounts_and_regions() {
    for (account, region, codes) in [
        ("123000000002", Some("eu-west-1"), &[][..]),
        ("123000000002", None, &[]),
        ("123000000003", Some("eu-west-1"), &["wrong-target"]),
        ("123000000004", None, &["wrong-target"]),
        // In `accounts` and in `[forbidden]`.
        ("123000000009", Some("eu-west-1"), &["wrong-target"]),
        ("123000000002", Some("us-east-1"), &["wrong-region"]),
    ] {
        let target = Target {
            name: "arn".to_owned(),
            kind: crate::target::Kind::Resource,
            account: AccountId::parse(account).unwrap(),
            partition: Partition::Aws,
            region: region.map(|name| Region::parse(name).unwrap()),
        };
        let caller = caller("123000000001", "assumed-role/deploy-ci/s");
        let facts = Facts {
            caller,
            tools: Vec::new(),
            others: Vec::new(),
            targets: vec![target],
            names_tools: false,
        };
        assert_eq!(judged("prod", &facts), codes, "{account}");
    }
}

#[test]
fn real_keys_are_denied_only_with_an_emulator() {
    let policy = policy();
    let refused = |environment: &str, key: &str| {
        let verdict = refuse_real_keys(&policy.rules(environment).unwrap(), key);
        assert!(!verdict.as_ref().is_some_and(Verdict::is_allowed));
        verdict.is_some()
    };
    for (key, is_real) in [
        ("AKIAIOSFODNN7EXAMPLE", true),
        ("ASIAY34FZKBOKMUTVV7A", true),
        ("AKIAIOSFODNN7EXAMPL", false),
        ("LKIAIOSFODNN7EXAMPLE", false),
        ("test", false),
        ("000000000000", false),
    ] {
        assert_eq!(refused("local", key), is_real, "{key}");
        assert!(!refused("prod", key), "{key}");
    }
}

#[test]
fn a_verdict_without_findings_denies() {
    assert!(!Verdict { findings: Vec::new(), notes: Vec::new() }.is_allowed());
}

#[test]
fn a_verdict_without_a_matched_account_denies() {
    let policy = policy();
    let facts = facts(caller("123000000001", "assumed-role/deploy-ci/s"));
    let mut verdict = judge(&policy.rules("prod").unwrap(), &facts);
    verdict.findings.retain(|finding| finding.subject != Subject::Account);
    assert_eq!(verdict.violations().count(), 0);
    assert!(!verdict.is_allowed());
}

#[test]
fn other_environments_of_an_identity_are_found() {
    let policy = policy();
    let of = |environment: &str, account: &str, rest: &str| {
        let rules = policy.rules(environment).unwrap();
        environments_of(&rules, &caller(account, rest).identity)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("prod", "123000000003", "user/ci"), ["open", "users"]);
    assert_eq!(of("prod", "123000000003", "root"), [""; 0]);
    assert_eq!(of("open", "123000000001", "assumed-role/deploy-ci/s"), ["prod"]);
    assert_eq!(
        of("prod", "000000000000", "root"),
        [""; 0],
        "an identity of an emulator is not valid at AWS"
    );
    assert_eq!(of("local", "123000000003", "user/ci"), [""; 0]);
}
