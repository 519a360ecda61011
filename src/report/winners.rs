//! The credentials that each tool would use, in words.

use super::WinnerReport;
use crate::identity::Identity;
use crate::source::Winner;
use crate::tool::{self, Tool};

/// Tools that would use the same credentials.
#[derive(Clone, Debug)]
pub struct KnownWinner {
    tools: Vec<Tool>,
    source: String,
    region: Option<String>,
    identity: Option<KnownIdentity>,
}

/// The identity of these credentials, from the answer of STS.
#[derive(Clone, Debug)]
struct KnownIdentity {
    /// The names of account and principal: `staging/deploy-ci`.
    name: String,
    account: String,
    arn: String,
}

impl KnownWinner {
    /// Describes what some tools would use, before STS was called.
    pub fn of(tools: &[Tool], winner: &Winner) -> Self {
        Self {
            tools: tools.to_vec(),
            source: winner.source.origin.to_string(),
            region: winner.region.as_ref().map(ToString::to_string),
            identity: None,
        }
    }

    /// Adds the identity from the answer of STS.
    #[must_use]
    pub fn answered(self, identity: &Identity, account_name: Option<&str>) -> Self {
        let account = identity.account().to_string();
        let known = account_name.unwrap_or(&account);
        let name = format!("{known}/{}", principal_name(identity));
        let arn = identity.arn().to_owned();
        Self { identity: Some(KnownIdentity { name, account, arn }), ..self }
    }

    pub(super) fn rows(&self) -> Vec<WinnerReport> {
        let mut rows = Vec::new();
        for tool in &self.tools {
            rows.push(WinnerReport {
                tool: tool.name(),
                family: tool.family().name(),
                source: self.source.clone(),
                region: self.region.clone(),
                account: self.identity.as_ref().map(|it| it.account.clone()),
                arn: self.identity.as_ref().map(|it| it.arn.clone()),
            });
        }
        rows
    }
}

/// The permission set of a principal, or its name, or its kind.
pub(super) fn principal_name(identity: &Identity) -> &str {
    let principal = identity.principal();
    principal.permission_set().or(principal.name()).unwrap_or(principal.kind())
}

/// Tools that would deploy with the same identity in the same region.
struct Deployers<'a> {
    identity: &'a KnownIdentity,
    /// The region; `None` if all tools use the same one.
    region: Option<&'a String>,
    tools: Vec<Tool>,
}

/// `terraform, aws-cli: staging/deploy-ci in eu-west-1`, one text for each identity and region. Empty if
/// all tools agree or an identity is unknown.
pub(super) fn disagreeing(winners: &[KnownWinner]) -> Vec<String> {
    let mut regions: Vec<&String> = winners.iter().filter_map(|it| it.region.as_ref()).collect();
    regions.dedup();
    let mut all: Vec<Deployers<'_>> = Vec::new();
    for winner in winners {
        let Some(identity) = &winner.identity else { return Vec::new() };
        let region = winner.region.as_ref().filter(|_| regions.len() > 1);
        let same = all.iter_mut().find(|it| it.identity.arn == identity.arn && it.region == region);
        match same {
            Some(same) => same.tools.extend(&winner.tools),
            None => all.push(Deployers { identity, region, tools: winner.tools.clone() }),
        }
    }
    if all.len() < 2 {
        return Vec::new();
    }
    all.iter().map(Deployers::words).collect()
}

impl Deployers<'_> {
    fn words(&self) -> String {
        let tools = tool::names(&self.tools);
        match self.region {
            Some(region) => format!("{tools}: {} in {region}", self.identity.name),
            None => format!("{tools}: {}", self.identity.name),
        }
    }
}
