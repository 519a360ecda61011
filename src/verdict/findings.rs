//! The single checks of a verdict. Each compares one fact with the rules and returns a finding.

use super::principal::{forbidden_role, principal, shown_principal};
use super::{
    Caller, Code, Deployer, Facts, Finding, Label, Lifetime, MissingRegion, Subject, Violation,
};
use crate::identity::{AccountId, Identity};
use crate::partition::Region;
use crate::policy::Rules;
use crate::source::{Claim, Claimed};
use crate::time::whole;
use crate::tool::{self, Tool};

/// All findings about one caller, the account first.
pub(super) fn of_caller(
    rules: &Rules<'_>,
    caller: &Caller,
    missing: MissingRegion,
) -> Vec<Finding> {
    let identity = &caller.identity;
    let mut findings = vec![account(rules, identity)];
    findings.extend(forbidden_account(rules, identity));
    findings.extend(forbidden_role(rules, identity));
    findings.push(principal(rules, identity));
    if caller.region.is_some() || caller.asks_machine_for_region || missing == MissingRegion::Deny {
        findings.push(region_of(rules, caller));
    }
    findings.extend(partition(identity, caller.region.as_ref()));
    findings.extend(lifetime(rules, caller.lifetime));
    findings.extend(caller.source.claims.iter().filter_map(|claim| contradiction(claim, identity)));
    findings
}

/// Whether the rules allow the identity. Does not check region and lifetime.
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
        expected: vec![Label::plain("any not in [forbidden]")],
        actual,
        outcome: Violation::by(&item.place, Code::ForbiddenAccount, message),
    })
}

/// Checks the region of a caller.
fn region_of(rules: &Rules<'_>, caller: &Caller) -> Finding {
    let mut finding = region(rules, caller.region.as_ref());
    if let Err(violation) = &mut finding.outcome
        && caller.asks_machine_for_region
    {
        violation.message = format!(
            "no region is set, so the tool would ask the metadata service, but {} limits the regions",
            rules.environment()
        );
    }
    finding
}

pub(super) fn region(rules: &Rules<'_>, region: Option<&Region>) -> Finding {
    let subject = Subject::Region;
    let actual = Label::plain(region.map_or("not set", Region::name));
    let Some(regions) = rules.regions() else {
        return Finding { subject, expected: Vec::new(), actual, outcome: Ok(None) };
    };
    let environment = rules.environment();
    let matched = regions.items.iter().find(|item| Some(&item.value) == region);
    let outcome = match (matched, region) {
        (Some(item), _) => Ok(Some(item.place.clone())),
        (None, Some(region)) => {
            let message = format!("{region} is not a region that {environment} allows");
            Violation::by(&regions.place, Code::WrongRegion, message)
        }
        (None, None) => {
            let message = format!("no region is set, but {environment} limits the regions");
            Violation::by(&regions.place, Code::WrongRegion, message)
        }
    };
    let expected = regions.values().map(|region| Label::plain(region.name())).collect();
    Finding { subject, expected, actual, outcome }
}

/// Credentials are valid in one partition only, so that the region must be in the partition of the identity.
fn partition(identity: &Identity, region: Option<&Region>) -> Option<Finding> {
    let region = region.filter(|region| region.partition() != identity.partition())?;
    let message = format!(
        "the identity is in partition {}, but the region {region} is in partition {}",
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

/// An unknown expiry is a note instead of a finding.
fn lifetime(rules: &Rules<'_>, lifetime: Lifetime) -> Option<Finding> {
    let least = rules.min_lifetime().filter(|_| lifetime != Lifetime::Unknown)?;
    let message = format!(
        "the credentials expire in {}, but {} requires {}",
        shown_lifetime(lifetime),
        rules.environment(),
        whole(least.value)
    );
    Some(Finding {
        subject: Subject::Lifetime,
        expected: vec![Label::plain(format!("at least {}", whole(least.value)))],
        actual: Label::plain(shown_lifetime(lifetime)),
        outcome: match lifetime {
            Lifetime::Left(left) if left < least.value => {
                Violation::by(&least.place, Code::ShortLifetime, message)
            }
            _ => Ok(Some(least.place.clone())),
        },
    })
}

/// A claim in the configuration of a source that differs from STS's answer.
fn contradiction(claim: &Claim, identity: &Identity) -> Option<Finding> {
    let (claimed, actual) = difference(claim, identity)?;
    let message = format!(
        "{} claims `{}` ({}), but STS answered `{}`",
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

/// The claimed and the actual value of the first difference: the account, then the role.
fn difference(claim: &Claim, identity: &Identity) -> Option<(String, String)> {
    if let Some(account) = claim.account
        && account != identity.account()
    {
        return Some((account.to_string(), identity.account().to_string()));
    }
    let principal = identity.principal();
    let (claimed, actual) = match claim.role.as_ref()? {
        Claimed::Role(name) => (name, principal.name().unwrap_or("no role")),
        Claimed::PermissionSet(name) => {
            (name, principal.permission_set().unwrap_or("no permission set"))
        }
    };
    (claimed != actual).then(|| (claimed.clone(), actual.to_owned()))
}

/// Checks the credentials of another tool: they must be allowed, and in the same account. Violations that the
/// caller has too are not repeated for the same identity.
pub(super) fn of_other(rules: &Rules<'_>, facts: &Facts, other: &Deployer) -> Option<Finding> {
    let (mine, theirs) = (&facts.caller, &other.caller);
    let reported: Vec<Code> = if mine.identity == theirs.identity {
        let own = of_caller(rules, mine, MissingRegion::Note);
        own.iter().filter_map(|finding| Some(finding.outcome.as_ref().err()?.code)).collect()
    } else {
        Vec::new()
    };
    let is_new = |finding: &Finding| {
        finding.outcome.as_ref().is_err_and(|violation| !reported.contains(&violation.code))
    };
    let own_violation = of_caller(rules, theirs, MissingRegion::Note).into_iter().find(is_new);
    let refused = own_violation.or_else(|| another_account(rules, mine, theirs))?;
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

/// Two tools that deploy to different allowed accounts. One of the accounts is probably a mistake.
fn another_account(rules: &Rules<'_>, mine: &Caller, theirs: &Caller) -> Option<Finding> {
    let (mine, theirs) = (mine.identity.account(), theirs.identity.account());
    if mine == theirs {
        return None;
    }
    let message = "the other tools deploy to another account".to_owned();
    Some(Finding {
        subject: Subject::Tool,
        expected: vec![Label::plain("the same account for all tools")],
        actual: shown_account(rules, theirs),
        outcome: Err(Violation { code: Code::OtherTool, rule: None, message, next: None }),
    })
}

/// Denies a key that looks like a real AWS key in an environment with an emulator.
pub(super) fn real_key(rules: &Rules<'_>, access_key_id: &str) -> Option<Finding> {
    let emulator = rules.emulator()?;
    let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let is_real = access_key_id.len() == 20
        && (access_key_id.starts_with("AKIA") || access_key_id.starts_with("ASIA"))
        && access_key_id.bytes().all(is_upper);
    if !is_real {
        return None;
    }
    let message = format!(
        "the access key looks like a real AWS key, but {} is an emulator",
        rules.environment()
    );
    Some(Finding {
        subject: Subject::Key,
        expected: vec![Label::plain("a key of the emulator")],
        actual: Label::plain("a real AWS key"),
        outcome: Violation::by(&emulator.place, Code::RealCredentials, message),
    })
}

/// Notes, which do not affect the outcome.
pub(super) fn notes(rules: &Rules<'_>, facts: &Facts) -> Vec<String> {
    let mut notes = Vec::new();
    if rules.min_lifetime().is_some() && facts.caller.lifetime == Lifetime::Unknown {
        notes.push(
            "min_lifetime was not checked: the expiry of the credentials is unknown".to_owned(),
        );
    }
    if !facts.has_region() {
        if rules.regions().is_none() {
            notes.push(
                "no region is set: a deploy that needs one will fail or use its own default"
                    .to_owned(),
            );
        }
        return notes;
    }
    if facts.names_tools {
        notes.extend(missing_region(&facts.tools, &facts.caller));
        for other in &facts.others {
            notes.extend(missing_region(&other.tools, &other.caller));
        }
    }
    notes
}

/// The note about tools without a region.
fn missing_region(tools: &[Tool], caller: &Caller) -> Option<String> {
    if caller.region.is_some() {
        return None;
    }
    let tools = tool::names(tools);
    Some(if caller.asks_machine_for_region {
        format!("no region is set for {tools}, which would ask the metadata service")
    } else {
        format!("no region is set for {tools}, which cannot deploy without one")
    })
}

pub(super) fn shown_account(rules: &Rules<'_>, account: AccountId) -> Label {
    match rules.policy().account_name(account) {
        Some(name) => Label { text: name.to_owned(), detail: Some(account.to_string()) },
        None => Label::plain(account.to_string()),
    }
}

fn shown_lifetime(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Endless => "no expiry".to_owned(),
        Lifetime::Left(left) => whole(left),
        Lifetime::Unknown => "unknown".to_owned(),
    }
}

impl Label {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: None }
    }
}
