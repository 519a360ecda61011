//! The Action and the examples of pipelines, run by the real tools: `tests/pipelines.sh` installs those.

mod act;
mod buildkite;
mod cdk;
mod ci_service;
mod circleci;
mod gitlab;
mod jenkins;
mod npm_scripts;
mod release;
mod setup;
mod terraform;
