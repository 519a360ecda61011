//! What a run found out: the facts, which it learns one by one, and the answer. Values only: `report`
//! words them, and `handoff` grants credentials from them.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use url::Url;

use crate::identity::{AccountId, Identity};
use crate::partition::Region;
use crate::policy::Policy;
use crate::source::{Keys, Misconfiguration, Origin, Secret, Source, Winner};
use crate::target::Target;
use crate::tool::{Family, Tool};
use crate::unknown::Unknown;
use crate::verdict::{Facts, Lifetime, Verdict};

/// What a run found out, and its answer.
pub(crate) struct Outcome {
    /// Everything that the run learned before it ended.
    pub(crate) known: Known,
    /// How it ended.
    pub(crate) answer: Answered,
}

/// How a run ended.
pub(crate) enum Answered {
    /// With a verdict on the credentials.
    Judged(Box<Judged>),
    /// With the identity of the credentials, which is not judged.
    Identified(Box<Identified>),
    /// Without an identity.
    Unknown(Unknown),
}

/// A verdict and what it is based on.
pub(crate) struct Judged {
    /// The policy that judged.
    pub(crate) policy: Policy,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The facts of the verdict. `None` if keys were refused before they were sent anywhere.
    pub(crate) basis: Option<Basis>,
    /// The token of a registry, if docker requests one and the verdict allows it.
    pub(crate) token: Option<Secret>,
}

/// What a verdict is based on.
pub(crate) struct Basis {
    /// The callers and the targets.
    pub(crate) facts: Facts,
    /// The credentials of the caller in the facts.
    pub(crate) keys: Keys,
    /// How AWS was asked about them.
    pub(crate) route: AwsRoute,
}

/// The route by which AWS was asked. The program that gets the credentials must use the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AwsRoute {
    /// The URL of the emulator, if an emulator was asked.
    pub(crate) emulator: Option<Url>,
    /// The CA bundle that TLS trusted, if one is selected.
    pub(crate) ca_bundle: Option<PathBuf>,
    /// Whether FIPS endpoints were asked.
    pub(crate) fips: bool,
    /// Whether dual-stack endpoints were asked.
    pub(crate) dual_stack: bool,
    /// Whether a file of boto contains credentials, which botocore uses if it finds no others.
    pub(crate) boto_credentials: bool,
}

/// The identity of credentials, and what each family of tools would use.
pub(crate) struct Identified {
    /// STS's answer.
    pub(crate) identity: Identity,
    /// The source of the credentials.
    pub(crate) source: Source,
    /// How long the credentials are valid.
    pub(crate) lifetime: Lifetime,
    /// Whether an endpoint of AWS answered, under its own certificate.
    pub(crate) endpoint_is_aws: bool,
    /// What each family would use, without the options of the command line.
    pub(crate) families: Vec<(Family, Result<Winner, Misconfiguration>)>,
    /// The environments of the policy that accept the identity. `None` without a policy.
    pub(crate) environments: Option<Vec<String>>,
}

/// Everything that a run has learned so far. A run that ends early is reported with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The environment to judge. Empty if none is judged.
    pub(crate) environment: String,
    /// Whether the run is a job of a pipeline, in which the next step cannot be to choose a profile.
    pub(crate) is_ci: bool,
    /// The policy file.
    pub(crate) policy: Option<PolicyFile>,
    /// What is about to be touched.
    pub(crate) targets: Vec<KnownTarget>,
    /// The source of the credentials that the report describes.
    pub(crate) source: Option<KnownSource>,
    /// What each tool in scope would use.
    pub(crate) winners: Vec<KnownWinner>,
    /// The endpoint that is asked.
    pub(crate) endpoint: Option<KnownEndpoint>,
    /// The caller that the report describes.
    pub(crate) caller: Option<KnownCaller>,
    /// Explanations that decide nothing.
    pub(crate) notes: Vec<Note>,
    /// The one profile of this machine that fits the environment.
    pub(crate) fitting_profile: Option<String>,
    /// The tools for which no setting names a region. `None` if a tool in scope has a region.
    pub(crate) without_region: Option<WithoutRegion>,
}

/// One thing that a run learned.
pub(crate) enum Fact {
    /// The policy was read.
    Policy(PolicyFile),
    /// The targets, with the policy's names for their accounts.
    Targets(Vec<KnownTarget>),
    /// What each tool in scope would use. A later fact replaces it, with the identities.
    Winners(Vec<KnownWinner>),
    /// The source of the credentials that the report describes. A later fact replaces it.
    Source(Box<KnownSource>),
    /// The endpoint that is asked next.
    Endpoint(KnownEndpoint),
    /// The identity of the credentials that the report describes.
    Caller(KnownCaller),
    /// An explanation.
    Note(Note),
    /// The one profile that fits the environment.
    FittingProfile(String),
    /// No setting names a region for any tool in scope.
    WithoutRegion(WithoutRegion),
}

impl Known {
    /// Adds a fact.
    pub(crate) fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Policy(policy) => self.policy = Some(policy),
            Fact::Targets(targets) => self.targets = targets,
            Fact::Winners(winners) => self.winners = winners,
            Fact::Source(source) => self.source = Some(*source),
            Fact::Endpoint(endpoint) => self.endpoint = Some(endpoint),
            Fact::Caller(caller) => self.caller = Some(caller),
            Fact::Note(note) => self.notes.push(note),
            Fact::FittingProfile(name) => self.fitting_profile = Some(name),
            Fact::WithoutRegion(tools) => self.without_region = Some(tools),
        }
    }
}

/// The tools for which no setting names a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WithoutRegion {
    /// Every tool that account-guard knows.
    EveryTool,
    /// The tools in scope. Other tools have a region.
    Tools(Vec<Tool>),
}

/// A policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyFile {
    /// The path as it was found or named.
    pub(crate) path: String,
    /// The SHA-256 of its text, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// A target, with the policy's name for its account.
#[derive(Clone, Debug)]
pub(crate) struct KnownTarget {
    /// The target.
    pub(crate) target: Target,
    /// `None` if the policy has no name for the account.
    pub(crate) account_name: Option<String>,
}

/// The source of credentials, and what it overrides.
#[derive(Clone, Debug)]
pub(crate) struct KnownSource {
    /// The source.
    pub(crate) source: Source,
    /// The other sources that are present.
    pub(crate) overridden: Vec<Source>,
    /// The region that the tool would use.
    pub(crate) region: Option<Region>,
}

/// Tools that would use the same credentials in the same region.
#[derive(Clone, Debug)]
pub(crate) struct KnownWinner {
    /// The tools, in the order of the scope.
    pub(crate) tools: Vec<Tool>,
    /// What they would use.
    pub(crate) winner: Winner,
    /// The identity of these credentials, once STS has returned it.
    pub(crate) identity: Option<NamedIdentity>,
}

/// An identity, with the policy's name for its account.
#[derive(Clone, Debug)]
pub(crate) struct NamedIdentity {
    /// STS's answer.
    pub(crate) identity: Identity,
    /// `None` if the policy has no name for the account.
    pub(crate) account_name: Option<String>,
}

/// The endpoint that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownEndpoint {
    /// Its URL.
    pub(crate) url: Url,
    /// Its host, with the port if that is not the default of the scheme.
    pub(crate) host: String,
    pub(crate) trust: Trust,
}

/// Whether the answers of an endpoint can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It is an endpoint of AWS with a verified certificate, or an emulator that the policy lists.
    Trusted,
    /// It is not an endpoint of AWS.
    NotAws,
    /// Its certificate is not verified.
    CertificateNotVerified,
}

/// Who the credentials belong to, and until when they are valid.
#[derive(Clone, Debug)]
pub(crate) struct KnownCaller {
    /// The identity.
    pub(crate) named: NamedIdentity,
    /// When the credentials expire. `None` if they do not, or if that is unknown.
    pub(crate) expires_at: Option<SystemTime>,
    /// The time until then, counted from the answer of STS.
    pub(crate) left: Option<Duration>,
}

/// An explanation beside the answer. It decides nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// What was found while the sources were read, or what the role options did; in words.
    OfSource(String),
    /// TLS trusts a CA bundle that is not the machine's own.
    CaBundle {
        /// The file.
        path: PathBuf,
        /// The option, variable or line that selects it.
        origin: String,
    },
    /// AWS is asked through a proxy: its host, port and variable.
    Proxy(String),
    /// `--for` has no effect, because these tools would not assume the requested role.
    ScopeBesideRole(Vec<Tool>),
    /// `--for` has no effect beside `--profile`.
    ScopeBesideProfile {
        /// The tools of `--for`.
        tools: Vec<Tool>,
        /// The profile of `--profile`.
        profile: String,
    },
    /// The sources that tools use without `--profile`.
    WithoutProfile(Vec<(Origin, Vec<Tool>)>),
    /// The access key ID encodes another account.
    KeyOfAccount(AccountId),
    /// `AWS_ACCOUNT_ID` is another account.
    AccountVariable(String),
    /// aws-vault started this process with this profile.
    AwsVault(String),
    /// kubectl started this process; `AWS_PROFILE` can come from the kubeconfig.
    Kubeconfig(String),
    /// The policy that was found is invalid, so that it names nothing.
    InvalidPolicy,
    /// What the command or the program that gets the credentials should know.
    OfHandover(HandoverNote),
}

/// An explanation for the command of `exec`, or for the program that reads the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HandoverNote {
    /// The credentials expire soon, and the command gets no others.
    ShortLived {
        /// Seconds until they expire.
        seconds: u64,
        /// Whether they are keys, which nothing renews.
        is_keys: bool,
    },
    /// The endpoint serves the credentials once, because a new session requires an MFA code.
    NotRenewedByMfa,
    /// The endpoint cannot renew keys.
    NotRenewed {
        /// Seconds until they expire.
        seconds: u64,
        /// Where they are configured.
        origin: Origin,
    },
    /// The command keeps these variables for endpoints.
    KeptEndpoints(Vec<String>),
    /// The command reads the configuration files.
    KeptConfig,
    /// These variables cannot be unset for the program that reads the credentials.
    StillSet(Vec<String>),
}
