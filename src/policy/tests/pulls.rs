//! `pull_registries`: values, errors and warnings.

use super::*;

/// A policy whose environment `prod` contains these keys, from line 7 on.
fn environment(keys: &str) -> String {
    format!(
        "version = 1\n[accounts]\nprod = \"310000000001\"\nold = \"310000000002\"\n\
         [environments.prod]\naccounts = [\"prod\", \"old\"]\n{keys}\n"
    )
}

/// The accounts that an environment may pull from; `*` stands for every account.
fn pulls(policy: &Policy, environment: &str) -> Option<Vec<String>> {
    Some(match policy.rules(environment).unwrap().pull_registries()? {
        PullRegistries::Any(_) => vec!["*".to_owned()],
        PullRegistries::Accounts(list) => list.values().map(ToString::to_string).collect(),
    })
}

#[test]
fn invalid_values_are_refused() {
    for (value, expected) in [
        ("[]", "empty-list 7:1"),
        ("[\"\"]", "empty-text 7:20"),
        ("\"*\"", "wrong-type 7:19"),
        ("true", "wrong-type 7:19"),
        ("[true]", "wrong-type 7:20"),
        ("[333333333333]", "unquoted-account 7:20"),
        ("[\"1111\"]", "invalid-account 7:20"),
        ("[\"prd\"]", "unknown-account 7:20"),
        ("[\"prod\", \"310000000001\"]", "duplicate 7:28"),
        ("[\"*\", \"*\"]", "duplicate 7:25"),
        ("[\"*\", \"prod\"]", "any-and-accounts 7:20"),
        ("[\"prod\", \"*\"]", "any-and-accounts 7:28"),
        ("[\"**\"]", "account-wildcard 7:20"),
        ("[\"?\"]", "account-wildcard 7:20"),
        ("[\" *\"]", "account-wildcard 7:20"),
        ("[\"31000000000*\"]", "account-wildcard 7:20"),
        ("[\"*\", \"pr*\"]", "account-wildcard 7:25"),
    ] {
        let text = environment(&format!("pull_registries = {value}"));
        assert_eq!(shown(&refuse(&text)), [expected], "{value}");
    }
}

#[test]
fn a_wildcard_in_another_list_is_still_an_error() {
    for (key, column) in [("registries", 15), ("callers", 12)] {
        let text = environment(&format!("{key} = [\"*\"]"));
        assert_eq!(shown(&refuse(&text)), [format!("account-wildcard 7:{column}")]);
    }
    let text = environment("").replace("[\"prod\", \"old\"]", "[\"*\"]");
    assert_eq!(shown(&refuse(&text)), ["account-wildcard 6:13"]);
    let forbidden = environment("[forbidden]\naccounts = [\"*\"]");
    assert_eq!(shown(&refuse(&forbidden)), ["account-wildcard 8:13"]);
}

#[test]
fn hints_name_the_key_and_the_value_to_write() {
    let hint = |key: &str| refuse(&environment(key)).problems[0].hint.clone().unwrap();
    assert!(hint("registries = [\"*\"]").contains("`pull_registries` accepts `[\"*\"]`"));
    assert!(hint("pull_registries = [\"1*\"]").starts_with("write `[\"*\"]` for every account"));
    assert_eq!(hint("pull_registries = [\"*\", \"old\"]"), "remove `*`, or write `[\"*\"]` alone");
    assert_eq!(hint("pull_registries = \"*\""), "write `[\"*\"]`");
    assert_eq!(hint("pull_registeries = [\"*\"]"), "did you mean `pull_registries`?");
}

#[test]
fn a_default_is_replaced_and_never_merged() {
    let policy = read(&environment(""));
    assert_eq!(pulls(&policy, "prod"), None, "`accounts` are not its default");
    let text = "version = 1\n[defaults]\npull_registries = [\"*\"]\n[environments.a]\n\
                accounts = [\"310000000001\"]\n[environments.b]\naccounts = [\"310000000002\"]\n\
                pull_registries = [\"310000000003\"]\n[environments.local]\n\
                accounts = [\"000000000000\"]\nemulator = [\"http://a\"]\n";
    let policy = read(text);
    assert_eq!(pulls(&policy, "a"), Some(vec!["*".to_owned()]));
    assert_eq!(pulls(&policy, "b"), Some(vec!["310000000003".to_owned()]));
    assert_eq!(pulls(&policy, "local"), None, "an emulator takes no default");
    let mixed = text.replace("[\"*\"]", "[\"*\", \"310000000003\"]");
    assert_eq!(shown(&refuse(&mixed)), ["any-and-accounts 3:20"]);
}

#[test]
fn the_place_spans_key_and_value() {
    for value in ["[\"*\"]", "[\"old\"]"] {
        let policy = read(&environment(&format!("pull_registries = {value}")));
        let rules = policy.rules("prod").unwrap();
        let location = policy.locate(rules.pull_registries().unwrap().place());
        assert_eq!(location.to_string(), "account-guard.toml:7:1");
        assert_eq!(location.text, format!("pull_registries = {value}"));
    }
}

#[test]
fn pull_registries_do_not_change_other_lists() {
    for value in ["[\"*\"]", "[\"old\"]", "[\"310000000009\"]"] {
        let with = read(&environment(&format!("pull_registries = {value}")));
        let with = with.rules("prod").unwrap();
        let without = read(&environment(""));
        let without = without.rules("prod").unwrap();
        assert_eq!(with.accounts(), without.accounts());
        assert_eq!(with.callers(), without.callers());
        assert_eq!(with.registries(), without.registries());
    }
}

#[test]
fn pull_registries_are_refused_with_an_emulator() {
    for value in ["[\"*\"]", "[\"000000000000\"]", "[\"310000000001\"]"] {
        let text = format!(
            "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\n\
             pull_registries = {value}\nemulator = [\"http://a\"]\n"
        );
        assert_eq!(shown(&refuse(&text)), ["emulated-registries 4:1"], "{value}");
        let both = text.replace("emulator =", "registries = [\"000000000000\"]\nemulator =");
        assert_eq!(shown(&refuse(&both)), ["emulated-registries 4:1", "emulated-registries 5:1"]);
    }
}

#[test]
fn an_emulated_account_in_pull_registries_is_refused() {
    let local = "[environments.local]\naccounts = [\"000000000000\"]\nemulator = [\"http://a\"]\n";
    let prod = "[environments.prod]\naccounts = [\"310000000001\"]\n";
    let pulls = "pull_registries = [\"000000000000\"]\n";
    let own = format!("version = 1\n{local}{prod}{pulls}");
    assert_eq!(shown(&refuse(&own)), ["half-emulated 3:13"]);
    let default = format!("version = 1\n[defaults]\n{pulls}{local}{prod}");
    let invalid = refuse(&default);
    assert_eq!(shown(&invalid), ["half-emulated 5:13"]);
    let [(place, _)] = invalid.problems[0].also.as_slice() else { panic!() };
    assert_eq!(invalid.locate(place).line, 3, "prod takes the default");
    read(&format!("{default}pull_registries = [\"*\"]\n"));
}

#[test]
fn emulated_accounts_are_found() {
    let text = "version = 1\n[environments.local]\naccounts = [\"000000000000\"]\n\
                callers = [\"000000000001\"]\nemulator = [\"http://a\"]\n\
                [environments.prod]\naccounts = [\"310000000001\"]\npull_registries = [\"*\"]\n";
    let policy = read(text);
    let rules = policy.rules("prod").unwrap();
    assert_eq!(rules.emulated_in(id("000000000000")), Some("local"));
    assert_eq!(rules.emulated_in(id("000000000001")), Some("local"));
    assert_eq!(rules.emulated_in(id("310000000001")), None);
}

/// `code line:column` of the warnings about this policy.
#[track_caller]
fn lint(text: &str) -> Vec<String> {
    let policy = read(text);
    let show = |warning: Problem| {
        let Location { line, column, .. } = policy.locate(&warning.place);
        format!("{} {line}:{column}", warning.code)
    };
    policy.lint().into_iter().map(show).collect()
}

#[test]
fn pulling_from_any_account_is_warned_about() {
    assert_eq!(lint(&environment("pull_registries = [\"*\"]")), ["pull-from-any-account 7:1"]);
    let text = "version = 1\n[defaults]\npull_registries = [\"*\"]\n[environments.a]\n\
                accounts = [\"310000000001\"]\n[environments.b]\naccounts = [\"310000000002\"]\n";
    assert_eq!(lint(text), ["pull-from-any-account 3:1"], "once for a default");
}

#[test]
fn pulling_from_the_account_of_another_environment_is_warned_about() {
    let none: [&str; 0] = [];
    let staging = "\n[environments.staging]\naccounts = [\"310000000003\"]";
    let with = |keys: &str| lint(&environment(&format!("{keys}{staging}")));
    let pull = "pull_registries = [\"310000000003\"]";
    assert_eq!(with(pull), ["pull-from-other-environment 7:20"]);
    assert_eq!(with("pull_registries = [\"310000000004\"]"), none, "no environment has it");
    assert_eq!(with("pull_registries = [\"old\"]"), none, "an account of its own");
    let pushed = format!("registries = [\"310000000003\"]\n{pull}");
    assert_eq!(with(&pushed), none, "the policy allows the push");
    let default = format!(
        "version = 1\n[defaults]\n{pull}\n[environments.a]\n\
                           accounts = [\"310000000001\"]{staging}"
    );
    assert_eq!(lint(&default), ["pull-from-other-environment 3:20"], "`a` takes the default");
    let policy = read(&environment(&format!("{pull}{staging}")));
    let [warning] = &policy.lint()[..] else { panic!() };
    let words = "docker in `prod` can also push to account 310000000003 of `staging` where IAM";
    assert!(warning.message.starts_with(words), "{}", warning.message);
    assert!(warning.hint.as_ref().unwrap().contains("deny `ecr:PutImage`"));
    let [(place, _)] = warning.also.as_slice() else { panic!() };
    assert_eq!(policy.locate(place).line, 9);
}

#[test]
fn accounts_in_pull_registries_count_as_used() {
    let text = "version = 1\n[accounts]\nbase = \"310000000003\"\n[forbidden]\n\
                accounts = [\"310000000009\"]\n[environments.a]\naccounts = [\"310000000001\"]\n\
                pull_registries = [\"base\", \"310000000009\", \"123456789012\"]\n";
    assert_eq!(lint(text), ["account-also-forbidden 8:28", "documentation-account 8:44"]);
}
