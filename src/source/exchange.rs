//! What the command line wants instead of the credentials that are found: a role or a session with MFA
//! that is made of them, or a role for a token from a file. And what IAM allows in the parts of such a
//! call.

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

/// The arguments, as they were written.
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

/// A call to STS that the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// `AssumeRole`, on top of whatever is found.
    Role(RoleRequest, Claim),
    /// `GetSessionToken`, on top of whatever is found.
    Session(SessionRequest),
    /// A call that carries a token instead of a signature: nothing else is looked for.
    Token(Box<Source>),
}

impl Exchange {
    /// What the arguments ask for, if they ask for anything and IAM could follow.
    pub fn of(flags: Flags) -> Result<Option<Self>, Misconfiguration> {
        for (text, flag, check) in [
            (&flags.external_id, "--external-id", external_id as Check),
            (&flags.session_name, "--role-session-name", session_name),
            (&flags.mfa_serial, MFA_SERIAL, mfa_serial),
        ] {
            text.as_ref().map(|text| check(text, flag, &Origin::Flag(flag))).transpose()?;
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

    /// A role: with a token, or with the credentials that are found.
    fn of_role(role_arn: String, flags: Flags) -> Result<Self, Misconfiguration> {
        let claim = Claim::of_role(&role_arn, ROLE_ARN, &Origin::Flag(ROLE_ARN))?;
        let Flags { external_id, session_name, duration, mfa_serial, .. } = flags;
        let (kind, flag) = match (flags.web_identity_token_file, flags.saml) {
            (Some(token_file), _) => {
                let call = WebIdentity { token_file, role_arn, session_name, duration };
                (Kind::WebIdentity(call), TOKEN_FILE)
            }
            (None, Some((assertion_file, principal_arn))) => {
                saml_provider(&principal_arn)?;
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

    /// What needs no other credentials.
    pub fn alone(&self) -> Option<&Source> {
        match self {
            Self::Token(source) => Some(source),
            Self::Role(..) | Self::Session(_) => None,
        }
    }

    /// The source that this makes of another one.
    pub fn over(&self, from: Source) -> Result<Source, Misconfiguration> {
        match self {
            Self::Role(request, claim) => {
                not_too_long(request.duration, &from, "--duration", &Origin::Flag("--duration"))?;
                let call = RoleCall { request: request.clone(), from: Box::new(from) };
                let (kind, origin) = (Kind::Role(call), Origin::Flag(ROLE_ARN));
                Ok(Source { kind, origin, claims: vec![claim.clone()] })
            }
            Self::Session(request) => {
                of_a_user(&from)?;
                // It stays the same user, of whom the same is claimed.
                let claims = from.claims.clone();
                let call = SessionCall { request: request.clone(), from: Box::new(from) };
                let (kind, origin) = (Kind::Session(call), Origin::Flag(MFA_SERIAL));
                Ok(Source { kind, origin, claims })
            }
            Self::Token(source) => Ok((**source).clone()),
        }
    }

    /// What the next command has to do by itself: nothing of this is left behind.
    pub fn note(&self) -> String {
        let role = |role_arn: &str| {
            format!(
                "the role {role_arn} was assumed here, for this run alone: the next command has to \
                 assume it too"
            )
        };
        match self {
            Self::Role(request, _) => role(&request.role_arn),
            Self::Session(_) => "the session with MFA was made here, for this run alone: the \
                                 next command has to make its own"
                .to_owned(),
            Self::Token(source) => match &source.kind {
                Kind::Saml(call) => role(&call.role_arn),
                Kind::WebIdentity(call) => role(&call.role_arn),
                other => other.name().to_owned(),
            },
        }
    }
}

/// STS answers `GetSessionToken` to long-term keys only.
fn of_a_user(from: &Source) -> Result<(), Misconfiguration> {
    let is_session = match &from.kind {
        Kind::Keys(keys) => keys.session_token.is_some(),
        Kind::Process(_) => false,
        _ => true,
    };
    if !is_session {
        return Ok(());
    }
    let message = format!(
        "{MFA_SERIAL} without {ROLE_ARN} takes the long-term keys of a user, and {} holds others",
        from.origin
    );
    Err(invalid(message, &Origin::Flag(MFA_SERIAL))
        .hint(format!("name a profile with such keys, or the role with {ROLE_ARN}")))
}

/// AWS ends a session that one role's session assumed after an hour, and refuses to be asked for
/// more. Where it is certain that the credentials below are a role's, so do we, before it is asked.
pub(crate) fn not_too_long(
    duration: Option<Duration>,
    from: &Source,
    name: &str,
    origin: &Origin,
) -> Result<(), Misconfiguration> {
    let Some(duration) = duration.filter(|it| *it > iam::LONGEST_CHAINED_SESSION) else {
        return Ok(());
    };
    if !matches!(from.kind, Kind::Role(_) | Kind::WebIdentity(_) | Kind::Sso(_)) {
        return Ok(());
    }
    let message = format!(
        "{name} asks for {} s, and AWS limits role chaining to one hour: {} is a role's session \
         already",
        duration.as_secs(),
        from.origin
    );
    Err(invalid(message, origin).hint("ask for 3600 seconds or less, or assume the role with keys"))
}

/// The identity provider of a SAML assertion: `arn:PARTITION:iam::ACCOUNT:saml-provider/NAME`.
fn saml_provider(arn: &str) -> Result<(), Misconfiguration> {
    let is_provider = Arn::parse(arn).is_ok_and(|arn| {
        let name = arn.resource.strip_prefix("saml-provider/");
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        arn.service == "iam"
            && arn.region.is_empty()
            && Partition::named(arn.partition).is_some()
            && AccountId::parse(arn.account).is_ok()
            && name.is_some_and(|name| !name.is_empty() && name.chars().all(is_name))
    });
    if is_provider {
        return Ok(());
    }
    let message = format!("{PRINCIPAL_ARN} is not the ARN of a SAML provider: {}", quoted(arn));
    Err(invalid(message, &Origin::Flag(PRINCIPAL_ARN))
        .hint("a provider's ARN reads arn:aws:iam::123456789012:saml-provider/NAME"))
}

/// Checks a text, which was given by this name in this place.
type Check = fn(&str, &str, &Origin) -> Result<(), Misconfiguration>;

/// Source of the limits: the STS API reference, `AssumeRole`.
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
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || punctuation.contains(c);
    if let Some(c) = text.chars().find(|&c| !is_allowed(c)) {
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
