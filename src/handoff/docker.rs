//! Responses of docker's credential helper protocol. Sources: the documentation of `docker login`, and
//! docker/docker-credential-helpers.

use serde::Serialize;
use zeroize::Zeroizing;

use crate::source::Secret;

/// The response of a refusal. After any other text docker uses the credentials that an earlier login stored.
pub(crate) const NOT_FOUND: &[u8] = b"credentials not found in native keychain\n";

/// Credentials for one registry.
#[derive(Debug)]
pub(crate) struct Login<'a> {
    /// The registry, as in docker's request.
    pub(crate) server: &'a str,
    /// The user name; ECR's is `AWS`.
    pub(crate) user: &'a str,
    /// The password: for ECR, the authorization token.
    pub(crate) password: &'a Secret,
}

/// The JSON document that docker reads.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    username: &'a str,
    secret: &'a str,
}

impl Login<'_> {
    /// The response to `get`, in a buffer that is overwritten when it is dropped.
    pub(crate) fn document(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        let secret = self.password.expose();
        let document = Document { server: self.server, username: self.user, secret };
        // Enough for every character escaped: a vector that grows leaves a copy of the secret in memory.
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
    fn the_document_has_the_fields_that_docker_reads() {
        let password = Secret::new("hush\"\n");
        let login = Login { server: "https://h", user: "AWS", password: &password };
        let expected = r#"{"ServerURL":"https://h","Username":"AWS","Secret":"hush\"\n"}"#;
        let document = login.document().unwrap();
        assert_eq!(std::str::from_utf8(&document).unwrap(), format!("{expected}\n"));
        assert!(!format!("{login:?}").contains("hush"));
    }
}
