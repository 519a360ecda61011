//! Tests of the text for policies: errors with their carets, and warnings.

use super::{POLICY, check, snapshot};
use crate::rig::guard::Guard;

const BROKEN: &str = r#"version = 1

[accounts]
prod  = 111111111111
stage = "22222"

[forbiden]
roles = ["x"]

[environments.prod]
account = ["prod"]
roles   = []
regions = ["eu-west-1", "eu-west-1"]

[environments.staging]
accounts     = ["prd"]
min_lifetime = "soon"
"#;

const DOUBTFUL: &str = r#"version = 1

[accounts]
prod    = "345678901234"
old     = "456789012345"
example = "123456789012"

[forbidden]
roles = ["Admin*"]

[environments.prod]
accounts = ["prod", "example"]

[environments.staging]
accounts = ["prod"]
roles    = ["arn:aws:iam::456789012345:role/deploy", "AdminDeploy"]
"#;

fn lint(policy: &str) -> Guard {
    Guard::new().policy(policy).args("policy lint")
}

#[test]
fn every_error_of_a_policy_is_shown() {
    let outcome = lint(BROKEN).run();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
    snapshot!("policy-errors", outcome);
    let checked = check("prod").policy(BROKEN).run();
    assert_eq!((checked.code, &checked.stderr), (Some(2), &outcome.stderr), "{checked:?}");
}

#[test]
fn a_policy_with_a_syntax_error() {
    snapshot!("policy-syntax-error", lint("version = 1\n[accounts\nprod = \"1\"\n").run());
    snapshot!("policy-empty", lint("").run());
}

#[test]
fn unintended_values_are_warnings() {
    let outcome = lint(DOUBTFUL).run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    snapshot!("policy-warnings", outcome);
    snapshot!("policy-warnings-quiet", lint(DOUBTFUL).arg("--quiet").run());
}

#[test]
fn a_policy_without_warnings() {
    let sound = "version = 1\n\n[environments.prod]\naccounts = [\"345678901234\"]\n";
    snapshot!("policy-sound", lint(sound).run());
    snapshot!("policy-sound-quiet", lint(sound).arg("--quiet").run());
}

#[test]
fn an_unknown_environment() {
    snapshot!("policy-unknown-environment-near", check("pord").policy(POLICY).run());
    snapshot!("policy-unknown-environment", check("nothing-like-it").policy(POLICY).run());
}

/// A job of GitHub Actions without a step that checks out the repository, and one with such a step.
#[test]
fn a_missing_policy_without_a_checkout() {
    let job = |words: &str| Guard::new().args(words).env("GITHUB_ACTIONS", "true");
    let named = "check prod --policy account-guard.toml";
    snapshot!("policy-missing-without-a-checkout", job("check prod").run());
    snapshot!("policy-not-there-without-a-checkout", job(named).run());
    for words in ["check prod", named] {
        let checked_out = job(words).file(".git/HEAD", "").run();
        assert_eq!(checked_out.code, Some(2), "{checked_out:#?}");
        assert!(!checked_out.stderr.contains("check out"), "{checked_out:#?}");
    }
}

#[test]
fn a_missing_or_untrusted_policy() {
    snapshot!("policy-missing", Guard::new().args("check prod").run());
    snapshot!("policy-not-there", Guard::new().args("check prod --policy gone.toml").run());
    snapshot!(
        "policy-blank-variable",
        Guard::new().args("check prod").env("ACCOUNT_GUARD_POLICY", " ").run()
    );
    let second = Guard::new().file(".git/HEAD", "").file("sub/account-guard.toml", "");
    snapshot!("policy-second", second.policy(POLICY).directory("sub").args("check prod").run());
    let guard = Guard::new().policy(POLICY).args("check prod");
    let path = guard.work().join("account-guard.toml");
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(path, permissions).unwrap();
    snapshot!("policy-writable-by-anybody", guard.run());
    snapshot!("policy-writable-by-anybody-gitlab", guard.env("GITLAB_CI", "true").run());
}
