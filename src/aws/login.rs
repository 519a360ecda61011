//! The console session that `aws login` left behind: its credentials as they are cached, or renewed by
//! the sign-in service where they are about to end.

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
use super::session_file::{Fields, SessionFile, end, end_in, ends_soon};
use super::sign_on::{Failure, config, failure, refused, strange};
use crate::identity::AccountId;
use crate::partition::Region;
use crate::source::{Keys, Login, Origin, Secret, Service, Settings, is_plain_name};
use crate::unknown::{ErrorCode, Unknown};

/// Names another directory for these sessions.
const DIRECTORY: &str = "AWS_LOGIN_CACHE_DIRECTORY";
/// The object in the file that holds the credentials.
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
    if is_lasting(&keys) {
        return Ok(keys);
    }
    let _lock = session.file.lock().await;
    // Whoever held the lock may have renewed it, and the refresh token may be worth nothing now.
    let (keys, fields) = session.read()?;
    if is_lasting(&keys) {
        return Ok(keys);
    }
    match session.renew(keys, fields).await {
        Ok(keys) => Ok(keys),
        Err(why) => session.renewed_by_another().await.ok_or(why),
    }
}

struct Session<'a> {
    file: SessionFile,
    origin: &'a Origin,
    access: &'a AwsAccess<'a>,
}

/// The directory of the sessions. The AWS CLI expands variables and `~` in what names it, and the SDKs
/// take it as it stands.
fn directory(settings: &Settings<'_>) -> Result<PathBuf, Unknown> {
    let Some(named) = settings.as_set(DIRECTORY) else {
        let home = std::env::home_dir();
        return home.map(|home| home.join(".aws/login/cache")).ok_or_else(|| {
            let message = "the session of `aws login` is not cached here: there is no home";
            Unknown::new(ErrorCode::ExpiredCredentials, message).hint("aws login")
        });
    };
    let invalid = |code, what: &str| {
        let message = format!("{DIRECTORY} in the environment {what}");
        Unknown::new(code, message)
            .hint(format!("write the whole path in it, or unset {DIRECTORY}"))
    };
    if named.trim().is_empty() {
        return Err(invalid(ErrorCode::InvalidConfiguration, "is blank"));
    }
    if named.starts_with('~') || named.contains('$') {
        let what = "holds what the AWS CLI expands and others take as it stands";
        return Err(invalid(ErrorCode::AmbiguousConfiguration, what));
    }
    Ok(PathBuf::from(named))
}

fn is_lasting(keys: &Keys) -> bool {
    keys.expires_at.is_some_and(|end| !ends_soon(end))
}

impl Session<'_> {
    /// The cached credentials, and what stands beside them. Where the sign-in service is configured to
    /// be elsewhere, that is said today and not only on the day when it is needed.
    fn read(&self) -> Result<(Keys, Fields), Unknown> {
        let fields = self.file.read()?.ok_or_else(|| self.over("is not cached here"))?;
        self.endpoint(&fields)?;
        let text = |name| fields.text_in(ACCESS_TOKEN, name);
        let keys = || {
            Some(Keys {
                access_key_id: text("accessKeyId")?.to_owned(),
                secret_access_key: Secret::new(text("secretAccessKey")?),
                session_token: Some(Secret::new(text("sessionToken")?)),
                expires_at: Some(end(text("expiresAt")?)?),
                account_id: Some(AccountId::parse(text("accountId")?).ok()?),
            })
        };
        match keys() {
            Some(keys) => Ok((keys, fields)),
            None => Err(self.file.unusable("lacks a part of its credentials").hint(self.login())),
        }
    }

    /// The sign-in service of the region in which the session began; older sessions do not say which.
    fn endpoint(&self, fields: &Fields) -> Result<Endpoint, Unknown> {
        let region = match fields.text("signInRegion") {
            Some(name) => Region::parse(name).map_err(|why| {
                self.file.unusable(&format!("began nowhere: {why}")).hint(self.login())
            })?,
            None => self.access.sts.region().clone(),
        };
        Endpoint::of_aws(Service::Signin, &region, self.access.settings)
    }

    async fn renewed_by_another(&self) -> Option<Keys> {
        self.file.settled().await;
        let (keys, _) = self.read().ok()?;
        is_lasting(&keys).then_some(keys)
    }

    async fn renew(&self, keys: Keys, mut fields: Fields) -> Result<Keys, Unknown> {
        let at = self.endpoint(&fields)?;
        let strange = || strange(Service::Signin, &at);
        let answer = self.ask(&fields, &at).await?;
        let token = answer.access_token().filter(|token| is_whole(token)).ok_or_else(strange)?;
        let refresh_token = Some(answer.refresh_token()).filter(|token| !token.trim().is_empty());
        let (end, written) = end_in(answer.expires_in()).ok_or_else(strange)?;
        fields.set("refreshToken", refresh_token.ok_or_else(strange)?);
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

    /// Asks the sign-in service for other credentials, where they could be kept.
    async fn ask(&self, with: &Fields, at: &Endpoint) -> Result<Answer, Unknown> {
        let lacking = || self.file.unusable("cannot be renewed").hint(self.login());
        let proof = with.text("dpopKey").and_then(Proof::of).ok_or_else(lacking)?;
        let request = CreateOAuth2TokenRequestBody::builder()
            .client_id(with.text("clientId").ok_or_else(lacking)?)
            .grant_type("refresh_token")
            .refresh_token(with.text("refreshToken").ok_or_else(lacking)?)
            .build()
            .map_err(|_| lacking())?;
        self.file.check_writable()?;
        let config = Builder::from(&config(at, self.access.net)).interceptor(proof).build();
        let call = Client::from_conf(config).create_o_auth2_token().token_input(request);
        let answer = call.send().await.map_err(|why| {
            let reason = why.as_service_error().and_then(reason);
            match failure(&why, Service::Signin, at) {
                Failure::Refused(code) if is_about_the_session(&code) => {
                    self.denied(reason.unwrap_or(&code))
                }
                Failure::Refused(code) => refused(&code, Service::Signin, at),
                Failure::Other(unknown) => unknown,
            }
        })?;
        answer.token_output.ok_or_else(|| strange(Service::Signin, at))
    }

    fn denied(&self, reason: &str) -> Unknown {
        match reason {
            "INSUFFICIENT_PERMISSIONS" => Unknown::new(
                ErrorCode::AccessDenied,
                format!("AWS Sign-In does not renew the session of `aws login` ({reason})"),
            )
            .hint("whoever signed in needs the permission signin:CreateOAuth2Token"),
            _ => self.over(&format!("is not renewed ({reason})")),
        }
    }

    fn over(&self, what: &str) -> Unknown {
        Unknown::new(ErrorCode::ExpiredCredentials, format!("the session of `aws login` {what}"))
            .hint(self.login())
    }

    /// The command that begins the session anew, as the user would type it.
    fn login(&self) -> String {
        match self.origin {
            Origin::Line { profile, .. } if is_plain_name(profile) && profile != "default" => {
                format!("aws login --profile {profile}")
            }
            _ => "aws login".to_owned(),
        }
    }
}

/// Whether nothing but another login helps, or a permission.
fn is_about_the_session(code: &str) -> bool {
    matches!(code, "AccessDeniedException" | "ValidationException")
}

/// Why the service denies access, where it is a word of its own.
fn reason(why: &CreateOAuth2TokenError) -> Option<&str> {
    let CreateOAuth2TokenError::AccessDeniedException(why) = why else { return None };
    let reason = why.error().as_str();
    let is_word = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    ((1..=64).contains(&reason.len()) && reason.bytes().all(is_word)).then_some(reason)
}

fn is_whole(token: &AccessToken) -> bool {
    let parts = [token.access_key_id(), token.secret_access_key(), token.session_token()];
    parts.iter().all(|part| !part.trim().is_empty())
}
