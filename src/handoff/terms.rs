//! What a renewal is held to. A deploy that runs for hours must end as it began: what is found later
//! passes only if the policy of the start allows it too, for the same account and principal.

use url::Url;

use super::Grant;
use crate::identity::Identity;
use crate::outcome::Basis;
use crate::policy::{Policy, UnknownEnvironment};
use crate::verdict::{Facts, Verdict, judge};

/// The start, as every renewal is compared with it.
pub struct Terms {
    policy: Policy,
    environment: String,
    identity: Identity,
    emulator: Option<Url>,
}

/// Why credentials are not those that the start allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// A stable name in kebab-case: a violation's, or `other-identity`.
    pub code: &'static str,
    /// One sentence, in lower case, without a full stop.
    pub message: String,
}

impl Terms {
    /// What was granted at the start, and by which policy.
    pub fn of(grant: &Grant, policy: Policy, environment: &str) -> Self {
        Self {
            policy,
            environment: environment.to_owned(),
            identity: grant.identity().clone(),
            emulator: grant.route().emulator.clone(),
        }
    }

    /// Grants what is found now, where the verdict of now and the start allow it.
    pub fn renewed(&self, verdict: &Verdict, basis: &Basis) -> Result<Grant, Breach> {
        self.judged(&basis.facts)?;
        self.is_alike(&basis.facts.caller.identity)?;
        // What an emulator says of an identity means nothing at AWS, nor at another emulator.
        if basis.route.emulator != self.emulator {
            return Err(Breach {
                code: "untrusted-endpoint",
                message: "another endpoint was asked than at the start".to_owned(),
            });
        }
        Grant::of(verdict, basis).ok_or_else(|| Breach {
            code: "denied",
            message: "the policy of now refuses them".to_owned(),
        })
    }

    /// By the policy of the start.
    fn judged(&self, facts: &Facts) -> Result<(), Breach> {
        let lost = |why: UnknownEnvironment| Breach { code: "internal", message: why.to_string() };
        let rules = self.policy.rules(&self.environment).map_err(lost)?;
        let verdict = judge(&rules, facts);
        if verdict.is_allowed() {
            return Ok(());
        }
        let first = verdict.violations().next().map(|(_, violation)| violation);
        let (code, why) = first.map_or(("denied", "refused"), |it| (it.code.name(), &*it.message));
        Err(Breach { code, message: format!("by the policy of the start: {why}") })
    }

    fn is_alike(&self, identity: &Identity) -> Result<(), Breach> {
        if self.identity.is_same_principal(identity) {
            return Ok(());
        }
        let (was, is) = (self.identity.arn().escape_debug(), identity.arn().escape_debug());
        let message = format!("it was `{was}` at the start, and is `{is}` now");
        Err(Breach { code: "other-identity", message })
    }
}
