//! Tests of how the policy file and the environment are selected. An ambiguity exits 2 before any
//! request.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::rig::guard::{Guard, Outcome};
use crate::rig::setup::{POLICY, Setup, allowed, denied, message, unknown, usage_error};

/// A policy that allows only another account.
const OTHER: &str = "version = 1\n[environments.prod]\naccounts = [\"222222222222\"]\n";

#[test]
fn the_policy_of_the_root_applies_in_every_subdirectory() {
    let setup = Setup::honest();
    let guard = || setup.check().file(".git/HEAD", "").file("a/b/main.tf", "");
    for directory in ["", "a", "a/b"] {
        let document = allowed(&guard().directory(directory).run());
        let path = document["policy"]["path"].as_str().unwrap();
        assert!(path.ends_with("account-guard.toml"), "{path}");
    }
    // A work tree of `git worktree` has a file in place of the directory.
    let linked = setup.check().file(".git", "gitdir: elsewhere\n").file("a/main.tf", "");
    allowed(&linked.directory("a").run());
}

#[test]
fn a_second_policy_is_an_error_that_names_both() {
    let setup = Setup::honest();
    for second in ["a/account-guard.toml", "a/b/account-guard.toml"] {
        let guard = setup.check().file(".git/HEAD", "").file("a/b/main.tf", "");
        let guard = guard.file(second, OTHER).directory("a/b");
        let (root, second) = (guard.work().join("account-guard.toml"), guard.work().join(second));
        let outcome = guard.run();
        usage_error(&outcome, &second.display().to_string());
        usage_error(&outcome, &root.display().to_string());
    }
    assert!(setup.is_untouched());
}

#[test]
fn no_policy_is_searched_above_the_working_directory() {
    let setup = Setup::honest();
    usage_error(&setup.check().file("a/main.tf", "").directory("a").run(), "no policy");
    let root = setup.check().file("a/.git/HEAD", "").directory("a").run();
    usage_error(&root, "no policy");
    assert!(setup.is_untouched());
}

#[test]
fn a_policy_that_is_writable_by_others_or_unreadable_is_an_error() {
    let setup = Setup::honest();
    let guard = setup.check();
    let policy = guard.work().join("account-guard.toml");
    for mode in [0o666, 0o602, 0o777] {
        fs::set_permissions(&policy, Permissions::from_mode(mode)).unwrap();
        usage_error(&guard.run(), "is writable by every user of this machine");
    }
    fs::set_permissions(&policy, Permissions::from_mode(0o664)).unwrap();
    allowed(&guard.run());
    fs::remove_file(&policy).unwrap();
    usage_error(&guard.run(), "no policy");
    fs::create_dir(&policy).unwrap();
    usage_error(&guard.run(), "could not read the policy");
    fs::remove_dir(&policy).unwrap();
    fs::write(&policy, b"version = 1\n# \xff\n").unwrap();
    usage_error(&guard.run(), "not UTF-8");
    fs::write(&policy, "").unwrap();
    usage_error(&guard.run(), "version");
    std::os::unix::fs::symlink("nowhere", guard.home().join("link")).unwrap();
    usage_error(
        &setup.check().arg("--policy").arg(guard.home().join("link")).run(),
        "could not read the policy",
    );
}

#[test]
fn a_dangling_link_in_place_of_the_policy_is_an_error() {
    let setup = Setup::honest();
    let guard = setup.check().file(".git/HEAD", "").file("a/main.tf", "").directory("a");
    std::os::unix::fs::symlink("nowhere", guard.work().join("a/account-guard.toml")).unwrap();
    usage_error(&guard.run(), "a/account-guard.toml");
    assert!(setup.is_untouched());
}

#[test]
fn the_policy_option_overrides_the_variable() {
    let setup = Setup::honest();
    let run = |variable: Option<&str>, flag: Option<&str>| -> Outcome {
        let guard = setup.check().file("good.toml", POLICY).file("other.toml", OTHER);
        let guard = variable
            .into_iter()
            .fold(guard, |guard, value| guard.env("ACCOUNT_GUARD_POLICY", value));
        flag.into_iter().fold(guard, |guard, path| guard.arg("--policy").arg(path)).run()
    };
    let document = allowed(&run(Some("good.toml"), None));
    assert_eq!(document["policy"]["path"], "good.toml");
    denied(&run(Some("other.toml"), None), "wrong-account");
    allowed(&run(Some("other.toml"), Some("good.toml")));
    denied(&run(Some("good.toml"), Some("other.toml")), "wrong-account");
    usage_error(&run(Some("gone.toml"), None), "could not read the policy `gone.toml`");
    usage_error(&run(None, Some("gone.toml")), "could not read the policy `gone.toml`");
    for blank in ["", " "] {
        usage_error(&run(Some(blank), None), "ACCOUNT_GUARD_POLICY is blank");
    }
}

#[test]
fn conflicting_environment_names_are_an_error() {
    let setup = Setup::honest();
    let run = |variable: Option<&str>, arguments: &str| -> Outcome {
        let guard = setup.bare().credentials(&crate::rig::Credentials::of(crate::rig::setup::KEY));
        let guard = variable
            .into_iter()
            .fold(guard, |guard, value| guard.env("ACCOUNT_GUARD_ENVIRONMENT", value));
        guard.args("check --format json").args(arguments).run()
    };
    allowed(&run(Some("prod"), ""));
    allowed(&run(None, "--environment prod"));
    allowed(&run(Some("prod"), "prod --environment prod"));
    denied(&run(Some("staging"), ""), "wrong-account");
    for (variable, arguments, words) in [
        (None, "", "missing environment"),
        (Some("staging"), "prod", "`staging`"),
        (Some("prod"), "staging", "`staging`"),
        (Some("staging"), "--environment prod", "`staging`"),
        (None, "prod --environment staging", "`staging`"),
        (Some(""), "", "ACCOUNT_GUARD_ENVIRONMENT is blank"),
        (Some(" "), "prod", "ACCOUNT_GUARD_ENVIRONMENT is blank"),
        (None, "prd", "did you mean `prod`"),
        (None, "PROD", "no environment `PROD`"),
        (Some("prod "), "", "no environment `prod `"),
        (None, "prod staging", "staging"),
        (None, "prod*", "no environment `prod*`"),
    ] {
        usage_error(&run(variable, arguments), words);
    }
}

#[test]
fn an_empty_environment_name_is_an_error() {
    for name in ["", " "] {
        for option in [name.to_owned(), format!("--environment={name}")] {
            let outcome = Guard::new().policy(POLICY).arg("check").arg(&option).run();
            usage_error(&outcome, " is blank");
            assert!(outcome.stdout.is_empty(), "{outcome:#?}");
            let exec = Guard::new().policy(POLICY).arg("exec").arg(&option).args("-- true").run();
            assert_eq!(exec.code, Some(125), "{exec:#?}");
        }
    }
}

/// The SDK would read its partitions from this file, and panic when the file is unreadable.
#[test]
fn a_custom_partition_table_is_refused() {
    let setup = Setup::honest();
    for value in ["/nowhere", ""] {
        let guard = setup.check().env("SMITHY_CLIENT_SDK_CUSTOM_PARTITION", value);
        let document = unknown(&guard.run(), "invalid-configuration");
        assert!(message(&document).contains("SMITHY_CLIENT_SDK_CUSTOM_PARTITION"), "{document}");
        assert!(document["next"].is_string(), "{document}");
    }
    assert!(setup.is_untouched());
}
