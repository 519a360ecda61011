//! The verdict: compares facts with the rules of an environment, and allows or denies.

mod findings;
mod principal;
mod registries;
mod targets;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use crate::codes::codes;
use crate::identity::Identity;
use crate::partition::Region;
use crate::policy::{Place, Policy, Rules};
use crate::source::Source;
use crate::target::Target;
use crate::tool::Tool;

codes! {
    /// The stable code of a violation. Never renamed; a heading in `docs/codes.md`.
    pub enum Code {
        /// The caller's account is not in `callers`.
        WrongAccount => "wrong-account",
        /// The caller's account is in `[forbidden]`.
        ForbiddenAccount => "forbidden-account",
        /// The role matches no pattern of `roles` or `permission_sets`.
        WrongRole => "wrong-role",
        /// The role matches a pattern in `[forbidden]`.
        ForbiddenRole => "forbidden-role",
        /// The user matches no pattern of `users`.
        WrongUser => "wrong-user",
        /// The environment allows only roles, and the caller is a user.
        NotARole => "not-a-role",
        /// The caller is the root user of an account.
        RootUser => "root-user",
        /// The caller is a principal of an unknown kind.
        UnknownPrincipal => "unknown-principal",
        /// The identity and the region are in different partitions.
        WrongPartition => "wrong-partition",
        /// The region is not in `regions`, or is unknown.
        WrongRegion => "wrong-region",
        /// The credentials expire before `min_lifetime` has passed.
        ShortLifetime => "short-lifetime",
        /// A target's account is not in `accounts`.
        WrongTarget => "wrong-target",
        /// An ECR registry is not in `registries` or, for a login, in `pull_registries`.
        WrongRegistry => "wrong-registry",
        /// A tool would deploy with credentials that are refused, or to another account.
        OtherTool => "other-tool",
        /// STS's answer contradicts the configuration of the source.
        Contradiction => "contradiction",
        /// The access key looks like a real AWS key, but the environment is an emulator.
        RealCredentials => "real-credentials",
    }
}

/// The time until credentials expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Long-term keys, which do not expire.
    Endless,
    /// Temporary credentials with this time left.
    Left(Duration),
    /// Temporary credentials whose expiry is unknown.
    Unknown,
}

/// The identity of credentials, with their source and region.
pub struct Caller {
    /// The identity from STS.
    pub identity: Identity,
    /// The source of the credentials, with the claims of its configuration.
    pub source: Source,
    /// The region that the deploy would use; `None` if no setting selects one.
    pub region: Option<Region>,
    /// Whether the tools would get the region from the metadata service, because no setting selects one.
    pub asks_machine_for_region: bool,
    /// The time until the credentials expire.
    pub lifetime: Lifetime,
}

/// The facts to judge.
pub struct Facts {
    /// The credentials to report first.
    pub caller: Caller,
    /// The tools that would use these credentials.
    pub tools: Vec<Tool>,
    /// The credentials of other tools, where they differ.
    pub others: Vec<Deployer>,
    /// The targets that the deploy is about to touch.
    pub targets: Vec<Target>,
    /// Whether the command line or the policy names the tools; otherwise all families are judged.
    pub names_tools: bool,
}

/// Tools with the credentials that they would use.
pub struct Deployer {
    /// The tools that would use the same credentials in the same region.
    pub tools: Vec<Tool>,
    /// The credentials of these tools.
    pub caller: Caller,
}

impl Facts {
    /// Whether any of the tools has a region.
    fn has_region(&self) -> bool {
        let others = self.others.iter().map(|other| &other.caller);
        std::iter::once(&self.caller).chain(others).any(|caller| caller.region.is_some())
    }
}

/// A value in the report with a detail: `prod` (`111111111111`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The value.
    pub text: String,
    /// A detail to print in parentheses.
    pub detail: Option<String>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{} ({detail})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// The row of the report that a finding belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The caller's account.
    Account,
    /// The partition.
    Partition,
    /// The caller's role.
    Role,
    /// The caller's user, or another principal.
    User,
    /// The region.
    Region,
    /// The time until the credentials expire.
    Lifetime,
    /// A claim in the configuration of the source.
    Claim,
    /// A target of the deploy.
    Target,
    /// An ECR registry: of an image to push, or one that docker requests credentials for.
    Registry,
    /// The credentials of another tool.
    Tool,
    /// The access key.
    Key,
}

impl Subject {
    /// The word in the first column of the report's table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Partition => "partition",
            Self::Role => "role",
            Self::User => "user",
            Self::Region => "region",
            Self::Lifetime => "lifetime",
            Self::Claim => "claim",
            Self::Target => "target",
            Self::Registry => "registry",
            Self::Tool => "tool",
            Self::Key => "key",
        }
    }
}

/// A difference between the facts and the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The stable code.
    pub code: Code,
    /// The position of the rule that decided; `None` if no rule of the policy did.
    pub rule: Option<Place>,
    /// One sentence in lower case, without a full stop.
    pub message: String,
    /// The next step, if the code alone does not determine it.
    pub next: Option<String>,
}

impl Violation {
    /// The outcome of a check that this rule decided.
    fn by(rule: &Place, code: Code, message: String) -> Result<Option<Place>, Self> {
        Err(Self { code, rule: Some(rule.clone()), message, next: None })
    }
}

/// The result of one check: the expected and the actual values, and the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The row of the report.
    pub subject: Subject,
    /// The allowed values; empty if every value is allowed.
    pub expected: Vec<Label>,
    /// The actual value.
    pub actual: Label,
    /// The position of the rule that allowed the value (`None` if no rule applies), or the violation.
    pub outcome: Result<Option<Place>, Violation>,
}

/// Allowed or denied, with the findings. Only [`judge`] creates a verdict that allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    findings: Vec<Finding>,
    notes: Vec<String>,
}

/// How to judge a caller without a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MissingRegion {
    /// Another tool has a region. A tool without a region cannot deploy, so that it is a note, unless it would
    /// get one from the metadata service.
    Note,
    /// No tool has a region. `regions` cannot be evaluated, so that it denies.
    Deny,
}

/// Judges the facts by the rules of an environment.
pub fn judge(rules: &Rules<'_>, facts: &Facts) -> Verdict {
    let missing = if facts.has_region() { MissingRegion::Note } else { MissingRegion::Deny };
    let mut findings = findings::of_caller(rules, &facts.caller, missing);
    for other in &facts.others {
        findings.extend(findings::of_other(rules, facts, other));
    }
    for target in &facts.targets {
        findings.extend(targets::of_target(rules, &facts.caller.identity, target));
    }
    Verdict { findings, notes: findings::notes(rules, facts) }
}

/// Denies real AWS keys for an emulator, before they are sent to it. Never allows: `None` means that the check
/// found nothing.
pub fn refuse_real_keys(rules: &Rules<'_>, access_key_id: &str) -> Option<Verdict> {
    let finding = findings::real_key(rules, access_key_id)?;
    Some(Verdict { findings: vec![finding], notes: Vec::new() })
}

/// Whether the rules allow the identity. Does not check region and lifetime.
pub fn accepts(rules: &Rules<'_>, identity: &Identity) -> bool {
    findings::accepts_identity(rules, identity)
}

/// The other environments of the policy whose rules allow this identity.
///
/// For an environment with an emulator only other environments with an emulator count, and the reverse: the
/// identities of an emulator are not valid at AWS.
pub fn environments_of<'p>(rules: &Rules<'p>, identity: &Identity) -> Vec<&'p str> {
    environments_accepting(rules.policy(), identity, |other| {
        other.environment() != rules.environment()
            && other.emulator().is_some() == rules.emulator().is_some()
    })
}

/// The environments whose rules allow this identity, among those that `is_candidate` selects. Does not check
/// region and lifetime.
pub fn environments_accepting<'p>(
    policy: &'p Policy,
    identity: &Identity,
    is_candidate: impl Fn(&Rules<'p>) -> bool,
) -> Vec<&'p str> {
    let is_accepting = |name: &&str| {
        policy.rules(name).is_ok_and(|rules| is_candidate(&rules) && accepts(&rules, identity))
    };
    policy.environments().filter(is_accepting).collect()
}

impl Verdict {
    /// Whether a rule matches the account and there are no violations.
    ///
    /// This is the only source of exit code 0. A verdict without findings denies.
    pub fn is_allowed(&self) -> bool {
        let is_account_matched = self
            .findings
            .iter()
            .any(|f| f.subject == Subject::Account && matches!(f.outcome, Ok(Some(_))));
        is_account_matched && self.findings.iter().all(|finding| finding.outcome.is_ok())
    }

    /// The results of all checks, in the order of the report.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings that deny, with their violations.
    pub fn violations(&self) -> impl Iterator<Item = (&Finding, &Violation)> {
        self.findings.iter().filter_map(|f| f.outcome.as_ref().err().map(|why| (f, why)))
    }

    /// Notes, which do not affect the outcome.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}
