//! Tests of the loopback STS and of the example program that serves it.

use std::io;
use std::process::{Command, Stdio};

use super::{STAGING, address_of, boto3, get_caller_identity};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::sts;

fn example(arguments: &[&str]) -> Command {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_account-guard"));
    let mut command = Command::new(program.with_file_name("examples").join("loopback_sts"));
    command.args(arguments).env_clear();
    command
}

#[test]
fn the_loopback_sts_selects_identities_by_their_key() {
    let identities = [("demo-staging".to_owned(), STAGING.to_owned())].into();
    let server = sts::serve(([127, 0, 0, 1], 0).into(), identities).unwrap();
    let known = get_caller_identity(server.address(), "demo-staging");
    assert!(known.starts_with("HTTP/1.1 200"), "{known}");
    assert!(known.contains(&format!("<Arn>{STAGING}</Arn>")), "{known}");
    assert!(known.contains("<Account>222222222222</Account>"), "{known}");
    assert!(known.contains("<UserId>AROADEMOROLEDEMOROLE1:GitHubActions</UserId>"), "{known}");
    let unknown = get_caller_identity(server.address(), "demo-nobody");
    assert!(unknown.starts_with("HTTP/1.1 403"), "{unknown}");
    assert!(unknown.contains("<Code>InvalidClientTokenId</Code>"), "{unknown}");
}

#[test]
fn the_example_serves_until_its_stdin_closes() {
    let identity = format!("demo-staging={STAGING}");
    let mut child = example(&["--until-stdin-closes", "--identity", &identity])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the example, which `cargo build --examples` makes");
    let mut url = String::new();
    io::BufRead::read_line(&mut io::BufReader::new(child.stdout.as_mut().unwrap()), &mut url)
        .unwrap();
    let answer = get_caller_identity(address_of(url.trim()), "demo-staging");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
}

#[test]
fn the_example_refuses_invalid_arguments() {
    for arguments in [&["--identity", "demo=arn:aws:iam::1:root"][..], &["--nonsense"], &[]] {
        let output = example(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stderr.starts_with(b"loopback_sts: "), "{arguments:?}");
    }
}

#[test]
fn boto3_reads_the_answers_of_both_sts_rigs() {
    let script = "import boto3, botocore\n\
                  try: print(boto3.client('sts').get_caller_identity()['Arn'])\n\
                  except botocore.exceptions.ClientError as e: print(e.response['Error']['Code'])";
    let get_caller_identity = |url: &str| {
        let keys = [("AWS_ACCESS_KEY_ID", "demo-staging"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        boto3(script, &[keys[0], keys[1], ("AWS_ENDPOINT_URL_STS", url)])
    };
    let identities = [("demo-staging".to_owned(), STAGING.to_owned())].into();
    let server = sts::serve(([127, 0, 0, 1], 0).into(), identities).unwrap();
    assert_eq!(get_caller_identity(&server.url()), STAGING);
    for code in ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"] {
        assert_eq!(get_caller_identity(&Hostile::plain(Behaviour::Refuses { code }).url()), code);
    }
    let throttling = Hostile::plain(Behaviour::Throttles { times: 2 });
    assert_eq!(get_caller_identity(&throttling.url()), hostile::ARN);
    assert_eq!(throttling.requests().len(), 3);
}
