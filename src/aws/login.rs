//! The console session of `aws login`: reads the cached credentials, and renews them at the sign-in service before they
//! expire.

use std::path::PathBuf;

use aws_sdk_signin::Client;
use aws_sdk_signin::config::Builder;
use aws_sdk_signin::operation::create_o_auth2_token::CreateOAuth2TokenError;
use aws_sdk_signin::types::{
    AccessToken, CreateOAuth2TokenRequestBody, CreateOAuth2TokenResponseBody as Answer,
};
use sha2::{Digest, Sha256};

use super::access::AwsAccess;
use super::dpop::Proof;
use super::endpoint::Endpoint;
use super::session_file::{Fields, SessionFile, expiration_in, expires_soon, parse_time};
use super::sign_on::{Failure, config, failure, for_profile, refused, strange};
use crate::identity::AccountId;
use crate::partition::Region;
use crate::source::{Keys, Login, Origin, Secret, Service, Settings, is_plain_name};
use crate::unknown::{ErrorCode, Unknown};

/// The variable that selects another directory for the sessions.
const DIRECTORY: &str = "AWS_LOGIN_CACHE_DIRECTORY";
/// The object in the session file that contains the credentials.
const ACCESS_TOKEN: &str = "accessToken";

/// Obtains the credentials of a session.
pub(super) async fn obtain(
    login: &Login,
    origin: &Origin,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let file = SessionFile::of(&directory(access.settings)?, &Sha256::digest(login.session.trim()));
    let session = Session { file, origin, access };
    let (keys, _) = session.read()?;
    if is_fresh(&keys) {
        return Ok(keys);
    }
    let _lock = session.file.lock().await;
    // Another guard may have renewed the session in the meantime, and the refresh token may be invalid now.
    let (keys, fields) = session.read()?;
    if is_fresh(&keys) {
        return Ok(keys);
    }
    match session.renew(keys, fields).await {
        Ok(keys) => Ok(keys),
        Err(why) => session.renewed_by_other_tool().await.ok_or(why),
    }
}

struct Session<'a> {
    file: SessionFile,
    origin: &'a Origin,
    access: &'a AwsAccess<'a>,
}

/// The directory of the sessions. A path with `~` or `$` is an error: the AWS CLI expands it, and the SDKs do not.
fn directory(settings: &Settings<'_>) -> Result<PathBuf, Unknown> {
    let Some(path) = settings.as_set(DIRECTORY) else { return default_directory() };
    if path.trim().is_empty() {
        return Err(invalid_directory(ErrorCode::InvalidConfiguration, "is blank"));
    }
    if path.starts_with('~') || path.contains('$') {
        let what = "contains `~` or `$`, which the AWS CLI expands and the SDKs do not";
        return Err(invalid_directory(ErrorCode::AmbiguousConfiguration, what));
    }
    Ok(PathBuf::from(path))
}

fn default_directory() -> Result<PathBuf, Unknown> {
    if let Some(home) = std::env::home_dir() {
        return Ok(home.join(".aws/login/cache"));
    }
    let message = "could not find the `aws login` session: the home directory is unknown";
    Err(Unknown::new(ErrorCode::ExpiredCredentials, message).hint("run aws login"))
}

fn invalid_directory(code: ErrorCode, what: &str) -> Unknown {
    Unknown::new(code, format!("{DIRECTORY} in the environment {what}"))
        .hint(format!("set {DIRECTORY} to a path without variables, or unset it"))
}

fn is_fresh(keys: &Keys) -> bool {
    keys.expires_at.is_some_and(|end| !expires_soon(end))
}

impl Session<'_> {
    /// The cached credentials, and the session file that contains them. An endpoint of the sign-in service that is not
    /// trusted is an error even while no renewal is due, so that it is found early.
    fn read(&self) -> Result<(Keys, Fields), Unknown> {
        let Some(fields) = self.file.read()? else {
            return Err(self.no_session(format!("no `aws login` session{}", self.for_profile())));
        };
        self.endpoint(&fields)?;
        match cached_keys(&fields) {
            Some(keys) => Ok((keys, fields)),
            None => Err(self.file.unusable("has incomplete credentials").hint(self.login())),
        }
    }

    /// The sign-in service of the region in which the session started. Old sessions do not contain the region: for them
    /// it is the region of STS.
    fn endpoint(&self, fields: &Fields) -> Result<Endpoint, Unknown> {
        let region = match fields.text("signInRegion") {
            Some(name) => Region::parse(name).map_err(|why| {
                let what = format!("has an invalid `signInRegion`: {why}");
                self.file.unusable(&what).hint(self.login())
            })?,
            None => self.access.sts.region().clone(),
        };
        Endpoint::of_aws(Service::Signin, &region, self.access.settings)
    }

    async fn renewed_by_other_tool(&self) -> Option<Keys> {
        self.file.wait_for_other_tool().await;
        let (keys, _) = self.read().ok()?;
        is_fresh(&keys).then_some(keys)
    }

    /// Renews the credentials, and stores the new ones in the session file.
    async fn renew(&self, keys: Keys, mut fields: Fields) -> Result<Keys, Unknown> {
        let endpoint = self.endpoint(&fields)?;
        let answer = self.request(&fields, &endpoint).await?;
        let invalid = strange(Service::Signin, &endpoint);
        let Some((end, written)) = expiration_in(answer.expires_in()) else { return Err(invalid) };
        let token = match answer.access_token() {
            Some(token) if is_complete(token) => token,
            _ => return Err(invalid),
        };
        if answer.refresh_token().trim().is_empty() {
            return Err(invalid);
        }
        fields.set("refreshToken", answer.refresh_token());
        for (name, text) in [
            ("accessKeyId", token.access_key_id()),
            ("secretAccessKey", token.secret_access_key()),
            ("sessionToken", token.session_token()),
            ("expiresAt", &written),
        ] {
            fields.set_in(ACCESS_TOKEN, name, text);
        }
        self.file.replace(&fields)?;
        Ok(Keys {
            access_key_id: token.access_key_id().to_owned(),
            secret_access_key: Secret::new(token.secret_access_key()),
            session_token: Some(Secret::new(token.session_token())),
            expires_at: Some(end),
            ..keys
        })
    }

    /// Requests new credentials from the sign-in service, if they can be stored.
    async fn request(&self, fields: &Fields, endpoint: &Endpoint) -> Result<Answer, Unknown> {
        let Some((proof, body)) = request(fields) else {
            let what = "cannot be renewed: expected `clientId`, `refreshToken` and `dpopKey`";
            return Err(self.file.unusable(what).hint(self.login()));
        };
        self.file.check_writable()?;
        let config = Builder::from(&config(endpoint, self.access.net)).interceptor(proof).build();
        let call = Client::from_conf(config).create_o_auth2_token().token_input(body);
        let answer = call.send().await.map_err(|why| {
            let reason = why.as_service_error().and_then(reason);
            match failure(&why, Service::Signin, endpoint) {
                Failure::Refused(code) if needs_login_or_permission(&code) => {
                    self.denied(reason.unwrap_or(&code))
                }
                Failure::Refused(code) => refused(&code, Service::Signin, endpoint),
                Failure::Other(unknown) => unknown,
            }
        })?;
        answer.token_output.ok_or_else(|| strange(Service::Signin, endpoint))
    }

    fn denied(&self, reason: &str) -> Unknown {
        let session = self.for_profile();
        let message = format!("could not renew the `aws login` session{session}: {reason}");
        match reason {
            "INSUFFICIENT_PERMISSIONS" => Unknown::new(ErrorCode::AccessDenied, message)
                .hint("allow signin:CreateOAuth2Token for the user or role that signed in"),
            _ => self.no_session(message),
        }
    }

    /// An error that a new session fixes.
    fn no_session(&self, message: String) -> Unknown {
        Unknown::new(ErrorCode::ExpiredCredentials, message).hint(self.login())
    }

    fn for_profile(&self) -> String {
        for_profile(self.origin)
    }

    /// The hint with the command that starts a new session.
    fn login(&self) -> String {
        match self.origin {
            Origin::Line { profile, .. } if is_plain_name(profile) && profile != "default" => {
                format!("run aws login --profile {profile}")
            }
            _ => "run aws login".to_owned(),
        }
    }
}

/// The credentials in a session file; `None` if a part is missing or invalid.
fn cached_keys(fields: &Fields) -> Option<Keys> {
    let end = parse_time(fields.text_in(ACCESS_TOKEN, "expiresAt")?)?;
    let account_id = AccountId::parse(fields.text_in(ACCESS_TOKEN, "accountId")?).ok()?;
    Some(Keys {
        access_key_id: fields.text_in(ACCESS_TOKEN, "accessKeyId")?.to_owned(),
        secret_access_key: Secret::new(fields.text_in(ACCESS_TOKEN, "secretAccessKey")?),
        session_token: Some(Secret::new(fields.text_in(ACCESS_TOKEN, "sessionToken")?)),
        expires_at: Some(end),
        account_id: Some(account_id),
    })
}

/// The key and the body of the request that renews a session; `None` if a part of them is missing or invalid.
fn request(fields: &Fields) -> Option<(Proof, CreateOAuth2TokenRequestBody)> {
    let proof = Proof::of(fields.text("dpopKey")?)?;
    let body = CreateOAuth2TokenRequestBody::builder()
        .client_id(fields.text("clientId")?)
        .grant_type("refresh_token")
        .refresh_token(fields.text("refreshToken")?)
        .build()
        .ok()?;
    Some((proof, body))
}

/// Whether an error code means that the user must log in again, or lacks a permission.
fn needs_login_or_permission(code: &str) -> bool {
    matches!(code, "AccessDeniedException" | "ValidationException")
}

/// The reason why the service denies access; `None` if it is not a single word.
fn reason(why: &CreateOAuth2TokenError) -> Option<&str> {
    let CreateOAuth2TokenError::AccessDeniedException(why) = why else { return None };
    let reason = why.error().as_str();
    let is_word = reason.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    (is_word && (1..=64).contains(&reason.len())).then_some(reason)
}

fn is_complete(token: &AccessToken) -> bool {
    let parts = [token.access_key_id(), token.secret_access_key(), token.session_token()];
    parts.iter().all(|part| !part.trim().is_empty())
}
