//! What a run has to say, as one plain document, and the renderers that turn it into bytes.

pub mod build;
pub mod cli_output;
pub mod github;
pub mod human;
pub mod json;
pub mod known;
mod next;
pub mod notes;
pub mod problems;
pub mod text;
pub mod whoami;
pub(crate) mod wrong;

use serde::Serialize;

/// Everything that is shown of a run, in the order of the JSON document.
///
/// Its schema ships as `schema/report-1.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this document: 1.
    pub version: u32,
    /// `allowed`, `denied` or `unknown`.
    pub verdict: VerdictWord,
    /// Why the verdict is unknown; `null` otherwise.
    pub error: Option<ErrorReport>,
    /// The environment that was asked about.
    pub environment: String,
    /// One sentence that says what the verdict means here.
    pub summary: String,
    /// STS's answer; `null` where it is not known.
    pub identity: Option<IdentityReport>,
    /// Where the credentials came from; `null` where none were found.
    pub source: Option<SourceReport>,
    /// What each tool in scope would use here; empty where that is not known.
    pub winners: Vec<WinnerReport>,
    /// The same in a few words for those who agree; empty where all do.
    #[serde(skip)]
    pub tools: Vec<String>,
    /// The region that the deploy would use.
    pub region: Option<String>,
    /// The URL that STS was asked at.
    pub endpoint: Option<String>,
    /// When the credentials end, in RFC 3339; `null` where they do not or nobody says.
    pub expires_at: Option<String>,
    /// How long they still live, in whole seconds.
    pub lifetime_seconds: Option<u64>,
    /// Every check, with what it expected and what it found.
    pub findings: Vec<FindingReport>,
    /// The checks that failed.
    pub violations: Vec<ViolationReport>,
    /// What is worth knowing and decides nothing.
    pub notes: Vec<String>,
    /// What is about to be touched.
    pub targets: Vec<TargetReport>,
    /// The policy that was applied.
    pub policy: PolicyReport,
    /// What to do now.
    pub next: Option<String>,
}

/// The three verdicts.
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

/// Why the identity is unknown.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorReport {
    /// A stable code, explained in `docs/codes.md`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// STS's answer, taken apart.
#[derive(Clone, Debug, Serialize)]
pub struct IdentityReport {
    /// Twelve digits.
    pub account: String,
    /// The policy's name for the account.
    pub account_name: Option<String>,
    /// The partition of the ARN.
    pub partition: &'static str,
    /// As STS gave it.
    pub arn: String,
    /// As STS gave it.
    pub user_id: String,
    /// What the ARN names.
    pub principal: PrincipalReport,
    /// The name of a role's session, which its caller chose.
    pub session: Option<String>,
}

/// What an ARN names.
#[derive(Clone, Debug, Serialize)]
pub struct PrincipalReport {
    /// `role`, `user`, `federated-user`, `root` or `unknown`.
    pub kind: &'static str,
    /// The role's or user's name.
    pub name: Option<String>,
    /// The permission set behind a role of IAM Identity Center.
    pub permission_set: Option<String>,
}

/// Where credentials came from.
#[derive(Clone, Debug, Serialize)]
pub struct SourceReport {
    /// `keys`, `web-identity`, `sso`, …
    pub kind: &'static str,
    /// Which variable, file and line, or flag.
    pub detail: String,
    /// What is present besides and was not used.
    pub shadows: Vec<String>,
}

/// What a tool would use.
#[derive(Clone, Debug, Serialize)]
pub struct WinnerReport {
    /// `terraform`, or the name of a family where nobody named tools.
    pub tool: &'static str,
    /// `aws-cli`, …
    pub family: &'static str,
    /// Which variable, file and line, or flag.
    pub source: String,
    /// The region that the family would use.
    pub region: Option<String>,
    /// The account that its credentials belong to; `null` where STS has not said.
    pub account: Option<String>,
    /// The identity's ARN; `null` where the account is.
    pub arn: Option<String>,
}

/// What is about to be touched.
#[derive(Clone, Debug, Serialize)]
pub struct TargetReport {
    /// As the user named it.
    pub name: String,
    /// `image` or `resource`.
    pub kind: &'static str,
    /// Twelve digits.
    pub account: String,
    /// The policy's name for the account.
    pub account_name: Option<String>,
    /// The partition that it is in.
    pub partition: &'static str,
    /// The region that it is in.
    pub region: Option<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// `account`, `role`, `region`, …
    pub subject: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What is allowed; empty where anything is.
    pub expected: Vec<Cell>,
    /// What is.
    pub actual: Cell,
}

/// A text and what explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// `prod`
    pub text: String,
    /// `111111111111`
    pub detail: Option<String>,
}

/// A check that failed.
#[derive(Clone, Debug, Serialize)]
pub struct ViolationReport {
    /// A stable code, explained in `docs/codes.md`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What is allowed, as text.
    pub expected: Vec<String>,
    /// What is, as text.
    pub actual: String,
    /// The policy file that decided.
    pub file: Option<String>,
    /// Its line, counted from 1.
    pub line: Option<usize>,
    /// The text of that line.
    pub rule: Option<String>,
}

/// The policy that was applied.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PolicyReport {
    /// The file, as it was found or named.
    pub path: String,
    /// The SHA-256 of its text, in lower-case hexadecimal.
    pub sha256: String,
}
