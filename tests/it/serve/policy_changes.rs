//! Tests of changes of the policy while the command runs: they may refuse a renewal, and never
//! allow more.

use super::setup::{ADMIN, Sts, serving};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::setup::{POLICY, STAGING};

#[test]
fn a_policy_change_stops_the_next_renewal() {
    let sts = Sts::honest();
    let outcome = serving(sts.exec(), |client| {
        assert_eq!(client.get().0, 200);
        assert_eq!(client.get().0, 200);
        for (changed, code, says) in [
            (POLICY.replace("deploy-*", "release-*"), "wrong-role", "DENIED prod: `deploy-ci`"),
            (POLICY.replace("\"audit\"]", "\"audit\", \"prod\"]"), "forbidden-account", "DENIED"),
            (POLICY.replace("version = 1", "version = 9"), "question", "version 9"),
            (POLICY.replace("environments.prod", "environments.live"), "question", "`prod`"),
        ] {
            client.change_policy(&changed);
            let message = client.refused(code);
            assert!(message.starts_with("account-guard: "), "{message}");
            assert!(message.contains(says), "{says}: {message}");
        }
        client.change_policy(POLICY);
        assert_eq!(client.get().0, 200, "the policy allows it again");
    });
    assert_eq!(outcome.code, Some(0));
    let says = "account-guard: could not renew the credentials: DENIED prod: `deploy-ci` is not a role that \
                prod allows (wrong-role)\n";
    assert_eq!(outcome.stderr.matches(says).count(), 1, "{outcome:#?}");
}

/// Credentials granted at the start are not served after the policy has changed.
#[test]
fn a_policy_change_before_the_first_answer_is_applied() {
    let sts = Sts::honest();
    serving(sts.exec(), |client| {
        client.change_policy(&POLICY.replace("deploy-*", "release-*"));
        client.refused("wrong-role");
        client.change_policy(POLICY);
        assert_eq!(client.get().1["AccessKeyId"], "ASIARIG3");
    });
}

#[test]
fn a_policy_that_allows_more_later_grants_nothing_more() {
    let wider = POLICY.replace("deploy-*\"]", "deploy-*\", \"admin\"]");
    let other_account =
        POLICY.replace("accounts = [\"prod\"]", "accounts = [\"prod\", \"staging\"]");
    assert!(wider != POLICY && other_account != POLICY);
    for (whose, changed, code) in
        [(ADMIN, wider, "wrong-role"), (STAGING, other_account, "wrong-account")]
    {
        let sts = Sts::changing(whose);
        let outcome = serving(sts.exec_with_process(), |client| {
            assert_eq!(client.get().0, 200);
            client.change_policy(&changed);
            let message = client.refused(code);
            assert!(message.contains("the initial policy refuses the credentials"), "{message}");
        });
        assert!(
            outcome.stderr.contains("the initial policy refuses the credentials"),
            "{outcome:#?}"
        );
    }
}

#[test]
fn an_emulator_added_to_the_policy_later_is_refused() {
    let (sts, emulator) = (Sts::honest(), Hostile::plain(Behaviour::Answers { arn: hostile::ARN }));
    let guard = sts.exec_with_process();
    let changed = format!("[environments.prod]\nemulator = [\"{}\"]", emulator.url());
    serving(guard, |client| {
        assert_eq!(client.get().0, 200);
        client.change_policy(&POLICY.replace("[environments.prod]", &changed));
        client.refused("untrusted-endpoint");
        assert!(emulator.connections() > 0, "the policy of now leads there");
    });
}
