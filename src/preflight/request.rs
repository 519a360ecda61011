//! What a command asks of a run: which credentials, and what to find out about them.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::partition::Region;
use crate::source::{Asked, Audience, Exchange};
use crate::target::Target;
use crate::tool::Tool;

/// What a command asks.
pub(crate) struct Request {
    pub(crate) purpose: Purpose,
    /// `--profile`
    pub(crate) profile: Option<String>,
    /// `--region`
    pub(crate) region: Option<String>,
    /// `--ca-bundle`
    pub(crate) ca_bundle: Option<PathBuf>,
    /// The role or MFA session to obtain with the credentials, if one was requested.
    pub(crate) exchange: Option<Exchange>,
    pub(crate) limits: Limits,
    /// The file of `--policy`. Without it, the policy is found.
    pub(crate) policy: Option<PathBuf>,
}

/// The time limits of a run.
pub(crate) struct Limits {
    /// The deadline, counted from the start of the run.
    pub(crate) deadline: Duration,
    /// `--cli-connect-timeout` in seconds. 0 means no limit.
    pub(crate) connect: Option<u32>,
    /// `--cli-read-timeout` in seconds. 0 means no limit.
    pub(crate) read: Option<u32>,
}

/// What to find out about the credentials.
pub(crate) enum Purpose {
    /// Whether an environment allows them.
    Judge(Judging),
    /// Whose they are.
    Identify(Identifying),
}

/// The question of a command that judges.
pub(crate) struct Judging {
    pub(crate) environment: String,
    pub(crate) targets: Vec<Target>,
    /// The region of the registry whose token docker requests.
    pub(crate) token_region: Option<Region>,
    /// The tools of `--for`.
    pub(crate) tools: Vec<Tool>,
    pub(crate) audience: Audience,
}

/// The question of `identity`.
pub(crate) struct Identifying {
    /// `--endpoint-url`, which need not be an endpoint of AWS.
    pub(crate) endpoint_url: Option<Url>,
    /// Whether certificates are verified: not with `--no-verify-ssl`.
    pub(crate) verifies_certificates: bool,
    /// Whether the call is signed: not with `--no-sign-request`.
    pub(crate) is_signed: bool,
    /// Whether the policy is read for the names of accounts and environments.
    pub(crate) uses_policy: bool,
}

impl Request {
    /// The profile and the region of the command line.
    pub(super) fn asked(&self) -> Asked {
        let audience = match &self.purpose {
            Purpose::Judge(judging) => judging.audience,
            Purpose::Identify(_) => Audience::default(),
        };
        Asked { profile: self.profile.clone(), region: self.region.clone(), audience }
    }

    /// The environment to judge; `None` if none is judged.
    pub(super) fn environment(&self) -> Option<&str> {
        match &self.purpose {
            Purpose::Judge(judging) => Some(&judging.environment),
            Purpose::Identify(_) => None,
        }
    }

    /// Whether docker runs this, which passes no options.
    pub(super) fn is_docker(&self) -> bool {
        matches!(&self.purpose, Purpose::Judge(judging) if judging.token_region.is_some())
    }
}

impl Judging {
    /// Adds docker's request: judges this registry, too, and obtains the token of its region if the verdict
    /// allows that.
    #[must_use]
    pub(crate) fn with_login(self, registry: Target) -> Self {
        Self { token_region: registry.region.clone(), targets: vec![registry], ..self }
    }

    /// Whether the judged credentials are handed over. Otherwise each tool finds its own again.
    pub(super) fn is_handed_over(&self) -> bool {
        self.audience == Audience::OurselvesOnly
    }
}
