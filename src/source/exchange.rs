//! What the command line wants made of the credentials that were found: those of a role, or those of
//! a session with MFA. And what IAM allows in the parts of such a call.

use std::time::Duration;

use super::claim::Claim;
use super::kind::{Kind, RoleCall, RoleRequest, Secret, SessionCall, SessionRequest};
use super::{Misconfiguration, Origin, Source, quoted};
use crate::unknown::ErrorCode;

const ROLE_ARN: &str = "--role-arn";
const MFA_SERIAL: &str = "--mfa-serial";

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
}

/// A call to STS that the command line asks for, on top of whatever is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// `AssumeRole`
    Role(RoleRequest, Claim),
    /// `GetSessionToken`
    Session(SessionRequest),
}

impl Exchange {
    /// What the arguments ask for, if they ask for anything and IAM could follow.
    pub fn of(flags: Flags) -> Result<Option<Self>, Misconfiguration> {
        let Flags { role_arn, external_id: id, session_name: name, duration, mfa_serial: serial } =
            flags;
        for (text, flag, check) in [
            (&id, "--external-id", external_id as Check),
            (&name, "--role-session-name", session_name),
            (&serial, MFA_SERIAL, mfa_serial),
        ] {
            text.as_ref().map(|text| check(text, flag, &Origin::Flag(flag))).transpose()?;
        }
        Ok(match (role_arn, serial) {
            (Some(role_arn), mfa_serial) => {
                let claim = Claim::of_role(&role_arn, ROLE_ARN, &Origin::Flag(ROLE_ARN))?;
                let external_id = id.map(Secret::new);
                let session_name = name;
                let request =
                    RoleRequest { role_arn, session_name, external_id, duration, mfa_serial };
                Some(Self::Role(request, claim))
            }
            (None, Some(mfa_serial)) => {
                Some(Self::Session(SessionRequest { mfa_serial, duration }))
            }
            (None, None) => None,
        })
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
        }
    }

    /// What the next command has to do by itself: nothing of this is left behind.
    pub fn note(&self) -> String {
        match self {
            Self::Role(request, _) => format!(
                "the role {} was assumed here, for this check alone: the next command has to \
                 assume it too",
                request.role_arn
            ),
            Self::Session(_) => "the session with MFA was made here, for this check alone: the \
                                 next command has to make its own"
                .to_owned(),
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
    const LONGEST: Duration = Duration::from_hours(1);
    let Some(duration) = duration.filter(|duration| *duration > LONGEST) else { return Ok(()) };
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

/// Checks a text, which was given by this name in this place.
type Check = fn(&str, &str, &Origin) -> Result<(), Misconfiguration>;

/// Source of the limits: the STS API reference, `AssumeRole`.
pub(crate) fn session_name(
    text: &str,
    name: &str,
    origin: &Origin,
) -> Result<(), Misconfiguration> {
    allowed(text, name, origin, Limits { length: (2, 64), others: "_+=,.@-" })
}

pub(crate) fn external_id(text: &str, name: &str, origin: &Origin) -> Result<(), Misconfiguration> {
    allowed(text, name, origin, Limits { length: (2, 1224), others: "_+=,.@:/-" })
}

pub(crate) fn mfa_serial(text: &str, name: &str, origin: &Origin) -> Result<(), Misconfiguration> {
    allowed(text, name, origin, Limits { length: (9, 256), others: "_+=/:,.@-" })
}

#[derive(Clone, Copy)]
struct Limits {
    length: (usize, usize),
    /// What is allowed besides letters and digits.
    others: &'static str,
}

/// The text itself is not told: an external ID may be meant for two parties.
fn allowed(
    text: &str,
    name: &str,
    origin: &Origin,
    limits: Limits,
) -> Result<(), Misconfiguration> {
    let Limits { length: (least, most), others } = limits;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    if let Some(c) = text.chars().find(|&c| !is_allowed(c)) {
        let message =
            format!("{name} holds {}, which IAM does not allow there", quoted(&c.to_string()));
        return Err(
            invalid(message, origin).hint(format!("letters, digits and {others} are allowed"))
        );
    }
    if (least..=most).contains(&text.len()) {
        return Ok(());
    }
    let message = format!("{name} has {} characters", text.len());
    Err(invalid(message, origin).hint(format!("IAM takes {least} to {most}")))
}

fn invalid(message: impl Into<String>, origin: &Origin) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(origin)
}
