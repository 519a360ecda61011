//! The token that the registries of ECR take for a password.

use aws_sdk_ecr::Client;
use aws_smithy_types::base64;
use zeroize::Zeroizing;

use super::client;
use super::endpoint::Endpoint;
use super::errors;
use super::sentence::Secrets;
use crate::net::http::Net;
use crate::source::{Keys, Secret};
use crate::unknown::{ErrorCode, Unknown};

/// The user of every token, as ECR hands it out.
pub(crate) const USER: &str = "AWS";

/// What ECR hands out.
pub(crate) struct Token {
    /// The password of [`USER`].
    pub(crate) password: Secret,
    /// The registry that ECR names beside it, `https://` in front: the caller's own, whichever
    /// registries the token is good for.
    pub(crate) registry: String,
}

/// Asks ECR for a token. It is good for every registry of the region that these credentials reach.
pub(crate) async fn token(keys: &Keys, at: &Endpoint, net: &Net) -> Result<Token, Unknown> {
    let answer = Client::new(&client::signed(keys, at, net))
        .get_authorization_token()
        .send()
        .await
        .map_err(|why| errors::of_call(&why, at, &Secrets::of(keys)))?;
    let token = answer.authorization_data().first().and_then(|data| {
        let registry = data.proxy_endpoint()?.to_owned();
        Some(Token { password: password(data.authorization_token()?)?, registry })
    });
    token.ok_or_else(|| {
        Unknown::new(ErrorCode::NotSts, format!("{} answered without a token", at.host()))
            .hint("look for a proxy or an emulator that answers in place of ECR")
    })
}

/// The password in `AWS:PASSWORD` in base64.
fn password(token: &str) -> Option<Secret> {
    let plain = Zeroizing::new(base64::decode(token).ok()?);
    let (user, password) = std::str::from_utf8(&plain).ok()?.split_once(':')?;
    let is_one =
        user == USER && !password.is_empty() && password.bytes().all(|b| b.is_ascii_graphic());
    is_one.then(|| Secret::new(password))
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
