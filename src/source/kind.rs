//! The kinds of credential source and what each needs to be resolved. Data alone; secrets in it
//! are shown by nothing.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{Platform, Source};
use crate::identity::AccountId;
use crate::partition::Region;

/// How a source's credentials are obtained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Static keys, of the environment or a profile.
    Keys(Keys),
    /// `AssumeRole` with the credentials of another source.
    Role(RoleCall),
    /// `GetSessionToken` with the long-term keys of another source.
    Session(SessionCall),
    /// `AssumeRoleWithWebIdentity` with a token from a file.
    WebIdentity(WebIdentity),
    /// `AssumeRoleWithSAML` with an assertion from a file.
    Saml(Saml),
    /// IAM Identity Center.
    Sso(Sso),
    /// A console session of `aws login`.
    Login(Login),
    /// A `credential_process`.
    Process(Process),
    /// The container's credential endpoint.
    Container(Container),
    /// The machine's metadata service.
    Instance,
}

impl Kind {
    /// A stable name in kebab-case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keys(_) => "keys",
            Self::Role(_) => "role",
            Self::Session(_) => "session",
            Self::WebIdentity(_) => "web-identity",
            Self::Saml(_) => "saml",
            Self::Sso(_) => "sso",
            Self::Login(_) => "login",
            Self::Process(_) => "process",
            Self::Container(_) => "container",
            Self::Instance => "instance",
        }
    }

    /// Whether it is obtained with a token that whoever receives it could use: such a token is sent to
    /// AWS and to nobody else. Those of a container and of the machine never leave it.
    pub fn sends_token(&self) -> bool {
        match self {
            Self::WebIdentity(_) | Self::Saml(_) | Self::Sso(_) | Self::Login(_) => true,
            Self::Keys(_)
            | Self::Role(_)
            | Self::Session(_)
            | Self::Process(_)
            | Self::Container(_)
            | Self::Instance => false,
        }
    }
}

/// A text that is never shown: it has no `Display`, its `Debug` hides it, and its memory is
/// overwritten when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text out of sight.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for whoever signs with it or hands it over.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Static keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// `AKIA…`, `ASIA…`
    pub access_key_id: String,
    /// What requests are signed with.
    pub secret_access_key: Secret,
    /// Present in temporary credentials.
    pub session_token: Option<Secret>,
    /// What `AWS_CREDENTIAL_EXPIRATION` says; never in the past.
    pub expires_at: Option<SystemTime>,
    /// What whoever handed them out says of their account. A claim, as the configuration's are.
    pub account_id: Option<AccountId>,
}

/// A role to assume with other credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleCall {
    /// What STS is asked for.
    pub request: RoleRequest,
    /// Whose credentials assume it.
    pub from: Box<Source>,
}

/// What `AssumeRole` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRequest {
    /// `arn:PARTITION:iam::ACCOUNT:role/NAME`, found to be one.
    pub role_arn: String,
    /// What to call the session, where the configuration says.
    pub session_name: Option<String>,
    /// What the role's trust policy asks of strangers. Known to two parties, so shown to no third.
    pub external_id: Option<Secret>,
    /// How long the session is to last, where the configuration says.
    pub duration: Option<Duration>,
    /// The MFA device whose code the call needs.
    pub mfa_serial: Option<String>,
}

/// `GetSessionToken`: the same user, with MFA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCall {
    /// What STS is asked for.
    pub request: SessionRequest,
    /// The user's long-term keys.
    pub from: Box<Source>,
}

/// What `GetSessionToken` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRequest {
    /// The MFA device whose code the call needs.
    pub mfa_serial: String,
    /// How long the session is to last, where somebody says.
    pub duration: Option<Duration>,
}

/// A role to assume with a token from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebIdentity {
    /// Where the token is; not yet read.
    pub token_file: PathBuf,
    /// `arn:PARTITION:iam::ACCOUNT:role/NAME`, found to be one.
    pub role_arn: String,
    /// What to call the session, where the configuration says.
    pub session_name: Option<String>,
    /// How long the session is to last, where somebody says.
    pub duration: Option<Duration>,
}

/// A role to assume with a SAML assertion from a file. The identity provider names the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saml {
    /// Where the assertion is, in base64; not yet read.
    pub assertion_file: PathBuf,
    /// `arn:PARTITION:iam::ACCOUNT:saml-provider/NAME`, found to be one.
    pub principal_arn: String,
    /// `arn:PARTITION:iam::ACCOUNT:role/NAME`, found to be one.
    pub role_arn: String,
    /// How long the session is to last, where somebody says.
    pub duration: Option<Duration>,
}

/// A permission set of IAM Identity Center in one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sso {
    /// The name of the `[sso-session]`; none in the legacy form.
    pub session: Option<String>,
    /// `https://….awsapps.com/start`
    pub start_url: String,
    /// The region of the portal, which need not be the one deployed to.
    pub region: Region,
    /// `sso_account_id`
    pub account_id: AccountId,
    /// `sso_role_name`: the permission set.
    pub role_name: String,
}

/// A session of `aws login`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The value of `login_session`.
    pub session: String,
}

/// A command that prints credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The command line, not shown: people write secrets into it.
    pub command: Secret,
    /// How it is run. One line can be two identities.
    pub runner: Runner,
}

impl Process {
    /// The command line as botocore splits it; `None` if a quotation mark is not closed.
    pub fn words(&self) -> Option<Vec<String>> {
        Platform::HERE.words(self.command.expose())
    }
}

/// How a family runs a `credential_process`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// Split into words as a shell would, and run without one: `$WHO` stays as it is.
    Words,
    /// By a shell: `$WHO` is expanded.
    Shell,
}

/// A container's credential endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Where it is.
    pub uri: ContainerUri,
}

/// Where a container's credential endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerUri {
    /// A path on the container agent's fixed address.
    Relative(String),
    /// A whole URL.
    Full(String),
}
