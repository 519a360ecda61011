//! `identity`: what the AWS CLI prints, what people see, and what is not sent to strangers.

mod arguments;
mod formats;
mod moto;
mod recorded_aws_cli;
mod script;
mod untrusted_endpoints;

use std::net::SocketAddr;

use crate::rig::guard::Guard;
use crate::rig::http::{Server, exchange};
use crate::rig::sts;

/// Somebody behind an access key, as STS would say.
#[derive(Clone, Debug)]
struct Person {
    key: String,
    account: String,
    arn: String,
    user_id: String,
}

/// An STS that knows these people by the id of their key.
fn serve(people: Vec<Person>) -> Server {
    Server::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), move |stream| {
        // A client that goes away in the middle is its own affair.
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

/// A question at the endpoint of this URL, by whoever has this key, without arguments.
fn asking(url: &str, key: &str) -> Guard {
    Guard::new()
        .arg("identity")
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", "opens-nothing")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_EC2_METADATA_DISABLED", "true")
}
