//! Tests of `identity`: the output equals that of the AWS CLI, and no token is sent to an untrusted
//! endpoint.

mod arguments;
mod formats;
mod moto;
mod recorded_output;
mod script;
mod untrusted_endpoints;

use std::net::SocketAddr;

use crate::rig::guard::Guard;
use crate::rig::http::{Server, exchange};
use crate::rig::sts;

/// The identity of an access key, as STS returns it.
#[derive(Clone, Debug)]
struct Person {
    key: String,
    account: String,
    arn: String,
    user_id: String,
}

/// An STS that selects these identities by the access key ID.
fn serve(people: Vec<Person>) -> Server {
    Server::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), move |stream| {
        // A client that closes the connection early is not an error of the server.
        let _ = exchange(stream, |request| {
            let key = sts::access_key_id(request);
            match people.iter().find(|person| Some(person.key.as_str()) == key) {
                Some(it) => sts::identity(&it.arn, &it.account, &it.user_id),
                None => sts::invalid_client_token_id(),
            }
        });
    })
    .expect("a loopback port")
}

/// `identity` at the endpoint of this URL with this key, without arguments.
fn asking(url: &str, key: &str) -> Guard {
    Guard::new()
        .arg("identity")
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", "opens-nothing")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_EC2_METADATA_DISABLED", "true")
}
