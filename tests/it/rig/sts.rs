//! A loopback STS that answers `GetCallerIdentity` by access key ID. It does not check signatures,
//! so that it can only be an emulator.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use super::http::{Request, Response, Server, exchange};

/// The identity of each access key ID: `demo-staging` → `arn:aws:sts::222222222222:assumed-role/…`.
pub(crate) type Identities = BTreeMap<String, String>;

/// Serves these identities at the address until the server is dropped.
pub(crate) fn serve(address: SocketAddr, identities: Identities) -> io::Result<Server> {
    Server::start_at(address, move |stream| {
        // A client that closes the connection early is not an error of the server.
        let _ = exchange(stream, |request| answer(request, &identities));
    })
}

/// The answer to this request.
pub(crate) fn answer(request: &Request, identities: &Identities) -> Response {
    if request.method() != "POST" || request.form("Version") != Some("2011-06-15") {
        return refusal(400, "InvalidAction", "this emulator takes POST with Version=2011-06-15");
    }
    if request.form("Action") != Some("GetCallerIdentity") {
        return refusal(400, "InvalidAction", "this emulator only knows GetCallerIdentity");
    }
    let Some(key) = access_key_id(request) else {
        return refusal(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        );
    };
    match identities.get(key) {
        Some(arn) => identity(arn, account_of(arn), &user_id_of(arn)),
        None => invalid_client_token_id(),
    }
}

/// The access key ID that signed the request, from its `Authorization` header.
pub(crate) fn access_key_id(request: &Request) -> Option<&str> {
    let credential = request.header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let credential = credential.trim_start().strip_prefix("Credential=")?;
    credential.split('/').next()
}

/// The answer of `GetCallerIdentity` with these three values, which may contradict each other.
pub(crate) fn identity(arn: &str, account: &str, user_id: &str) -> Response {
    result(&format!(
        "    <Arn>{}</Arn>\n    <UserId>{}</UserId>\n    <Account>{}</Account>\n",
        escaped(arn),
        escaped(user_id),
        escaped(account)
    ))
}

/// The answer of `GetCallerIdentity` around this XML.
pub(crate) fn result(inside: &str) -> Response {
    xml(
        200,
        &format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  \
             <GetCallerIdentityResult>\n{inside}  </GetCallerIdentityResult>\n  \
             <ResponseMetadata>\n    \
             <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>\n  \
             </ResponseMetadata>\n</GetCallerIdentityResponse>\n"
        ),
    )
}

/// An error in the format of STS.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Response {
    xml(
        status,
        &format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    \
             <Type>Sender</Type>\n    <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
             <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>\n</ErrorResponse>\n",
            escaped(code),
            escaped(message)
        ),
    )
}

/// The answer to an unknown key, or to a key of another partition.
pub(crate) fn invalid_client_token_id() -> Response {
    let message = "The security token included in the request is invalid.";
    refusal(403, "InvalidClientTokenId", message)
}

/// The account field of an ARN.
pub(crate) fn account_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// A user ID in the form that STS uses for the principal of the ARN.
pub(crate) fn user_id_of(arn: &str) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    match *resource.split('/').collect::<Vec<_>>() {
        ["assumed-role", _, session] => format!("AROADEMOROLEDEMOROLE1:{session}"),
        ["federated-user", name] => format!("{}:{name}", account_of(arn)),
        ["user", ..] => "AIDADEMOUSERDEMOUSER1".to_owned(),
        _ => account_of(arn).to_owned(),
    }
}

fn xml(status: u16, body: &str) -> Response {
    Response::new(status, "text/xml", body)
        .with("x-amzn-RequestId", "01234567-89ab-cdef-0123-456789abcdef")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
