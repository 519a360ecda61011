//! Tests of the metadata service of an instance and of a container.

use std::net::SocketAddr;

use super::{address_of, boto3, connect, talk};
use crate::rig::Credentials;
use crate::rig::metadata::{self, Machine, Metadata};

#[test]
fn the_metadata_service_follows_its_protocol() {
    let service = Metadata::start(Machine::With(Credentials::of("machine-key")));
    walk_metadata(address_of(&service.instance_endpoint()));
    assert_eq!(service.requests().len(), 5);
    let answer = get(address_of(&service.instance_endpoint()), "/container/credentials", "");
    assert!(answer.contains("\"AccessKeyId\":\"machine-key\""), "{answer}");
    assert!(service.container_uri().ends_with("/container/credentials"));
}

/// The five calls of an SDK: refused without a token, token, role, credentials, region.
fn walk_metadata(address: SocketAddr) {
    let roles = "/latest/meta-data/iam/security-credentials/";
    assert!(get(address, roles, "").starts_with("HTTP/1.1 401"));
    let token = "PUT /latest/api/token HTTP/1.1\r\nHost: metadata\r\n\
                 X-aws-ec2-metadata-token-ttl-seconds: 21600\r\nContent-Length: 0\r\n\r\n";
    let answer = talk(connect(address), token).unwrap();
    assert!(answer.contains("x-aws-ec2-metadata-token-ttl-seconds: 21600"), "{answer}");
    let token = answer.rsplit("\r\n").next().unwrap();
    let header = format!("X-aws-ec2-metadata-token: {token}\r\n");
    assert!(get(address, roles, &header).ends_with(metadata::ROLE));
    let answer = get(address, &format!("{roles}{}", metadata::ROLE), &header);
    assert!(answer.contains("\"AccessKeyId\":\"machine-key\""), "{answer}");
    let region = get(address, "/latest/meta-data/placement/region", &header);
    assert!(region.ends_with(metadata::REGION), "{region}");
}

fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: metadata\r\n{headers}\r\n");
    talk(connect(address), &request).unwrap()
}

#[test]
fn boto3_uses_the_credentials_of_the_metadata_service() {
    let service = Metadata::start(Machine::With(Credentials::of("machine-key")));
    let script =
        "import boto3; c = boto3.Session().get_credentials(); print(c.method, c.access_key)";
    let [instance, container] = service.variables();
    let answer = boto3(script, &[(instance.0, &instance.1)]);
    assert_eq!(answer, "iam-role machine-key");
    let answer = boto3(script, &[(container.0, &container.1)]);
    assert_eq!(answer, "container-role machine-key");
}

#[test]
fn the_metadata_service_of_another_cloud_refuses_the_token_call() {
    let service = Metadata::start(Machine::NotAws);
    let token = "PUT /latest/api/token HTTP/1.1\r\nHost: metadata\r\n\r\n";
    let answer = talk(connect(address_of(&service.instance_endpoint())), token).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn the_metadata_service_answers_at_its_real_address() {
    let address = SocketAddr::from(([169, 254, 169, 254], 80));
    let service = Metadata::start_at(address, Machine::With(Credentials::of("machine-key")));
    walk_metadata(address);
    assert_eq!(service.requests().len(), 5);
}
