//! The blocks that nothing here runs or reads, each with what holds it instead, or why nothing can.

/// A block, by its page and its first line.
pub(super) struct Elsewhere {
    pub(super) page: &'static str,
    pub(super) first_line: &'static str,
    /// Why it is not held as other blocks of its language are.
    pub(super) reason: &'static str,
}

pub(super) const ELSEWHERE: &[Elsewhere] = &[
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
        reason: "docker's own configuration: tests/it/registry.rs hands it to real clients",
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
];
