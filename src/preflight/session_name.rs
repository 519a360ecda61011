//! The default name of a role session. `CloudTrail` shows it, so that a session leads to its pipeline run.

use std::collections::BTreeMap;

use crate::iam::{SESSION_NAME, is_name_character};

/// The variables with the ID of a pipeline run: GitHub, GitLab, Jenkins, Azure, `CircleCI`,
/// Buildkite, Bitbucket, Travis, `CodeBuild`.
const RUNS: [&str; 9] = [
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "BUILD_ID",
    "BUILD_BUILDID",
    "CIRCLE_WORKFLOW_ID",
    "BUILDKITE_BUILD_NUMBER",
    "BITBUCKET_BUILD_NUMBER",
    "TRAVIS_BUILD_ID",
    "CODEBUILD_BUILD_NUMBER",
];

/// `account-guard-ENVIRONMENT-RUN`, or without the run outside of a pipeline. If it is too long, the
/// environment is shortened, because the run identifies the session.
pub(super) fn session_name(environment: &str, variables: &BTreeMap<String, String>) -> String {
    let id = RUNS.iter().find_map(|name| variables.get(*name).filter(|id| !id.is_empty()));
    let longest = *SESSION_NAME.length.end();
    let run = match id {
        Some(id) => format!("-{}", cut(&plain(id), longest / 2)),
        None => String::new(),
    };
    let start = format!("account-guard-{}", plain(environment));
    format!("{}{run}", cut(&start, longest - run.len()))
}

/// Replaces characters that IAM does not accept by hyphens.
fn plain(text: &str) -> String {
    text.chars().map(|c| if is_name_character(c) { c } else { '-' }).collect()
}

fn cut(plain: &str, length: usize) -> &str {
    plain.get(..length).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_the_environment_and_the_run() {
        let (long, run) = ("e".repeat(80), "9".repeat(80));
        for (environment, variables, expected) in [
            ("prod", &[][..], "account-guard-prod".to_owned()),
            ("prod", &[("GITHUB_RUN_ID", "17")], "account-guard-prod-17".to_owned()),
            ("prod", &[("GITHUB_RUN_ID", "")], "account-guard-prod".to_owned()),
            ("prod", &[("BUILD_ID", "a b/ü")], "account-guard-prod-a-b--".to_owned()),
            (&long, &[("CI_PIPELINE_ID", "17")], format!("account-guard-{}-17", "e".repeat(47))),
            ("p", &[("BUILD_ID", &*run)], format!("account-guard-p-{}", "9".repeat(32))),
        ] {
            let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let name = session_name(environment, &variables.collect());
            assert_eq!(name, expected);
            assert!(name.len() <= *SESSION_NAME.length.end());
        }
    }
}
