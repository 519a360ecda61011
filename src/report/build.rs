//! Builds the report from a verdict, or from the reason for an unknown identity. Decides nothing.

use std::time::{Duration, SystemTime};

use super::next::{self, Remedy};
use super::winners::{disagreeing, principal_name};
use super::{
    Cell, ErrorReport, FindingReport, IdentityReport, PolicyReport, PrincipalReport, Report,
    TargetReport, VerdictWord, ViolationReport,
};
use crate::identity::Identity;
use crate::policy::{Policy, Rules};
use crate::target::Target;
use crate::time::{brief, timestamp};
use crate::unknown::Unknown;
use crate::verdict::{self, Code, Finding, Label, Verdict, Violation};

pub use super::sources::KnownSource;
pub use super::winners::KnownWinner;

/// The facts that are known so far: filled step by step, and reported wherever the run ends.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The requested environment.
    pub environment: String,
    /// The policy that is applied.
    pub policy: PolicyReport,
    /// The source of the credentials.
    pub source: Option<KnownSource>,
    /// The answer of STS.
    pub identity: Option<Identity>,
    /// The policy's name for the account of the identity.
    pub account_name: Option<String>,
    /// The region that the deploy would use.
    pub region: Option<String>,
    /// That no region is set, in words. `None` if a tool in scope has one.
    pub no_region: Option<String>,
    /// The URL of the STS endpoint.
    pub endpoint: Option<String>,
    /// When the credentials expire.
    pub expires_at: Option<SystemTime>,
    /// The time from now until then.
    pub left: Option<Duration>,
    /// Facts that do not decide.
    pub notes: Vec<String>,
    /// The credentials that each tool would use.
    pub winners: Vec<KnownWinner>,
    /// What the deploy would change.
    pub targets: Vec<TargetReport>,
    /// The profile whose configuration fits the environment, if there is exactly one on this machine.
    pub fitting_profile: Option<String>,
    /// Whether this is a CI job, in which the next step cannot be to choose a profile.
    pub is_ci: bool,
}

impl Known {
    /// The report if the identity is unknown.
    pub fn unknown(self, why: &Unknown) -> Report {
        let error = ErrorReport { code: why.code.name(), message: why.message.clone() };
        let next = next::of_unknown(why, self.remedy());
        let report = self.report(VerdictWord::Unknown, why.message.clone());
        Report { error: Some(error), next, ..report }
    }

    /// The report of a verdict.
    pub fn judged(mut self, rules: &Rules<'_>, verdict: &Verdict) -> Report {
        self.notes.extend(verdict.notes().iter().cloned());
        let policy = rules.policy();
        let violations: Vec<_> = verdict.violations().collect();
        let (word, summary, next) = match violations.first() {
            None if verdict.is_allowed() => (VerdictWord::Allowed, self.allowed(), None),
            None => (VerdictWord::Denied, "no rule allows this account".to_owned(), None),
            Some((_, first)) => {
                let (summary, next) = self.denied(rules, first);
                (VerdictWord::Denied, summary, Some(next))
            }
        };
        Report {
            findings: verdict.findings().iter().map(finding).collect(),
            violations: violations.into_iter().map(|(f, why)| violation(policy, f, why)).collect(),
            next,
            ..self.report(word, summary)
        }
    }

    /// `deploy-ci in prod (111111111111) · eu-west-1 · environment variables · 58m left`
    fn allowed(&self) -> String {
        let mut parts = Vec::new();
        if let Some(identity) = &self.identity {
            parts.push(in_account(
                principal_name(identity),
                self.account_name.as_deref(),
                &identity.account().to_string(),
            ));
        }
        parts.extend(self.region.clone());
        parts.extend(self.source.as_ref().map(|source| source.label.clone()));
        parts.extend(self.left.map(|left| format!("{} left", brief(left))));
        parts.join(" · ")
    }

    /// The first line and the next step of a refusal. For a wrong account, the first line names the
    /// environments that the credentials are for.
    fn denied(&self, rules: &Rules<'_>, first: &Violation) -> (String, String) {
        if let Some(summary) = self.without_region(rules, first) {
            return (summary, next::of_code(rules, Code::WrongRegion, self.remedy()));
        }
        let next = next::of_violation(rules, first, self.remedy(), self.fitting_profile.as_deref());
        let summary = match &self.identity {
            Some(identity) if first.code == Code::WrongAccount => {
                self.wrong_account(rules, identity)
            }
            _ => first.message.clone(),
        };
        (summary, next)
    }

    /// The first line if the violation is about the region and none is set. The violation is then about a
    /// region that a tool has built in or would get from the machine.
    fn without_region(&self, rules: &Rules<'_>, first: &Violation) -> Option<String> {
        let (no_region, regions) = (self.no_region.as_ref()?, rules.regions()?);
        let is_about_region = first.code == Code::WrongRegion
            || (first.code == Code::OtherTool && first.rule.as_ref() == Some(&regions.place));
        if !is_about_region || self.region.is_some() {
            return None;
        }
        let allowed: Vec<String> = regions.values().map(ToString::to_string).collect();
        Some(format!("{no_region}, and {} allows only {}", rules.environment(), allowed.join(", ")))
    }

    fn wrong_account(&self, rules: &Rules<'_>, identity: &Identity) -> String {
        let environments = verdict::environments_of(rules, identity);
        let account = identity.account();
        match (environments.as_slice(), &self.account_name) {
            ([_, ..], _) => format!("these credentials are for {}", environments.join(", ")),
            ([], Some(name)) => format!("these credentials belong to {name} ({account})"),
            ([], None) => format!("the account {account} is not in the policy"),
        }
    }

    pub(super) fn remedy(&self) -> Remedy {
        if self.is_ci {
            return Remedy::Job;
        }
        self.source.as_ref().map_or(Remedy::Profile, |source| source.remedy)
    }

    fn report(self, verdict: VerdictWord, summary: String) -> Report {
        Report {
            version: 1,
            verdict,
            error: None,
            summary,
            identity: self.identity.as_ref().map(|it| identity(it, self.account_name.clone())),
            winners: self.winners.iter().flat_map(KnownWinner::rows).collect(),
            tools: disagreeing(&self.winners),
            notes: self.notes,
            environment: self.environment,
            source: self.source.map(KnownSource::report),
            region: self.region,
            endpoint: self.endpoint,
            expires_at: self.expires_at.map(timestamp),
            lifetime_seconds: self.left.map(|left| left.as_secs()),
            findings: Vec::new(),
            violations: Vec::new(),
            targets: self.targets,
            policy: self.policy,
            next: None,
        }
    }
}

/// `deploy-ci in prod (111111111111)`
pub(super) fn in_account(principal: &str, account_name: Option<&str>, account: &str) -> String {
    match account_name {
        Some(name) => format!("{principal} in {name} ({account})"),
        None => format!("{principal} in {account}"),
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
    pub fn of(target: &Target, account_name: Option<String>) -> Self {
        Self {
            name: target.name.clone(),
            kind: target.kind.name(),
            account: target.account.to_string(),
            account_name,
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

fn cell(label: &Label) -> Cell {
    Cell { text: label.text.clone(), detail: label.detail.clone() }
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
