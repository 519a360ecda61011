//! IAM Identity Center: the token that `aws sso login` left behind, renewed where it is about to end,
//! and the credentials of a permission set in exchange for it.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::access::AwsAccess;
use super::endpoint::Endpoint;
use super::session_file::{Fields, SessionFile, end, end_in, ends_soon, has_ended};
use super::sign_on::{Failure, config, failure, refused, strange};
use crate::source::{Keys, Origin, Secret, Service, Sso, is_plain_name};
use crate::unknown::{ErrorCode, Unknown};

/// Obtains the credentials of a permission set.
pub(super) async fn obtain(
    sso: &Sso,
    origin: &Origin,
    access: &AwsAccess<'_>,
) -> Result<Keys, Unknown> {
    let portal = Endpoint::of_aws(Service::Sso, &sso.region, access.settings)?;
    let oidc = Endpoint::of_aws(Service::SsoOidc, &sso.region, access.settings)?;
    let exchange = Exchange { sso, origin, access, portal, oidc };
    let token = exchange.token().await?;
    exchange.credentials(&token).await
}

struct Exchange<'a> {
    sso: &'a Sso,
    origin: &'a Origin,
    access: &'a AwsAccess<'a>,
    portal: Endpoint,
    oidc: Endpoint,
}

/// A cached token.
struct Token {
    access: Secret,
    end: SystemTime,
    /// What it can be renewed with.
    renewal: Option<Renewal>,
}

struct Renewal {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
}

impl Token {
    fn is_to_be_renewed(&self) -> bool {
        ends_soon(self.end) && self.renewal.is_some()
    }
}

impl Exchange<'_> {
    /// The token, renewed where that is due and possible.
    async fn token(&self) -> Result<Secret, Unknown> {
        let file = self.file()?;
        let (_, token) = self.read(&file)?;
        if !token.is_to_be_renewed() {
            return self.still_good(token);
        }
        let _lock = file.lock().await;
        // Whoever held the lock may have renewed it, and the refresh token may be worth nothing now.
        let (fields, token) = self.read(&file)?;
        if !token.is_to_be_renewed() {
            return self.still_good(token);
        }
        let renewed = match &token.renewal {
            Some(renewal) => self.renew(renewal, fields, &file).await,
            None => Err(self.over("has ended")),
        };
        match renewed {
            Ok(access) => Ok(access),
            Err(_) if !has_ended(token.end) => Ok(token.access),
            Err(why) => self.renewed_by_another(&file).await.ok_or(why),
        }
    }

    async fn renewed_by_another(&self, file: &SessionFile) -> Option<Secret> {
        file.settled().await;
        let (_, token) = self.read(file).ok()?;
        (!has_ended(token.end)).then_some(token.access)
    }

    /// Where tools look for it: by the session's name, or in the old form by the start URL.
    fn file(&self) -> Result<SessionFile, Unknown> {
        let home = std::env::home_dir()
            .ok_or_else(|| self.over("is not cached here: there is no home"))?;
        let name = self.sso.session.as_ref().unwrap_or(&self.sso.start_url);
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, name.as_bytes());
        Ok(SessionFile::of(&home.join(".aws/sso/cache"), digest.as_ref()))
    }

    fn read(&self, file: &SessionFile) -> Result<(Fields, Token), Unknown> {
        let fields = file.read()?.ok_or_else(|| self.over("is not cached here"))?;
        let whole = fields.secret("accessToken").zip(fields.text("expiresAt").and_then(end));
        let (access, end_of_it) =
            whole.ok_or_else(|| file.unusable("lacks its token or its end").hint(self.login()))?;
        let is_registered =
            fields.text("registrationExpiresAt").and_then(end).is_some_and(|end| !has_ended(end));
        let renewal = || {
            Some(Renewal {
                client_id: fields.text("clientId")?.to_owned(),
                client_secret: fields.secret("clientSecret")?,
                refresh_token: fields.secret("refreshToken")?,
            })
        };
        // Neither the AWS CLI nor the SDK renews the old form.
        let is_renewable = self.sso.session.is_some() && is_registered;
        let renewal = if is_renewable { renewal() } else { None };
        Ok((fields, Token { access, end: end_of_it, renewal }))
    }

    fn still_good(&self, token: Token) -> Result<Secret, Unknown> {
        if has_ended(token.end) { Err(self.over("has ended")) } else { Ok(token.access) }
    }

    async fn renew(
        &self,
        with: &Renewal,
        mut fields: Fields,
        file: &SessionFile,
    ) -> Result<Secret, Unknown> {
        file.check_writable()?;
        let strange = || strange(Service::SsoOidc, &self.oidc);
        let answer = aws_sdk_ssooidc::Client::new(&config(&self.oidc, self.access.net))
            .create_token()
            .grant_type("refresh_token")
            .client_id(&with.client_id)
            .client_secret(with.client_secret.expose())
            .refresh_token(with.refresh_token.expose())
            .send()
            .await
            .map_err(|why| match failure(&why, Service::SsoOidc, &self.oidc) {
                Failure::Refused(code) if is_about_the_session(&code) => {
                    self.over(&format!("is not renewed ({code})"))
                }
                Failure::Refused(code) => refused(&code, Service::SsoOidc, &self.oidc),
                Failure::Other(unknown) => unknown,
            })?;
        let is_filled = |token: &&str| !token.trim().is_empty();
        let access = answer.access_token().filter(is_filled).ok_or_else(strange)?;
        let (_, end) = end_in(answer.expires_in()).ok_or_else(strange)?;
        fields.set("accessToken", access);
        fields.set("expiresAt", end);
        if let Some(refresh_token) = answer.refresh_token().filter(is_filled) {
            fields.set("refreshToken", refresh_token);
        }
        file.replace(&fields)?;
        Ok(Secret::new(access))
    }

    async fn credentials(&self, token: &Secret) -> Result<Keys, Unknown> {
        let answer = aws_sdk_sso::Client::new(&config(&self.portal, self.access.net))
            .get_role_credentials()
            .account_id(self.sso.account_id.to_string())
            .role_name(&self.sso.role_name)
            .access_token(token.expose())
            .send()
            .await
            .map_err(|why| match failure(&why, Service::Sso, &self.portal) {
                Failure::Refused(code) => self.denied(&code),
                Failure::Other(unknown) => unknown,
            })?;
        let strange = || strange(Service::Sso, &self.portal);
        let keys = answer.role_credentials().ok_or_else(strange)?;
        let (Some(id), Some(secret)) = (keys.access_key_id(), keys.secret_access_key()) else {
            return Err(strange());
        };
        let end = SystemTime::try_from(DateTime::from_millis(keys.expiration()));
        Ok(Keys {
            access_key_id: id.to_owned(),
            secret_access_key: Secret::new(secret),
            session_token: Some(Secret::new(keys.session_token().ok_or_else(strange)?)),
            expires_at: Some(end.map_err(|_| strange())?),
            account_id: None,
        })
    }

    fn denied(&self, code: &str) -> Unknown {
        let Sso { account_id, role_name, .. } = self.sso;
        match code {
            "UnauthorizedException" => self.over(&format!("is refused ({code})")),
            "ForbiddenException" | "ResourceNotFoundException" => Unknown::new(
                ErrorCode::AccessDenied,
                format!(
                    "IAM Identity Center does not give `{}` in account {account_id} ({code})",
                    role_name.escape_debug()
                ),
            )
            .hint("check the profile's sso_account_id and sso_role_name, and that it is assigned"),
            _ => refused(code, Service::Sso, &self.portal),
        }
    }

    fn over(&self, what: &str) -> Unknown {
        Unknown::new(
            ErrorCode::ExpiredCredentials,
            format!("the session of IAM Identity Center {what}"),
        )
        .hint(self.login())
    }

    /// The command that begins the session anew, as the user would type it.
    fn login(&self) -> String {
        match (&self.sso.session, self.origin) {
            (Some(session), _) if is_plain_name(session) => {
                format!("aws sso login --sso-session {session}")
            }
            (None, Origin::Line { profile, .. }) if is_plain_name(profile) => {
                format!("aws sso login --profile {profile}")
            }
            _ => "aws sso login".to_owned(),
        }
    }
}

/// Whether nothing but another login helps.
fn is_about_the_session(code: &str) -> bool {
    matches!(
        code,
        "InvalidGrantException"
            | "ExpiredTokenException"
            | "InvalidClientException"
            | "UnauthorizedClientException"
            | "AccessDeniedException"
    )
}
