//! The list of blocks that no test runs or parses, each with the reason or with the test that
//! covers it.

/// A block, by its page and its first line.
pub(super) struct UncheckedBlock {
    pub(super) page: &'static str,
    pub(super) first_line: &'static str,
    /// Why it is not checked like other blocks of its language.
    pub(super) reason: &'static str,
}

pub(super) const UNCHECKED_BLOCKS: &[UncheckedBlock] = &[
    UncheckedBlock {
        page: "docs/credentials-command.md",
        first_line: "eval (account-guard credentials prod --format fish); or exit",
        reason: "a real fish runs it in tests/it/credentials/shells.rs, as root",
    },
    UncheckedBlock {
        page: "docs/credentials-command.md",
        first_line: "Invoke-Expression (account-guard credentials prod --format powershell | Out-String)",
        reason: "PowerShell is not installed here, as the page notes",
    },
    UncheckedBlock {
        page: "docs/docker.md",
        first_line: "{",
        reason: "a configuration of docker, which tests/it/image_pushes.rs gives to real clients",
    },
    UncheckedBlock {
        page: "docs/exec.md",
        first_line: "account-guard: could not renew the credentials: DENIED prod: `deploy-ci` is not a role that prod allows (wrong-role)",
        reason: "a refusal during a run, which tests/it/serve.rs tests",
    },
    UncheckedBlock {
        page: "docs/exec.md",
        first_line: "{\"Code\":\"wrong-role\",\"Message\":\"account-guard: DENIED prod: `deploy-ci` is not a role that prod allows (wrong-role)\"}",
        reason: "the answer to an SDK after that refusal, which tests/it/serve.rs tests",
    },
    UncheckedBlock {
        page: "docs/container.md",
        first_line: "FROM debian:bookworm-slim",
        reason: "the image is not in a registry yet, so that a build cannot find it",
    },
    UncheckedBlock {
        page: "examples/cdk/README.md",
        first_line: "const stack = new Stack(app, \"Example\", { env: { account: \"222222222222\", region: \"eu-west-1\" } });",
        reason: "tests/it/pipelines/cdk.rs runs it in an app",
    },
    UncheckedBlock {
        page: "examples/jenkins/README.md",
        first_line: "pipeline {",
        reason: "tests/it/pipelines/jenkins.rs runs it",
    },
    UncheckedBlock {
        page: "examples/terraform/README.md",
        first_line: "provider \"aws\" {",
        reason: "tests/it/pipelines/terraform.rs runs it",
    },
];
