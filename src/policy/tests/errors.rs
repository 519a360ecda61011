//! Every error of a policy, with its code and position. No error prevents the report of another.

use super::*;

/// A valid policy with these keys in its environment, from line 6 on.
fn environment(keys: &str) -> String {
    format!(
        "version = 1\n[accounts]\nprod = \"111111111111\"\nold = \"222222222222\"\n\
         [environments.prod]\n{keys}\n"
    )
}

#[track_caller]
fn expect(text: &str, expected: &[&str]) {
    assert_eq!(shown(&refuse(text)), expected, "{text}");
}

#[test]
fn the_file() {
    let rest = "[environments.a]\naccounts = [\"111111111111\"]\n";
    for (text, expected) in [
        ("", &["missing-version 1:1", "no-environments 1:1"][..]),
        ("version = 1", &["no-environments 1:1"]),
        ("version = 1\n[environments]", &["no-environments 1:1"]),
        ("version = 1\nenvironments = 3", &["wrong-type 2:16"]),
        ("version = 1\n[environments]\na = []", &["wrong-type 3:5"]),
        ("version = 1\n[environments.a\n", &["syntax 2:16"]),
        ("version = 1\nversion = 1", &["syntax 2:1"]),
        (rest, &["missing-version 1:1"]),
        (&format!("version = \"1\"\n{rest}"), &["wrong-type 1:11"]),
        (&format!("version = 1.0\n{rest}"), &["wrong-type 1:11"]),
        (&format!("version = 2\nnew = 1\n{rest}"), &["unsupported-version 1:11"]),
        (&format!("version = 1\ntools = []\n{rest}"), &["unknown-key 2:1"]),
        (&format!("version = 1\n{rest}[[tests]]\nname = 1"), &["unknown-key 4:3"]),
    ] {
        expect(text, expected);
    }
}

#[test]
fn more_or_fewer_than_one_text_are_refused() {
    for count in [0, 2] {
        let texts = vec![texts("version = 1"); count].concat();
        assert_eq!(shown(&Policy::read(texts).unwrap_err()), ["one-text 1:1"]);
    }
}

#[test]
fn accounts_and_their_names() {
    let rest = "[environments.a]\naccounts = [\"333333333333\"]\n";
    for (lines, expected) in [
        ("prod = 111111111111", &["unquoted-account 3:8"][..]),
        ("prod = 012345678901", &["unquoted-account 3:8"]),
        ("prod = 1111-2222-3333", &["unquoted-account 3:8"]),
        ("prod = 123", &["wrong-type 3:8"]),
        ("prod = [\"111111111111\"]", &["wrong-type 3:8"]),
        ("prod = \"11111111111\"", &["invalid-account 3:8"]),
        ("prod = \"1111-2222-3333\"", &["invalid-account 3:8"]),
        ("prod = \"staging\"", &["invalid-account 3:8"]),
        ("prod = \"\"", &["empty-text 3:8"]),
        ("1prod = \"111111111111\"", &["invalid-name 3:1"]),
        ("\"\" = \"111111111111\"", &["invalid-name 3:1"]),
        ("\"a b\" = \"111111111111\"", &["invalid-name 3:1"]),
        ("prod = \"111111111111\"\nProd = \"222222222222\"", &["similar-names 4:1"]),
        ("prod = \"111111111111\"\nlive = \"111111111111\"", &["two-names 4:1"]),
    ] {
        expect(&format!("version = 1\n[accounts]\n{lines}\n{rest}"), expected);
    }
    expect(&format!("version = 1\naccounts = []\n{rest}"), &["wrong-type 2:12"]);
}

#[test]
fn lists_of_accounts() {
    for (keys, expected) in [
        ("", &["missing-accounts 5:1"][..]),
        ("accounts = []", &["empty-list 6:1"]),
        ("accounts = [\"\"]", &["empty-text 6:13"]),
        ("accounts = \"prod\"", &["wrong-type 6:12"]),
        ("accounts = [[\"prod\"]]", &["wrong-type 6:13"]),
        ("accounts = [111111111111]", &["unquoted-account 6:13"]),
        ("accounts = [\"prod\", 012345678901]", &["unquoted-account 6:21"]),
        ("accounts = [1]", &["wrong-type 6:13"]),
        ("accounts = [\"1111\"]", &["invalid-account 6:13"]),
        ("accounts = [\",9999\"]", &["invalid-account 6:13"]),
        ("accounts = [\"111111111111,222222222222\"]", &["invalid-account 6:13"]),
        ("accounts = [\" \"]", &["invalid-account 6:13"]),
        ("accounts = [\"*\"]", &["account-wildcard 6:13"]),
        ("accounts = [\"11111111111?\"]", &["account-wildcard 6:13"]),
        ("accounts = [\"prd\"]", &["unknown-account 6:13"]),
        ("accounts = [\"Prod\"]", &["unknown-account 6:13"]),
        ("accounts = [\"prod\", \"prod\"]", &["duplicate 6:21"]),
        ("accounts = [\"prod\", \"111111111111\"]", &["duplicate 6:21"]),
        ("accounts = [\"prod\"]\ncallers = []", &["empty-list 7:1"]),
        (
            "accounts = [\"prod\"]\ncallers = [\"x\", \"y\"]",
            &["unknown-account 7:12", "unknown-account 7:17"],
        ),
    ] {
        expect(&environment(keys), expected);
    }
}

#[test]
fn other_keys_of_an_environment() {
    for (key, expected) in [
        ("role = [\"a\"]", "unknown-key 7:1"),
        ("registry = [\"prod\"]", "unknown-key 7:1"),
        ("registries = []", "empty-list 7:1"),
        ("registries = [\"\"]", "empty-text 7:15"),
        ("registries = \"prod\"", "wrong-type 7:14"),
        ("registries = [111111111111]", "unquoted-account 7:15"),
        ("registries = [\"1111\"]", "invalid-account 7:15"),
        ("registries = [\"*\"]", "account-wildcard 7:15"),
        ("registries = [\"prd\"]", "unknown-account 7:15"),
        ("registries = [\"prod\", \"prod\"]", "duplicate 7:23"),
        ("registries = [\"prod\", \"111111111111\"]", "duplicate 7:23"),
        ("roles = []", "empty-list 7:1"),
        ("roles = [\"\"]", "empty-text 7:10"),
        ("roles = [\"a\", \"a\"]", "duplicate 7:15"),
        ("roles = [true]", "wrong-type 7:10"),
        ("regions = [\"eu-*\"]", "region-wildcard 7:12"),
        ("regions = [\"eu-west-1a\"]", "invalid-region 7:12"),
        ("regions = [\"eu-west-1\", \"eu-west-1\"]", "duplicate 7:25"),
        ("tools = [\"teraform\"]", "unknown-tool 7:10"),
        ("tools = []", "empty-list 7:1"),
        ("tools = [\"tofu\", \"tofu\"]", "duplicate 7:18"),
        ("min_lifetime = 30", "wrong-type 7:16"),
        ("min_lifetime = \"30\"", "invalid-duration 7:16"),
        ("min_lifetime = \"soon\"", "invalid-duration 7:16"),
        ("min_lifetime = \"18446744073709551615s 1000ms\"", "invalid-duration 7:16"),
        ("min_lifetime = \"0s\"", "lifetime-range 7:16"),
        ("min_lifetime = \"30M\"", "lifetime-range 7:16"),
        ("min_lifetime = \"36h 1s\"", "lifetime-range 7:16"),
        ("emulator = []", "empty-list 7:1"),
        ("emulator = [\"localhost\"]", "invalid-emulator 7:13"),
        ("emulator = [\"https://sts.amazonaws.com\"]", "emulator-is-aws 7:13"),
        ("emulator = [\"http://a\", \"http://a:80\"]", "duplicate 7:25"),
    ] {
        expect(&environment(&format!("accounts = [\"prod\"]\n{key}")), &[expected]);
    }
    read(&environment("accounts = [\"prod\"]\nmin_lifetime = \"36h\""));
}

#[test]
fn patterns() {
    for (kind, pattern, code) in [
        ("roles", "deploy **", "double-star"),
        ("roles", "deploy role", "pattern-character"),
        ("roles", "dépl", "pattern-character"),
        ("roles", "[ab]", "pattern-character"),
        ("roles", "{a,b}", "pattern-character"),
        ("roles", "!a", "pattern-character"),
        ("roles", "team/deploy", "path-without-arn"),
        ("roles", "deploy:x", "invalid-arn"),
        ("roles", "arn:aws:iam", "invalid-arn"),
        ("roles", "ARN:aws:iam::111111111111:role/a", "invalid-arn"),
        ("roles", "arn:aws:sts::111111111111:assumed-role/deploy/s", "session-arn"),
        ("users", "arn:aws:sts::111111111111:federated-user/bob", "session-arn"),
        ("roles", "arn:aws:s3::111111111111:role/a", "arn-service"),
        ("roles", "arn:aws:*::111111111111:role/a", "arn-service"),
        ("roles", "arn:aws:iam:eu-west-1:111111111111:role/a", "arn-region"),
        ("roles", "arn:aws:iam:*:111111111111:role/a", "arn-region"),
        ("roles", "arn:*:iam::111111111111:role/a", "arn-partition"),
        ("roles", "arn:awz:iam::111111111111:role/a", "arn-partition"),
        ("roles", "arn:aws:iam::prod:role/a", "arn-account"),
        ("roles", "arn:aws:iam::1111*:role/a", "arn-account"),
        ("roles", "arn:aws:iam:::role/a", "arn-account"),
        ("roles", "arn:aws:iam::111111111111:user/a", "arn-resource"),
        ("users", "arn:aws:iam::111111111111:role/a", "arn-resource"),
        ("roles", "arn:aws:iam::111111111111:*", "arn-resource"),
        ("roles", "arn:aws:iam::111111111111:root", "arn-resource"),
        ("roles", "arn:aws:iam::111111111111:role/", "arn-name"),
        ("roles", "arn:aws:iam::111111111111:role//a", "arn-name"),
        ("users", "arn:aws:iam::111111111111:user/a/", "arn-name"),
        ("roles", "arn:aws:iam::111111111111:role/a b", "pattern-character"),
        ("roles", "arn:aws:iam::111111111111:role/a:b", "pattern-character"),
        ("roles", "arn:aws:iam::111111111111:role/team/a-*", "path-and-wildcard"),
        ("roles", "arn:aws:iam::111111111111:role/*/a", "path-and-wildcard"),
        ("roles", "arn:aws:iam::*:role/team/a", "path-and-wildcard"),
        ("permission_sets", "AWSReservedSSO_A_0123456789abcdef", "permission-set-role"),
        ("permission_sets", "AWSReservedSSO_A_*", "permission-set-role"),
        ("permission_sets", "arn:aws:sso:::permissionSet/a/b", "permission-set-arn"),
        ("permission_sets", "a/b", "pattern-character"),
        ("roles", &"a".repeat(1025), "pattern-length"),
    ] {
        let text = environment(&format!("accounts = [\"prod\"]\n{kind} = [\"{pattern}\"]"));
        expect(&text, &[&format!("{code} 7:{}", kind.len() + 5)]);
    }
}

#[test]
fn keys_that_defaults_may_not_contain() {
    let text = "version = 1\n[defaults]\naccounts = []\nemulator = [\"http://a\"]\nrole = 1\n\
                [environments.a]\naccounts = [\"111111111111\"]\n[environments.1b]\n";
    expect(
        text,
        &[
            "not-a-default 3:1",
            "not-a-default 4:1",
            "unknown-key 5:1",
            "missing-accounts 8:1",
            "invalid-name 8:15",
        ],
    );
}

#[test]
fn an_account_with_and_without_an_emulator_is_refused() {
    let text = "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\n\
                callers = [\"333333333333\"]\nemulator = [\"http://a\"]\n\
                [environments.prod]\naccounts = [\"111111111111\", \"333333333333\"]\n";
    let invalid = refuse(text);
    assert_eq!(shown(&invalid), ["half-emulated 4:12"]);
    let [(place, label)] = invalid.problems[0].also.as_slice() else { panic!() };
    assert_eq!(invalid.locate(place).to_string(), "account-guard.toml:7:29");
    assert_eq!(label, "without an emulator in `prod`");
}

#[test]
fn a_default_caller_with_and_without_an_emulator_is_refused() {
    let text = "version = 1\n[defaults]\ncallers = [\"333333333333\"]\n\
                [environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"http://a\"]\n\
                [environments.prod]\naccounts = [\"111111111111\"]\n";
    expect(text, &["half-emulated 3:12"]);
    read(&text.replace("emulator =", "callers = [\"000000000000\"]\nemulator ="));
}

#[test]
fn an_emulator_has_no_registries_of_its_own() {
    let text = "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\n\
                registries = [\"000000000000\"]\nemulator = [\"http://a\"]\n\
                [environments.prod]\naccounts = [\"111111111111\"]\n";
    expect(text, &["emulated-registries 4:1"]);
    expect(
        &text.replace("\"http://a\"", "\"a\""),
        &["emulated-registries 4:1", "invalid-emulator 5:13"],
    );
}

#[test]
fn an_emulated_account_in_registries_is_refused() {
    let local = "[environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"http://a\"]\n";
    let registries = "registries = [\"000000000000\"]\n";
    let prod = "[environments.prod]\naccounts = [\"111111111111\"]\n";
    expect(&format!("version = 1\n{local}{prod}{registries}"), &["half-emulated 3:13"]);
    let text = format!("version = 1\n[defaults]\n{registries}{local}{prod}");
    let invalid = refuse(&text);
    assert_eq!(shown(&invalid), ["half-emulated 5:13"]);
    let [(place, _)] = invalid.problems[0].also.as_slice() else { panic!() };
    assert_eq!(invalid.locate(place).line, 3, "the default one is real in `prod`");
    read(&format!("{text}registries = [\"111111111111\"]\n"));
}

#[test]
fn all_errors_are_reported_once() {
    let text = r#"version = 1
[accounts]
prod = "11111111111"
Live = 222222222222
9x = "333333333333"
[forbidden]
accounts = ["prod", "audit"]
rolls = ["a"]
[environments.a]
accounts = ["prod", "Live", "9x", "nobody"]
regions = ["moon-1", "eu-west-1", "eu-west-1"]
roles = ["a/b", "c**"]
[environments.b]
emulator = ["x"]
"#;
    expect(
        text,
        &[
            "invalid-account 3:8",
            "unquoted-account 4:8",
            "invalid-name 5:1",
            "unknown-account 7:21",
            "unknown-key 8:1",
            "unknown-account 10:35",
            "invalid-region 11:12",
            "duplicate 11:35",
            "path-without-arn 12:10",
            "double-star 12:17",
            "missing-accounts 13:1",
            "invalid-emulator 14:13",
        ],
    );
}

#[test]
fn an_invalid_table_of_names_is_the_only_error() {
    let text = "version = 1\naccounts = 1\n[environments.a]\naccounts = [\"prod\"]\n";
    expect(text, &["wrong-type 2:12"]);
}

#[test]
fn hints_contain_the_text_to_write() {
    let hint = |keys: &str| {
        let invalid = refuse(&environment(keys));
        invalid.problems[0].hint.clone().unwrap_or_default()
    };
    let of = |key: &str| hint(&format!("accounts = [\"prod\"]\n{key}"));
    assert_eq!(hint("accounts = [\"prd\"]"), "did you mean `prod`?");
    assert_eq!(hint("accounts = [\"PROD\"]"), "did you mean `prod`?");
    assert_eq!(hint("accounts = [\"elsewhere\"]"), "defined: `prod`, `old`");
    assert_eq!(hint("accounts = \"prod\""), "write `[\"prod\"]`");
    assert_eq!(hint("accounts = [012345678901]"), "quote it: `\"012345678901\"`");
    assert_eq!(hint("accounts = [\"1111-2222-3333\"]"), "write `\"111122223333\"`");
    assert_eq!(of("min_lifetime = 30"), "write a quoted string, such as `\"30m\"`");
    assert_eq!(of("role = [\"a\"]"), "did you mean `roles`?");
    assert_eq!(of("registries = [\"prd\"]"), "did you mean `prod`?");
    assert_eq!(of("registeries = [\"prod\"]"), "did you mean `registries`?");
    assert_eq!(of("regions = [\"eu-west-1a\"]"), "did you mean `eu-west-1`?");
    assert_eq!(of("regions = [\"EU-WEST-1\"]"), "did you mean `eu-west-1`?");
    assert_eq!(
        of("roles = [\"arn:aws:sts::111111111111:assumed-role/deploy/ci\"]"),
        "write the ARN of its role: `arn:aws:iam::111111111111:role/deploy`"
    );
    assert_eq!(
        of("permission_sets = [\"AWSReservedSSO_Prod_Deploy_0123456789abcdef\"]"),
        "write `Prod_Deploy` here, or move the role name to `roles`"
    );
}

#[test]
fn control_characters_of_the_policy_are_escaped() {
    let invalid = refuse(&environment("accounts = [\"\\u001b[2J\"]"));
    assert_eq!(invalid.problems[0].message, "unknown account `\\u{1b}[2J`");
}
