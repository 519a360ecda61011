//! Tables of patterns and identities.

use super::*;

const ACCOUNT: &str = "111111111111";

#[track_caller]
fn pattern(kind: Kind, text: &str) -> Pattern {
    Pattern::parse(kind, text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

fn identity(arn: &str) -> Identity {
    let account = arn.split(':').nth(4).unwrap();
    Identity::new(account, arn, "AROA").unwrap()
}

fn role(name: &str) -> Identity {
    identity(&format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session"))
}

fn user(path_and_name: &str) -> Identity {
    identity(&format!("arn:aws:iam::{ACCOUNT}:user/{path_and_name}"))
}

#[test]
fn names_of_roles() {
    for (text, name, expected) in [
        ("deploy", "deploy", true),
        ("deploy", "Deploy", false),
        ("deploy", "deploy-a", false),
        ("deploy", "a-deploy", false),
        ("deploy-*", "deploy-a", true),
        ("deploy-*", "deploy-", true),
        ("deploy-*", "deploy", false),
        ("deploy-*", "x-deploy-a", false),
        ("*-deploy", "a-deploy", true),
        ("*-deploy", "a-deploy-b", false),
        ("deploy-?", "deploy-a", true),
        ("deploy-?", "deploy-", false),
        ("deploy-?", "deploy-ab", false),
        ("*", ".hidden", true),
        ("a.b", "aXb", false),
        ("a+b", "a+b", true),
        ("a+*", "aab", false),
        ("a,b*", "a,bc", true),
        ("Deploy-*", "deploy-a", false),
        ("AWSReservedSSO_A_*", "AWSReservedSSO_A_0123456789abcdef", true),
        ("AWSReservedSSO_A_0123456789abcdef", "AWSReservedSSO_A_0123456789abcdef", true),
    ] {
        assert_eq!(pattern(Kind::Role, text).allows(&role(name)), expected, "{text} {name}");
    }
}

#[test]
fn arns_of_roles() {
    let session = |rest: &str| identity(&format!("arn:{rest}"));
    for (text, arn, expected) in [
        ("aws:iam::*:role/deploy-*", "aws:sts::111111111111:assumed-role/deploy-a/s", true),
        ("aws:iam::111111111111:role/deploy", "aws:sts::111111111111:assumed-role/deploy/s", true),
        ("aws:iam::111111111111:role/deploy", "aws:sts::222222222222:assumed-role/deploy/s", false),
        ("aws-cn:iam::*:role/deploy", "aws:sts::111111111111:assumed-role/deploy/s", false),
        ("aws-cn:iam::*:role/deploy", "aws-cn:sts::111111111111:assumed-role/deploy/s", true),
        ("aws:iam::*:role/*", "aws-cn:sts::111111111111:assumed-role/deploy/s", false),
        ("aws:iam::*:role/deploy-*", "aws:sts::111111111111:assumed-role/evil/deploy-a", false),
        (
            "aws:iam::*:role/deploy-*",
            "aws:sts::111111111111:assumed-role/evil:role/deploy-a",
            false,
        ),
        ("aws:iam::*:role/*", "aws:iam::111111111111:user/deploy", false),
        ("aws:iam::*:role/*", "aws:sts::111111111111:federated-user/deploy", false),
        ("aws:iam::*:role/*", "aws:iam::111111111111:root", false),
        ("aws:iam::*:role/*", "aws:sts::111111111111:assumed-role/a/b/c", false),
        (
            "aws:iam::111111111111:role/a/b/deploy",
            "aws:sts::111111111111:assumed-role/deploy/s",
            true,
        ),
        (
            "aws:iam::111111111111:role/a/b/deploy",
            "aws:sts::222222222222:assumed-role/deploy/s",
            false,
        ),
        (
            "aws:iam::111111111111:role/a/b/deploy",
            "aws:sts::111111111111:assumed-role/a/deploy",
            false,
        ),
    ] {
        let pattern = pattern(Kind::Role, &format!("arn:{text}"));
        assert_eq!(pattern.allows(&session(arn)), expected, "{text} {arn}");
    }
}

#[test]
fn a_wildcard_does_not_cross_the_fields_of_an_arn() {
    // A wildcard that crossed colons would match `arn:aws:iam::1:evil:role/deploy-a`.
    for arn in ["arn:aws:iam::1:evil:role/deploy-a", "arn:aws:sts::111111111111:x:role/deploy-a"] {
        let allowed = Identity::new(ACCOUNT, arn, "AROA").is_ok_and(|identity| {
            let pattern = pattern(Kind::Role, "arn:aws:iam::*:role/deploy-*");
            pattern.allows(&identity) || pattern.forbids(&identity)
        });
        assert!(!allowed, "{arn}");
    }
}

#[test]
fn users_by_name_or_by_path_and_name() {
    for (text, name, expected) in [
        ("ci", "ci", true),
        ("ci", "team/ci", true),
        ("ci-*", "team/a/ci-b", true),
        ("team", "team/ci", false),
        ("arn:aws:iam::111111111111:user/ci", "ci", true),
        ("arn:aws:iam::111111111111:user/ci", "team/ci", false),
        ("arn:aws:iam::111111111111:user/team/ci", "team/ci", true),
        ("arn:aws:iam::111111111111:user/team/*", "team/ci", true),
        ("arn:aws:iam::111111111111:user/team/*", "team/a/ci", false),
        ("arn:aws:iam::*:user/*/ci", "team/ci", true),
        ("arn:aws:iam::*:user/*/ci", "team/a/ci", false),
        ("arn:aws:iam::*:user/*", "ci", true),
        ("arn:aws:iam::*:user/*", "team/ci", false),
        ("arn:aws:iam::*:user/team?ci", "team/ci", false),
        ("arn:aws:iam::222222222222:user/ci", "ci", false),
    ] {
        assert_eq!(pattern(Kind::User, text).allows(&user(name)), expected, "{text} {name}");
    }
    assert!(!pattern(Kind::User, "*").allows(&role("ci")));
}

#[test]
fn permission_sets_by_their_own_name() {
    for (text, name, expected) in [
        ("ProdDeploy", "AWSReservedSSO_ProdDeploy_0123456789abcdef", true),
        ("Prod_Deploy", "AWSReservedSSO_Prod_Deploy_0123456789abcdef", true),
        ("Prod_*", "AWSReservedSSO_Prod_Deploy_0123456789abcdef", true),
        ("Prod", "AWSReservedSSO_Prod_Deploy_0123456789abcdef", false),
        ("prodDeploy", "AWSReservedSSO_ProdDeploy_0123456789abcdef", false),
        ("ProdDeploy", "ProdDeploy", false),
        ("*", "ProdDeploy", false),
        ("ProdDeploy", "AWSReservedSSO_ProdDeploy_0123456789ABCDEF", false),
    ] {
        assert_eq!(
            pattern(Kind::PermissionSet, text).allows(&role(name)),
            expected,
            "{text} {name}"
        );
    }
}

#[test]
fn forbidden_patterns_ignore_letter_case() {
    for (text, name) in [
        ("Admin", "aDMIN"),
        ("admin-*", "ADMIN-x"),
        ("ADMIN-?", "admin-x"),
        ("arn:aws:iam::111111111111:role/Admin", "admin"),
        ("arn:aws:iam::*:role/path-Admin*", "PATH-ADMIN-a"),
        ("arn:aws:iam::111111111111:role/team/Admin", "admin"),
        ("awsreservedsso_admin_*", "AWSReservedSSO_Admin_0123456789abcdef"),
    ] {
        let pattern = pattern(Kind::Role, text);
        assert!(pattern.forbids(&role(name)), "{text} {name}");
        assert!(!pattern.allows(&role(name)), "{text} {name}");
    }
    assert!(!pattern(Kind::Role, "Admin").forbids(&role("admins")));
}

#[test]
fn the_longest_pattern_compiles() {
    let text = "*a".repeat(512);
    let pattern = pattern(Kind::Role, &text);
    assert!(!pattern.allows(&role("a")));
    assert!(pattern.forbids(&role(&"A".repeat(512))));
}

#[test]
fn a_pattern_is_printed_as_written() {
    let text = "arn:aws-cn:iam::*:role/deploy-*";
    let pattern = pattern(Kind::Role, text);
    assert_eq!(pattern.to_string(), text);
    assert_eq!(pattern.partition(), Some(Partition::AwsCn));
    assert_eq!(pattern.account(), None);
}

#[test]
fn a_pattern_that_differs_only_in_its_partition_is_recognized() {
    let eusc = identity("arn:aws-eusc:sts::111111111111:assumed-role/deploy/x");
    for (text, expected) in [
        ("arn:aws:iam::111111111111:role/deploy", Some(Partition::Aws)),
        ("arn:aws-cn:iam::*:role/dep*", Some(Partition::AwsCn)),
        ("arn:aws-eusc:iam::111111111111:role/deploy", None),
        ("arn:aws:iam::222222222222:role/deploy", None),
        ("arn:aws:iam::111111111111:role/other", None),
        ("deploy", None),
    ] {
        let pattern = pattern(Kind::Role, text);
        assert_eq!(pattern.other_partition(&eusc), expected, "{text}");
        let allows = text.starts_with("arn:aws-eusc") || text == "deploy";
        assert_eq!(pattern.allows(&eusc), allows, "{text}");
    }
}
