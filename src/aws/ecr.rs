//! The token that the registries of ECR accept as a password.

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::AuthorizationData;
use aws_smithy_types::base64;
use zeroize::Zeroizing;

use super::client;
use super::endpoint::Endpoint;
use super::errors;
use super::sentence::Secrets;
use crate::net::http::Net;
use crate::source::{Keys, Secret};
use crate::unknown::{ErrorCode, Unknown};

/// The user name for every token.
pub(crate) const USER: &str = "AWS";

/// A token, and the registry that ECR returned with it.
pub(crate) struct Token {
    /// The password of [`USER`].
    pub(crate) password: Secret,
    /// The URL of the caller's own registry. The token is also valid for other registries.
    pub(crate) registry: String,
}

/// Requests a token. It is valid for every registry of the region that these credentials may access.
pub(crate) async fn token(keys: &Keys, endpoint: &Endpoint, net: &Net) -> Result<Token, Unknown> {
    let answer = Client::new(&client::signed(keys, endpoint, net))
        .get_authorization_token()
        .send()
        .await
        .map_err(|why| errors::of_call(&why, endpoint, &Secrets::of(keys)))?;
    answer.authorization_data().first().and_then(read).ok_or_else(|| {
        Unknown::new(ErrorCode::NotSts, format!("{} answered without a token", endpoint.host()))
            .hint("look for a proxy or an emulator that answers in place of ECR")
    })
}

/// The token in an answer; `None` if a part is missing or invalid.
fn read(data: &AuthorizationData) -> Option<Token> {
    let password = password(data.authorization_token()?)?;
    Some(Token { password, registry: data.proxy_endpoint()?.to_owned() })
}

/// The password of a token, which is `AWS:PASSWORD` in base64; `None` if the token is invalid.
fn password(token: &str) -> Option<Secret> {
    let plain = Zeroizing::new(base64::decode(token).ok()?);
    let (user, password) = std::str::from_utf8(&plain).ok()?.split_once(':')?;
    if user != USER || password.is_empty() || !password.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    Some(Secret::new(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_password_of_the_user_aws() {
        for (plain, expected) in [
            ("AWS:hush", Some("hush")),
            ("AWS:hush:hush==", Some("hush:hush==")),
            ("AWS:", None),
            ("AWS", None),
            (":hush", None),
            ("aws:hush", None),
            ("AWS:hu sh", None),
            ("AWS:hush\n", None),
            ("", None),
        ] {
            let token = password(&base64::encode(plain));
            assert_eq!(token.as_ref().map(Secret::expose), expected, "{plain:?}");
        }
        for text in ["hush", "%%%%", "\u{1b}[31m"] {
            assert!(password(text).is_none(), "{text:?}");
        }
    }
}
