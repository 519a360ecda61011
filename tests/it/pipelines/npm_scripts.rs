//! Tests of `examples/npm-scripts` with the real npm.

use super::setup::{
    PROD, STAGING, all_output, blocks, copy_with_keys, deployed, was_deployed_to, was_not_deployed,
};
use crate::rig::guard::Guard;
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{self, Setup};

fn npm(setup: &Setup, words: &str) -> Guard {
    let guard = copy_with_keys("npm-scripts", setup).program("npm").instead(&[]);
    guard.env("NPM_CONFIG_UPDATE_NOTIFIER", "false").args(words)
}

fn denied() -> Setup {
    Setup::new(Behaviour::Answers { arn: setup::STAGING })
}

#[test]
#[ignore = "needs npm: run by tests/pipelines.sh"]
fn an_allowed_deploy_runs_with_or_without_the_pre_script() {
    let setup = Setup::honest();
    let guard = npm(&setup, "run deploy");
    let outcome = guard.run();
    was_deployed_to(PROD, &guard, &outcome);
    assert_eq!(all_output(&outcome).matches("ALLOWED prod").count(), 2, "{outcome:#?}");
    let guard = npm(&setup, "run deploy --ignore-scripts");
    let outcome = guard.run();
    was_deployed_to(PROD, &guard, &outcome);
    assert_eq!(all_output(&outcome).matches("ALLOWED prod").count(), 1, "{outcome:#?}");
    let setup = denied();
    let guard = npm(&setup, "run deploy:staging -- --verbose");
    was_deployed_to(STAGING, &guard, &guard.run());
}

#[test]
#[ignore = "needs npm: run by tests/pipelines.sh"]
fn a_refused_deploy_does_not_run() {
    let setup = denied();
    let words = "DENIED prod: these credentials are for staging";
    let guard = npm(&setup, "run deploy");
    let outcome = guard.run();
    was_not_deployed(&guard, &outcome, words);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let silenced = npm(&setup, "run deploy").file(".npmrc", "ignore-scripts=true\n");
    for guard in [npm(&setup, "run deploy --ignore-scripts"), silenced] {
        let outcome = guard.run();
        was_not_deployed(&guard, &outcome, words);
        assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    }
    let honest = Setup::honest();
    let guard = npm(&honest, "run deploy:staging");
    was_not_deployed(&guard, &guard.run(), "DENIED staging: these credentials are for prod");
}

/// The README describes a guard in a `pre` script.
#[test]
#[ignore = "needs npm: run by tests/pipelines.sh"]
fn npm_can_skip_a_guard_in_a_pre_script() {
    let setup = denied();
    let [careless] = blocks("npm-scripts", "json").try_into().unwrap();
    let guard = npm(&setup, "run deploy").file("package.json", &careless);
    was_not_deployed(&guard, &guard.run(), "DENIED prod");
    let silenced = npm(&setup, "run deploy").file(".npmrc", "ignore-scripts=true\n");
    for guard in [npm(&setup, "run deploy --ignore-scripts"), silenced] {
        let guard = guard.file("package.json", &careless);
        let outcome = guard.run();
        assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");
        assert!(!all_output(&outcome).contains("DENIED"), "{outcome:#?}");
    }
    let both = careless.replace("\"./deploy.sh\"", "\"account-guard check prod; ./deploy.sh\"");
    let guard = npm(&setup, "run deploy --ignore-scripts").file("package.json", &both);
    let outcome = guard.run();
    assert_eq!((outcome.code, deployed(&guard).is_some()), (Some(0), true), "{outcome:#?}");
}
