//! Tests of the Action and of the examples for pipelines with the real tools, which
//! `tests/pipelines.sh` installs.

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
