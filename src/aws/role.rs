//! The assume calls that other credentials sign: `AssumeRole`, and `GetSessionToken` for MFA.

use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::access::AwsAccess;
use super::sentence::Secrets;
use super::{errors, sts};
use crate::source::{Keys, RoleCall, Secret, SessionCall, Source};
use crate::unknown::{ErrorCode, Unknown};

/// The keys that sign a call, and the MFA code if the call names a device.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    /// The credentials of the source that the call starts from.
    pub(crate) keys: &'a Keys,
    /// Six digits.
    pub(crate) code: Option<&'a Secret>,
}

/// Assumes a role.
pub(super) async fn assume(
    call: &RoleCall,
    by: Signer<'_>,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let session = request.session_name.as_deref().unwrap_or(access.session);
    let answer = sts::signed(by.keys, access.sts, access.net)
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
            let secrets = secrets(by).with(request.external_id.as_ref());
            let asked = Asked {
                failure: format!("could not assume role {}", request.role_arn),
                is_role: true,
                from: &call.from,
                device: request.mfa_serial.as_deref(),
                secrets,
            };
            asked.failed(&why, access)
        })?;
    sts::keys(answer.credentials(), access.sts)
}

/// Creates an MFA session of the same user.
pub(super) async fn session(
    call: &SessionCall,
    by: Signer<'_>,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let answer = sts::signed(by.keys, access.sts, access.net)
        .get_session_token()
        .set_duration_seconds(request.duration.and_then(seconds))
        .serial_number(&request.mfa_serial)
        .set_token_code(by.code.map(|code| code.expose().to_owned()))
        .send()
        .await
        .map_err(|why| {
            let asked = Asked {
                failure: "could not create an MFA session".to_owned(),
                is_role: false,
                from: &call.from,
                device: Some(&request.mfa_serial),
                secrets: secrets(by),
            };
            asked.failed(&why, access)
        })?;
    sts::keys(answer.credentials(), access.sts)
}

fn secrets(by: Signer<'_>) -> Secrets<'_> {
    Secrets::of(by.keys).with(by.code)
}

/// A duration in the unit of the API.
pub(super) fn seconds(duration: Duration) -> Option<i32> {
    i32::try_from(duration.as_secs()).ok()
}

/// A call that failed.
struct Asked<'a> {
    /// `could not assume role ARN`
    failure: String,
    /// Whether it was to assume a role, rather than to create a session of the same user.
    is_role: bool,
    /// The source of the credentials that signed it.
    from: &'a Source,
    /// The MFA device that the call named.
    device: Option<&'a str>,
    /// The secrets of the request.
    secrets: Secrets<'a>,
}

impl Asked<'_> {
    fn failed<E>(&self, why: &SdkError<E, HttpResponse>, access: &AwsAccess<'_>) -> Unknown
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let (code, message) = (why.code().unwrap_or_default(), why.message().unwrap_or_default());
        let says = |text: &str| message.contains(text);
        let own = match code {
            "AccessDenied" | "AccessDeniedException" if says("MultiFactorAuthentication") => {
                self.rejected_code(code)
            }
            "AccessDenied" | "AccessDeniedException" => self.refused(code, message),
            "ValidationError" if says("DurationSeconds") => self.rejected_duration(code, message),
            "ValidationError" if says("MultiFactorAuthentication") => self.rejected_code(code),
            _ => return self.in_this_call(errors::of_call(why, access.sts, &self.secrets)),
        };
        errors::explained(own, message, &self.secrets)
    }

    /// An error that does not depend on the role, with the call that failed in front of it.
    fn in_this_call(&self, why: Unknown) -> Unknown {
        match why.code {
            ErrorCode::ExpiredCredentials
            | ErrorCode::InvalidCredentials
            | ErrorCode::SignatureMismatch
            | ErrorCode::AccessDenied
            | ErrorCode::StsUnavailable => {
                let message = format!("{}: {}", self.using(), why.message);
                Unknown { message, ..why }
            }
            _ => why,
        }
    }

    /// `could not assume role ARN using AWS_ACCESS_KEY_ID in the environment`
    fn using(&self) -> String {
        format!("{} using {}", self.failure, self.from.origin)
    }

    fn refused(&self, code: &str, message: &str) -> Unknown {
        let hint = errors::denying_policy(message).unwrap_or(match (self.is_role, self.device) {
            (true, None) => {
                "allow this caller in the trust policy of the role, and sts:AssumeRole in the \
                 caller's own policy; check whether the trust policy requires an external ID, or MFA \
                 (--mfa-serial, `mfa_serial`)"
            }
            (true, Some(_)) => {
                "allow this caller in the trust policy of the role, and sts:AssumeRole in the \
                 caller's own policy; check whether the trust policy requires an external ID"
            }
            (false, _) => "use long-term keys of an IAM user: STS creates MFA sessions for them only",
        });
        Unknown::new(ErrorCode::AccessDenied, format!("{} ({code})", self.using())).hint(hint)
    }

    fn rejected_code(&self, code: &str) -> Unknown {
        let device = self.device.unwrap_or("any device");
        let message = format!("{}: STS rejected the MFA code of {device} ({code})", self.failure);
        Unknown::new(ErrorCode::MfaRequired, message).hint(
            "wait for the next code, since each is valid once and for 30 seconds; check that the \
             device belongs to the caller",
        )
    }

    fn rejected_duration(&self, code: &str, message: &str) -> Unknown {
        let (limit, hint) = if message.contains("chaining") {
            ("AWS limits role chaining to one hour", "set a duration of 3600 seconds or less")
        } else {
            (
                "the duration is longer than the role allows",
                "set a shorter duration, or raise the role's maximum session duration",
            )
        };
        let message = format!("{}: {limit} ({code})", self.failure);
        Unknown::new(ErrorCode::InvalidConfiguration, message).hint(hint)
    }
}
