//! The report of a run: one document of plain values, and the renderers that turn it into bytes.

pub mod aws_cli;
pub mod build;
pub mod github;
pub mod human;
pub mod identity;
pub mod json;
pub(crate) mod known;
mod labelled;
pub mod missing_policy;
mod next;
pub(crate) mod notes;
pub mod problems;
mod sources;
pub mod text;
mod winners;
pub(crate) mod wrong;

use serde::Serialize;

/// The report of `check` and `exec`, in the order of the JSON document.
///
/// Its schema ships as `schema/report-1.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this document: 1.
    pub version: u32,
    /// `allowed`, `denied` or `unknown`.
    pub verdict: VerdictWord,
    /// Why the identity is unknown; `null` otherwise.
    pub error: Option<ErrorReport>,
    /// The requested environment.
    pub environment: String,
    /// The verdict in one sentence.
    pub summary: String,
    /// The answer of STS; `null` if it is unknown.
    pub identity: Option<IdentityReport>,
    /// The source of the credentials; `null` if none were found.
    pub source: Option<SourceReport>,
    /// The credentials that each tool in scope would use; empty if unknown.
    pub winners: Vec<WinnerReport>,
    /// The tools of each identity in one line of text; empty if all tools agree.
    #[serde(skip)]
    pub tools: Vec<String>,
    /// The region that the deploy would use.
    pub region: Option<String>,
    /// The URL of the STS endpoint.
    pub endpoint: Option<String>,
    /// When the credentials expire, in RFC 3339; `null` if never or unknown.
    pub expires_at: Option<String>,
    /// The time until then in whole seconds.
    pub lifetime_seconds: Option<u64>,
    /// Every check, with the expected and the actual value.
    pub findings: Vec<FindingReport>,
    /// The checks that failed.
    pub violations: Vec<ViolationReport>,
    /// Facts that do not decide.
    pub notes: Vec<String>,
    /// What the deploy would change.
    pub targets: Vec<TargetReport>,
    /// The policy that was applied.
    pub policy: PolicyReport,
    /// The next step.
    pub next: Option<String>,
}

/// The verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictWord {
    /// Exit code 0.
    Allowed,
    /// Exit code 1.
    Denied,
    /// Exit code 3.
    Unknown,
}

/// The reason why the identity is unknown.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorReport {
    /// A stable code, explained in `docs/codes.md`.
    pub code: &'static str,
    /// One sentence, in lower case, without a full stop.
    pub message: String,
}

/// The answer of STS.
#[derive(Clone, Debug, Serialize)]
pub struct IdentityReport {
    /// Twelve digits.
    pub account: String,
    /// The policy's name for the account.
    pub account_name: Option<String>,
    /// The partition of the ARN.
    pub partition: &'static str,
    /// The ARN in the answer.
    pub arn: String,
    /// The user ID in the answer.
    pub user_id: String,
    /// The principal that the ARN names.
    pub principal: PrincipalReport,
    /// The session name of a role, which its caller chose.
    pub session: Option<String>,
}

/// The principal of an ARN.
#[derive(Clone, Debug, Serialize)]
pub struct PrincipalReport {
    /// `role`, `user`, `federated-user`, `root` or `unknown`.
    pub kind: &'static str,
    /// The name of the role or user.
    pub name: Option<String>,
    /// The permission set of a role that IAM Identity Center created.
    pub permission_set: Option<String>,
}

/// The source of credentials.
#[derive(Clone, Debug, Serialize)]
pub struct SourceReport {
    /// The kind of the source: `keys`, `web-identity`, `sso`, …
    pub kind: &'static str,
    /// The variable, the file and line, or the option.
    pub detail: String,
    /// The sources that this one overrides.
    pub shadows: Vec<String>,
}

/// The credentials that a tool would use.
#[derive(Clone, Debug, Serialize)]
pub struct WinnerReport {
    /// The name of the tool; the name of its family if no tools were named.
    pub tool: &'static str,
    /// The name of the family of tools: `aws-cli`, …
    pub family: &'static str,
    /// The variable, the file and line, or the option.
    pub source: String,
    /// The region that the tool would use.
    pub region: Option<String>,
    /// The account of the credentials; `null` if unknown.
    pub account: Option<String>,
    /// The ARN of the identity; `null` if unknown.
    pub arn: Option<String>,
}

/// Something that the deploy would change.
#[derive(Clone, Debug, Serialize)]
pub struct TargetReport {
    /// The name that the user gave.
    pub name: String,
    /// `image` or `resource`.
    pub kind: &'static str,
    /// Twelve digits.
    pub account: String,
    /// The policy's name for the account.
    pub account_name: Option<String>,
    /// The partition of the account.
    pub partition: &'static str,
    /// The region; `null` if the target has none.
    pub region: Option<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// What is checked: `account`, `role`, `region`, …
    pub subject: &'static str,
    /// Whether the check passed.
    pub holds: bool,
    /// What is allowed; empty if everything is.
    pub expected: Vec<Cell>,
    /// What was found.
    pub actual: Cell,
}

/// A name and its explanation: `prod`, `111111111111`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The name: `prod`.
    pub text: String,
    /// The explanation: `111111111111`.
    pub detail: Option<String>,
}

/// A check that failed.
#[derive(Clone, Debug, Serialize)]
pub struct ViolationReport {
    /// A stable code, explained in `docs/codes.md`.
    pub code: &'static str,
    /// One sentence, in lower case, without a full stop.
    pub message: String,
    /// What is allowed, as text.
    pub expected: Vec<String>,
    /// What was found, as text.
    pub actual: String,
    /// The policy file of the rule that decided.
    pub file: Option<String>,
    /// The line of that rule, counted from 1.
    pub line: Option<usize>,
    /// The text of that line.
    pub rule: Option<String>,
}

/// The policy that was applied.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PolicyReport {
    /// The path, as it was found or given.
    pub path: String,
    /// The SHA-256 of its text, in lower-case hexadecimal.
    pub sha256: String,
}
