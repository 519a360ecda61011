//! The calls that create credentials from other credentials: `AssumeRole`, and `GetSessionToken` for MFA.

use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::access::AwsAccess;
use super::sentence::Secrets;
use super::{errors, sts};
use crate::source::{Keys, RoleCall, Secret, SessionCall, Source};
use crate::unknown::{ErrorCode, Unknown};

/// The keys that sign a call, and the MFA code.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    /// The credentials of the source that the call starts from.
    pub(crate) keys: &'a Keys,
    /// The code of the MFA device, six digits; `None` if the call names no device.
    pub(crate) code: Option<&'a Secret>,
}

/// Assumes a role.
pub(super) async fn assume(
    call: &RoleCall,
    signer: Signer<'_>,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let session = request.session_name.as_deref().unwrap_or(access.session);
    let answer = sts::signed(signer.keys, access.sts, access.net)
        .assume_role()
        .role_arn(&request.role_arn)
        .role_session_name(session)
        .set_external_id(exposed(request.external_id.as_ref()))
        .set_duration_seconds(request.duration.and_then(seconds))
        .set_serial_number(request.mfa_serial.clone())
        .set_token_code(exposed(signer.code))
        .send()
        .await;
    match answer {
        Ok(answer) => sts::keys(answer.credentials(), access.sts),
        Err(why) => Err(FailedCall {
            failure: format!("could not assume role {}", request.role_arn),
            is_role: true,
            from: &call.from,
            device: request.mfa_serial.as_deref(),
            secrets: secrets(signer).with(request.external_id.as_ref()),
        }
        .explain(&why, access)),
    }
}

/// Creates an MFA session of the same user.
pub(super) async fn session(
    call: &SessionCall,
    signer: Signer<'_>,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let request = &call.request;
    let answer = sts::signed(signer.keys, access.sts, access.net)
        .get_session_token()
        .set_duration_seconds(request.duration.and_then(seconds))
        .serial_number(&request.mfa_serial)
        .set_token_code(exposed(signer.code))
        .send()
        .await;
    match answer {
        Ok(answer) => sts::keys(answer.credentials(), access.sts),
        Err(why) => Err(FailedCall {
            failure: "could not create an MFA session".to_owned(),
            is_role: false,
            from: &call.from,
            device: Some(&request.mfa_serial),
            secrets: secrets(signer),
        }
        .explain(&why, access)),
    }
}

fn secrets(signer: Signer<'_>) -> Secrets<'_> {
    Secrets::of(signer.keys).with(signer.code)
}

fn exposed(secret: Option<&Secret>) -> Option<String> {
    Some(secret?.expose().to_owned())
}

/// A duration in seconds, as the API takes it; `None` if it is longer than the API can express.
pub(super) fn seconds(duration: Duration) -> Option<i32> {
    i32::try_from(duration.as_secs()).ok()
}

/// A failed call, for its message and hint.
struct FailedCall<'a> {
    /// `could not assume role ARN`
    failure: String,
    /// Whether the call was to assume a role rather than to create an MFA session.
    is_role: bool,
    /// The source of the credentials that signed the call.
    from: &'a Source,
    /// The ARN of the MFA device in the call; `None` if there is none.
    device: Option<&'a str>,
    /// The secrets of the request, which the answer could repeat.
    secrets: Secrets<'a>,
}

impl FailedCall<'_> {
    fn explain<E>(&self, why: &SdkError<E, HttpResponse>, access: &AwsAccess<'_>) -> Unknown
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let (code, message) = (why.code().unwrap_or_default(), why.message().unwrap_or_default());
        let names_mfa = message.contains("MultiFactorAuthentication");
        let why = match code {
            "AccessDenied" | "AccessDeniedException" if names_mfa => self.rejected_code(code),
            "AccessDenied" | "AccessDeniedException" => self.refused(code, message),
            "ValidationError" if message.contains("DurationSeconds") => {
                self.rejected_duration(code, message)
            }
            "ValidationError" if names_mfa => self.rejected_code(code),
            _ => return self.in_this_call(errors::of_call(why, access.sts, &self.secrets)),
        };
        errors::explained(why, message, &self.secrets)
    }

    /// Puts the failed call in front of an error of the credentials that signed it.
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
