//! The words of docker's credential helpers. Sources: the documentation of `docker login`, and
//! docker/docker-credential-helpers.

use serde::Serialize;
use zeroize::Zeroizing;

use crate::source::Secret;

/// The refusal. After any other words docker takes what an earlier login has stored, and sends that.
pub const NOT_FOUND: &[u8] = b"credentials not found in native keychain\n";

/// A login for one registry.
#[derive(Debug)]
pub struct Login<'a> {
    /// The registry, as docker named it.
    pub server: &'a str,
    /// The user.
    pub user: &'a str,
    /// The user's password.
    pub password: &'a Secret,
}

/// The same, as docker reads it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    username: &'a str,
    secret: &'a str,
}

impl Login<'_> {
    /// The answer to `get`, written where nothing of it is left behind.
    pub fn document(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        let secret = self.password.expose();
        let document = Document { server: self.server, username: self.user, secret };
        // Room for all of it, each character escaped: a vector that grows leaves a copy.
        let length = 6 * (self.server.len() + self.user.len() + secret.len()) + 64;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        serde_json::to_writer(&mut *bytes, &document)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_what_docker_reads() {
        let password = Secret::new("hush\"\n");
        let login = Login { server: "https://h", user: "AWS", password: &password };
        let expected = r#"{"ServerURL":"https://h","Username":"AWS","Secret":"hush\"\n"}"#;
        let document = login.document().unwrap();
        assert_eq!(std::str::from_utf8(&document).unwrap(), format!("{expected}\n"));
        assert!(!format!("{login:?}").contains("hush"));
    }
}
