//! The kinds of credential source, with the data that is needed to obtain the credentials. Secrets have no
//! `Display`, and their `Debug` prints no value.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{Platform, Source};
use crate::identity::AccountId;
use crate::partition::Region;

/// The kind of a source: how its credentials are obtained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Access keys in the environment or in a profile.
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
    /// A console session that `aws login` started.
    Login(Login),
    /// A `credential_process`.
    Process(Process),
    /// The container credential endpoint.
    Container(Container),
    /// The metadata service of the machine.
    Instance,
}

impl Kind {
    /// The stable name in the JSON report, in kebab-case.
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

    /// Whether a bearer token is sent to obtain the credentials. Such a token must be sent to AWS only, because
    /// every receiver could use it. The tokens of the container endpoint and the metadata service stay local.
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

/// A secret string: it has no `Display`, its `Debug` prints no value, and its memory is overwritten when it is
/// dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a string.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The string, for signing requests and for handing it over.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Access keys, with a session token if they are temporary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The access key ID: `AKIA…`, `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token; `None` for long-term keys.
    pub session_token: Option<Secret>,
    /// The expiry; `None` if it is unknown or the keys are long-term. Never in the past.
    pub expires_at: Option<SystemTime>,
    /// The account that the provider returned with the keys. STS may contradict it.
    pub account_id: Option<AccountId>,
}

/// A role to assume with other credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleCall {
    /// The parameters of the call.
    pub request: RoleRequest,
    /// The source whose credentials assume the role.
    pub from: Box<Source>,
}

/// The parameters of `AssumeRole`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRequest {
    /// The role: `arn:PARTITION:iam::ACCOUNT:role/NAME`, already checked.
    pub role_arn: String,
    /// The session name; `None` if it is not configured.
    pub session_name: Option<String>,
    /// The external ID that the role's trust policy requires. It may be confidential, and is never printed.
    pub external_id: Option<Secret>,
    /// The duration of the session; `None` if it is not configured.
    pub duration: Option<Duration>,
    /// The serial number or ARN of the MFA device.
    pub mfa_serial: Option<String>,
}

/// A session of the same user with MFA, from `GetSessionToken`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCall {
    /// The parameters of the call.
    pub request: SessionRequest,
    /// The source of the user's long-term keys.
    pub from: Box<Source>,
}

/// The parameters of `GetSessionToken`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRequest {
    /// The serial number or ARN of the MFA device.
    pub mfa_serial: String,
    /// The duration of the session; `None` if it is not configured.
    pub duration: Option<Duration>,
}

/// A role to assume with a token from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebIdentity {
    /// The path of the token, which is not yet read.
    pub token_file: PathBuf,
    /// The role: `arn:PARTITION:iam::ACCOUNT:role/NAME`, already checked.
    pub role_arn: String,
    /// The session name; `None` if it is not configured.
    pub session_name: Option<String>,
    /// The duration of the session; `None` if it is not configured.
    pub duration: Option<Duration>,
}

/// A role to assume with a SAML assertion from a file. The assertion contains the session name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saml {
    /// The path of the assertion (in base64), which is not yet read.
    pub assertion_file: PathBuf,
    /// The provider: `arn:PARTITION:iam::ACCOUNT:saml-provider/NAME`, already checked.
    pub principal_arn: String,
    /// The role: `arn:PARTITION:iam::ACCOUNT:role/NAME`, already checked.
    pub role_arn: String,
    /// The duration of the session; `None` if it is not configured.
    pub duration: Option<Duration>,
}

/// A permission set of IAM Identity Center in one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sso {
    /// The name of the `[sso-session]`; `None` in the legacy form.
    pub session: Option<String>,
    /// The start URL: `https://….awsapps.com/start`.
    pub start_url: String,
    /// The region of the portal, which may differ from the region of the deploy.
    pub region: Region,
    /// The account (`sso_account_id`).
    pub account_id: AccountId,
    /// The permission set (`sso_role_name`).
    pub role_name: String,
}

/// A console session that `aws login` started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The value of `login_session`.
    pub session: String,
}

/// A command that prints credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The command line. It may contain secrets, and is never printed.
    pub command: Secret,
    /// How the command line is run. Both ways may yield different identities.
    pub runner: Runner,
}

impl Process {
    /// The words of the command line, split as in botocore; `None` if a quotation mark is not closed.
    pub fn words(&self) -> Option<Vec<String>> {
        Platform::HERE.words(self.command.expose())
    }
}

/// How a family runs a `credential_process`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// Split into words and run without a shell: `$WHO` is not expanded.
    Words,
    /// Run by a shell: `$WHO` is expanded.
    Shell,
}

/// A container's credential endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// The URI of the endpoint.
    pub uri: ContainerUri,
}

/// The URI of a container credential endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerUri {
    /// A path at the fixed address of the container agent.
    Relative(String),
    /// A complete URL.
    Full(String),
}
