//! Tests that the endpoint is checked before a byte is sent. A server at every configured endpoint
//! would return an allowed identity; it must not get a connection.

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::Guard;
use crate::rig::hostile::{self, Behaviour, Hostile};
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{KEY, Setup, allowed, message, reaching, unknown};

/// How the caller proves its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// Keys of the environment, which sign the call.
    Signed,
    /// A web identity token of the environment, in an unsigned call.
    Unsigned,
    /// A web identity token of the command line.
    TokenFile,
    /// A SAML assertion.
    Saml,
    /// A cached token of IAM Identity Center.
    Sso,
}

const ALL: [Call; 5] = [Call::Signed, Call::Unsigned, Call::TokenFile, Call::Saml, Call::Sso];

const SSO: &str = "sso_session = corp
sso_account_id = 111111111111
sso_role_name = Deploy
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
";

/// A token in the cache, named after the SHA-1 of the session name.
const CACHED: &str = "~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const TOKEN: &str = r#"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1",
    "accessToken": "a-token-of-the-portal", "expiresAt": "2099-01-01T00:00:00Z"}"#;

fn lying_server() -> Hostile {
    Hostile::plain(Behaviour::Answers { arn: hostile::ARN })
}

/// A run with the credentials of the call; `profile` is the text of the default profile.
fn guard(setup: &Setup, call: Call, profile: &str) -> Guard {
    let guard = setup.bare().args("check prod --format json");
    let config = |more: &str| format!("[default]\n{profile}{more}");
    match call {
        Call::Signed => guard.credentials(&Credentials::of(KEY)).file("~/.aws/config", &config("")),
        Call::Unsigned => {
            let token = guard.home().join("token");
            guard
                .file("~/token", "a.web.identity-token")
                .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
                .env("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci")
                .file("~/.aws/config", &config(""))
        }
        Call::TokenFile => guard
            .file("token", "a.web.identity-token")
            .file("~/.aws/config", &config(""))
            .args("--web-identity-token-file token")
            .args("--role-arn arn:aws:iam::111111111111:role/deploy-ci"),
        Call::Saml => guard
            .file("assertion", "YS1TQU1MLWFzc2VydGlvbg==")
            .file("~/.aws/config", &config(""))
            .args("--saml-assertion-file assertion")
            .args("--role-arn arn:aws:iam::111111111111:role/deploy-ci")
            .args("--saml-principal-arn arn:aws:iam::111111111111:saml-provider/corp"),
        Call::Sso => guard.file(CACHED, TOKEN).file("~/.aws/config", &config(SSO)),
    }
}

#[track_caller]
fn nothing_was_sent(lying_server: &Hostile, setup: &Setup, case: &dyn std::fmt::Debug) {
    assert_eq!((lying_server.connections(), lying_server.bytes()), (0, 0), "{case:?}");
    assert!(setup.is_untouched(), "{case:?}");
}

#[test]
fn an_endpoint_of_a_variable_gets_no_request() {
    for (name, calls) in [
        ("AWS_ENDPOINT_URL", &ALL[..]),
        ("AWS_ENDPOINT_URL_STS", &ALL),
        ("AWS_ENDPOINT_URL_SSO", &[Call::Sso]),
        ("AWS_ENDPOINT_URL_SSO_OIDC", &[Call::Sso]),
    ] {
        for call in calls {
            let (setup, lying_server) = (Setup::honest(), lying_server());
            let outcome = guard(&setup, *call, "").env(name, lying_server.url()).run();
            let document = unknown(&outcome, "untrusted-endpoint");
            assert!(message(&document).contains(name), "{name} {call:?}: {}", message(&document));
            nothing_was_sent(&lying_server, &setup, &(name, call));
        }
    }
}

#[test]
fn an_endpoint_of_a_profile_gets_no_request() {
    for call in ALL {
        let (setup, lying_server) = (Setup::honest(), lying_server());
        let endpoint = format!("endpoint_url = {}\n", lying_server.url());
        unknown(&guard(&setup, call, &endpoint).run(), "untrusted-endpoint");
        for service in ["sts", "sso", "sso_oidc"] {
            if call != Call::Sso && service != "sts" {
                continue;
            }
            let section = format!("[services local]\n{service} =\n  {endpoint}");
            let guard = guard(&setup, call, "services = local\n");
            let config = std::fs::read_to_string(guard.home().join(".aws/config")).unwrap();
            let outcome = guard.file("~/.aws/config", &(config + &section)).run();
            unknown(&outcome, "untrusted-endpoint");
        }
        nothing_was_sent(&lying_server, &setup, &call);
    }
}

/// Without a redirection, the cached token is sent to the portal under its own name.
#[test]
fn an_sso_profile_calls_the_portal_under_its_own_name() {
    let setup = Setup::honest();
    let outcome = guard(&setup, Call::Sso, "").run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    let targets = setup.proxy.targets();
    assert!(!targets.is_empty(), "{outcome:#?}");
    for target in targets {
        assert_eq!(target, "portal.sso.eu-west-1.amazonaws.com:443");
    }
}

/// FIPS and dual-stack settings apply to the portal as they do to STS; no server listens there.
#[test]
fn the_endpoint_variant_follows_the_settings() {
    let (fips, dual) = (("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true"));
    for (call, variables, host) in [
        (Call::Signed, &[fips][..], "sts-fips.eu-west-1.amazonaws.com"),
        (Call::Signed, &[dual], "sts.eu-west-1.api.aws"),
        (Call::Saml, &[fips], "sts-fips.eu-west-1.amazonaws.com"),
        (Call::Unsigned, &[fips, dual], "sts-fips.eu-west-1.api.aws"),
        (Call::Sso, &[fips], "portal.sso-fips.eu-west-1.amazonaws.com"),
        (Call::Sso, &[dual], "portal.sso.eu-west-1.api.aws"),
    ] {
        let setup = Setup::honest();
        let outcome = guard(&setup, call, "").envs(variables.iter().copied()).run();
        unknown(&outcome, "proxy");
        assert_eq!(setup.proxy.targets().first(), Some(&format!("{host}:443")), "{outcome:#?}");
    }
}

#[test]
fn ignored_endpoints_get_no_request() {
    let (setup, lying_server) = (Setup::honest(), lying_server());
    let endpoint = format!("endpoint_url = {}\n", lying_server.url());
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        let guard = guard(&setup, Call::Signed, &endpoint).env(name, lying_server.url());
        allowed(&guard.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").run());
    }
    let ignoring = format!("{endpoint}ignore_configured_endpoint_urls = true\n");
    allowed(&guard(&setup, Call::Signed, &ignoring).run());
    assert_eq!(setup.server.requests().len(), 3);
    assert_eq!((lying_server.connections(), lying_server.bytes()), (0, 0));
    for value in ["false", "1", "yes", ""] {
        let guard =
            guard(&setup, Call::Signed, &ignoring).env("AWS_ENDPOINT_URL", lying_server.url());
        let outcome = guard.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", value).run();
        unknown(&outcome, "untrusted-endpoint");
    }
    assert_eq!((setup.server.requests().len(), lying_server.connections()), (3, 0));
}

/// The SDK clients for IAM Identity Center ignore this setting; the HTTP gate applies it.
#[test]
fn an_ignored_endpoint_gets_no_portal_token() {
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        let (setup, lying_server) = (Setup::honest(), lying_server());
        let guard = guard(&setup, Call::Sso, "").env(name, lying_server.url());
        let outcome = guard.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").run();
        assert_eq!(outcome.code, Some(3), "{name}: {outcome:#?}");
        assert_eq!((lying_server.connections(), lying_server.bytes()), (0, 0), "{name}");
    }
}

#[test]
fn aws_hosts_are_accepted_and_similar_names_are_refused() {
    let setup = Setup::honest();
    for url in ["https://sts.eu-west-1.amazonaws.com", "https://sts.eu-west-1.amazonaws.com:443/"] {
        allowed(&guard(&setup, Call::Signed, "").env("AWS_ENDPOINT_URL", url).run());
    }
    let lying_server = lying_server();
    for name in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_ECR"] {
        // The endpoint of a service that the program does not call does not matter.
        allowed(&guard(&setup, Call::Signed, "").env(name, lying_server.url()).run());
    }
    assert_eq!((lying_server.connections(), lying_server.bytes()), (0, 0));
    let before = setup.proxy.requests().len();
    for url in [
        "http://sts.eu-west-1.amazonaws.com",
        "https://sts.eu-west-1.amazonaws.com:8443",
        "https://sts.eu-west-1.amazonaws.com/path",
        "https://sts.eu-west-1.amazonaws.com.",
        "https://sts.eu-west-1.amazonaws.com@evil.example",
        "https://user:hush@sts.eu-west-1.amazonaws.com",
        "https://user:hush@sts.eu-west-1.amazonaws.com:notaport",
        "https://user:hush@evil example/",
        "user:hush@sts.eu-west-1.amazonaws.com",
        "https://sts.eu-west-2.amazonaws.com",
        "https://sts.amazonaws.com",
        "https://s3.eu-west-1.amazonaws.com",
        "https://evil.example#sts.eu-west-1.amazonaws.com",
        "sts.eu-west-1.amazonaws.com",
        "localhost",
    ] {
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
            let outcome = guard(&setup, Call::Signed, "").env(name, url).args("--debug").run();
            unknown(&outcome, "untrusted-endpoint");
            assert!(!format!("{outcome:?}").contains("hush"), "{url}: {outcome:#?}");
        }
    }
    assert_eq!(setup.proxy.requests().len(), before);
}

const GLOBAL: &str = "https://sts.amazonaws.com";

#[test]
fn the_global_sts_endpoint_is_used_for_us_east_1() {
    let ca = Ca::new();
    let answer = Behaviour::Answers { arn: hostile::ARN };
    let server = Hostile::tls(answer, ca.server(&["sts.amazonaws.com"], Validity::Current));
    let route = ("sts.amazonaws.com:443".to_owned(), server.address());
    let proxy = Proxy::start(Mode::Routes(vec![route]));
    let guard = || {
        let guard = reaching(&ca, &proxy).env("AWS_REGION", "us-east-1");
        guard.credentials(&Credentials::of(KEY)).args("check prod --format json --for aws-cli")
    };
    let profile = format!("[default]\nendpoint_url = {GLOBAL}\n");
    let services =
        format!("[default]\nservices = here\n[services here]\nsts =\n  endpoint_url = {GLOBAL}\n");
    for guard in [
        guard().env("AWS_ENDPOINT_URL_STS", GLOBAL),
        guard().env("AWS_ENDPOINT_URL", GLOBAL),
        guard().file("~/.aws/config", &profile),
        guard().file("~/.aws/config", &services),
    ] {
        let document = allowed(&guard.run());
        assert_eq!(document["endpoint"], "https://sts.amazonaws.com/");
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    for request in requests {
        let signed = request.header("authorization").unwrap_or_default();
        assert!(signed.contains("/us-east-1/sts/aws4_request"), "{signed}");
    }
}

#[test]
fn the_global_sts_endpoint_is_not_used_for_other_regions() {
    let setup = Setup::honest();
    for region in ["eu-west-1", "us-east-2", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"] {
        let guard = guard(&setup, Call::Signed, "").env("AWS_ENDPOINT_URL_STS", GLOBAL);
        let document = unknown(&guard.env("AWS_REGION", region).run(), "untrusted-endpoint");
        let next = document["next"].as_str().unwrap_or_default();
        assert!(next.contains(&format!("https://sts.{region}.")), "{next}");
    }
    for url in ["http://sts.amazonaws.com", "https://sts.amazonaws.com:8443"] {
        let guard = guard(&setup, Call::Signed, "").env("AWS_ENDPOINT_URL_STS", url);
        unknown(&guard.env("AWS_REGION", "us-east-1").run(), "untrusted-endpoint");
    }
    assert!(setup.is_untouched());
}

#[test]
fn an_s3_endpoint_that_applies_to_all_services_is_reported() {
    let setup = Setup::honest();
    let guard = guard(&setup, Call::Signed, "").env("AWS_ENDPOINT_URL", "https://x.r2.example");
    let document = unknown(&guard.run(), "untrusted-endpoint");
    assert!(document["next"].to_string().contains("set AWS_ENDPOINT_URL_S3"), "{document}");
    assert!(setup.is_untouched());
}

#[test]
fn an_invalid_region_never_becomes_a_host_name() {
    for region in [
        "s3",
        "eu-west-1.evil.example",
        "eu-west-1/",
        "eu/west-1",
        "../",
        "localhost",
        "eu-west-1@evil.example",
        "eu-west-1#",
        "eu-west-1 ",
        "EU-WEST-1",
        "127.0.0.1",
        "eu_west_1",
    ] {
        let setup = Setup::honest();
        for call in ALL {
            let outcome = guard(&setup, call, "").env("AWS_REGION", region).run();
            unknown(&outcome, "invalid-region");
        }
        let flag = guard(&setup, Call::Signed, "").arg("--region").arg(region).run();
        unknown(&flag, "invalid-region");
        let default = guard(&setup, Call::Signed, "").env("AWS_REGION", "");
        unknown(&default.env("AWS_DEFAULT_REGION", region).run(), "invalid-region");
        let config = format!("region = {region}\n");
        if region.trim() == region && !region.contains('#') {
            let outcome = guard(&setup, Call::Signed, &config).env("AWS_REGION", "").run();
            unknown(&outcome, "invalid-region");
        }
        assert!(setup.is_untouched(), "{region}");
    }
}
