//! The verdict: one pure function from rules and facts to findings, allowed or denied.

mod findings;
mod principal;
mod registries;
mod targets;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use crate::identity::Identity;
use crate::partition::Region;
use crate::policy::{Place, Policy, Rules};
use crate::source::Source;
use crate::target::Target;
use crate::tool::Tool;

/// The stable name of a violation. Never renamed; an anchor in `docs/codes.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The caller's account is not one of `callers`.
    WrongAccount,
    /// The caller's account is one of `[forbidden]`.
    ForbiddenAccount,
    /// The role matches no rule.
    WrongRole,
    /// The role is one of `[forbidden]`.
    ForbiddenRole,
    /// The user matches no rule.
    WrongUser,
    /// The rules name roles, and the caller is none.
    NotARole,
    /// The root user of an account.
    RootUser,
    /// A principal of a kind that is not known.
    UnknownPrincipal,
    /// The identity belongs to another partition than the region.
    WrongPartition,
    /// The region is not one of `regions`, or none is known.
    WrongRegion,
    /// The credentials end sooner than `min_lifetime` asks.
    ShortLifetime,
    /// A target's account is not one of `accounts`.
    WrongTarget,
    /// A registry is listed neither for a push nor, if docker asks, for a pull.
    WrongRegistry,
    /// A tool would deploy as somebody else.
    OtherTool,
    /// STS contradicts what the source's own configuration says.
    Contradiction,
    /// Keys of AWS at an emulator.
    RealCredentials,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 16] = [
        Self::WrongAccount,
        Self::ForbiddenAccount,
        Self::WrongRole,
        Self::ForbiddenRole,
        Self::WrongUser,
        Self::NotARole,
        Self::RootUser,
        Self::UnknownPrincipal,
        Self::WrongPartition,
        Self::WrongRegion,
        Self::ShortLifetime,
        Self::WrongTarget,
        Self::WrongRegistry,
        Self::OtherTool,
        Self::Contradiction,
        Self::RealCredentials,
    ];

    /// The code as it is printed: kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::WrongAccount => "wrong-account",
            Self::ForbiddenAccount => "forbidden-account",
            Self::WrongRole => "wrong-role",
            Self::ForbiddenRole => "forbidden-role",
            Self::WrongUser => "wrong-user",
            Self::NotARole => "not-a-role",
            Self::RootUser => "root-user",
            Self::UnknownPrincipal => "unknown-principal",
            Self::WrongPartition => "wrong-partition",
            Self::WrongRegion => "wrong-region",
            Self::ShortLifetime => "short-lifetime",
            Self::WrongTarget => "wrong-target",
            Self::WrongRegistry => "wrong-registry",
            Self::OtherTool => "other-tool",
            Self::Contradiction => "contradiction",
            Self::RealCredentials => "real-credentials",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How long credentials still live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Long-term keys.
    Endless,
    /// Temporary ones, of which the end is known.
    Left(Duration),
    /// Temporary ones, of which it is not.
    Unknown,
}

/// Somebody who would deploy: who they are, and where their credentials came from.
pub struct Caller {
    /// STS's own answer.
    pub identity: Identity,
    /// Where the credentials came from, and what their configuration claims.
    pub source: Source,
    /// The region that the deploy would use.
    pub region: Option<Region>,
    /// Whether the tools would ask the metadata service for a region, because no setting names one.
    pub asks_machine_for_region: bool,
    /// How long the credentials still live.
    pub lifetime: Lifetime,
}

/// Everything that is judged.
pub struct Facts {
    /// Whose credentials the report speaks of first.
    pub caller: Caller,
    /// The tools that would use these.
    pub tools: Vec<Tool>,
    /// Whose credentials other tools would use, where they differ.
    pub others: Vec<Deployer>,
    /// What is about to be touched.
    pub targets: Vec<Target>,
    /// Whether somebody named the tools that deploy, rather than all being judged.
    pub names_tools: bool,
}

/// Tools, and who they would deploy as.
pub struct Deployer {
    /// The tools that would use the same credentials in the same region.
    pub tools: Vec<Tool>,
    /// Whose credentials those are.
    pub caller: Caller,
}

impl Facts {
    /// Whether any of those who would deploy knows a region.
    fn knows_region(&self) -> bool {
        let others = self.others.iter().map(|other| &other.caller);
        std::iter::once(&self.caller).chain(others).any(|caller| caller.region.is_some())
    }
}

/// A text for the user with its explanation: `prod`, `111111111111`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the user reads first.
    pub text: String,
    /// The explanation, shown in brackets.
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

/// What a finding is about.
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
    /// How long the credentials live.
    Lifetime,
    /// What the source's configuration claims.
    Claim,
    /// What is about to be touched.
    Target,
    /// A registry: of an image to push, or one that docker asks a login for.
    Registry,
    /// Another tool's choice.
    Tool,
    /// The access key itself.
    Key,
}

impl Subject {
    /// The word in the table's first column.
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

/// One difference between the facts and the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its stable name.
    pub code: Code,
    /// The rule that decided, where one did.
    pub rule: Option<Place>,
    /// One sentence, in lower case, without a full stop.
    pub message: String,
    /// The next step, if the code alone does not determine it.
    pub next: Option<String>,
}

impl Violation {
    /// The outcome of a check that a rule decided.
    fn by(rule: &Place, code: Code, message: String) -> Result<Option<Place>, Self> {
        Err(Self { code, rule: Some(rule.clone()), message, next: None })
    }
}

/// What one rule found: what it expected, what is, and whether that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// What is allowed; empty where anything is.
    pub expected: Vec<Label>,
    /// What is.
    pub actual: Label,
    /// The place that allowed it, where a rule had to; or the violation.
    pub outcome: Result<Option<Place>, Violation>,
}

/// Allowed or denied, with what was found. Only [`judge`] can make one that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    findings: Vec<Finding>,
    notes: Vec<String>,
}

/// Whether a caller without a region is the only one who would deploy, or one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Regions {
    /// Another tool has a region: a tool without one cannot deploy, which is a note, or takes the
    /// machine's, which denies.
    OfSome,
    /// No tool has a region: a rule about regions cannot be evaluated, and denies.
    OfNobody,
}

/// Judges the facts by an environment's rules.
pub fn judge(rules: &Rules<'_>, facts: &Facts) -> Verdict {
    let regions = if facts.knows_region() { Regions::OfSome } else { Regions::OfNobody };
    let mut findings = findings::of_caller(rules, &facts.caller, regions);
    let others = facts.others.iter();
    findings.extend(others.filter_map(|other| findings::of_other(rules, facts, other)));
    let identity = &facts.caller.identity;
    let targets = facts.targets.iter();
    findings.extend(targets.flat_map(|target| targets::of_target(rules, identity, target)));
    Verdict { findings, notes: findings::notes(rules, facts) }
}

/// Refuses keys of AWS at an emulator before they are sent there. Never allows anything: `None` is
/// no verdict.
pub fn refuse_real_keys(rules: &Rules<'_>, access_key_id: &str) -> Option<Verdict> {
    let finding = findings::real_key(rules, access_key_id)?;
    Some(Verdict { findings: vec![finding], notes: Vec::new() })
}

/// Whether the rules accept an identity, region and lifetime aside.
pub fn accepts(rules: &Rules<'_>, identity: &Identity) -> bool {
    findings::accepts_identity(rules, identity)
}

/// The policy's other environments whose rules accept this identity.
///
/// Emulated environments are named to callers at emulators only, and the others to none of them:
/// what an emulator says of an identity means nothing elsewhere.
pub fn environments_of<'p>(rules: &Rules<'p>, identity: &Identity) -> Vec<&'p str> {
    environments_accepting(rules.policy(), identity, |other| {
        other.environment() != rules.environment()
            && other.emulator().is_some() == rules.emulator().is_some()
    })
}

/// The environments among those that are `meant` whose rules accept this identity, region and
/// lifetime aside.
pub fn environments_accepting<'p>(
    policy: &'p Policy,
    identity: &Identity,
    is_meant: impl Fn(&Rules<'p>) -> bool,
) -> Vec<&'p str> {
    let accepts = |rules: &Rules<'p>| is_meant(rules) && accepts(rules, identity);
    let is_accepting = |name: &&str| policy.rules(name).is_ok_and(|rules| accepts(&rules));
    policy.environments().filter(is_accepting).collect()
}

impl Verdict {
    /// Whether the account was matched by a rule and everything else holds as well.
    ///
    /// Exit code 0 has this one source. A verdict without findings is denied.
    pub fn is_allowed(&self) -> bool {
        let is_account_matched = self
            .findings
            .iter()
            .any(|f| f.subject == Subject::Account && matches!(f.outcome, Ok(Some(_))));
        is_account_matched && self.findings.iter().all(|finding| finding.outcome.is_ok())
    }

    /// What was found, in the order of the table.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The ways in which the facts differ from the policy.
    pub fn violations(&self) -> impl Iterator<Item = (&Finding, &Violation)> {
        self.findings.iter().filter_map(|f| f.outcome.as_ref().err().map(|why| (f, why)))
    }

    /// What is worth knowing and decides nothing.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}
