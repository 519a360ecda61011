//! The single checks of the verdict: small pure functions, each of which returns what it found.

use std::time::Duration;

use super::principal::{forbidden_role, principal, shown_principal};
use super::{Caller, Code, Deployer, Facts, Finding, Label, Lifetime, Regions, Subject, Violation};
use crate::identity::{AccountId, Identity};
use crate::partition::Region;
use crate::policy::Rules;
use crate::source::{Claim, Claimed};
use crate::tool;

/// Everything that is found about one caller, the account first.
pub(super) fn of_caller(rules: &Rules<'_>, caller: &Caller, regions: Regions) -> Vec<Finding> {
    let identity = &caller.identity;
    let mut findings = vec![account(rules, identity)];
    findings.extend(forbidden_account(rules, identity));
    findings.extend(forbidden_role(rules, identity));
    findings.push(principal(rules, identity));
    if caller.region.is_some() || caller.asks_machine_for_region || regions == Regions::OfNobody {
        findings.push(region_of(rules, caller));
    }
    findings.extend(partition(identity, caller.region.as_ref()));
    findings.extend(lifetime(rules, caller.lifetime));
    findings.extend(caller.source.claims.iter().filter_map(|claim| contradiction(claim, identity)));
    findings
}

/// Whether an identity alone, without region and lifetime, is one that the rules accept.
pub(super) fn accepts_identity(rules: &Rules<'_>, identity: &Identity) -> bool {
    account(rules, identity).outcome.is_ok()
        && principal(rules, identity).outcome.is_ok()
        && forbidden_account(rules, identity).is_none()
        && forbidden_role(rules, identity).is_none()
}

fn account(rules: &Rules<'_>, identity: &Identity) -> Finding {
    let callers = rules.callers();
    let actual = shown_account(rules, identity.account());
    let matched = callers.items.iter().find(|item| item.value == identity.account());
    let outcome = match matched {
        Some(item) => Ok(Some(item.place.clone())),
        None => Err(Violation {
            code: Code::WrongAccount,
            rule: Some(callers.place.clone()),
            message: format!(
                "the account {} is not one that {} allows",
                actual,
                rules.environment()
            ),
            next: None,
        }),
    };
    let expected = callers.items.iter().map(|item| shown_account(rules, item.value)).collect();
    Finding { subject: Subject::Account, expected, actual, outcome }
}

fn forbidden_account(rules: &Rules<'_>, identity: &Identity) -> Option<Finding> {
    let forbidden = rules.forbidden_accounts()?;
    let item = forbidden.items.iter().find(|item| item.value == identity.account())?;
    let actual = shown_account(rules, identity.account());
    let message = format!("the account {actual} is forbidden everywhere");
    Some(Finding {
        subject: Subject::Account,
        expected: vec![Label::plain("any that is not forbidden")],
        actual,
        outcome: Violation::by(&item.place, Code::ForbiddenAccount, message),
    })
}

/// The region that a caller's tools would use. One that the metadata service would choose is unknown.
fn region_of(rules: &Rules<'_>, caller: &Caller) -> Finding {
    let mut finding = region(rules, caller.region.as_ref());
    if let Err(violation) = &mut finding.outcome
        && caller.asks_machine_for_region
    {
        violation.message =
            format!("no region is set, so that the tool asks the machine: {}", violation.message);
    }
    finding
}

pub(super) fn region(rules: &Rules<'_>, region: Option<&Region>) -> Finding {
    let actual = Label::plain(region.map_or("none is known", Region::name));
    let Some(regions) = rules.regions() else {
        return Finding {
            subject: Subject::Region,
            expected: Vec::new(),
            actual,
            outcome: Ok(None),
        };
    };
    let matched = regions.items.iter().find(|item| Some(&item.value) == region);
    let message = match region {
        Some(region) => format!("{region} is not a region that {} allows", rules.environment()),
        None => format!("no region is known, and {} allows only some", rules.environment()),
    };
    Finding {
        subject: Subject::Region,
        expected: regions.items.iter().map(|item| Label::plain(item.value.name())).collect(),
        actual,
        outcome: match matched {
            Some(item) => Ok(Some(item.place.clone())),
            None => Violation::by(&regions.place, Code::WrongRegion, message),
        },
    }
}

/// The region's partition must be the identity's: credentials do not cross partitions.
fn partition(identity: &Identity, region: Option<&Region>) -> Option<Finding> {
    let region = region.filter(|region| region.partition() != identity.partition())?;
    let message = format!(
        "the identity belongs to partition {}, and the region {region} to {}",
        identity.partition(),
        region.partition()
    );
    Some(Finding {
        subject: Subject::Partition,
        expected: vec![Label::plain(region.partition().name())],
        actual: Label::plain(identity.partition().name()),
        outcome: Err(Violation { code: Code::WrongPartition, rule: None, message, next: None }),
    })
}

/// An end that is not known is no finding but a note.
fn lifetime(rules: &Rules<'_>, lifetime: Lifetime) -> Option<Finding> {
    let least = rules.min_lifetime().filter(|_| lifetime != Lifetime::Unknown)?;
    let message = format!(
        "the credentials end in {}, and {} asks for {}",
        shown_lifetime(lifetime),
        rules.environment(),
        shown_duration(least.value)
    );
    Some(Finding {
        subject: Subject::Lifetime,
        expected: vec![Label::plain(format!("at least {}", shown_duration(least.value)))],
        actual: Label::plain(shown_lifetime(lifetime)),
        outcome: match lifetime {
            Lifetime::Left(left) if left < least.value => {
                Violation::by(&least.place, Code::ShortLifetime, message)
            }
            _ => Ok(Some(least.place.clone())),
        },
    })
}

/// What a source's own configuration says of the identity, against what STS says.
fn contradiction(claim: &Claim, identity: &Identity) -> Option<Finding> {
    let principal = identity.principal();
    let role = claim.role.as_ref().map(|role| match role {
        Claimed::Role(name) => (name.as_str(), principal.name().unwrap_or("no role")),
        Claimed::PermissionSet(name) => {
            (name.as_str(), principal.permission_set().unwrap_or("no permission set"))
        }
    });
    let account =
        claim.account.map(|claimed| (claimed.to_string(), identity.account().to_string()));
    let (claimed, actual) = account
        .filter(|(claimed, actual)| claimed != actual)
        .or_else(|| role.map(|(claimed, actual)| (claimed.to_owned(), actual.to_owned())))
        .filter(|(claimed, actual)| claimed != actual)?;
    let message = format!(
        "{} claims `{}` ({}), and STS answers `{}`",
        claim.origin,
        claimed.escape_debug(),
        claim.key,
        actual.escape_debug()
    );
    Some(Finding {
        subject: Subject::Claim,
        expected: vec![Label { text: claimed, detail: Some(claim.key.to_owned()) }],
        actual: Label::plain(actual),
        outcome: Err(Violation { code: Code::Contradiction, rule: None, message, next: None }),
    })
}

/// Another tool's choice: it must be allowed itself, and be in the same account. Where it is the same
/// identity, what is wrong with that has been said already.
pub(super) fn of_other(rules: &Rules<'_>, facts: &Facts, other: &Deployer) -> Option<Finding> {
    let (mine, theirs) = (&facts.caller, &other.caller);
    let said: Vec<Code> = if mine.identity == theirs.identity {
        let own = of_caller(rules, mine, Regions::OfSome);
        own.iter().filter_map(|finding| Some(finding.outcome.as_ref().err()?.code)).collect()
    } else {
        Vec::new()
    };
    let is_new = |finding: &Finding| {
        finding.outcome.as_ref().is_err_and(|violation| !said.contains(&violation.code))
    };
    let refused = of_caller(rules, theirs, Regions::OfSome).into_iter().find(is_new);
    let refused = refused.or_else(|| another_account(rules, mine, theirs))?;
    let why = refused.outcome.err()?;
    let tools = tool::names(&other.tools);
    let message = format!(
        "{tools} would deploy as {} in {}, from {}: {}",
        shown_principal(&theirs.identity),
        shown_account(rules, theirs.identity.account()),
        theirs.source.origin,
        why.message
    );
    Some(Finding {
        subject: Subject::Tool,
        expected: refused.expected,
        actual: Label::plain(format!("{tools}: {}", refused.actual)),
        outcome: Err(Violation { code: Code::OtherTool, rule: why.rule, message, next: None }),
    })
}

/// Tools that deploy to two accounts, both of them allowed: one of them is not the one that is meant.
fn another_account(rules: &Rules<'_>, mine: &Caller, theirs: &Caller) -> Option<Finding> {
    let (mine, theirs) = (mine.identity.account(), theirs.identity.account());
    let message = "the others deploy to another account".to_owned();
    (mine != theirs).then(|| Finding {
        subject: Subject::Tool,
        expected: vec![Label::plain("one account for all")],
        actual: shown_account(rules, theirs),
        outcome: Err(Violation { code: Code::OtherTool, rule: None, message, next: None }),
    })
}

/// A key that looks like AWS's own, at an emulator.
pub(super) fn real_key(rules: &Rules<'_>, access_key_id: &str) -> Option<Finding> {
    let emulator = rules.emulator()?;
    let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let is_real = access_key_id.len() == 20
        && (access_key_id.starts_with("AKIA") || access_key_id.starts_with("ASIA"))
        && access_key_id.bytes().all(is_upper);
    let message = format!(
        "the access key looks like one of AWS's, and {} is an emulator",
        rules.environment()
    );
    is_real.then(|| Finding {
        subject: Subject::Key,
        expected: vec![Label::plain("any that is not AWS's")],
        actual: Label::plain("one of AWS's"),
        outcome: Violation::by(&emulator.place, Code::RealCredentials, message),
    })
}

/// What is worth knowing and decides nothing.
pub(super) fn notes(rules: &Rules<'_>, facts: &Facts) -> Vec<String> {
    let caller = &facts.caller;
    let unknown_end = rules.min_lifetime().is_some() && caller.lifetime == Lifetime::Unknown;
    let no_region = rules.regions().is_none() && !facts.knows_region();
    let mut notes: Vec<String> = [
        (unknown_end, "min_lifetime was not evaluated: nothing says when these credentials end"),
        (no_region, "no region is known: a deploy that needs one will fail or take its own"),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, note)| note.to_owned())
    .collect();
    if facts.names_tools && facts.knows_region() {
        let others = facts.others.iter().map(|other| (&other.tools, &other.caller));
        let all = std::iter::once((&facts.tools, caller)).chain(others);
        notes.extend(all.filter(|(_, caller)| caller.region.is_none()).map(|(tools, caller)| {
            let tools = tool::names(tools);
            if caller.asks_machine_for_region {
                format!("{tools} would ask the machine for a region, because none is set")
            } else {
                format!("{tools} would have no region, and could not deploy")
            }
        }));
    }
    notes
}

pub(super) fn shown_account(rules: &Rules<'_>, account: AccountId) -> Label {
    match rules.policy().account_name(account) {
        Some(name) => Label { text: name.to_owned(), detail: Some(account.to_string()) },
        None => Label::plain(account.to_string()),
    }
}

fn shown_lifetime(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Endless => "no end".to_owned(),
        Lifetime::Left(left) => shown_duration(left),
        Lifetime::Unknown => "unknown".to_owned(),
    }
}

/// A duration as the policy writes it, to the second.
fn shown_duration(duration: Duration) -> String {
    humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string()
}

impl Label {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: None }
    }
}
