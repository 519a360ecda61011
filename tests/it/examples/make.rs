//! Tests of `examples/make` with the real make.

use std::fs;

use super::{copy, folder};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{STAGING, Setup};

const TARGETS: [&str; 2] = ["deploy", "deploy-after-check"];

/// How make is called, and its arguments.
const CALLS: [&[&str]; 3] = [&[], &["-j8"], &["-k", "-j"]];

fn make(guard: Guard, arguments: &[&str]) -> (Outcome, Option<String>) {
    let guard = guard.program("make").instead(arguments);
    (guard.run(), fs::read_to_string(guard.work().join("deployed")).ok())
}

/// The setups in which the guard refuses, with the exit codes of `exec` and of `check`.
fn refusals() -> [(Setup, [&'static str; 2]); 2] {
    [
        (Setup::new(Behaviour::Answers { arn: STAGING }), ["Error 125", "Error 1\n"]),
        (Setup::new(Behaviour::Closes), ["Error 125", "Error 3\n"]),
    ]
}

#[test]
fn an_allowed_deploy_runs() {
    let setup = Setup::honest();
    for call in CALLS {
        for (target, to) in
            TARGETS.into_iter().zip(["to 111111111111\n", "to the account of the current"])
        {
            let (outcome, deployed) = make(copy("make", &setup), &[call, &[target]].concat());
            assert_eq!(outcome.code, Some(0), "{call:?} {target}: {outcome:#?}");
            let deployed = deployed.unwrap_or_default();
            assert!(deployed.starts_with(to), "{call:?} {target}: {deployed} {outcome:#?}");
        }
    }
}

#[test]
fn a_refused_deploy_does_not_run() {
    for (setup, errors) in refusals() {
        for call in CALLS {
            for (target, error) in TARGETS.into_iter().zip(errors) {
                let (outcome, deployed) = make(copy("make", &setup), &[call, &[target]].concat());
                assert_eq!((outcome.code, deployed), (Some(2), None), "{target}: {outcome:#?}");
                assert!(outcome.stderr.contains(error), "{target}: {outcome:#?}");
            }
        }
    }
}

/// With `-j` both targets start at once, and each waits for its own guard.
#[test]
fn parallel_targets_are_not_deployed_when_refused() {
    for (setup, _) in refusals() {
        let (outcome, deployed) =
            make(copy("make", &setup), &["-j8", "-k", TARGETS[0], TARGETS[1]]);
        assert_eq!((outcome.code, deployed), (Some(2), None), "{outcome:#?}");
    }
}

#[test]
fn a_file_named_like_a_target_does_not_skip_the_guard() {
    let denied = Setup::new(Behaviour::Answers { arn: STAGING });
    let named = |guard: Guard| {
        TARGETS.iter().chain(&["guard"]).fold(guard, |guard, name| guard.file(name, ""))
    };
    for target in TARGETS {
        let (outcome, deployed) = make(named(copy("make", &denied)), &[target]);
        assert_eq!((outcome.code, deployed), (Some(2), None), "{target}: {outcome:#?}");
        let (outcome, deployed) = make(named(copy("make", &Setup::honest())), &[target]);
        assert_eq!((outcome.code, deployed.is_some()), (Some(0), true), "{target}: {outcome:#?}");
    }
}

#[test]
fn the_environment_is_the_argument_of_make() {
    let staging = Setup::new(Behaviour::Answers { arn: STAGING });
    for target in TARGETS {
        let (outcome, deployed) = make(copy("make", &staging), &[target, "ENVIRONMENT=staging"]);
        assert_eq!((outcome.code, deployed.is_some()), (Some(0), true), "{target}: {outcome:#?}");
        for wrong in ["=", "=prod; true", "=stagin", "=--help", "=-h"] {
            let wrong = format!("ENVIRONMENT{wrong}");
            let (outcome, deployed) = make(copy("make", &staging), &[target, &wrong]);
            assert_eq!((outcome.code, deployed), (Some(2), None), "{wrong}: {outcome:#?}");
        }
        // A variable that was left in the shell must not choose an environment.
        let guard = copy("make", &staging).env("ENVIRONMENT", "staging");
        let (outcome, deployed) = make(guard, &[target]);
        assert_eq!((outcome.code, deployed), (Some(2), None), "{target}: {outcome:#?}");
    }
}

/// The README describes how the caller of make is checked.
#[test]
fn a_recipe_cannot_bypass_exec() {
    let denied = Setup::new(Behaviour::Answers { arn: STAGING });
    for arguments in [["-i"].as_slice(), &["-o", "guard"]] {
        for (target, is_deployed) in TARGETS.into_iter().zip([false, true]) {
            let (outcome, deployed) = make(copy("make", &denied), &[arguments, &[target]].concat());
            assert_eq!(deployed.is_some(), is_deployed, "{arguments:?} {target}: {outcome:#?}");
        }
    }
    let guard = copy("make", &denied).env("MAKEFLAGS", "i");
    assert_eq!(make(guard, &["deploy"]).1, None);
}

/// The Makefiles in the README that must not be copied, in their order.
fn traps() -> Vec<String> {
    let page = fs::read_to_string(folder("make").join("README.md")).unwrap();
    let blocks = page.split("```make\n").skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_mistakes_in_the_readme_let_a_deploy_pass() {
    let traps = traps();
    let [siblings, file] = traps.as_slice() else { panic!("{traps:#?}") };
    // The guard is still waiting for its answer after the push has finished.
    let silent = Setup::new(Behaviour::SilentAfterRequest);
    let slow = siblings.replace("check prod", "check prod --timeout 2s");
    let (outcome, deployed) =
        make(copy("make", &silent).file("Makefile", &slow), &["-j2", "release"]);
    assert_eq!((outcome.code, deployed.is_some()), (Some(2), true), "{outcome:#?}");
    let named = slow.replace("\npush:\n", "\npush: guard\n");
    let (outcome, deployed) =
        make(copy("make", &silent).file("Makefile", &named), &["-j2", "release"]);
    assert_eq!((outcome.code, deployed), (Some(2), None), "{outcome:#?}");

    let denied = Setup::new(Behaviour::Answers { arn: STAGING });
    let guard = copy("make", &denied).file("Makefile", file);
    assert_eq!(make(guard, &["deploy"]).1, None);
    let guard = copy("make", &denied).file("Makefile", file).file("guard", "");
    let (outcome, deployed) = make(guard, &["deploy"]);
    assert_eq!((outcome.code, deployed.is_some()), (Some(0), true), "{outcome:#?}");
}
