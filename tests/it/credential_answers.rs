//! Tests of the services that exchange a token for credentials: web identity, the portal of IAM
//! Identity Center, and metadata. A service may return a false identity; the program uses only the
//! answer of STS.

use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile;
use crate::rig::http::{Request, Response, Server, exchange};
use crate::rig::metadata::ROLE;
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{
    HOST, POLICY, STAGING, Setup, allowed, denied, never_allowed, serve, unknown,
};
use crate::rig::sts;

const PORTAL: &str = "portal.sso.eu-west-1.amazonaws.com";
const SSO: &str = "[default]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Deploy
";
/// Named after the SHA-1 of the start URL.
const CACHED: &str = "~/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json";
const PORTAL_TOKEN: &str = r#"{"startUrl": "https://corp.awsapps.com/start",
    "region": "eu-west-1", "accessToken": "a-token-of-the-portal",
    "expiresAt": "2099-01-01T00:00:00Z"}"#;
/// The role behind the permission set `Deploy`.
const DEPLOY: &str =
    "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/me";
const POLICY_OF_SETS: &str = "version = 1
[environments.prod]
accounts = [\"111111111111\", \"222222222222\"]
permission_sets = [\"Deploy\"]
";

/// STS and the portal, behind one certificate and one proxy.
struct Aws {
    ca: Ca,
    proxy: Proxy,
    _servers: [Server; 2],
}

impl Aws {
    fn new(
        sts: impl Fn(&Request) -> Response + Send + Sync + 'static,
        portal: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        let ca = Ca::new();
        let config = ca.server(&[HOST, PORTAL], Validity::Current);
        let servers = [serve(config.clone(), sts), serve(config, portal)];
        let [sts, portal] = [0, 1].map(|index| servers[index].address());
        let routes = vec![(format!("{HOST}:443"), sts), (format!("{PORTAL}:443"), portal)];
        let proxy = Proxy::start(Mode::Routes(routes));
        Self { ca, proxy, _servers: servers }
    }

    fn check(&self) -> Guard {
        let guard = Guard::new().policy(POLICY).file("~/ca.pem", &self.ca.pem());
        let bundle = guard.home().join("ca.pem");
        guard
            .env("AWS_CA_BUNDLE", bundle)
            .env("HTTPS_PROXY", self.proxy.url())
            .env("AWS_REGION", "eu-west-1")
            .args("check prod --format json")
    }
}

fn identity(arn: &str) -> Response {
    sts::identity(arn, sts::account_of(arn), &sts::user_id_of(arn))
}

/// The answer of `AssumeRoleWithWebIdentity` around these credentials.
fn assumed(credentials: &str) -> Response {
    Response::new(
        200,
        "text/xml",
        format!(
            "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <AssumeRoleWithWebIdentityResult>{credentials}</AssumeRoleWithWebIdentityResult>\
             </AssumeRoleWithWebIdentityResponse>"
        ),
    )
}

const KEYS: &str = "<Credentials><AccessKeyId>ASIAWEB</AccessKeyId>\
    <SecretAccessKey>hush</SecretAccessKey><SessionToken>hush-token</SessionToken>\
    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>";

/// Runs with a web identity token for `deploy-ci`, at an STS that returns these credentials and
/// this identity for them.
fn web_identity(handed_out: Response, whose: &'static str) -> Outcome {
    let aws = Aws::new(
        move |request| match request.form("Action") {
            Some("AssumeRoleWithWebIdentity") => handed_out.clone(),
            _ => identity(whose),
        },
        |_| Response::new(500, "text/plain", ""),
    );
    let guard = aws.check().file("~/token", "a.web.identity-token\n");
    let token = guard.home().join("token");
    guard
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
        .env("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci")
        .run()
}

/// The answer with the credentials names a role too; the program uses only the identity that STS
/// returns for them.
#[test]
fn sts_identifies_the_credentials_of_a_web_identity() {
    let document = allowed(&web_identity(assumed(KEYS), hostile::ARN));
    assert_eq!(document["source"]["kind"], "web-identity");
    assert!(document["lifetime_seconds"].is_u64(), "{document}");
    for (arn, code) in [
        (STAGING, "wrong-account"),
        (STAGING, "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/deploy-other/rig", "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/admin/rig", "wrong-role"),
        ("arn:aws:iam::111111111111:user/deploy-ci", "not-a-role"),
    ] {
        denied(&web_identity(assumed(KEYS), arn), code);
    }
}

#[test]
fn a_web_identity_without_credentials_leaves_the_identity_unknown() {
    let html = || Response::new(200, "text/html", "<html><h1>Welcome</h1></html>");
    for (handed_out, code) in [
        (assumed(""), "not-sts"),
        (assumed("<Credentials></Credentials>"), "source-failed"),
        (assumed(&KEYS.replace("ASIAWEB", "")), "source-failed"),
        (assumed(&KEYS.replace("hush<", " <")), "source-failed"),
        (assumed(&KEYS.replace("hush-token", "")), "source-failed"),
        (identity(hostile::ARN), "not-sts"),
        (html(), "not-sts"),
        (Response::new(200, "text/xml", ""), "not-sts"),
        (Response::new(302, "text/html", "").with("Location", "https://evil.example"), "not-sts"),
        (Response::new(503, "text/plain", ""), "sts-unavailable"),
        (sts::refusal(400, "ExpiredTokenException", "Token expired"), "expired-credentials"),
        (sts::refusal(400, "InvalidIdentityToken", "No provider"), "invalid-credentials"),
        (sts::refusal(400, "IDPRejectedClaim", "No"), "invalid-credentials"),
        (sts::refusal(403, "AccessDenied", "Not authorized"), "access-denied"),
        (sts::refusal(400, "SomethingNew", "a.web.identity-token"), "sts-unavailable"),
    ] {
        let outcome = web_identity(handed_out, hostile::ARN);
        unknown(&outcome, code);
        assert!(!outcome.stdout.contains("identity-token"), "{outcome:#?}");
    }
}

fn handed_out(key: &str) -> Response {
    let body = serde_json::json!({ "roleCredentials": {
        "accessKeyId": key, "secretAccessKey": "hush", "sessionToken": "hush-token",
        "expiration": 4_070_908_800_000_u64,
    }});
    Response::new(200, "application/json", body.to_string())
}

fn sso(portal: Response, whose: &'static str) -> Outcome {
    let aws = Aws::new(move |_| identity(whose), move |_| portal.clone());
    let guard = aws.check().policy(POLICY_OF_SETS).file("~/.aws/config", SSO);
    guard.file(CACHED, PORTAL_TOKEN).args("--debug").run()
}

#[test]
fn sts_identifies_the_credentials_of_the_portal() {
    let document = allowed(&sso(handed_out("ASIASSO"), DEPLOY));
    assert_eq!(document["source"]["kind"], "sso");
    let other = "arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/me";
    let admin = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me";
    denied(&sso(handed_out("ASIASSO"), other), "contradiction");
    denied(&sso(handed_out("ASIASSO"), admin), "wrong-role");
    denied(&sso(handed_out("ASIASSO"), hostile::ARN), "contradiction");
}

#[test]
fn a_portal_without_credentials_leaves_the_identity_unknown() {
    let text = |status, body: &str| Response::new(status, "application/json", body);
    for portal in [
        text(401, "{\"message\": \"Session token not found or invalid a-token-of-the-portal\"}"),
        text(403, "{}"),
        text(200, "{}"),
        text(200, "{\"roleCredentials\": {}}"),
        text(200, "{\"roleCredentials\": {\"accessKeyId\": \"ASIA\"}}"),
        text(200, "<html>a-token-of-the-portal</html>"),
        text(302, ""),
        text(500, ""),
    ] {
        let outcome = sso(portal, DEPLOY);
        assert_eq!(outcome.code, Some(3), "{outcome:#?}");
        never_allowed(&outcome);
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!text.contains("a-token-of-the-portal"), "{outcome:#?}");
    }
}

/// A metadata service that answers the token call correctly, and the later calls with these texts.
fn machine(role: &'static str, credentials: &'static str) -> Server {
    let answer = move |request: &Request| match (request.method(), request.target()) {
        ("PUT", _) => Response::new(200, "text/plain", "t")
            .with("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        (_, path) if path.ends_with("/security-credentials/") => {
            Response::new(200, "text/plain", role)
        }
        _ => Response::new(200, "application/json", credentials),
    };
    Server::start(move |stream| drop(exchange(stream, answer))).unwrap()
}

#[test]
fn an_invalid_metadata_answer_leaves_the_identity_unknown() {
    for (role, credentials) in [
        ("", "{}"),
        ("\nmachine-role", "{}"),
        ("../../../latest/user-data", "{}"),
        (ROLE, ""),
        (ROLE, "{}"),
        (ROLE, "<html></html>"),
        (ROLE, "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"hush\"}"),
        (ROLE, "{\"Code\": \"Success\", \"AccessKeyId\": \"A\"}"),
    ] {
        let (setup, machine) = (Setup::honest(), machine(role, credentials));
        let guard = setup.bare().env("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.url());
        let outcome = guard.args("check prod --debug").run();
        assert_eq!(outcome.code, Some(3), "{role:?} {credentials}: {outcome:#?}");
        assert!(!format!("{outcome:?}").contains("hush"), "{outcome:#?}");
        never_allowed(&outcome);
        assert!(setup.is_untouched(), "{role:?} {credentials}");
    }
}

/// The SDK joins the address of the agent and the path as text.
#[test]
fn the_relative_container_path_cannot_change_the_host() {
    let (setup, metadata) = (Setup::honest(), crate::fail_open::default_chain::machine());
    let address = metadata.instance_endpoint();
    let address = address.strip_prefix("http://").unwrap();
    for path in [
        format!("@{address}/container/credentials"),
        format!(":80@{address}/container/credentials"),
    ] {
        let guard = setup.bare().env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", &path);
        let outcome = guard.args("check prod --format json --timeout 3s").run();
        assert_eq!(outcome.code, Some(3), "{path}: {outcome:#?}");
        assert!(metadata.requests().is_empty() && setup.is_untouched(), "{path}");
    }
    let guard = setup.bare().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/x");
    unknown(&guard.args("check prod --format json --timeout 3s").run(), "source-failed");
}
