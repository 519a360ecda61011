//! Every warning, and policies without warnings.

use super::*;

/// `code line:column` of the warnings about a policy whose first environment begins at line 5.
#[track_caller]
fn lint(environments: &str) -> Vec<String> {
    lint_whole(&format!(
        "version = 1\n[forbidden]\naccounts = [\"310000000009\"]\n\
         roles = [\"Admin\", \"ops-*\", \"x*-\", \"arn:aws:iam::310000000001:role/old\"]\n{environments}"
    ))
}

#[track_caller]
fn lint_whole(text: &str) -> Vec<String> {
    let policy = read(text);
    let warnings = policy.lint();
    assert!(warnings.iter().all(|warning| warning.severity == Severity::Warning));
    let show = |warning: &Problem| {
        let Location { line, column, .. } = policy.locate(&warning.place);
        format!("{} {line}:{column}", warning.code)
    };
    warnings.iter().map(show).collect()
}

#[test]
fn a_policy_without_problems_has_no_warnings() {
    let none: [&str; 0] = [];
    let text = "[environments.a]\naccounts = [\"310000000001\"]\nroles = [\"a-*\"]\n\
                [environments.b]\naccounts = [\"310000000001\"]\nroles = [\"b-*\"]\n\
                [environments.c]\naccounts = [\"310000000003\"]\n";
    assert_eq!(lint(text), none);
}

#[test]
fn documentation_accounts() {
    let text = "[environments.a]\naccounts = [\"123456789012\", \"000000000000\"]\n";
    assert_eq!(lint(text), ["documentation-account 6:13", "documentation-account 6:29"]);
    let none: [&str; 0] = [];
    assert_eq!(lint(&format!("{text}emulator = [\"http://a\"]")), none);
}

#[test]
fn unused_accounts() {
    let text = "version = 1\n[accounts]\na = \"310000000001\"\nb = \"310000000002\"\n\
                c = \"310000000003\"\n[forbidden]\naccounts = [\"c\"]\n\
                [environments.a]\naccounts = [\"a\"]\n";
    assert_eq!(lint_whole(text), ["unused-account 4:1"]);
}

#[test]
fn accounts_that_two_environments_share() {
    let text = "[environments.a]\naccounts = [\"310000000001\"]\nroles = [\"a\", \"b\"]\n\
                [environments.b]\naccounts = [\"310000000001\"]\nroles = [\"b\"]\n";
    assert_eq!(lint(text), ["shared-account 9:13"]);
    assert_eq!(lint(&text.replace("roles = [\"b\"]", "")), ["shared-account 9:13"]);
    let none: [&str; 0] = [];
    assert_eq!(lint(&text.replace("roles = [\"b\"]", "callers = [\"310000000002\"]")), none);
}

#[test]
fn accounts_and_patterns_that_are_allowed_and_forbidden() {
    let text = |roles: &str| {
        format!("[environments.a]\naccounts = [\"310000000001\"]\nroles = [\"x\", \"{roles}\"]\n")
    };
    let accounts = "[environments.a]\naccounts = [\"310000000001\", \"310000000009\"]\n";
    assert_eq!(lint(accounts), ["account-also-forbidden 6:29"]);
    for role in ["admin", "ops-a", "OPS-*", "ops-a?-*", "arn:aws:iam::*:role/Admin"] {
        assert_eq!(lint(&text(role)), ["pattern-also-forbidden 7:15"], "{role}");
    }
    assert_eq!(lint(&text("arn:aws:iam::310000000001:role/Old")), ["pattern-also-forbidden 7:15"]);
    let none: [&str; 0] = [];
    for role in ["Adm*", "op*", "ops?*", "old", "x-*", "arn:aws:iam::*:role/old"] {
        assert_eq!(lint(&text(role)), none, "{role}");
    }
}

#[test]
fn accounts_in_registries_only() {
    let text = "version = 1\n[accounts]\na = \"310000000001\"\nb = \"310000000002\"\n\
                [forbidden]\naccounts = [\"310000000009\"]\n\
                [environments.a]\naccounts = [\"a\"]\nregistries = [\"b\"]\n";
    let none: [&str; 0] = [];
    assert_eq!(lint_whole(text), none);
    let registry = |id: &str| text.replace("[\"b\"]", &format!("[\"b\", \"{id}\"]"));
    assert_eq!(lint_whole(&registry("310000000009")), ["account-also-forbidden 9:20"]);
    assert_eq!(lint_whole(&registry("123456789012")), ["documentation-account 9:20"]);
    let default = text.replace("registries = [\"b\"]\n", "").replace(
        "[environments.a]",
        "[environments.b]\naccounts = [\"310000000003\"]\n\
         [defaults]\nregistries = [\"b\", \"310000000009\"]\n[environments.a]",
    );
    assert_eq!(lint_whole(&default), ["account-also-forbidden 10:20"], "once a place");
}

#[test]
fn callers_without_patterns_and_patterns_without_callers() {
    let text = "[environments.a]\naccounts = [\"310000000001\", \"310000000002\"]\n\
                roles = [\"arn:aws:iam::310000000001:role/a\"]\n";
    assert_eq!(lint(text), ["unreachable-caller 6:29"]);
    let none: [&str; 0] = [];
    assert_eq!(lint(&format!("{text}permission_sets = [\"a\"]\n")), none);
    let text = "[environments.a]\naccounts = [\"310000000001\"]\n\
                roles = [\"a\", \"arn:aws:iam::310000000002:role/a\"]\n";
    assert_eq!(lint(text), ["pattern-of-other-account 7:15"]);
}

#[test]
fn patterns_of_a_partition_without_regions() {
    let text = "[environments.a]\naccounts = [\"310000000001\"]\n\
                roles = [\"a\", \"arn:aws-cn:iam::310000000001:role/a\"]\nregions = [\"eu-west-1\"]\n";
    assert_eq!(lint(text), ["pattern-of-other-partition 7:15"]);
    let none: [&str; 0] = [];
    assert_eq!(lint(&text.replace("\"eu-west-1\"", "\"eu-west-1\", \"cn-north-1\"")), none);
}

#[test]
fn names_that_are_too_long() {
    let long = |key: &str, count: usize| {
        let name = "a".repeat(count);
        format!("[environments.a]\naccounts = [\"310000000001\"]\n{key} = [\"x\", \"{name}*\"]\n")
    };
    let none: [&str; 0] = [];
    for (key, longest) in [("roles", 64), ("users", 64), ("permission_sets", 32)] {
        assert_eq!(lint(&long(key, longest)), none, "{key}");
        let expected = format!("name-too-long 7:{}", key.len() + 10);
        assert_eq!(lint(&long(key, longest + 1)), [expected], "{key}");
    }
}

#[test]
fn a_default_pattern_is_reported_only_if_it_matches_in_no_environment() {
    let text = "[defaults]\nroles = [\"arn:aws:iam::310000000002:role/a\", \"b\"]\n\
                [environments.a]\naccounts = [\"310000000001\"]\n";
    assert_eq!(lint(text), ["pattern-of-other-account 6:10"]);
    let none: [&str; 0] = [];
    assert_eq!(lint(&format!("{text}[environments.b]\naccounts = [\"310000000002\"]\n")), none);
}
