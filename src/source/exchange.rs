//! Calls to STS that the command line requests: a role or an MFA session with the credentials that are found, or
//! a role with a token from a file. Checks the parameters of such calls.

use std::path::PathBuf;
use std::time::Duration;

use super::claim::Claim;
use super::kind::{
    Kind, RoleCall, RoleRequest, Saml, Secret, SessionCall, SessionRequest, WebIdentity,
};
use super::{Misconfiguration, Origin, Source, quoted};
use crate::arn::Arn;
use crate::iam;
use crate::identity::AccountId;
use crate::partition::Partition;
use crate::unknown::ErrorCode;

const ROLE_ARN: &str = "--role-arn";
const MFA_SERIAL: &str = "--mfa-serial";
const TOKEN_FILE: &str = "--web-identity-token-file";
const ASSERTION_FILE: &str = "--saml-assertion-file";
const PRINCIPAL_ARN: &str = "--saml-principal-arn";

/// The command-line options, not yet checked.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--role-arn`
    pub role_arn: Option<String>,
    /// `--external-id`
    pub external_id: Option<String>,
    /// `--role-session-name`
    pub session_name: Option<String>,
    /// `--duration`
    pub duration: Option<Duration>,
    /// `--mfa-serial`
    pub mfa_serial: Option<String>,
    /// `--web-identity-token-file`
    pub web_identity_token_file: Option<PathBuf>,
    /// `--saml-assertion-file` and `--saml-principal-arn`
    pub saml: Option<(PathBuf, String)>,
}

/// A call to STS that the command line requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// `AssumeRole`, with the credentials that are found.
    Role(RoleRequest, Claim),
    /// `GetSessionToken`, with the credentials that are found.
    Session(SessionRequest),
    /// A call with a token instead of a signature. It needs no other credentials.
    Token(Box<Source>),
}

impl Exchange {
    /// The call that the options request; `None` if they request none. An invalid parameter is an error.
    pub fn of(flags: Flags) -> Result<Option<Self>, Misconfiguration> {
        for (text, flag, check) in [
            (&flags.external_id, "--external-id", external_id as Check),
            (&flags.session_name, "--role-session-name", session_name),
            (&flags.mfa_serial, MFA_SERIAL, mfa_serial),
        ] {
            if let Some(text) = text {
                check(text, flag, &Origin::Flag(flag))?;
            }
        }
        match (flags.role_arn.clone(), flags.mfa_serial.clone()) {
            (Some(role_arn), _) => Self::of_role(role_arn, flags).map(Some),
            (None, Some(mfa_serial)) => {
                let request = SessionRequest { mfa_serial, duration: flags.duration };
                Ok(Some(Self::Session(request)))
            }
            (None, None) => Ok(None),
        }
    }

    /// The call for a role: with a token, or with the credentials that are found.
    fn of_role(role_arn: String, flags: Flags) -> Result<Self, Misconfiguration> {
        let claim = Claim::of_role(&role_arn, ROLE_ARN, &Origin::Flag(ROLE_ARN))?;
        let Flags { external_id, session_name, duration, mfa_serial, .. } = flags;
        let (kind, flag) = match (flags.web_identity_token_file, flags.saml) {
            (Some(token_file), _) => {
                let call = WebIdentity { token_file, role_arn, session_name, duration };
                (Kind::WebIdentity(call), TOKEN_FILE)
            }
            (None, Some((assertion_file, principal_arn))) => {
                check_saml_provider(&principal_arn)?;
                let call = Saml { assertion_file, principal_arn, role_arn, duration };
                (Kind::Saml(call), ASSERTION_FILE)
            }
            (None, None) => {
                let external_id = external_id.map(Secret::new);
                let request =
                    RoleRequest { role_arn, session_name, external_id, duration, mfa_serial };
                return Ok(Self::Role(request, claim));
            }
        };
        let source = Source { kind, origin: Origin::Flag(flag), claims: vec![claim] };
        Ok(Self::Token(Box::new(source)))
    }

    /// The source of a call that needs no other credentials; `None` for the other calls.
    pub fn alone(&self) -> Option<&Source> {
        match self {
            Self::Token(source) => Some(source),
            Self::Role(..) | Self::Session(_) => None,
        }
    }

    /// The source that the call makes from another source.
    pub fn over(&self, from: Source) -> Result<Source, Misconfiguration> {
        match self {
            Self::Role(request, claim) => {
                not_too_long(request.duration, &from, "--duration", &Origin::Flag("--duration"))?;
                let call = RoleCall { request: request.clone(), from: Box::new(from) };
                let (kind, origin) = (Kind::Role(call), Origin::Flag(ROLE_ARN));
                Ok(Source { kind, origin, claims: vec![claim.clone()] })
            }
            Self::Session(request) => {
                check_long_term_keys(&from)?;
                // The session belongs to the same user, so that the claims stay valid.
                let claims = from.claims.clone();
                let call = SessionCall { request: request.clone(), from: Box::new(from) };
                let (kind, origin) = (Kind::Session(call), Origin::Flag(MFA_SERIAL));
                Ok(Source { kind, origin, claims })
            }
            Self::Token(source) => Ok((**source).clone()),
        }
    }

    /// The note that the result is used in this run only: later commands have to make the call again.
    pub fn note(&self) -> String {
        let role_arn = match self {
            Self::Role(request, _) => &request.role_arn,
            Self::Session(_) => {
                return "the MFA session was created for this run only: the next command has to \
                        create its own"
                    .to_owned();
            }
            Self::Token(source) => match &source.kind {
                Kind::Saml(call) => &call.role_arn,
                Kind::WebIdentity(call) => &call.role_arn,
                other => return other.name().to_owned(),
            },
        };
        format!(
            "the role {role_arn} was assumed for this run only: the next command has to assume it again"
        )
    }
}

/// Checks that the source has long-term keys: STS refuses `GetSessionToken` with other credentials.
fn check_long_term_keys(from: &Source) -> Result<(), Misconfiguration> {
    let is_session = match &from.kind {
        Kind::Keys(keys) => keys.session_token.is_some(),
        Kind::Process(_) => false,
        _ => true,
    };
    if !is_session {
        return Ok(());
    }
    let message = format!(
        "{MFA_SERIAL} without {ROLE_ARN} requires long-term keys, but {} has temporary credentials",
        from.origin
    );
    Err(invalid(message, &Origin::Flag(MFA_SERIAL))
        .hint(format!("choose a profile with long-term keys, or add {ROLE_ARN}")))
}

/// Checks the duration of a role that another role's session assumes. AWS limits such a session to one hour and
/// refuses longer durations; this check is made only where the other credentials certainly belong to a role.
pub(crate) fn not_too_long(
    duration: Option<Duration>,
    from: &Source,
    name: &str,
    origin: &Origin,
) -> Result<(), Misconfiguration> {
    let Some(duration) = duration else { return Ok(()) };
    if duration <= iam::LONGEST_CHAINED_SESSION {
        return Ok(());
    }
    if !matches!(from.kind, Kind::Role(_) | Kind::WebIdentity(_) | Kind::Sso(_)) {
        return Ok(());
    }
    let message = format!(
        "{name} is {} seconds, but AWS limits role chaining to one hour, and {} is a role session",
        duration.as_secs(),
        from.origin
    );
    Err(invalid(message, origin)
        .hint("use 3600 seconds or less, or assume the role with long-term keys"))
}

/// Checks the ARN of a SAML provider: `arn:PARTITION:iam::ACCOUNT:saml-provider/NAME`.
fn check_saml_provider(arn: &str) -> Result<(), Misconfiguration> {
    if is_saml_provider(arn) {
        return Ok(());
    }
    let message = format!("{PRINCIPAL_ARN} is not the ARN of a SAML provider: {}", quoted(arn));
    Err(invalid(message, &Origin::Flag(PRINCIPAL_ARN))
        .hint("write an ARN such as arn:aws:iam::123456789012:saml-provider/NAME"))
}

fn is_saml_provider(arn: &str) -> bool {
    let Ok(arn) = Arn::parse(arn) else { return false };
    let Some(name) = arn.resource.strip_prefix("saml-provider/") else { return false };
    arn.service == "iam"
        && arn.region.is_empty()
        && Partition::named(arn.partition).is_some()
        && AccountId::parse(arn.account).is_ok()
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Checks the text of the setting with this name and origin.
pub(crate) type Check = fn(&str, &str, &Origin) -> Result<(), Misconfiguration>;

pub(crate) fn session_name(
    text: &str,
    name: &str,
    origin: &Origin,
) -> Result<(), Misconfiguration> {
    check_limits(text, name, origin, &iam::SESSION_NAME)
}

pub(crate) fn external_id(text: &str, name: &str, origin: &Origin) -> Result<(), Misconfiguration> {
    check_limits(text, name, origin, &iam::EXTERNAL_ID)
}

pub(crate) fn mfa_serial(text: &str, name: &str, origin: &Origin) -> Result<(), Misconfiguration> {
    check_limits(text, name, origin, &iam::MFA_SERIAL)
}

/// Checks a parameter of a request to STS. The message does not contain the text: an external ID may be
/// confidential.
fn check_limits(
    text: &str,
    name: &str,
    origin: &Origin,
    limits: &iam::Limits,
) -> Result<(), Misconfiguration> {
    let iam::Limits { length, punctuation } = limits;
    let foreign = text.chars().find(|&c| !c.is_ascii_alphanumeric() && !punctuation.contains(c));
    if let Some(c) = foreign {
        let c = quoted(&c.to_string());
        return Err(invalid(format!("{name} contains {c}, which IAM does not allow"), origin)
            .hint(format!("use letters, digits and {punctuation}")));
    }
    if length.contains(&text.len()) {
        return Ok(());
    }
    let (least, most) = (length.start(), length.end());
    let message = format!("{name} has {} characters, expected {least} to {most}", text.len());
    Err(invalid(message, origin).hint("correct the value, or remove it"))
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
