//! The calls that assume a role with a token of an identity provider. They are not signed.

use std::path::Path;

use super::access::AwsAccess;
use super::sentence::Secrets;
use super::{errors, role, sts};
use crate::files;
use crate::source::{Keys, Saml, Secret, WebIdentity};
use crate::unknown::{ErrorCode, Unknown};

/// The longest assertion that STS accepts. Source: the STS API reference, `AssumeRoleWithSAML`.
const LONGEST_ASSERTION: usize = 100_000;

/// Assumes a role with an OIDC token.
pub(super) async fn web_identity(
    call: &WebIdentity,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let token = token(&call.token_file, "web identity token")?;
    let session = call.session_name.as_deref().unwrap_or(access.session);
    let answer = sts::unsigned(access.sts, access.net)
        .assume_role_with_web_identity()
        .role_arn(&call.role_arn)
        .role_session_name(session)
        .set_duration_seconds(call.duration.and_then(role::seconds))
        .web_identity_token(token.expose())
        .send()
        .await
        .map_err(|why| errors::of_call(&why, access.sts, &Secrets::default().with(Some(&token))))?;
    sts::keys(answer.credentials(), access.sts)
}

/// Assumes a role with a SAML assertion, which also contains the session name.
pub(super) async fn saml(call: &Saml, access: &AwsAccess<'_>) -> Result<Keys, Unknown> {
    let assertion = assertion(&call.assertion_file)?;
    let answer = sts::unsigned(access.sts, access.net)
        .assume_role_with_saml()
        .role_arn(&call.role_arn)
        .principal_arn(&call.principal_arn)
        .set_duration_seconds(call.duration.and_then(role::seconds))
        .saml_assertion(assertion.expose())
        .send()
        .await
        .map_err(|why| {
            errors::of_call(&why, access.sts, &Secrets::default().with(Some(&assertion)))
        })?;
    sts::keys(answer.credentials(), access.sts)
}

/// The assertion in a file, in base64 on one line. The file may contain line breaks.
fn assertion(path: &Path) -> Result<Secret, Unknown> {
    let text = token(path, "SAML assertion")?;
    let assertion = Secret::new(text.expose().split_ascii_whitespace().collect::<String>());
    let (what, hint) = if text.expose().starts_with('<') {
        ("contains XML", "write the assertion in base64, as the identity provider posts it")
    } else if !assertion.expose().bytes().all(is_base64) {
        ("is not base64", "write the form field `SAMLResponse` to it, URL-decoded")
    } else if assertion.expose().len() > LONGEST_ASSERTION {
        (
            "is longer than 100,000 characters, which is the limit of STS",
            "configure the identity provider to send fewer attributes",
        )
    } else {
        return Ok(assertion);
    };
    let message = format!("the SAML assertion file `{}` {what}", path.display());
    Err(Unknown::new(ErrorCode::SourceFailed, message).hint(hint))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

/// Reads a token without the white space around it. `what` names the kind of token in messages.
fn token(path: &Path, what: &str) -> Result<Secret, Unknown> {
    let shown = path.display();
    let text = files::read_text(path).map(Secret::new).map_err(|why| {
        Unknown::new(
            ErrorCode::SourceFailed,
            format!("could not read the {what} file `{shown}`: {why}"),
        )
        .hint("check the path, and the step that writes the file")
    })?;
    let token = text.expose().trim();
    if token.is_empty() {
        let message = format!("the {what} file `{shown}` is empty");
        return Err(Unknown::new(ErrorCode::SourceFailed, message)
            .hint("check the step that writes the file"));
    }
    Ok(Secret::new(token))
}
