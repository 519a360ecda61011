//! IAM Identity Center: reads the cached token of `aws sso login`, renews it before it expires, and gets the credentials
//! of a permission set with it.

use std::time::SystemTime;

use aws_sdk_sso::types::RoleCredentials;
use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use aws_smithy_types::DateTime;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::access::AwsAccess;
use super::endpoint::Endpoint;
use super::session_file::{Fields, SessionFile, expiration_in, expires_soon, has_expired};
use super::sign_on::{Failure, config, failure, for_profile, refused, strange};
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
    /// The parameters of the request that renews the token; `None` if it cannot be renewed.
    renewal: Option<Renewal>,
}

struct Renewal {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
}

impl Token {
    /// Reads the token in a session file; `None` if it is incomplete.
    fn of(fields: &Fields, is_renewable: bool) -> Option<Self> {
        let access = fields.secret("accessToken")?;
        let end = fields.time("expiresAt")?;
        let renewal = if is_renewable { Renewal::of(fields) } else { None };
        Some(Self { access, end, renewal })
    }

    fn needs_renewal(&self) -> bool {
        expires_soon(self.end) && self.renewal.is_some()
    }
}

impl Renewal {
    /// Reads the parameters in a session file; `None` if one is missing, or if the registration of the client has expired.
    fn of(fields: &Fields) -> Option<Self> {
        if has_expired(fields.time("registrationExpiresAt")?) {
            return None;
        }
        Some(Self {
            client_id: fields.text("clientId")?.to_owned(),
            client_secret: fields.secret("clientSecret")?,
            refresh_token: fields.secret("refreshToken")?,
        })
    }
}

impl Exchange<'_> {
    /// The access token, which is renewed if it expires soon.
    async fn token(&self) -> Result<Secret, Unknown> {
        let file = self.file()?;
        let (_, token) = self.read(&file)?;
        if !token.needs_renewal() {
            return self.unexpired(token);
        }
        let _lock = file.lock().await;
        // Another guard may have renewed the session in the meantime, and the refresh token may be invalid now.
        let (fields, token) = self.read(&file)?;
        if !token.needs_renewal() {
            return self.unexpired(token);
        }
        let renewed = match &token.renewal {
            Some(renewal) => self.renew(renewal, fields, &file).await,
            None => Err(self.expired()),
        };
        match renewed {
            Ok(access) => Ok(access),
            Err(_) if !has_expired(token.end) => Ok(token.access),
            Err(why) => self.renewed_by_other_tool(&file).await.ok_or(why),
        }
    }

    async fn renewed_by_other_tool(&self, file: &SessionFile) -> Option<Secret> {
        file.wait_for_other_tool().await;
        let (_, token) = self.read(file).ok()?;
        self.unexpired(token).ok()
    }

    /// The file of the token. Tools name it by the session, or by the start URL in the old form without a session.
    fn file(&self) -> Result<SessionFile, Unknown> {
        let Some(home) = std::env::home_dir() else {
            let message = "could not find the SSO session: the home directory is unknown";
            return Err(self.no_session(message.to_owned()));
        };
        let name = self.sso.session.as_ref().unwrap_or(&self.sso.start_url);
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, name.as_bytes());
        Ok(SessionFile::of(&home.join(".aws/sso/cache"), digest.as_ref()))
    }

    fn read(&self, file: &SessionFile) -> Result<(Fields, Token), Unknown> {
        let Some(fields) = file.read()? else {
            return Err(self.no_session(format!("no SSO session{}", for_profile(self.origin))));
        };
        // Neither the AWS CLI nor the SDK renews the old form, which has no session.
        match Token::of(&fields, self.sso.session.is_some()) {
            Some(token) => Ok((fields, token)),
            None => Err(file
                .unusable("is incomplete: expected `accessToken` and `expiresAt`")
                .hint(self.login())),
        }
    }

    fn unexpired(&self, token: Token) -> Result<Secret, Unknown> {
        if has_expired(token.end) { Err(self.expired()) } else { Ok(token.access) }
    }

    /// Renews the token, and stores the new one in the session file.
    async fn renew(
        &self,
        renewal: &Renewal,
        mut fields: Fields,
        file: &SessionFile,
    ) -> Result<Secret, Unknown> {
        file.check_writable()?;
        let answer = self.request(renewal).await?;
        let invalid = strange(Service::SsoOidc, &self.oidc);
        let Some(access) = filled(answer.access_token()) else { return Err(invalid) };
        let Some((_, end)) = expiration_in(answer.expires_in()) else { return Err(invalid) };
        fields.set("accessToken", access);
        fields.set("expiresAt", end);
        if let Some(refresh_token) = filled(answer.refresh_token()) {
            fields.set("refreshToken", refresh_token);
        }
        file.replace(&fields)?;
        Ok(Secret::new(access))
    }

    async fn request(&self, renewal: &Renewal) -> Result<CreateTokenOutput, Unknown> {
        let answer = aws_sdk_ssooidc::Client::new(&config(&self.oidc, self.access.net))
            .create_token()
            .grant_type("refresh_token")
            .client_id(&renewal.client_id)
            .client_secret(renewal.client_secret.expose())
            .refresh_token(renewal.refresh_token.expose())
            .send()
            .await;
        answer.map_err(|why| match failure(&why, Service::SsoOidc, &self.oidc) {
            Failure::Refused(code) if needs_login(&code) => {
                let session = for_profile(self.origin);
                self.no_session(format!("could not renew the SSO session{session}: {code}"))
            }
            Failure::Refused(code) => refused(&code, Service::SsoOidc, &self.oidc),
            Failure::Other(unknown) => unknown,
        })
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
        let keys = answer.role_credentials().and_then(keys);
        keys.ok_or_else(|| strange(Service::Sso, &self.portal))
    }

    fn denied(&self, code: &str) -> Unknown {
        let Sso { account_id, role_name, .. } = self.sso;
        match code {
            "UnauthorizedException" => {
                let session = for_profile(self.origin);
                let what = format!("IAM Identity Center rejected the SSO session{session}");
                self.no_session(format!("{what} ({code})"))
            }
            "ForbiddenException" | "ResourceNotFoundException" => Unknown::new(
                ErrorCode::AccessDenied,
                format!(
                    "IAM Identity Center refused the permission set `{}` in account {account_id} \
                     ({code})",
                    role_name.escape_debug()
                ),
            )
            .hint(
                "check sso_account_id and sso_role_name in the profile, and that the permission set \
                 is assigned to you",
            ),
            _ => refused(code, Service::Sso, &self.portal),
        }
    }

    fn expired(&self) -> Unknown {
        self.no_session(format!("the SSO session{} has expired", for_profile(self.origin)))
    }

    /// An error that a new session fixes.
    fn no_session(&self, message: String) -> Unknown {
        Unknown::new(ErrorCode::ExpiredCredentials, message).hint(self.login())
    }

    /// The hint with the command that starts a new session.
    fn login(&self) -> String {
        match (&self.sso.session, self.origin) {
            (Some(session), _) if is_plain_name(session) => {
                format!("run aws sso login --sso-session {session}")
            }
            (None, Origin::Line { profile, .. }) if is_plain_name(profile) => {
                format!("run aws sso login --profile {profile}")
            }
            _ => "run aws sso login".to_owned(),
        }
    }
}

/// The credentials of the portal; `None` if a part is missing or invalid.
fn keys(credentials: &RoleCredentials) -> Option<Keys> {
    let end = DateTime::from_millis(credentials.expiration());
    Some(Keys {
        access_key_id: credentials.access_key_id()?.to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()?),
        session_token: Some(Secret::new(credentials.session_token()?)),
        expires_at: Some(SystemTime::try_from(end).ok()?),
        account_id: None,
    })
}

/// A text that is not blank.
fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Whether an error code means that the session is over, so that the user must log in again.
fn needs_login(code: &str) -> bool {
    matches!(
        code,
        "InvalidGrantException"
            | "ExpiredTokenException"
            | "InvalidClientException"
            | "UnauthorizedClientException"
            | "AccessDeniedException"
    )
}
