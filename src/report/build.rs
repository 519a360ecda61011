//! From a verdict, or from a reason why there is none, to the report. Decides nothing.

use std::time::{Duration, SystemTime};

use super::next::{self, Remedy};
use super::{
    Cell, ErrorReport, FindingReport, IdentityReport, PolicyReport, PrincipalReport, Report,
    SourceReport, TargetReport, VerdictWord, ViolationReport, WinnerReport,
};
use crate::identity::Identity;
use crate::policy::{Policy, Rules};
use crate::source::{Kind, Origin, Source, Winner};
use crate::target::Target;
use crate::tool::{self, Tool};
use crate::unknown::Unknown;
use crate::verdict::{self, Code, Finding, Label, Verdict, Violation};

/// What is known so far: filled step by step, reported wherever the run ends.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The environment that was asked about.
    pub environment: String,
    /// The policy that is applied.
    pub policy: PolicyReport,
    /// Where the credentials come from.
    pub source: Option<KnownSource>,
    /// STS's answer.
    pub identity: Option<Identity>,
    /// The policy's name for the identity's account.
    pub account_name: Option<String>,
    /// The region that the deploy would use.
    pub region: Option<String>,
    /// Where STS is asked.
    pub endpoint: Option<String>,
    /// When the credentials end.
    pub expires_at: Option<SystemTime>,
    /// How long that is from now.
    pub left: Option<Duration>,
    /// What is worth knowing and decides nothing.
    pub notes: Vec<String>,
    /// What to say beside any answer, whatever its format.
    pub warnings: Vec<String>,
    /// Who would deploy, tool by tool.
    pub winners: Vec<KnownWinner>,
    /// What is about to be touched.
    pub targets: Vec<TargetReport>,
    /// The one profile of this machine that fits the environment.
    pub fitting_profile: Option<String>,
    /// Whether this runs in a pipeline, where nobody can be told to choose a profile.
    pub is_ci: bool,
}

/// A source as it is shown.
#[derive(Clone, Debug)]
pub struct KnownSource {
    /// `keys`, `sso`, …
    pub kind: &'static str,
    /// A few words for the first line.
    pub label: String,
    /// Variable, file and line, or flag.
    pub detail: String,
    /// How other credentials are to be had, outside of a pipeline.
    way: Remedy,
    /// What it hides.
    pub shadows: Vec<String>,
}

impl KnownSource {
    /// Describes a source, and what is present besides.
    pub fn of(source: &Source, shadowed: &[Source]) -> Self {
        Self {
            kind: source.kind.name(),
            label: label(source),
            detail: match &source.kind {
                Kind::Keys(_) | Kind::Instance => source.origin.to_string(),
                kind => format!("{}: {}{}", source.origin, words(kind), assumed_with(source)),
            },
            way: match (&source.kind, &source.origin) {
                (Kind::Keys(_), Origin::Variable(_)) => Remedy::Environment,
                (Kind::Role(_), Origin::Flag(_)) => Remedy::Role,
                _ => Remedy::Profile,
            },
            shadows: shadowed.iter().map(|source| source.origin.to_string()).collect(),
        }
    }
}

/// Tools that would use the same credentials, as they are shown.
#[derive(Clone, Debug)]
pub struct KnownWinner {
    tools: Vec<Tool>,
    source: String,
    region: Option<String>,
    identity: Option<KnownIdentity>,
}

/// Who a winner is, once STS has said so.
#[derive(Clone, Debug)]
struct KnownIdentity {
    /// `staging/deploy-ci`
    who: String,
    account: String,
    arn: String,
}

impl KnownWinner {
    /// Describes what some tools would use, before anybody was asked.
    pub fn of(tools: &[Tool], winner: &Winner) -> Self {
        Self {
            tools: tools.to_vec(),
            source: winner.source.origin.to_string(),
            region: winner.region.as_ref().map(ToString::to_string),
            identity: None,
        }
    }

    /// The same, and who STS says that it is.
    #[must_use]
    pub fn answered(self, identity: &Identity, rules: &Rules<'_>) -> Self {
        let account = identity.account().to_string();
        let known = rules.policy().account_name(identity.account()).unwrap_or(&account);
        let who = format!("{known}/{}", called(identity));
        let arn = identity.arn().to_owned();
        Self { identity: Some(KnownIdentity { who, account, arn }), ..self }
    }

    fn rows(&self) -> impl Iterator<Item = WinnerReport> {
        self.tools.iter().map(|tool| WinnerReport {
            tool: tool.name(),
            family: tool.family().name(),
            source: self.source.clone(),
            region: self.region.clone(),
            account: self.identity.as_ref().map(|it| it.account.clone()),
            arn: self.identity.as_ref().map(|it| it.arn.clone()),
        })
    }
}

/// A principal in one word: its permission set, its name, or its kind.
fn called(identity: &Identity) -> &str {
    let principal = identity.principal();
    principal.permission_set().or(principal.name()).unwrap_or(principal.kind())
}

fn label(source: &Source) -> String {
    match (&source.kind, &source.origin) {
        (Kind::Keys(_), Origin::Variable(_)) => "environment variables".to_owned(),
        (kind, Origin::Line { profile, .. }) => match kind {
            Kind::Keys(_) => format!("profile `{profile}`"),
            kind => format!("profile `{profile}`, {}", words(kind)),
        },
        (kind, _) => words(kind).to_owned(),
    }
}

/// `, by way of profile `base` (FILE:LINE)`, down to who needs nobody else.
fn assumed_with(source: &Source) -> String {
    let below = std::iter::successors(source.from(), |source| source.from());
    let origins: Vec<_> = below.map(|source| source.origin.to_string()).collect();
    if origins.is_empty() { String::new() } else { format!(", by way of {}", origins.join(", ")) }
}

fn words(kind: &Kind) -> &'static str {
    match kind {
        Kind::Keys(_) => "keys",
        Kind::Role(_) => "a role",
        Kind::Session(_) => "a session with MFA",
        Kind::WebIdentity(_) => "web identity",
        Kind::Saml(_) => "SAML",
        Kind::Sso(_) => "IAM Identity Center",
        Kind::Login(_) => "a session of aws login",
        Kind::Process(_) => "a credential_process",
        Kind::Container(_) => "container credentials",
        Kind::Instance => "instance metadata",
    }
}

impl Known {
    /// The report of a run that did not get to a verdict.
    pub fn unknown(self, why: &Unknown) -> Report {
        let error = ErrorReport { code: why.code.name(), message: why.message.clone() };
        let next = next::after(why, self.way());
        let report = self.report(VerdictWord::Unknown, why.message.clone());
        Report { error: Some(error), next, ..report }
    }

    /// The report of a verdict.
    pub fn judged(mut self, rules: &Rules<'_>, verdict: &Verdict) -> Report {
        self.notes.extend(verdict.notes().iter().cloned());
        let violations: Vec<_> = verdict.violations().collect();
        let (answer, summary, next) = match violations.first() {
            None if verdict.is_allowed() => (VerdictWord::Allowed, self.allowed(), None),
            None => (VerdictWord::Denied, "no rule allows this account".to_owned(), None),
            Some((_, first)) => {
                let summary = self.denied(rules, first);
                let fitting = self.fitting_profile.as_deref();
                (VerdictWord::Denied, summary, Some(next::step(rules, first, self.way(), fitting)))
            }
        };
        let policy = rules.policy();
        Report {
            findings: verdict.findings().iter().map(finding).collect(),
            violations: violations.into_iter().map(|(f, why)| violation(policy, f, why)).collect(),
            next,
            ..self.report(answer, summary)
        }
    }

    /// `deploy-ci in prod (111111111111) · eu-west-1 · environment variables · 58m left`
    fn allowed(&self) -> String {
        let who = self.identity.as_ref().map(|identity| {
            let name = called(identity);
            let account = identity.account();
            match &self.account_name {
                Some(known) => format!("{name} in {known} ({account})"),
                None => format!("{name} in {account}"),
            }
        });
        let source = self.source.as_ref().map(|source| source.label.clone());
        let left = self.left.map(|left| format!("{} left", short(left)));
        [who, self.region.clone(), source, left]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// For a wrong account the environment that these credentials belong to; else what is wrong.
    fn denied(&self, rules: &Rules<'_>, first: &Violation) -> String {
        let Some(identity) = self.identity.as_ref().filter(|_| first.code == Code::WrongAccount)
        else {
            return first.message.clone();
        };
        let environments = verdict::environments_of(rules, identity);
        let account = identity.account();
        match (environments.as_slice(), &self.account_name) {
            ([_, ..], _) => format!("these credentials are for {}", environments.join(", ")),
            ([], Some(name)) => format!("these credentials belong to {name} ({account})"),
            ([], None) => format!("the account {account} is not in the policy"),
        }
    }

    pub(super) fn way(&self) -> Remedy {
        if self.is_ci {
            return Remedy::Pipeline;
        }
        self.source.as_ref().map_or(Remedy::Profile, |source| source.way)
    }

    fn report(self, verdict: VerdictWord, summary: String) -> Report {
        let (account_name, winners, tools) = (
            self.account_name.clone(),
            self.winners.iter().flat_map(KnownWinner::rows).collect(),
            self.tools(),
        );
        Report {
            version: 1,
            verdict,
            error: None,
            environment: self.environment,
            summary,
            identity: self.identity.as_ref().map(|it| identity(it, account_name)),
            source: self.source.map(|source| SourceReport {
                kind: source.kind,
                detail: source.detail,
                shadows: source.shadows,
            }),
            winners,
            tools,
            region: self.region,
            endpoint: self.endpoint,
            expires_at: self.expires_at.map(|at| humantime::format_rfc3339_seconds(at).to_string()),
            lifetime_seconds: self.left.map(|left| left.as_secs()),
            findings: Vec::new(),
            violations: Vec::new(),
            notes: self.notes,
            targets: self.targets,
            policy: self.policy,
            next: None,
        }
    }

    /// `terraform, aws-cli: staging/deploy-ci` and `sst: prod/ProdDeploy`, where they differ; with
    /// their regions where those do.
    fn tools(&self) -> Vec<String> {
        let mut regions: Vec<&String> =
            self.winners.iter().filter_map(|winner| winner.region.as_ref()).collect();
        regions.dedup();
        let mut deployers: Vec<(&KnownIdentity, Option<&String>, Vec<Tool>)> = Vec::new();
        for winner in &self.winners {
            let Some(identity) = &winner.identity else { return Vec::new() };
            let region = winner.region.as_ref().filter(|_| regions.len() > 1);
            let is_same = |it: &&mut (&KnownIdentity, Option<&String>, Vec<Tool>)| {
                it.0.arn == identity.arn && it.1 == region
            };
            match deployers.iter_mut().find(is_same) {
                Some((.., tools)) => tools.extend(&winner.tools),
                None => deployers.push((identity, region, winner.tools.clone())),
            }
        }
        let said = deployers.iter().map(|(it, region, tools)| {
            let region = region.map_or_else(String::new, |region| format!(" in {region}"));
            format!("{}: {}{region}", tool::names(tools), it.who)
        });
        if deployers.len() > 1 { said.collect() } else { Vec::new() }
    }
}

pub(super) fn identity(identity: &Identity, account_name: Option<String>) -> IdentityReport {
    let principal = identity.principal();
    IdentityReport {
        account: identity.account().to_string(),
        account_name,
        partition: identity.partition().name(),
        arn: identity.arn().to_owned(),
        user_id: identity.user_id().to_owned(),
        principal: PrincipalReport {
            kind: principal.kind(),
            name: principal.name().map(str::to_owned),
            permission_set: principal.permission_set().map(str::to_owned),
        },
        session: principal.session().map(str::to_owned),
    }
}

impl TargetReport {
    /// Describes a target, with the policy's name for its account.
    pub fn of(target: &Target, policy: &Policy) -> Self {
        Self {
            name: target.name.clone(),
            kind: target.kind.name(),
            account: target.account.to_string(),
            account_name: policy.account_name(target.account).map(str::to_owned),
            partition: target.partition.name(),
            region: target.region.as_ref().map(ToString::to_string),
        }
    }
}

fn finding(finding: &Finding) -> FindingReport {
    FindingReport {
        subject: finding.subject.name(),
        holds: finding.outcome.is_ok(),
        expected: finding.expected.iter().map(cell).collect(),
        actual: cell(&finding.actual),
    }
}

fn cell(shown: &Label) -> Cell {
    Cell { text: shown.text.clone(), detail: shown.detail.clone() }
}

fn violation(policy: &Policy, finding: &Finding, why: &Violation) -> ViolationReport {
    let location = why.rule.as_ref().map(|place| policy.locate(place));
    ViolationReport {
        code: why.code.name(),
        message: why.message.clone(),
        expected: finding.expected.iter().map(ToString::to_string).collect(),
        actual: finding.actual.to_string(),
        file: location.as_ref().map(|at| at.name.to_owned()),
        line: location.as_ref().map(|at| at.line),
        rule: location.as_ref().map(|at| at.text.to_owned()),
    }
}

/// A duration in its two largest units: `58m`, `1h 30m`, `45s`.
pub(super) fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let whole = if seconds < 60 { seconds } else { seconds - seconds % 60 };
    humantime::format_duration(Duration::from_secs(whole)).to_string()
}
