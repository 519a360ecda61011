//! Roles that are assumed here: by profiles and by flags, against moto under AWS's own names, and
//! against an STS that remembers what it was asked and may lie.

use std::sync::{Arc, Mutex, OnceLock};

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::http::{Request, Response, Server};
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::moto::{Moto, REGION};
use crate::rig::proxy::Proxy;
use crate::rig::sts;
use crate::stage::{
    HOST, KEY, POLICY, STAGING, Stage, allowed, denied, message, question, reaching, serve, unknown,
};

pub(crate) const DEPLOY: &str = "arn:aws:iam::111111111111:role/deploy-ci";

fn moto() -> &'static Moto {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    MOTO.get_or_init(Moto::start)
}

/// A check against moto.
fn check() -> Guard {
    let guard = Guard::new().policy(POLICY).args("check prod --format json");
    guard.env("AWS_REGION", REGION).envs(moto().variables())
}

fn keys_of(header: &str, keys: &Credentials) -> String {
    let (id, secret) = (&keys.access_key_id, &keys.secret_access_key);
    format!("[{header}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
}

/// A user of the account `555555555555`, which no environment allows.
fn user() -> &'static Credentials {
    static USER: OnceLock<Credentials> = OnceLock::new();
    USER.get_or_init(|| moto().create_user("555555555555", "me"))
}

fn role(header: &str, arn: &str, more: &str) -> String {
    format!("[{header}]\nrole_arn = {arn}\n{more}\n")
}

#[test]
fn a_role_of_a_profile_is_assumed_and_judged() {
    let options = "source_profile = base\nrole_session_name = run-9\nexternal_id = theirs\n\
                   duration_seconds = 7200";
    let config = role("profile prod", DEPLOY, options)
        + &role(
            "profile staging",
            "arn:aws:iam::222222222222:role/deploy-ci",
            "source_profile=base",
        )
        + &role("profile admin", "arn:aws:iam::111111111111:role/admin", "source_profile = base");
    let guard = || {
        let guard = check().file("~/.aws/config", &config);
        guard.file("~/.aws/credentials", &keys_of("base", user()))
    };
    for guard in [guard().args("--profile prod"), guard().env("AWS_PROFILE", "prod")] {
        let outcome = guard.run();
        let document = allowed(&outcome);
        let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/run-9";
        assert_eq!(document["identity"]["arn"], arn, "{document}");
        assert_eq!(document["source"]["kind"], "role", "{document}");
        let detail = outcome.stable(document["source"]["detail"].as_str().unwrap());
        let expected = "profile `prod` ([HOME]/.aws/config:2): a role, by way of profile `base` \
                        ([HOME]/.aws/credentials:2)";
        assert_eq!(detail, expected);
        let left = document["lifetime_seconds"].as_u64().unwrap();
        assert!((7_000..=7_200).contains(&left), "{left}");
    }
    denied(&guard().args("--profile staging").run(), "wrong-account");
    denied(&guard().args("--profile admin").run(), "wrong-role");
    denied(&guard().args("--profile base").run(), "wrong-account");
}

#[test]
fn roles_are_chained() {
    let middle = "arn:aws:iam::222222222222:role/middle";
    let config = role("profile prod", DEPLOY, "source_profile = middle\nduration_seconds = 3600")
        + &role("profile middle", middle, "source_profile = self")
        + &role("profile self", "arn:aws:iam::333333333333:role/inner", "source_profile = self")
        + keys_of("self", user()).trim_start_matches("[self]\n");
    let document = allowed(&check().file("~/.aws/config", &config).args("--profile prod").run());
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/account-guard-prod";
    assert_eq!(document["identity"]["arn"], arn);
    let detail = document["source"]["detail"].as_str().unwrap();
    assert_eq!(detail.matches("by way of").count(), 1, "{detail}");
    assert_eq!(detail.matches("profile `").count(), 3, "{detail}");
}

#[test]
fn a_role_is_assumed_with_what_the_environment_or_the_machine_has() {
    let machine = Metadata::start(Machine::With(user().clone()));
    for (source, variables) in [
        ("Environment", user().variables()),
        ("EcsContainer", vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", machine.container_uri())]),
        (
            "Ec2InstanceMetadata",
            vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.instance_endpoint())],
        ),
    ] {
        let config = role("profile prod", DEPLOY, &format!("credential_source = {source}"));
        let guard = check().file("~/.aws/config", &config).envs(variables);
        let document = allowed(&guard.args("--profile prod").run());
        assert_eq!(document["identity"]["account"], "111111111111", "{source}");
    }
    for (source, name, value) in [
        ("Environment", "X", ""),
        ("EcsContainer", "X", ""),
        ("Ec2InstanceMetadata", "AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        let config = role("profile prod", DEPLOY, &format!("credential_source = {source}"));
        let guard = check().file("~/.aws/config", &config).env(name, value);
        let document = unknown(&guard.args("--profile prod").run(), "no-credentials");
        assert!(message(&document).contains("config:3"), "{document}");
    }
}

#[test]
fn a_role_is_assumed_on_top_by_flag() {
    let guard = || check().credentials(user()).args("--role-arn").arg(DEPLOY);
    let document = allowed(&guard().env("GITHUB_RUN_ID", "17").run());
    let arn = "arn:aws:sts::111111111111:assumed-role/deploy-ci/account-guard-prod-17";
    assert_eq!(document["identity"]["arn"], arn);
    let source = "--role-arn: a role, by way of AWS_ACCESS_KEY_ID in the environment";
    assert_eq!(document["source"]["detail"], source);
    assert_eq!(document["source"]["shadows"], serde_json::json!([]));
    let notes = document["notes"].to_string();
    assert!(notes.contains("the next command has to assume it again"), "{notes}");
    let winners = document["winners"].as_array().unwrap();
    assert_eq!(winners.len(), 1, "{document}");
    let named = allowed(&guard().args("--role-session-name mine --duration 2h").run());
    assert!(named["identity"]["arn"].as_str().unwrap().ends_with("/mine"), "{named}");
    assert!(named["lifetime_seconds"].as_u64().unwrap() > 7_000, "{named}");
    let profile = check().file("~/.aws/credentials", &keys_of("base", user()));
    let profile = profile.args("--profile base --role-arn").arg(DEPLOY);
    allowed(&profile.run());
    let staging = check().credentials(user()).args("--role-arn");
    let outcome = staging.arg("arn:aws:iam::222222222222:role/deploy-ci").run();
    let document = denied(&outcome, "wrong-account");
    assert!(document["next"].as_str().unwrap().contains("--role-arn"), "{document}");
    let with_mfa = guard().args("--debug --mfa-serial arn:aws:iam::555555555555:mfa/me");
    let outcome = with_mfa.env("ACCOUNT_GUARD_MFA_CODE", "123456").run();
    allowed(&outcome);
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    let secret = &user().secret_access_key;
    assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret), "{outcome:#?}");
}

#[test]
fn flags_that_cannot_be_followed_are_a_wrong_question() {
    let run = |words: &str| check().credentials(user()).args(words).run();
    for words in ["--external-id ab", "--role-session-name ab", "--duration 1h"] {
        question(&run(words), "required arguments were not provided");
    }
    question(&run("--role-arn deploy-ci"), "`--role-arn` is not the ARN of a role: `deploy-ci`");
    for (words, says) in [
        ("--external-id x", "--external-id has 1 characters"),
        ("--external-id a;b", "--external-id contains `;`"),
        ("--role-session-name a/b", "--role-session-name contains `/`"),
        ("--mfa-serial me", "--mfa-serial has 2 characters"),
        ("--duration 14m", "it must be from 15m to 12h"),
        ("--duration 43201", "it must be from 15m to 12h"),
    ] {
        question(&run(&format!("--role-arn {DEPLOY} {words}")), says);
    }
}

/// An STS that answers as it is told, and remembers its requests.
pub(crate) struct Sts {
    ca: Ca,
    proxy: Proxy,
    requests: Arc<Mutex<Vec<Request>>>,
    _server: Server,
}

impl Sts {
    /// `assume` answers the calls that hand out credentials; `whose` is who they belong to.
    pub(crate) fn new(
        assume: impl Fn(&Request) -> Response + Send + Sync + 'static,
        whose: &'static str,
    ) -> Self {
        let ca = Ca::new();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let server = serve(ca.server(&[HOST], Validity::Current), move |request| {
            log.lock().unwrap().push(request.clone());
            match request.form("Action") {
                Some("GetCallerIdentity") => {
                    sts::identity(whose, sts::account_of(whose), &sts::user_id_of(whose))
                }
                _ => assume(request),
            }
        });
        let proxy = Proxy::to_sts("eu-west-1", server.address());
        Self { ca, proxy, requests, _server: server }
    }

    /// An STS that gives what it is asked for, as [`hostile::ARN`].
    pub(crate) fn generous() -> Self {
        Self::new(|request| handed_out(request.form("Action").unwrap_or_default()), hostile::ARN)
    }

    /// `check prod` with keys in the environment.
    pub(crate) fn check(&self) -> Guard {
        self.judging("check prod --format json --debug")
    }

    /// This command line, with keys in the environment.
    pub(crate) fn judging(&self, words: &str) -> Guard {
        reaching(&self.ca, &self.proxy).credentials(&Credentials::of(KEY)).args(words)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

pub(crate) const SECRET: &str = "a-secret-that-was-handed-out";
pub(crate) const TOKEN: &str = "a-session-token-that-was-handed-out";

/// What a call of this name answers, with credentials.
pub(crate) fn handed_out(action: &str) -> Response {
    credentials(
        action,
        &format!(
            "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>{TOKEN}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
         </Credentials>"
        ),
    )
}

fn credentials(action: &str, inside: &str) -> Response {
    let xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";
    let body = format!(
        "<{action}Response xmlns=\"{xmlns}\"><{action}Result>{inside}</{action}Result></{action}Response>"
    );
    Response::new(200, "text/xml", body)
}

/// Secrets that no output may hold.
#[track_caller]
pub(crate) fn nothing_leaks(stdout: &str, stderr: &str) {
    let hidden = [SECRET, TOKEN, "opens-nothing", "their-id", "123456", "654321"];
    for secret in hidden {
        assert!(!stdout.contains(secret) && !stderr.contains(secret), "{secret}: {stdout}{stderr}");
    }
}

fn role_by_flag(sts: &Sts, more: &str) -> Outcome {
    let guard = sts.check().args("--role-arn").arg(DEPLOY).args(more);
    let outcome = guard.run();
    nothing_leaks(&outcome.stdout, &outcome.stderr);
    outcome
}

#[test]
fn sts_is_asked_for_exactly_what_was_said() {
    let sts = Sts::generous();
    allowed(&role_by_flag(&sts, "--external-id their-id --duration 30m --role-session-name mine"));
    let requests = sts.requests();
    let [assume, whose] = requests.as_slice() else { panic!("{requests:#?}") };
    for (field, value) in [
        ("Action", Some("AssumeRole")),
        ("RoleArn", Some("arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fdeploy-ci")),
        ("RoleSessionName", Some("mine")),
        ("ExternalId", Some("their-id")),
        ("DurationSeconds", Some("1800")),
        ("SerialNumber", None),
        ("TokenCode", None),
    ] {
        assert_eq!(assume.form(field), value, "{field}");
    }
    assert_eq!(sts::access_key_id(assume), Some(KEY));
    assert_eq!(sts::access_key_id(whose), Some("ASIAROLE"));
    assert_eq!(whose.header("x-amz-security-token"), Some(TOKEN));
    allowed(&role_by_flag(&sts, ""));
    assert_eq!(sts.requests()[2].form("DurationSeconds"), None);
}

/// What hands the credentials out names a role too; only what STS says of them counts.
#[test]
fn a_role_that_sts_contradicts_is_refused() {
    for (whose, code) in [
        (STAGING, "wrong-account"),
        (STAGING, "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/deploy-other/rig", "contradiction"),
        ("arn:aws:sts::111111111111:assumed-role/admin/rig", "wrong-role"),
        ("arn:aws:iam::111111111111:user/deploy-ci", "not-a-role"),
    ] {
        let sts = Sts::new(|_| handed_out("AssumeRole"), whose);
        denied(&role_by_flag(&sts, ""), code);
    }
}

#[test]
fn a_role_that_is_not_assumed_leaves_the_identity_unknown() {
    let refusal = |code, message| sts::refusal(403, code, message);
    let who =
        "User: arn:aws:iam::555555555555:user/me is not authorized to perform: sts:AssumeRole";
    let too_long =
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    let chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles \
                   assumed by role chaining.";
    for (answer, code, says) in [
        (refusal("AccessDenied", who), "access-denied", "arn:aws:iam::555555555555:user/me"),
        (refusal("AccessDenied", "No"), "access-denied", "AWS_ACCESS_KEY_ID in the environment"),
        (refusal("ExpiredToken", "Expired"), "expired-credentials", "using AWS_ACC"),
        (refusal("InvalidClientTokenId", ""), "invalid-credentials", "using AWS_ACC"),
        (refusal("SignatureDoesNotMatch", ""), "signature-mismatch", "using AWS_ACC"),
        (refusal("ValidationError", too_long), "invalid-configuration", "than the role allows"),
        (refusal("ValidationError", chained), "invalid-configuration", "role chaining to one hour"),
        (refusal("ValidationError", "Else"), "sts-unavailable", "ValidationError"),
        (credentials("AssumeRole", ""), "not-sts", "without credentials"),
        (credentials("AssumeRole", "<Credentials></Credentials>"), "source-failed", "--role-arn"),
        (Response::new(200, "text/html", "<h1>Welcome</h1>"), "not-sts", HOST),
        (Response::new(503, "text/plain", ""), "sts-unavailable", "503"),
    ] {
        let sts = Sts::new(move |_| answer.clone(), hostile::ARN);
        let outcome = role_by_flag(&sts, "--external-id their-id");
        let document = unknown(&outcome, code);
        let text = message(&document);
        assert!(text.contains(says), "{says}: {text}");
        assert!(sts.requests().iter().all(|it| it.form("Action") == Some("AssumeRole")));
        if code == "access-denied" {
            assert!(text.contains(DEPLOY), "{text}");
            assert!(document["next"].as_str().unwrap().contains("trust policy"), "{document}");
        }
    }
}

/// Exit 3 at the inventory: nobody is asked.
fn broken(config: &str, code: &str, says: &str) {
    let stage = Stage::honest();
    let guard = stage.bare().file("~/.aws/config", config).args("check prod --format json");
    let outcome = guard.args("--profile prod").run();
    let document = unknown(&outcome, code);
    let text = outcome.stable(message(&document));
    assert!(text.contains(says), "{says}: {text}");
    assert!(text.contains("[HOME]/.aws/config:"), "{text}");
    assert!(stage.is_untouched(), "{config}");
}

#[test]
fn a_chain_that_leads_nowhere_is_refused_by_file_and_line() {
    let keys = "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let prod = |more: &str| role("profile prod", DEPLOY, more);
    let middle = |more: &str| role("profile middle", DEPLOY, more);
    let (invalid, nothing) = ("invalid-configuration", "no-credentials");
    let via = prod("source_profile = middle");
    broken(&prod("source_profile = gone"), "unknown-profile", "config:3): `source_profile` names");
    broken(&(via.clone() + "[profile middle]\n"), nothing, "which has no credentials");
    let circle = middle("source_profile = prod");
    broken(&(via.clone() + &circle), invalid, "config:6): circular `source_profile`");
    let selfish = middle("source_profile = middle");
    broken(&(via.clone() + &selfish), invalid, "config:6): `source_profile` is the profile itself");
    broken(&(via.clone() + &middle("")), invalid, "config:5): `role_arn` without");
    let half = "[profile middle]\naws_access_key_id = A\n";
    broken(
        &(via.clone() + half),
        "partial-credentials",
        "is set but `aws_secret_access_key` is not",
    );
    let no_region = "[profile middle]\nsso_start_url = https://corp.awsapps.com/start\n";
    broken(&(via + no_region), invalid, "missing `sso_");
    for (more, says) in [
        ("duration_seconds = 899", "got `899`"),
        ("duration_seconds = 43201", "got `43201`"),
        ("duration_seconds = 1h", "got `1h`"),
        ("mfa_serial =", "`mfa_serial` has 0 characters"),
        ("external_id = a;b", "`external_id` contains `;`"),
        ("role_session_name = a/b", "`role_session_name` contains `/`"),
    ] {
        broken(&(prod(&format!("source_profile = base\n{more}")) + keys), invalid, says);
    }
}

#[test]
fn a_chained_role_is_not_asked_for_more_than_an_hour() {
    let keys = "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let config = role("profile prod", DEPLOY, "source_profile = middle\nduration_seconds = 3601")
        + &role("profile middle", DEPLOY, "source_profile = base")
        + keys;
    let says =
        "config:4): `duration_seconds` is 3601 seconds, but AWS limits role chaining to one hour";
    broken(&config, "invalid-configuration", says);
    let stage = Stage::honest();
    let config = role("profile prod", DEPLOY, "source_profile = base") + keys;
    let guard = stage.bare().file("~/.aws/config", &config).args("check prod --format json");
    let guard = guard.args("--profile prod --duration 2h --role-arn").arg(DEPLOY);
    let document = unknown(&guard.run(), "invalid-configuration");
    assert!(message(&document).contains("role chaining to one hour"), "{document}");
    assert!(stage.is_untouched());
}

#[test]
fn roles_are_asked_for_at_no_other_endpoint() {
    let config = role("profile prod", DEPLOY, "source_profile = base")
        + "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n";
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        for arguments in [
            "--profile prod",
            "--profile base --role-arn ROLE",
            "--profile base --mfa-serial arn:aws:iam::555555555555:mfa/me",
        ] {
            let stage = Stage::honest();
            let liar = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
            let guard = stage.bare().file("~/.aws/config", &config).env(name, liar.url());
            let guard = guard.env("ACCOUNT_GUARD_MFA_CODE", "123456");
            let guard =
                guard.args("check prod --format json").args(&arguments.replace("ROLE", DEPLOY));
            unknown(&guard.run(), "untrusted-endpoint");
            assert_eq!((liar.connections(), liar.bytes()), (0, 0), "{name} {arguments}");
            assert!(stage.is_untouched(), "{name} {arguments}");
        }
    }
}

/// Keys of AWS that would only sign the call are not sent to an emulator either.
#[test]
fn keys_of_aws_below_a_role_are_not_sent_to_an_emulator() {
    let liar = Hostile::plain(Behaviour::Answers { arn: hostile::ARN });
    let policy = format!("{POLICY}emulator = [\"{}\"]\n", liar.url());
    let guard = Guard::new().policy(&policy).credentials(&Credentials::of(KEY));
    let guard = guard.env("AWS_REGION", REGION).args("check staging --format json --role-arn");
    denied(&guard.arg(DEPLOY).run(), "real-credentials");
    assert_eq!((liar.connections(), liar.bytes()), (0, 0));
}
