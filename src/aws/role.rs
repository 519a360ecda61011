//! The assume calls that other credentials sign: `AssumeRole`, and `GetSessionToken` for MFA.

use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::means::Means;
use super::{errors, sts};
use crate::source::{Keys, RoleCall, Secret, SessionCall, Source};
use crate::unknown::{ErrorCode, Unknown};

/// What a call is signed with, and the code of an MFA device where the call names one.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The credentials of the source below.
    pub keys: &'a Keys,
    /// Six digits.
    pub code: Option<&'a Secret>,
}

/// Assumes a role.
pub(super) async fn assume(
    call: &RoleCall,
    by: Signer<'_>,
    means: &Means<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let session = request.session_name.as_deref().unwrap_or(means.session);
    let answer = sts::signed(by.keys, means.sts, means.net)
        .assume_role()
        .role_arn(&request.role_arn)
        .role_session_name(session)
        .set_external_id(request.external_id.as_ref().map(|id| id.expose().to_owned()))
        .set_duration_seconds(request.duration.and_then(seconds))
        .set_serial_number(request.mfa_serial.clone())
        .set_token_code(by.code.map(|code| code.expose().to_owned()))
        .send()
        .await
        .map_err(|why| {
            let what = format!("the role {} is not assumed", request.role_arn);
            let asked = Asked {
                what,
                is_role: true,
                from: &call.from,
                device: request.mfa_serial.as_deref(),
            };
            asked.failed(&why, means)
        })?;
    sts::keys(answer.credentials(), means.sts)
}

/// Makes a session of the same user, with MFA.
pub(super) async fn session(
    call: &SessionCall,
    by: Signer<'_>,
    means: &Means<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let answer = sts::signed(by.keys, means.sts, means.net)
        .get_session_token()
        .set_duration_seconds(request.duration.and_then(seconds))
        .serial_number(&request.mfa_serial)
        .set_token_code(by.code.map(|code| code.expose().to_owned()))
        .send()
        .await
        .map_err(|why| {
            let what = "no session with MFA is made".to_owned();
            let asked =
                Asked { what, is_role: false, from: &call.from, device: Some(&request.mfa_serial) };
            asked.failed(&why, means)
        })?;
    sts::keys(answer.credentials(), means.sts)
}

/// A duration as STS takes it.
pub(super) fn seconds(duration: Duration) -> Option<i32> {
    i32::try_from(duration.as_secs()).ok()
}

/// What was asked for and did not come.
struct Asked<'a> {
    what: String,
    /// Whether it was a role, or a session of the same user.
    is_role: bool,
    /// Whose credentials signed it.
    from: &'a Source,
    device: Option<&'a str>,
}

impl Asked<'_> {
    /// STS's words decide what is said, and none of them are repeated but the caller's ARN.
    fn failed<E>(&self, why: &SdkError<E, HttpResponse>, means: &Means<'_>) -> Unknown
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let (code, message) = (why.code().unwrap_or_default(), why.message().unwrap_or_default());
        let said = |text: &str| message.contains(text);
        match code {
            "AccessDenied" | "AccessDeniedException" if said("MultiFactorAuthentication") => {
                self.refused_code(code)
            }
            "AccessDenied" | "AccessDeniedException" => self.refused(code, message),
            "ValidationError" if said("DurationSeconds") => self.refused_duration(code, message),
            "ValidationError" if said("MultiFactorAuthentication") => self.refused_code(code),
            _ => self.told(errors::of_call(why, means.sts)),
        }
    }

    /// An error that has nothing to do with the role says what it was that failed.
    fn told(&self, why: Unknown) -> Unknown {
        match why.code {
            ErrorCode::ExpiredCredentials
            | ErrorCode::InvalidCredentials
            | ErrorCode::SignatureMismatch
            | ErrorCode::StsUnavailable => {
                let message = format!("{} with {}: {}", self.what, self.from.origin, why.message);
                Unknown { message, ..why }
            }
            _ => why,
        }
    }

    fn refused(&self, code: &str, message: &str) -> Unknown {
        let who = caller(message).map_or_else(String::new, |arn| format!(", which are {arn},"));
        let message = format!(
            "{}: STS refuses the credentials of {}{who} ({code})",
            self.what, self.from.origin
        );
        Unknown::new(ErrorCode::AccessDenied, message).hint(match (self.is_role, self.device) {
            (true, None) => {
                "the role's trust policy must name that caller, the caller's own policy must allow \
                 sts:AssumeRole, and the trust policy may ask for an external ID, or for MFA \
                 (--mfa-serial, `mfa_serial`)"
            }
            (true, Some(_)) => {
                "the role's trust policy must name that caller, the caller's own policy must allow \
                 sts:AssumeRole, and the trust policy may ask for an external ID"
            }
            (false, _) => "STS makes sessions for the long-term keys of a user only",
        })
    }

    fn refused_code(&self, code: &str) -> Unknown {
        let device = self.device.unwrap_or("any device");
        let message = format!("{}: STS refuses the MFA code of {device} ({code})", self.what);
        Unknown::new(ErrorCode::MfaRequired, message).hint(
            "a code counts once, and for half a minute: wait for the next one; and check that the \
             device is that of the caller",
        )
    }

    fn refused_duration(&self, code: &str, message: &str) -> Unknown {
        let (limit, hint) = if message.contains("chaining") {
            ("AWS limits role chaining to one hour", "ask for 3600 seconds or less")
        } else {
            ("it lasts longer than the role allows", "ask for less, or raise the role's maximum")
        };
        let message = format!("{}: {limit} ({code})", self.what);
        Unknown::new(ErrorCode::InvalidConfiguration, message).hint(hint)
    }
}

/// The ARN in `User: ARN is not authorized to perform: …`, if it looks like one.
fn caller(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("User: ")?;
    let arn = rest.split(' ').next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_:/".contains(c);
    (arn.starts_with("arn:") && arn.len() <= 256 && arn.chars().all(is_plain)).then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_arn_is_taken_over_from_what_sts_says() {
        for (message, expected) in [
            ("User: arn:aws:iam::1:user/x is not authorized", Some("arn:aws:iam::1:user/x")),
            ("User: arn:aws:iam::1:user/\u{1b}[31m is not authorized", None),
            ("User: anonymous is not authorized", None),
            ("Access denied", None),
            ("User: ", None),
        ] {
            assert_eq!(caller(message), expected, "{message}");
        }
    }
}
