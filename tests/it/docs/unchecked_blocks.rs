//! The list of blocks that no test runs or parses, each with the reason or with the test that
//! covers it.

/// A block, by its page and its first line.
pub(super) struct Elsewhere {
    pub(super) page: &'static str,
    pub(super) first_line: &'static str,
    /// Why it is not checked like other blocks of its language.
    pub(super) reason: &'static str,
}

pub(super) const UNCHECKED_BLOCKS: &[Elsewhere] = &[
    Elsewhere {
        page: "docs/credentials-command.md",
        first_line: "eval (account-guard credentials prod --format fish); or exit",
        reason: "a real fish runs it in tests/it/credentials/shells.rs, as root",
    },
    Elsewhere {
        page: "docs/credentials-command.md",
        first_line: "Invoke-Expression (account-guard credentials prod --format powershell | Out-String)",
        reason: "there is no PowerShell to run it; the page says so",
    },
    Elsewhere {
        page: "docs/docker.md",
        first_line: "{",
        reason: "docker's own configuration: tests/it/image_pushes.rs hands it to real clients",
    },
    Elsewhere {
        page: "docs/exec.md",
        first_line: "account-guard: credentials not renewed: DENIED prod: `deploy-ci` is not a role that prod allows (wrong-role)",
        reason: "a refusal in the middle of a run: tests/it/serve.rs reads it there",
    },
    Elsewhere {
        page: "docs/exec.md",
        first_line: "{\"Code\":\"wrong-role\",\"Message\":\"account-guard: DENIED prod: `deploy-ci` is not a role that prod allows (wrong-role)\"}",
        reason: "the answer to an SDK in that moment: tests/it/serve.rs reads it there",
    },
    Elsewhere {
        page: "docs/container.md",
        first_line: "FROM debian:bookworm-slim",
        reason: "an image that is in no registry yet: there is nothing to build it from",
    },
    Elsewhere {
        page: "examples/cdk/README.md",
        first_line: "const stack = new Stack(app, \"Example\", { env: { account: \"222222222222\", region: \"eu-west-1\" } });",
        reason: "tests/it/pipelines/cdk.rs runs it in an app",
    },
    Elsewhere {
        page: "examples/jenkins/README.md",
        first_line: "pipeline {",
        reason: "tests/it/pipelines/jenkins.rs runs it",
    },
    Elsewhere {
        page: "examples/terraform/README.md",
        first_line: "provider \"aws\" {",
        reason: "tests/it/pipelines/terraform.rs runs it",
    },
];
