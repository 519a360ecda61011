//! Proves the rigs by clients that are not the program: a rig that lies would make its tests lie.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::rig::blackhole::BlackHole;
use crate::rig::ca::{self, Ca, Validity};
use crate::rig::guard::{Guard, Stdin, Stdout, kill_group};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::metadata::{self, Machine, Metadata};
use crate::rig::moto::{self, Moto};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::{Credentials, sts};

const STAGING: &str = "arn:aws:sts::222222222222:assumed-role/deploy-ci/GitHubActions";
const HOST: &str = "sts.eu-west-1.amazonaws.com";

/// `GetCallerIdentity` as an SDK sends it, signed by nobody.
fn question(host: &str, key: &str) -> String {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={key}/20261121/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends the text and reads until the other side closes, with or without TLS's own goodbye (moto
/// leaves it out), or until five seconds of silence have passed.
fn talk(mut stream: impl Read + Write, text: &str) -> io::Result<String> {
    stream.write_all(text.as_bytes())?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn address_of(url: &str) -> SocketAddr {
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

fn ask(address: SocketAddr, key: &str) -> String {
    talk(connect(address), &question("127.0.0.1", key)).unwrap()
}

/// Asks for the host through a CONNECT proxy, as a client does that trusts this configuration.
fn ask_through(proxy: &str, host: &str, trust: Arc<ClientConfig>, key: &str) -> io::Result<String> {
    let mut stream = connect(address_of(proxy));
    write!(stream, "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n")?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    if !head.starts_with("HTTP/1.1 200") {
        return Ok(head);
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let connection = ClientConnection::new(trust, name).map_err(io::Error::other)?;
    talk(StreamOwned::new(connection, stream), &question(host, key))
}

fn example(arguments: &[&str]) -> Command {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_account-guard"));
    let mut command = Command::new(program.with_file_name("examples").join("loopback_sts"));
    command.args(arguments).env_clear();
    command
}

#[test]
fn the_loopback_sts_knows_identities_by_their_key() {
    let identities = [("demo-staging".to_owned(), STAGING.to_owned())].into();
    let server = sts::serve(([127, 0, 0, 1], 0).into(), identities).unwrap();
    let known = ask(server.address(), "demo-staging");
    assert!(known.starts_with("HTTP/1.1 200"), "{known}");
    assert!(known.contains(&format!("<Arn>{STAGING}</Arn>")), "{known}");
    assert!(known.contains("<Account>222222222222</Account>"), "{known}");
    assert!(known.contains("<UserId>AROADEMOROLEDEMOROLE1:GitHubActions</UserId>"), "{known}");
    let unknown = ask(server.address(), "demo-nobody");
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
    let answer = ask(address_of(url.trim()), "demo-staging");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
}

#[test]
fn the_example_refuses_what_it_does_not_understand() {
    for arguments in [&["--identity", "demo=arn:aws:iam::1:root"][..], &["--nonsense"], &[]] {
        let output = example(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stderr.starts_with(b"loopback_sts: "), "{arguments:?}");
    }
}

#[test]
fn a_hostile_sts_does_what_it_is_told() {
    let cases = [
        (Behaviour::Answers { arn: STAGING }, "HTTP/1.1 200", "<Account>222222222222</Account>"),
        (
            Behaviour::Claims { account: "111111111111", arn: STAGING },
            "HTTP/1.1 200",
            "<Account>111111111111</Account>",
        ),
        (Behaviour::NoAccount, "HTTP/1.1 200", hostile::ARN),
        (Behaviour::BlankAccount, "HTTP/1.1 200", "<Account> </Account>"),
        (Behaviour::CaptivePortal, "HTTP/1.1 200", "text/html"),
        (Behaviour::Login, "HTTP/1.1 302", "Location: https://login.example.com/"),
        (Behaviour::Garbage, "HTTP/1.1 200", "<<<"),
        (Behaviour::Refuses { code: "ExpiredToken" }, "HTTP/1.1 403", "<Code>ExpiredToken</Code>"),
        (
            Behaviour::Refuses { code: "SignatureDoesNotMatch" },
            "HTTP/1.1 403",
            "<Code>SignatureDoesNotMatch</Code>",
        ),
        (Behaviour::Skewed { seconds: 3600 }, "HTTP/1.1 400", "Date: "),
        (Behaviour::Fails { status: 503 }, "HTTP/1.1 503", "Content-Length: 0"),
    ];
    for (behaviour, status, part) in cases {
        let server = Hostile::plain(behaviour.clone());
        let answer = ask(server.address(), "demo");
        assert!(answer.starts_with(status), "{behaviour:?}: {answer}");
        assert!(answer.contains(part), "{behaviour:?}: {answer}");
        assert_eq!((server.connections(), server.requests().len()), (1, 1), "{behaviour:?}");
        assert_eq!(sts::access_key_id(&server.requests()[0]), Some("demo"), "{behaviour:?}");
        assert_eq!(server.bytes(), question("127.0.0.1", "demo").len() as u64, "{behaviour:?}");
    }
}

#[test]
fn a_body_without_an_account_names_no_account() {
    let server = Hostile::plain(Behaviour::NoAccount);
    assert!(!ask(server.address(), "demo").contains("Account>"));
}

#[test]
fn a_throttling_sts_answers_in_the_end() {
    let server = Hostile::plain(Behaviour::Throttles { times: 2 });
    let answers: Vec<_> = (0..3).map(|_| ask(server.address(), "demo")).collect();
    assert!(answers[0].contains("<Code>Throttling</Code>"), "{}", answers[0]);
    assert!(answers[1].contains("<Code>Throttling</Code>"), "{}", answers[1]);
    assert!(answers[2].contains("<Account>111111111111</Account>"), "{}", answers[2]);
}

#[test]
fn silence_is_silence_and_still_counts() {
    for (behaviour, requests) in
        [(Behaviour::SilentAfterAccept, 0), (Behaviour::SilentAfterRequest, 1)]
    {
        let server = Hostile::plain(behaviour);
        let stream = connect(server.address());
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let error = talk(stream, &question("127.0.0.1", "demo")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        assert_eq!(server.requests().len(), requests);
        assert_eq!(server.bytes(), question("127.0.0.1", "demo").len() as u64);
    }
}

#[test]
fn closing_gives_no_answer() {
    let server = Hostile::plain(Behaviour::ClosesAfterRequest);
    assert_eq!(ask(server.address(), "demo"), "");
    let server = Hostile::plain(Behaviour::Closes);
    let mut nothing = Vec::new();
    assert_eq!(connect(server.address()).read_to_end(&mut nothing).unwrap(), 0);
    assert_eq!((server.connections(), server.bytes()), (1, 0));
}

#[test]
fn a_huge_answer_arrives_whole() {
    let server = Hostile::plain(Behaviour::Huge);
    let answer = ask(server.address(), "demo");
    assert!(answer.len() > hostile::HUGE);
    assert!(answer.trim_end().ends_with("</GetCallerIdentityResponse>"));
}

#[test]
fn an_endless_answer_goes_on_after_the_huge_one_would_have_ended() {
    let server = Hostile::plain(Behaviour::Endless);
    let mut stream = connect(server.address());
    stream.write_all(question("127.0.0.1", "demo").as_bytes()).unwrap();
    let enough = 2 * hostile::HUGE as u64;
    assert_eq!(io::copy(&mut stream.take(enough), &mut io::sink()).unwrap(), enough);
}

#[test]
fn a_trickle_is_a_byte_a_second() {
    let server = Hostile::plain(Behaviour::Trickles);
    let mut stream = connect(server.address());
    stream.write_all(question("127.0.0.1", "demo").as_bytes()).unwrap();
    let start = Instant::now();
    let mut three = [0; 3];
    stream.read_exact(&mut three).unwrap();
    assert_eq!(&three, b"HTT");
    assert!(start.elapsed() >= Duration::from_millis(1900), "{:?}", start.elapsed());
}

#[test]
fn the_real_host_name_leads_to_a_private_server_through_the_proxy() {
    let ca = Ca::new();
    let server =
        Hostile::tls(Behaviour::Answers { arn: STAGING }, ca.server(&[HOST], Validity::Current));
    let proxy = Proxy::to_sts("eu-west-1", server.address());
    let answer = ask_through(&proxy.url(), HOST, ca::client(&ca.pem()), "demo").unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
    assert_eq!(proxy.targets(), [format!("{HOST}:443")]);
    assert_eq!(server.requests()[0].header("host"), Some(HOST));
    let elsewhere = "sts.eu-west-2.amazonaws.com";
    let answer = ask_through(&proxy.url(), elsewhere, ca::client(&ca.pem()), "demo").unwrap();
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_certificate_of_another_ca_or_name_or_time_is_not_accepted() {
    let (ca, stranger) = (Ca::new(), Ca::new());
    let cases = [
        (stranger.server(&[HOST], Validity::Current), "UnknownIssuer"),
        (ca.server(&["sts.amazonaws.com"], Validity::Current), "not valid for name"),
        (ca.server(&[HOST], Validity::Expired), "expired"),
    ];
    for (config, reason) in cases {
        let server = Hostile::tls(Behaviour::Answers { arn: STAGING }, config);
        let proxy = Proxy::start(Mode::Everything(server.address()));
        let error = ask_through(&proxy.url(), HOST, ca::client(&ca.pem()), "demo").unwrap_err();
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(server.requests().is_empty(), "{reason}");
    }
}

#[test]
fn a_proxy_refuses_with_its_own_status() {
    for status in [403, 407] {
        let proxy = Proxy::start(Mode::Refuses(status));
        let trust = ca::client(&Ca::new().pem());
        let head = ask_through(&proxy.url(), HOST, trust, "demo").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        assert_eq!(head.contains("Proxy-Authenticate"), status == 407, "{head}");
    }
}

#[test]
fn a_silent_proxy_says_nothing() {
    let proxy = Proxy::start(Mode::Silent);
    let stream = connect(address_of(&proxy.url()));
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let error = talk(stream, &format!("CONNECT {HOST}:443 HTTP/1.1\r\n\r\n")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert_eq!(proxy.targets(), [format!("{HOST}:443")]);
}

#[test]
fn the_metadata_service_hands_out_credentials_by_its_own_protocol() {
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

/// What a boto3 script prints in an environment of these variables alone.
fn boto3(script: &str, variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = moto::python();
    command.env("HOME", home.path()).env("AWS_DEFAULT_REGION", "eu-west-1");
    let output = command.envs(variables.iter().copied()).args(["-c", script]).output().unwrap();
    let (stdout, stderr) = (output.stdout, String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

#[test]
fn boto3_takes_the_credentials_of_the_metadata_service() {
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
fn boto3_reads_the_answers_of_the_loopback_and_the_hostile_sts() {
    let script = "import boto3, botocore\n\
                  try: print(boto3.client('sts').get_caller_identity()['Arn'])\n\
                  except botocore.exceptions.ClientError as e: print(e.response['Error']['Code'])";
    let ask = |url: &str| {
        let keys = [("AWS_ACCESS_KEY_ID", "demo-staging"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        boto3(script, &[keys[0], keys[1], ("AWS_ENDPOINT_URL_STS", url)])
    };
    let identities = [("demo-staging".to_owned(), STAGING.to_owned())].into();
    let server = sts::serve(([127, 0, 0, 1], 0).into(), identities).unwrap();
    assert_eq!(ask(&server.url()), STAGING);
    for code in ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"] {
        assert_eq!(ask(&Hostile::plain(Behaviour::Refuses { code }).url()), code);
    }
    let throttling = Hostile::plain(Behaviour::Throttles { times: 2 });
    assert_eq!(ask(&throttling.url()), hostile::ARN);
    assert_eq!(throttling.requests().len(), 3);
}

#[test]
fn killing_a_group_leaves_none_of_it() {
    let mut leader = Command::new("sh");
    leader.args(["-c", "sleep 1000 & echo $!; wait"]).stdout(Stdio::piped()).process_group(0);
    let mut leader = leader.spawn().unwrap();
    let mut pid = String::new();
    let stdout = leader.stdout.as_mut().unwrap();
    io::BufRead::read_line(&mut io::BufReader::new(stdout), &mut pid).unwrap();
    kill_group(&mut leader);
    // A process that has ended and that nobody has waited for has no command line. It was told to end
    // a moment ago.
    let is_gone = || {
        let command_line = std::fs::read(format!("/proc/{}/cmdline", pid.trim()));
        command_line.map_or(true, |line| line.is_empty())
    };
    let gone = (0..500).any(|_| {
        is_gone() || {
            std::thread::sleep(Duration::from_millis(10));
            false
        }
    });
    assert!(gone);
}

#[test]
fn another_clouds_metadata_service_refuses_the_token_call() {
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

#[test]
#[ignore = "needs root: run by tests/root.sh in a network namespace"]
fn the_real_host_name_leads_to_a_private_server_without_a_proxy() {
    let ca = Ca::new();
    let config = ca.server(&[HOST], Validity::Current);
    let behaviour = Behaviour::Answers { arn: STAGING };
    let server = Hostile::tls_at(([127, 0, 0, 1], 443).into(), behaviour, config);
    let name = ServerName::try_from(HOST).unwrap();
    let connection = ClientConnection::new(ca::client(&ca.pem()), name).unwrap();
    let stream = TcpStream::connect((HOST, 443)).unwrap();
    let answer = talk(StreamOwned::new(connection, stream), &question(HOST, "demo")).unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_black_hole_never_connects() {
    let hole = BlackHole::open();
    let timeout = Duration::from_millis(1500);
    let error = TcpStream::connect_timeout(&hole.address(), timeout).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

#[test]
fn a_server_that_is_dropped_is_gone() {
    let server = Hostile::plain(Behaviour::SilentAfterAccept);
    let address = server.address();
    let mut held = connect(address);
    drop(server);
    assert_eq!(held.read(&mut [0]).unwrap_or(0), 0);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn moto_keeps_accounts_apart_behind_the_real_host_name() {
    let moto = Moto::start();
    let prod = moto.assume_role("111111111111", "deploy-ci", "run-1");
    let staging = moto.assume_role("222222222222", "deploy-ci", "run-2");
    let user = moto.create_user("555555555555", "ci-legacy");
    for (credentials, arn) in [
        (&prod, "arn:aws:sts::111111111111:assumed-role/deploy-ci/run-1"),
        (&staging, "arn:aws:sts::222222222222:assumed-role/deploy-ci/run-2"),
        (&user, "arn:aws:iam::555555555555:user/ci-legacy"),
    ] {
        let answer = moto.whoami(credentials, moto::REGION);
        assert_eq!(answer["Arn"], arn);
        assert_eq!(answer["Account"], sts::account_of(arn));
    }
    assert!(user.session_token.is_none());
    rustls_accepts(&moto, &staging);
    boto3_reaches_another_partition(&moto);
}

/// The program's own TLS is stricter than Python's.
fn rustls_accepts(moto: &Moto, staging: &Credentials) {
    let trust = ca::client(&std::fs::read_to_string(moto.ca()).unwrap());
    let answer = ask_through(moto.url(), HOST, trust, &staging.access_key_id).unwrap();
    assert!(answer.contains("<Account>222222222222</Account>"), "{answer}");
}

fn boto3_reaches_another_partition(moto: &Moto) {
    let arn = "arn:aws-cn:iam::333333333333:role/deploy-ci";
    let china = moto.assume_role_arn(arn, "run-3", "cn-north-1");
    let answer = moto.whoami(&china, "cn-north-1");
    assert_eq!(answer["Arn"], "arn:aws-cn:sts::333333333333:assumed-role/deploy-ci/run-3");
}

#[test]
fn moto_ends_with_its_handle() {
    let moto = Moto::start();
    let process = std::path::PathBuf::from(format!("/proc/{}", moto.pid()));
    assert!(process.exists());
    drop(moto);
    assert!(!process.exists());
}

#[test]
fn the_program_runs_in_an_empty_environment_of_its_own() {
    let outcome = Guard::new().policy("version = 1\n").arg("--version").run();
    assert!(outcome.code.is_some(), "{outcome:?}");
    assert!(outcome.duration < Duration::from_secs(5), "{outcome:?}");
}

#[test]
fn a_run_may_have_any_stdin_and_stdout() {
    for stdout in [Stdout::Captured, Stdout::Full, Stdout::Closed, Stdout::BrokenPipe] {
        let stdins = [Stdin::Empty, Stdin::Closed, Stdin::Text("text".repeat(1 << 16))];
        for stdin in stdins {
            let outcome = Guard::new().arg("--version").stdin(stdin).stdout(stdout).run();
            assert_ne!(outcome.code, Some(126), "{outcome:?}");
            assert_ne!(outcome.code, Some(127), "{outcome:?}");
        }
    }
}

#[test]
fn a_snapshot_names_neither_ports_nor_directories() {
    let guard = Guard::new().file("~/.aws/config", "").file("sub/x", "").directory("sub");
    let (home, work) = (guard.home(), guard.work());
    let text = format!(
        "{}/.aws/config {}/x http://127.0.0.1:43123/ http://localhost:4566 127.0.0.1:*",
        home.display(),
        work.display()
    );
    let outcome = guard.run();
    assert_eq!(
        outcome.stable(&text),
        "[HOME]/.aws/config [WORK]/x http://127.0.0.1:[PORT]/ http://localhost:4566 127.0.0.1:*"
    );
    assert!(outcome.snapshot().starts_with("exit code: "));
}
