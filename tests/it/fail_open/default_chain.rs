//! Tests of misconfigurations on a machine with a role that the policy allows: the default chain of
//! an SDK would use that role, and the check would pass.

use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::metadata::{Machine, Metadata};
use crate::rig::setup::{KEY, Setup, allowed, message, unknown};
use crate::rig::sts;

/// A machine whose role the policy allows.
pub(crate) fn machine() -> Metadata {
    Metadata::start(Machine::With(Credentials::of("machine-key")))
}

const SSO: [&str; 4] = [
    "sso_start_url = https://corp.awsapps.com/start\n",
    "sso_region = eu-west-1\n",
    "sso_account_id = 111111111111\n",
    "sso_role_name = Deploy\n",
];

/// The setup, and a machine that is reachable by both of its services.
fn in_reach(setup: &Setup, metadata: &Metadata) -> Guard {
    setup.bare().envs(metadata.variables()).args("check prod --format json")
}

fn refused(variables: &[(&str, &str)], config: &str, arguments: &str, code: &str) {
    let (setup, metadata) = (Setup::honest(), machine());
    let guard = in_reach(&setup, &metadata).envs(variables.iter().copied()).args(arguments);
    let guard = if config.is_empty() { guard } else { guard.file("~/.aws/config", config) };
    let outcome = guard.run();
    let document = unknown(&outcome, code);
    assert!(document["next"].is_string(), "{outcome:#?}");
    assert!(metadata.requests().is_empty(), "{outcome:#?}");
    assert!(setup.is_untouched(), "{outcome:#?}");
}

#[test]
fn an_unknown_profile_is_an_error() {
    let config = "[profile prod]\nregion = eu-west-1\n";
    refused(&[("AWS_PROFILE", "prdo")], config, "", "unknown-profile");
    refused(&[("AWS_DEFAULT_PROFILE", "prdo")], config, "", "unknown-profile");
    refused(&[], config, "--profile prdo", "unknown-profile");
    refused(&[("AWS_PROFILE", "default")], config, "", "unknown-profile");
    let keys = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", "hush")];
    refused(&[keys[0], keys[1], ("AWS_PROFILE", "prdo")], config, "", "unknown-profile");
    for value in ["", " ", "\t"] {
        refused(&[("AWS_PROFILE", value)], config, "", "blank-profile");
        refused(&[("AWS_DEFAULT_PROFILE", value)], config, "", "blank-profile");
    }
}

#[test]
fn a_profile_without_credentials_is_an_error() {
    let config = "[profile bare]\nregion = eu-west-1\n[default]\nregion = eu-west-1\n";
    refused(&[("AWS_PROFILE", "bare")], config, "", "no-credentials");
    refused(&[("AWS_PROFILE", "default")], config, "", "no-credentials");
    refused(&[], config, "--profile bare", "no-credentials");
}

#[test]
fn half_a_key_pair_is_an_error() {
    let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    for variables in [
        &[(id, KEY)][..],
        &[(id, KEY), (secret, "")],
        &[(secret, "hush")],
        &[(id, ""), (secret, "hush")],
    ] {
        refused(variables, "", "", "partial-credentials");
    }
    refused(&[(id, KEY), (secret, " ")], "", "", "invalid-credentials");
    for keys in ["aws_access_key_id = A\n", "aws_secret_access_key = A\n", "aws_access_key_id =\n"]
    {
        refused(&[], &format!("[default]\n{keys}"), "", "partial-credentials");
    }
}

#[test]
fn a_web_identity_without_a_role_or_a_token_is_an_error() {
    let code = "invalid-configuration";
    refused(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere")], "", "", code);
    let config = "[default]\nweb_identity_token_file = /nowhere\n";
    refused(&[], config, "", code);
    let role = ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/deploy-ci");
    refused(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"), role], "", "", "source-failed");
    refused(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/null"), role], "", "", "source-failed");
    let not_a_role = ("AWS_ROLE_ARN", "deploy-ci");
    refused(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/null"), not_a_role], "", "", code);
}

#[test]
fn an_unknown_source_profile_is_an_error() {
    let config = "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n";
    refused(&[], &format!("{config}source_profile = gone\n"), "", "unknown-profile");
    refused(&[], config, "", "invalid-configuration");
}

#[test]
fn an_incomplete_sso_profile_is_an_error() {
    for line in SSO {
        let config = format!("[default]\n{}", SSO.concat().replace(line, ""));
        refused(&[], &config, "", "invalid-configuration");
    }
    refused(&[], "[default]\nsso_session = corp\n", "", "invalid-configuration");
    // The profile is complete, and there is no login.
    refused(&[], &format!("[default]\n{}", SSO.concat()), "", "expired-credentials");
}

#[test]
fn a_missing_or_invalid_configuration_file_is_an_error() {
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        refused(&[(name, "/nowhere/config")], "", "", "unreadable-configuration");
        refused(&[(name, "/")], "", "", "unreadable-configuration");
        refused(&[(name, "")], "", "", "unreadable-configuration");
    }
    refused(&[], "[default\naws_access_key_id = A\n", "", "ambiguous-configuration");
}

#[test]
fn an_invalid_container_address_is_an_error() {
    for name in ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
        refused(&[(name, "")], "", "", "invalid-configuration");
    }
    refused(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "nowhere")], "", "", "invalid-configuration");
}

#[test]
fn expired_credentials_never_fall_through() {
    let keys = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let past = ("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z");
    refused(&[keys[0], keys[1], past], "", "", "expired-credentials");
    let pasted = ("AWS_SECRET_ACCESS_KEY", "\"hush\"");
    refused(&[keys[0], pasted], "", "", "invalid-credentials");
}

/// Some versions of tools written in Go skip such a session; no other tool does.
#[test]
fn a_missing_session_never_falls_through() {
    let login = "login_session = arn:aws:iam::111111111111:user/me\n";
    let role = "[default]\nrole_arn = arn:aws:iam::111111111111:role/deploy-ci\n";
    let source = format!("{role}source_profile = base\n[profile base]\n{login}");
    for config in [&format!("[default]\n{login}"), &source] {
        refused(&[], config, "", "ambiguous-configuration");
        refused(&[], config, "--for go", "ambiguous-configuration");
        refused(&[], config, "--for aws-cli,boto3,js,cdk,rust", "expired-credentials");
        refused(&[], config, "--profile default", "expired-credentials");
    }
}

/// `--profile` selects that profile and nothing else.
#[test]
fn a_requested_profile_never_falls_through() {
    let (setup, metadata) = (Setup::honest(), machine());
    let config =
        "[profile a]\naws_access_key_id = profile-key\naws_secret_access_key = hush\n[profile b]\n";
    let guard = || {
        let guard = in_reach(&setup, &metadata).credentials(&Credentials::of(KEY));
        guard.file("~/.aws/config", config)
    };
    let document = allowed(&guard().args("--profile a").run());
    assert_eq!(document["source"]["kind"], "keys");
    assert!(
        document["notes"].to_string().contains("without --profile, tools would use"),
        "{document}"
    );
    let requests = setup.server.requests();
    assert_eq!(
        requests.iter().map(|it| sts::access_key_id(it)).collect::<Vec<_>>(),
        [Some("profile-key")]
    );
    unknown(&guard().args("--profile b").run(), "no-credentials");
    assert!(metadata.requests().is_empty());
    assert_eq!(setup.server.requests().len(), 1);
}

/// Without any configuration, tools use the role of the machine. The program requests it without a
/// proxy.
#[test]
fn the_role_of_the_instance_is_used_without_any_configuration() {
    for (kind, is_container) in [("instance", false), ("container", true)] {
        let (setup, metadata) = (Setup::honest(), machine());
        let [instance, container] = metadata.variables();
        let (name, value) = if is_container { container } else { instance };
        let proxies = ["HTTP_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"];
        let guard = setup.bare().env(name, value).args("check prod --format json");
        let guard = guard.envs(proxies.map(|name| (name, setup.proxy.url())));
        let document = allowed(&guard.run());
        assert_eq!(document["source"]["kind"], kind);
        assert!(document["expires_at"].is_string(), "{document}");
        let requests = setup.server.requests();
        assert_eq!(sts::access_key_id(&requests[0]), Some("machine-key"));
        assert_eq!(requests[0].header("x-amz-security-token"), Some("a-session-token"));
        assert!(!metadata.requests().is_empty());
        assert_eq!(setup.proxy.targets(), ["sts.eu-west-1.amazonaws.com:443"], "{kind}");
    }
}

#[test]
fn an_instance_without_a_role_has_no_credentials() {
    for (machine, word) in
        [(Machine::NotAws, "instance metadata"), (Machine::WithoutRole, "instance metadata")]
    {
        let (setup, metadata) = (Setup::honest(), Metadata::start(machine.clone()));
        let [instance, _] = metadata.variables();
        let guard = setup.bare().env(instance.0, instance.1).args("check prod --format json");
        let document = unknown(&guard.run(), "no-credentials");
        assert!(message(&document).contains(word), "{machine:?}: {}", message(&document));
        assert!(!message(&document).contains("bug"), "{machine:?}: {}", message(&document));
        let is_explained = message(&document).contains("is not that of EC2");
        assert_eq!(is_explained, matches!(machine, Machine::NotAws), "{}", message(&document));
        assert!(document["next"].to_string().contains("AWS_ACCESS_KEY_ID"), "{machine:?}");
        assert!(setup.is_untouched(), "{machine:?}");
    }
}

#[test]
fn disabled_instance_metadata_gets_no_request() {
    for value in ["true", "TRUE"] {
        let (setup, metadata) = (Setup::honest(), machine());
        let [instance, _] = metadata.variables();
        let guard = setup.bare().env(instance.0, instance.1).args("check prod --format json");
        unknown(&guard.env("AWS_EC2_METADATA_DISABLED", value).run(), "no-credentials");
        assert!(metadata.requests().is_empty() && setup.is_untouched());
    }
}
