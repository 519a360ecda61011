//! Tests of `exec --serve`: an endpoint that renews the credentials of a command while it runs,
//! judges them anew each time, and refuses other callers.

mod clients;
mod policy_changes;
mod setup;
mod signals_and_exit;

use std::fs;
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use self::setup::{CONFIG, Client, DEPLOY, Sts, serving};
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::setup::{KEY, POLICY, STAGING, Setup, allowed};

/// Another role that the policy allows.
const OTHER: &str = "arn:aws:sts::111111111111:assumed-role/deploy-other/rig";

#[test]
fn every_answer_is_judged_anew() {
    let sts = Sts::honest();
    let mut keys = Vec::new();
    let outcome = serving(sts.exec(), |client| {
        for _ in 0..4 {
            let (status, answer) = client.get();
            assert_eq!(status, 200, "{answer}");
            assert_eq!(answer["AccountId"], "111111111111");
            assert!(answer.get("RoleArn").is_none());
            keys.push(answer["AccessKeyId"].as_str().unwrap().to_owned());
        }
    });
    // The first answer contains the credentials that were judged at the start.
    assert_eq!(keys, ["ASIARIG1", "ASIARIG2", "ASIARIG3", "ASIARIG4"]);
    assert_eq!(sts.asked("AssumeRole"), 4);
    assert_eq!(sts.asked("GetCallerIdentity"), 4);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.starts_with("ALLOWED prod: deploy-ci in prod"), "{outcome:#?}");
    assert!(!outcome.stderr.contains("note     the credentials"), "{outcome:#?}");
}

#[test]
fn an_expiration_is_at_most_one_hour_away() {
    for (seconds, longest) in [(300, 300), (7200, 3600)] {
        let sts = Sts::lasting(seconds, |_| DEPLOY);
        serving(sts.exec(), |client| {
            for _ in 0..2 {
                let end = client.get().1["Expiration"].as_str().unwrap().to_owned();
                let end = humantime::parse_rfc3339(&end).unwrap();
                let left = end.duration_since(SystemTime::now()).unwrap().as_secs();
                assert!((longest - 60..=longest).contains(&left), "{left}");
            }
        });
    }
    let setup = Setup::honest();
    let guard = setup.bare().path().credentials(&Credentials::of(KEY));
    serving(guard.args("exec prod --serve"), |client| {
        let answer = client.get().1;
        assert_eq!(answer["Token"], "", "a user has none");
        assert!(answer["Expiration"].is_string(), "and is judged again all the same");
    });
}

#[test]
fn a_refusal_is_printed_once_until_it_changes() {
    let sts = Sts::honest();
    let outcome = serving(sts.exec(), |client| {
        assert_eq!(client.get().0, 200);
        for _ in 0..2 {
            client.change_policy(&POLICY.replace("deploy-*", "release-*"));
            (0..3).for_each(|_| drop(client.refused("wrong-role")));
            client.change_policy(POLICY);
            assert_eq!(client.get().0, 200);
        }
    });
    assert_eq!(outcome.stderr.matches("could not renew").count(), 2, "{outcome:#?}");
}

/// The policies allow both principals, but the second differs from the first.
#[test]
fn a_renewal_must_have_the_same_principal() {
    let other_account =
        POLICY.replace("accounts = [\"prod\"]", "accounts = [\"prod\", \"staging\"]");
    for (whose, policy) in [
        (OTHER, POLICY),
        (STAGING, other_account.as_str()),
        ("arn:aws:iam::111111111111:user/deploy-ci", &POLICY.replace("roles = [\"deploy-*\"]", "")),
    ] {
        let sts = Sts::changing(whose);
        let outcome = serving(sts.exec_with_process().policy(policy), |client| {
            assert_eq!(client.get().0, 200);
            let message = client.refused("other-identity");
            assert!(message.contains(whose) && message.contains(DEPLOY), "{message}");
        });
        assert!(outcome.stderr.contains("(other-identity)"), "{outcome:#?}");
    }
    let session = "arn:aws:sts::111111111111:assumed-role/deploy-ci/another";
    serving(Sts::changing(session).exec(), |client| {
        (0..3).for_each(|_| assert_eq!(client.get().0, 200, "a session proves nothing"));
    });
}

#[test]
fn emulator_credentials_are_served_too() {
    let emulator = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
    let named = format!("accounts = [\"prod\"]\nemulator = [\"{}\"]", emulator.url());
    let guard = Guard::new().path().policy(&POLICY.replace("accounts = [\"prod\"]", &named));
    let guard = guard.credentials(&Credentials::of("emulated")).env("AWS_REGION", "eu-west-1");
    serving(guard.env("AWS_ENDPOINT_URL", emulator.url()).args("exec prod --serve"), |client| {
        (0..2).for_each(|_| assert_eq!(client.get().1["AccessKeyId"], "emulated"));
        assert_eq!(client.variable("AWS_ENDPOINT_URL"), emulator.url());
    });
    assert_eq!(emulator.connections(), 2);
}

#[test]
fn unavailable_credentials_are_refused_with_their_reason() {
    let sts = Sts::honest();
    let outcome = serving(sts.exec(), |client| {
        assert_eq!(client.get().0, 200);
        fs::remove_file(client.home.join(".aws/credentials")).unwrap();
        let message = client.refused("unknown-profile");
        assert!(message.contains("UNKNOWN prod: "), "{message}");
    });
    assert!(
        outcome.stderr.contains("could not renew the credentials: UNKNOWN prod: "),
        "{outcome:#?}"
    );
    let sts = Sts::falling_silent();
    serving(sts.exec().args("--timeout 1s"), |client| {
        assert_eq!(client.get().0, 200);
        let (status, answer) = client.get();
        assert_eq!((status, &answer["Code"]), (503, &"sts-timeout".into()), "{answer}");
    });
}

#[test]
fn a_process_is_run_for_every_renewal() {
    let sts = Sts::honest();
    serving(sts.exec_with_process(), |client| {
        (0..3).for_each(|_| assert_eq!(client.get().0, 200));
        assert_eq!(client.runs(), 3);
    });
}

/// The first answer required an MFA code, and the program cannot prompt for a second one.
#[test]
fn an_mfa_code_serves_one_answer() {
    let sts = Sts::honest();
    let config = format!("{CONFIG}mfa_serial = arn:aws:iam::555555555555:mfa/me\n");
    let guard = sts.exec().file("~/.aws/config", &config);
    let guard = guard.env("ACCOUNT_GUARD_MFA_CODE", "123456");
    let outcome = serving(guard, |client| {
        assert_eq!(client.get().0, 200);
        let message = client.refused("mfa-required");
        assert!(message.contains("uses the terminal"), "{message}");
    });
    assert!(outcome.stderr.contains("require an MFA code"), "{outcome:#?}");
    assert_eq!(sts.asked("AssumeRole"), 1);
}

#[test]
fn static_keys_are_reported_as_not_renewable() {
    let setup = Setup::honest();
    let guard = setup.bare().path().credentials(&Credentials::of(KEY));
    let end = SystemTime::now() + Duration::from_mins(10);
    let end = humantime::format_rfc3339_seconds(end).to_string();
    let guard = guard.env("AWS_CREDENTIAL_EXPIRATION", end).env("AWS_SESSION_TOKEN", "hush-token");
    let outcome = serving(guard.args("exec prod --serve"), |_| ());
    assert!(outcome.stderr.contains("cannot be renewed"), "{outcome:#?}");
    assert!(!outcome.stderr.contains("--serve"), "{outcome:#?}");
}

#[test]
fn requests_without_the_token_are_refused() {
    let sts = Sts::honest();
    let outcome = serving(sts.exec(), |client| {
        let Client { address, token, .. } = client;
        let half = &token[..token.len() - 1];
        let host = format!("Host: {address}\r\n");
        let shown = format!("{host}Authorization: {token}\r\n");
        let get = "GET /credentials HTTP/1.1";
        for (status, line, headers) in [
            (401, get, host.clone()),
            (401, get, format!("{host}Authorization: \r\n")),
            (401, get, format!("{host}Authorization: {half}\r\n")),
            (401, get, format!("{host}Authorization: {token}0\r\n")),
            (401, get, format!("{host}Authorization: {}\r\n", token.to_uppercase())),
            (401, get, format!("{host}Authorization: Bearer {token}\r\n")),
            (401, get, format!("{host}X-Authorization: {token}\r\n")),
            (401, get, format!("{host}X-Aws-Ec2-Metadata-Token: {token}\r\n")),
            (401, get, format!("{shown}Authorization: {token}\r\n")),
            (401, &format!("GET /credentials?token={token} HTTP/1.1"), host.clone()),
            (401, "POST /credentials HTTP/1.1", host.clone()),
            (401, "GET /elsewhere HTTP/1.1", host.clone()),
            (401, get, format!("Authorization: {token}\r\n")),
            (401, get, format!("Host: localhost:{}\r\nAuthorization: {token}\r\n", address.port())),
            (401, get, format!("Host: evil.example\r\nAuthorization: {token}\r\n")),
            (401, get, format!("{shown}Host: evil.example\r\n")),
            (404, "GET / HTTP/1.1", shown.clone()),
            (404, "GET /credentials/ HTTP/1.1", shown.clone()),
            (404, "GET /credentials?x=y HTTP/1.1", shown.clone()),
            (404, &format!("GET http://{address}/credentials HTTP/1.1"), shown.clone()),
            (405, "POST /credentials HTTP/1.1", format!("{shown}Content-Length: 0\r\n")),
            (405, "PUT /credentials HTTP/1.1", format!("{shown}Content-Length: 0\r\n")),
            (405, "DELETE /credentials HTTP/1.1", shown.clone()),
            (405, "OPTIONS /credentials HTTP/1.1", shown.clone()),
        ] {
            let answer = client.raw(&format!("{line}\r\n{headers}\r\n"));
            let body = answer.split("\r\n\r\n").nth(1);
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{line} {headers}: {answer}"
            );
            assert_eq!(body, Some("{}"), "{line} {headers}: {answer}");
        }
        let head = client.raw(&format!("HEAD /credentials HTTP/1.1\r\n{shown}\r\n"));
        assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
        let flood = format!("{get}\r\n{shown}X: {}\r\n\r\n", "x".repeat(64 << 10));
        assert!(!client.raw(&flood).contains("AccessKeyId"));
        assert!(!client.raw("\u{16}\u{3}\u{1}\r\n\r\n").contains("AccessKeyId"));
        assert_eq!(sts.asked("AssumeRole"), 1, "no request was sent for them");
        assert_eq!(client.get().0, 200, "and who has the token still gets its own");
    });
    assert!(!outcome.stderr.contains("not renewed"), "{outcome:#?}");
}

/// Open connections without a request do not block other clients.
#[test]
fn idle_connections_do_not_block_others() {
    let sts = Sts::honest();
    serving(sts.exec(), |client| {
        let silent: Vec<_> = (0..32).map(|_| TcpStream::connect(client.address).unwrap()).collect();
        assert_eq!(client.get().0, 200);
        drop(silent);
    });
}

/// AWS's SDK for JavaScript gives up after a second and retries: the result of the first request is
/// not lost.
#[test]
fn a_repeated_request_gets_the_answer_of_the_first() {
    let sts = Sts::honest();
    serving(sts.exec_with_process(), |client| {
        assert_eq!(client.get().0, 200);
        client.give_up();
        let keys = [(); 2].map(|()| client.get().1["AccessKeyId"].clone());
        assert_eq!(keys, ["ASIARIG2", "ASIARIG3"], "what was found for who gave up, and the next");
        assert_eq!(client.runs(), 3);
    });
}

#[test]
fn parallel_requests_get_the_same_answer() {
    let sts = Sts::honest();
    serving(sts.exec_with_process(), |client| {
        assert_eq!(client.get().0, 200);
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| client.get().0)).collect();
            for answer in all {
                assert_eq!(answer.join().unwrap(), 200);
            }
        });
    });
    let most = sts.asked("GetCallerIdentity");
    assert!(most < 2 + 8, "one question for several: {most}");
}

#[test]
fn the_token_is_only_in_the_environment_of_the_command() {
    let sts = Sts::honest();
    let (mut first, mut arguments) = (String::new(), String::new());
    let outcome = serving(sts.exec().args("--debug"), |client| {
        first.clone_from(&client.token);
        assert!(first.len() == 64 && first.bytes().all(|b| b.is_ascii_hexdigit()), "{first}");
        let (guard, own) = (client.variable("GUARD"), client.variable("OWN"));
        for process in [guard, own] {
            arguments += &fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap();
        }
        let answer = client.get().1;
        let secret = answer["SecretAccessKey"].as_str().unwrap();
        assert!(!arguments.contains(secret));
    });
    assert!(!outcome.stderr.contains(&first) && !arguments.contains(&first), "{outcome:#?}");
    serving(sts.exec(), |client| assert_ne!(client.token, first));
}

/// The inner guard gets the credentials that the outer guard has judged.
#[test]
fn a_nested_guard_uses_the_endpoint() {
    let sts = Sts::honest();
    let user = Setup::honest();
    let keys = user.bare().path().credentials(&Credentials::of(KEY));
    for guard in [sts.exec(), keys.args("exec prod --serve")] {
        let guard = guard.arg("--").arg(env!("CARGO_BIN_EXE_account-guard"));
        let document = allowed(&guard.args("check prod --format json").run());
        assert_eq!(document["source"]["kind"], "container");
        assert_eq!(document["identity"]["arn"], DEPLOY);
    }
}

#[test]
fn configuration_files_are_hidden() {
    let sts = Sts::honest();
    let outcome = sts.exec().args("--keep-config -- true").run();
    assert_eq!(outcome.code, Some(125), "{outcome:#?}");
    assert!(outcome.stderr.contains("--keep-config"), "{outcome:#?}");
    let outcome = serving(sts.exec().env("NO_PROXY", ".corp"), |client| {
        for (name, value) in [
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("NO_PROXY", ".corp,127.0.0.1"),
            ("no_proxy", ".corp,127.0.0.1"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_CREDENTIAL_EXPIRATION", ""),
            ("AWS_PROFILE", ""),
            ("ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID", "111111111111"),
        ] {
            assert_eq!(client.variable(name), value, "{name}");
        }
    });
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

#[test]
fn a_refused_command_is_not_started() {
    let sts = Sts::lasting(300, |_| STAGING);
    let guard = sts.exec().args("-- touch started");
    let outcome = guard.run();
    assert_eq!((outcome.code, &*outcome.stdout), (Some(125), ""), "{outcome:#?}");
    assert!(!guard.work().join("started").exists());
}
