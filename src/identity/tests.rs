//! Account IDs, principals, and answers of STS.

use super::*;

fn principal(arn: &str) -> Principal {
    Identity::new("123456789012", arn, "AIDA").unwrap().principal().clone()
}

#[test]
fn an_account_id_is_twelve_digits() {
    assert_eq!(AccountId::parse("012345678901").unwrap().to_string(), "012345678901");
    assert_eq!(AccountId::parse("000000000000").unwrap().to_string(), "000000000000");
    for text in ["", "12345678901", "1234567890123", "12345678901a", " 12345678901", "+12345678901"]
    {
        assert!(AccountId::parse(text).is_err(), "{text:?}");
    }
    assert!(AccountId::parse("１２３４５６７８９０１２").is_err(), "digits that are not ASCII");
}

#[test]
fn the_arn_determines_the_kind_of_principal() {
    let role = |name: &str, session: &str| Principal::Role {
        name: name.to_owned(),
        session: session.to_owned(),
    };
    let user =
        |path: &str, name: &str| Principal::User { path: path.to_owned(), name: name.to_owned() };
    let cases = [
        ("sts::123456789012:assumed-role/deploy/GitHub", role("deploy", "GitHub")),
        ("iam::123456789012:user/ci", user("/", "ci")),
        ("iam::123456789012:user/team/a/ci", user("/team/a/", "ci")),
        (
            "sts::123456789012:federated-user/bob",
            Principal::FederatedUser { name: "bob".to_owned() },
        ),
        ("iam::123456789012:root", Principal::Root),
        ("sts::123456789012:assumed-root", Principal::Unknown),
        ("sts::123456789012:assumed-role/deploy", Principal::Unknown),
        ("sts::123456789012:assumed-role/deploy/", Principal::Unknown),
        ("sts::123456789012:assumed-role//session", Principal::Unknown),
        ("sts::123456789012:assumed-role/a/b/c", Principal::Unknown),
        ("iam::123456789012:role/deploy", Principal::Unknown),
        ("iam::123456789012:user/", Principal::Unknown),
        ("iam::123456789012:user", Principal::Unknown),
        ("sts::123456789012:user/moto", Principal::Unknown),
        ("sts::123456789012:root", Principal::Unknown),
        ("iam::123456789012:Root", Principal::Unknown),
        ("iam::123456789012:assumed-role/deploy/GitHub", Principal::Unknown),
        ("s3::123456789012:user/ci", Principal::Unknown),
    ];
    for (rest, expected) in cases {
        assert_eq!(principal(&format!("arn:aws:{rest}")), expected, "{rest}");
    }
}

#[test]
fn a_name_that_iam_does_not_allow_makes_the_principal_unknown() {
    for name in [
        "deploy\u{1b}[0m",
        "deploy-a\nb",
        "deploy a",
        "deploy\0",
        "d\u{e9}ploy",
        "deploy\u{202e}",
        "deploy*",
        "deploy?",
        "deploy#1",
    ] {
        for rest in [
            format!("sts::123456789012:assumed-role/{name}/s"),
            format!("iam::123456789012:user/{name}"),
            format!("sts::123456789012:federated-user/{name}"),
        ] {
            assert_eq!(principal(&format!("arn:aws:{rest}")), Principal::Unknown, "{rest:?}");
        }
    }
    let path = "arn:aws:iam::123456789012:user/te\u{1b}am/ci";
    assert_eq!(principal(path), Principal::Unknown, "a path with an escape sequence");
    let allowed = "Az09_+=,.@-";
    let role = principal(&format!("arn:aws:sts::123456789012:assumed-role/{allowed}/s"));
    assert_eq!(role.name(), Some(allowed));
}

#[test]
fn the_permission_set_is_the_role_name_without_prefix_and_suffix() {
    for (role, set) in [
        ("AWSReservedSSO_ProdDeploy_0123456789abcdef", Some("ProdDeploy")),
        ("AWSReservedSSO_Prod_Deploy_0123456789abcdef", Some("Prod_Deploy")),
        ("AWSReservedSSO__0123456789abcdef", None),
        ("AWSReservedSSO_ProdDeploy_0123456789abcde", None),
        ("AWSReservedSSO_ProdDeploy_0123456789abcdeg", None),
        ("AWSReservedSSO_ProdDeploy_0123456789ABCDEF", None),
        ("AWSReservedSSO_ProdDeploy", None),
        ("awsreservedsso_ProdDeploy_0123456789abcdef", None),
        ("ProdDeploy_0123456789abcdef", None),
    ] {
        assert_eq!(permission_set(role), set, "{role}");
    }
}

#[test]
fn principals_are_compared_without_their_sessions() {
    let identity = |arn: &str| Identity::new("123456789012", arn, "AIDA").unwrap();
    let deploy = "arn:aws:sts::123456789012:assumed-role/deploy/one";
    let set = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Prod_0123456789abcdef/me";
    for (one, other, is_same) in [
        (deploy, "arn:aws:sts::123456789012:assumed-role/deploy/two", true),
        (deploy, "arn:aws:sts::123456789012:assumed-role/Deploy/one", false),
        (deploy, "arn:aws:sts::123456789012:federated-user/deploy", false),
        (set, &set.replace("0123", "3210"), true),
        (set, &set.replace("Prod", "Test"), false),
        ("arn:aws:iam::123456789012:user/ci", "arn:aws:iam::123456789012:user/a/ci", false),
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root", true),
        ("arn:aws:iam::123456789012:new/x", "arn:aws:iam::123456789012:new/x", false),
    ] {
        assert_eq!(identity(one).is_same_principal(&identity(other)), is_same, "{one} {other}");
    }
    let elsewhere = deploy.replace("123456789012", "210987654321");
    let elsewhere = Identity::new("210987654321", &elsewhere, "AIDA").unwrap();
    assert!(!identity(deploy).is_same_principal(&elsewhere));
}

#[test]
fn an_inconsistent_answer_is_refused() {
    let arn = "arn:aws:iam::123456789012:user/ci";
    let other = "arn:aws:iam::210987654321:user/ci";
    let account = AccountId::parse("123456789012").unwrap();
    for (fields, why) in [
        (["", arn, "AIDA"], Disagreement::NoAccount),
        (["123", arn, "AIDA"], Disagreement::Account(NotAnAccountId("123".to_owned()))),
        (["123456789012", "", "AIDA"], Disagreement::NoArn),
        (["123456789012", "ci", "AIDA"], Disagreement::Arn("ci".to_owned(), NotAnArn::Prefix)),
        (
            ["123456789012", "arn:awx:iam::123456789012:user/ci", "AIDA"],
            Disagreement::Partition("awx".to_owned()),
        ),
        (
            ["123456789012", other, "AIDA"],
            Disagreement::Accounts { account, arn: other.to_owned() },
        ),
        (
            ["123456789012", "arn:aws:iam:::user/ci", "AIDA"],
            Disagreement::Accounts { account, arn: "arn:aws:iam:::user/ci".to_owned() },
        ),
        (["123456789012", arn, ""], Disagreement::NoUserId),
    ] {
        let [account, arn, user_id] = fields;
        assert_eq!(Identity::new(account, arn, user_id), Err(why));
    }
}
