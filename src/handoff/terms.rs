//! The conditions for renewed credentials. A deploy that runs for hours must keep its identity: renewed
//! credentials are granted only if the initial policy allows them too, and for the same account and principal.

use url::Url;

use super::Grant;
use crate::identity::Identity;
use crate::outcome::Basis;
use crate::policy::{Policy, UnknownEnvironment};
use crate::verdict::{Facts, Verdict, judge};

/// The initial grant, with which every renewal is compared.
pub(crate) struct Terms {
    policy: Policy,
    environment: String,
    identity: Identity,
    emulator: Option<Url>,
}

/// Why renewed credentials are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// A stable code in kebab-case: the code of a violation, `untrusted-endpoint`, `other-identity`, `denied` or
    /// `internal`.
    pub(crate) code: &'static str,
    /// One sentence in lower case, without a full stop.
    pub(crate) message: String,
}

impl Terms {
    /// The conditions of an initial grant, which this policy allowed.
    pub(crate) fn of(grant: &Grant, policy: Policy, environment: &str) -> Self {
        Self {
            policy,
            environment: environment.to_owned(),
            identity: grant.identity().clone(),
            emulator: grant.route().emulator.clone(),
        }
    }

    /// Grants renewed credentials if both the current verdict and the initial conditions allow them.
    pub(crate) fn renew(&self, verdict: &Verdict, basis: &Basis) -> Result<Grant, Breach> {
        self.check_initial_policy(&basis.facts)?;
        self.check_principal(&basis.facts.caller.identity)?;
        // The identities of an emulator are not valid at AWS or at another emulator.
        if basis.route.emulator != self.emulator {
            return Err(Breach {
                code: "untrusted-endpoint",
                message: "the endpoint has changed since the start".to_owned(),
            });
        }
        Grant::of(verdict, basis).ok_or_else(|| Breach {
            code: "denied",
            message: "the current policy refuses the credentials".to_owned(),
        })
    }

    fn check_initial_policy(&self, facts: &Facts) -> Result<(), Breach> {
        let internal =
            |why: UnknownEnvironment| Breach { code: "internal", message: why.to_string() };
        let rules = self.policy.rules(&self.environment).map_err(internal)?;
        let verdict = judge(&rules, facts);
        if verdict.is_allowed() {
            return Ok(());
        }
        let (code, why) = match verdict.violations().next() {
            Some((_, violation)) => (violation.code.name(), violation.message.as_str()),
            None => ("denied", "denied"),
        };
        Err(Breach { code, message: format!("the initial policy refuses the credentials: {why}") })
    }

    fn check_principal(&self, identity: &Identity) -> Result<(), Breach> {
        if self.identity.is_same_principal(identity) {
            return Ok(());
        }
        let (was, is) = (self.identity.arn().escape_debug(), identity.arn().escape_debug());
        let message = format!("the identity has changed from `{was}` to `{is}`");
        Err(Breach { code: "other-identity", message })
    }
}
