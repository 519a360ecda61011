//! Tests of `docker-credential`: docker gets a token for an allowed registry with allowed
//! credentials. In all other cases it gets the answer after which it sends no stored login.

mod moto;
mod pulls;
mod refused;

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::output::snapshots::snapshot;
use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::ecr::{self, Ecr};
use crate::rig::guard::{Guard, Outcome, Stdin, Stdout};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::Response;
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{HOST, KEY, POLICY, reaching};
use crate::rig::sts;

/// The registry in the account of the environment.
const PROD: &str = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
/// The registry of another account.
const STAGING: &str = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";

/// docker reads this text as "no credentials"; after any other text it sends a stored login.
const NOT_FOUND: &str = "credentials not found in native keychain\n";

/// STS and ECR behind a proxy that connects to nothing else.
struct Setup {
    ca: Ca,
    sts: Hostile,
    ecr: Ecr,
    proxy: Proxy,
}

impl Setup {
    /// An STS with this behaviour, and an ECR that returns a token for the account of the
    /// environment.
    fn new(sts: Behaviour) -> Self {
        Self::with(sts, ecr::HOST, ecr::token(PROD))
    }

    /// An STS with this behaviour, and an ECR of this name that returns this answer.
    fn with(sts: Behaviour, host: &str, answer: Response) -> Self {
        let ca = Ca::new();
        let sts = Hostile::tls(sts, ca.server(&[HOST], Validity::Current));
        let ecr = Ecr::start_as(&ca, host, answer);
        let routes = [(HOST, sts.address()), (host, ecr.address())];
        let routes = routes.map(|(host, address)| (format!("{host}:443"), address)).to_vec();
        let proxy = Proxy::start(Mode::Routes(routes));
        Self { ca, sts, ecr, proxy }
    }

    /// Both answer as the environment requires.
    fn honest() -> Self {
        Self::new(Behaviour::Answers { arn: hostile::ARN })
    }

    /// The helper as docker runs it for this server, for prod and with keys of the environment.
    fn get(&self, server: &str) -> Guard {
        let guard = reaching(&self.ca, &self.proxy).env("ACCOUNT_GUARD_ENVIRONMENT", "prod");
        let guard = guard.credentials(&session()).args("docker-credential get");
        guard.stdin(Stdin::Text(server.to_owned()))
    }

    /// Whether no connection reached ECR.
    fn ecr_is_untouched(&self) -> bool {
        let targets = self.proxy.targets();
        targets.iter().all(|target| *target == format!("{HOST}:443"))
            && self.ecr.requests().is_empty()
    }
}

fn session() -> Credentials {
    Credentials { session_token: Some("hush-token".to_owned()), ..Credentials::of(KEY) }
}

/// Asserts exit 0 and only the login for this server.
#[track_caller]
fn given(outcome: &Outcome, server: &str) {
    let login: Value = serde_json::from_str(&outcome.stdout).expect("a login");
    let expected = json!({ "ServerURL": server, "Username": "AWS", "Secret": ecr::PASSWORD });
    assert_eq!((outcome.code, login, &*outcome.stderr), (Some(0), expected, ""));
}

/// Asserts the answer that docker reads as a refusal, and this text for people.
#[track_caller]
fn refused(outcome: &Outcome, words: &str) {
    assert_eq!((outcome.code, &*outcome.stdout), (Some(1), NOT_FOUND), "{outcome:#?}");
    assert!(outcome.stderr.contains(words), "{words}: {outcome:#?}");
}

#[test]
fn docker_gets_a_token_of_the_judged_credentials() {
    let setup = Setup::honest();
    given(&setup.get(PROD).run(), PROD);
    assert_eq!(setup.proxy.targets(), [format!("{HOST}:443"), format!("{}:443", ecr::HOST)]);
    let [request] = &setup.ecr.requests()[..] else { panic!("one request") };
    assert_eq!(sts::access_key_id(request), Some(KEY));
    assert_eq!(request.header("x-amz-security-token"), Some("hush-token"));
    let action = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
    assert_eq!(request.header("x-amz-target"), Some(action));
}

#[test]
fn the_answer_names_the_server_as_docker_wrote_it() {
    let setup = Setup::honest();
    for server in [
        PROD.to_owned(),
        format!("https://{PROD}"),
        format!("https://{PROD}/"),
        format!("https://{PROD}/v2/"),
        format!("{PROD}:443"),
        PROD.to_uppercase(),
        "111111111111.dkr.ecr-fips.eu-west-1.amazonaws.com".to_owned(),
        "111111111111.dkr-ecr.eu-west-1.on.aws".to_owned(),
    ] {
        given(&setup.get(&server).run(), &server);
        given(&setup.get(&format!("{server}\n")).run(), &server);
    }
}

#[test]
fn ecr_is_called_in_the_region_of_the_registry() {
    let host = "api.ecr.us-east-1.amazonaws.com";
    let registry = PROD.replace("eu-west-1", "us-east-1");
    let honest = Behaviour::Answers { arn: hostile::ARN };
    let setup = Setup::with(honest, host, ecr::token(&registry));
    given(&setup.get(&registry).run(), &registry);
    let requests = setup.ecr.requests();
    let signed = requests[0].header("authorization").unwrap();
    assert!(signed.contains("/us-east-1/ecr/aws4_request"), "{signed}");
}

#[test]
fn ecr_is_called_at_the_configured_endpoint_variant() {
    let own = "vpce-0a1b-2c3d.api.ecr.eu-west-1.vpce.amazonaws.com";
    for (host, name, value) in [
        ("api.ecr-fips.eu-west-1.amazonaws.com", "AWS_USE_FIPS_ENDPOINT", "true"),
        ("ecr.eu-west-1.api.aws", "AWS_USE_DUALSTACK_ENDPOINT", "true"),
        (own, "AWS_ENDPOINT_URL_ECR", &*format!("https://{own}")),
    ] {
        let honest = Behaviour::Answers { arn: hostile::ARN };
        let setup = Setup::with(honest, host, ecr::token(PROD));
        // STS has another host in each of these, which the proxy does not connect.
        let sts = ("AWS_ENDPOINT_URL_STS", format!("https://{HOST}"));
        given(&setup.get(PROD).env(name, value).env(sts.0, sts.1).run(), PROD);
    }
}

#[test]
fn a_registry_of_another_account_is_served_when_it_is_listed() {
    let setup = Setup::honest();
    let policy = "version = 1\n[environments.prod]\naccounts = [\"111111111111\"]\n\
                  registries = [\"222222222222\"]\n";
    given(&setup.get(STAGING).policy(policy).run(), STAGING);
    let outcome = setup.get(PROD).policy(policy).run();
    refused(&outcome, "code     wrong-registry");
}

/// Copies a program in a process of its own. A file that this process writes could be open in a child that
/// another test has just started, and then the copy could not be run.
fn copy(from: &str, to: &std::path::Path) -> std::io::Result<()> {
    let status = std::process::Command::new("cp").arg(from).arg(to).status()?;
    assert!(status.success(), "cp {from}");
    Ok(())
}

#[test]
fn docker_runs_the_program_by_the_name_of_its_helper() {
    let setup = Setup::honest();
    let program = env!("CARGO_BIN_EXE_account-guard");
    let directory = tempfile::tempdir().unwrap();
    let helper = directory.path().join("docker-credential-account-guard");
    for install in
        [(|from, to| symlink(from, to)) as fn(&str, &std::path::Path) -> std::io::Result<()>, copy]
    {
        install(program, &helper).unwrap();
        let guard = reaching(&setup.ca, &setup.proxy).program(&helper).credentials(&session());
        let guard = guard.env("ACCOUNT_GUARD_ENVIRONMENT", "prod").arg("get");
        given(&guard.stdin(Stdin::Text(PROD.to_owned())).run(), PROD);
        refused(&Guard::new().program(&helper).run(), "Usage: account-guard docker-credential");
        let list = Guard::new().program(&helper).arg("list").run();
        assert_eq!((list.code, &*list.stdout), (Some(0), "{}\n"), "{list:#?}");
        fs::remove_file(&helper).unwrap();
    }
}

#[test]
fn docker_login_is_refused_and_nothing_is_stored() {
    let login = json!({ "ServerURL": PROD, "Username": "AWS", "Secret": "hush-hush" }).to_string();
    let guard = Guard::new().args("docker-credential store").stdin(Stdin::Text(login));
    let outcome = guard.run();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(1), ""), "{outcome:#?}");
    assert!(outcome.stdout.starts_with("account-guard stores no login"), "{outcome:#?}");
    assert_eq!(fs::read_dir(guard.home()).unwrap().count(), 0);
}

#[test]
fn a_refusal_prints_its_reason_in_the_output_of_docker() {
    let get = |server: &str| {
        Guard::new().args("docker-credential get").stdin(Stdin::Text(server.to_owned()))
    };
    snapshot!("docker-hub", get("https://index.docker.io/v1/").run());
    snapshot!("docker-without-an-environment", get(PROD).run());
    let guard = get(PROD).policy(POLICY).env("ACCOUNT_GUARD_ENVIRONMENT", "prod");
    let guard = guard.env("AWS_EC2_METADATA_DISABLED", "true");
    snapshot!("docker-without-credentials", guard.run());
}

/// docker erases its own stored login only if its helper succeeds.
#[test]
fn docker_logout_always_succeeds() {
    for action in ["erase", "list"] {
        let outcome = Guard::new().args("docker-credential").arg(action).run();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
        assert_eq!(outcome.stdout, if action == "list" { "{}\n" } else { "" });
    }
}

#[test]
fn an_unwritable_answer_is_an_error() {
    let setup = Setup::honest();
    for stdout in [Stdout::Full, Stdout::BrokenPipe] {
        let outcome = setup.get(PROD).stdout(stdout).run();
        assert_eq!(outcome.code, Some(1), "{outcome:#?}");
        assert!(!outcome.stderr.contains("hush"), "{outcome:#?}");
    }
}
