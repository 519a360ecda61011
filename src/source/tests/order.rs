//! The order of sources, and the claims of each source.

use super::*;
use crate::identity::AccountId;

const EVERYTHING: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", "hush"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
    ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/web"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
];
const SSO: &str = "sso_session = corp\nsso_account_id = 222222222222\nsso_role_name = Admin\n";
const SESSION: &str =
    "[sso-session corp]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n";
const ROLE: &str =
    "role_arn = arn:aws:iam::333333333333:role/r\ncredential_source = Ec2InstanceMetadata\n";
const WEB: &str = "role_arn = arn:aws:iam::111111111111:role/web\nweb_identity_token_file = /t\n";
const PROCESS: &str = "credential_process = vend\n";

#[test]
fn each_kind_is_overridden_by_the_kinds_before_it() {
    let config = |parts: &[&str]| format!("[default]\n{}{SESSION}", parts.concat());
    let credentials = format!("[default]\n{STATIC}");
    let (keys, web, container) = (&EVERYTHING[..2], &EVERYTHING[2..4], &EVERYTHING[4..]);
    let none: &[(&str, &str)] = &[];
    for (variables, config, credentials, expected) in [
        (EVERYTHING, config(&[ROLE, SSO, PROCESS, STATIC]), &*credentials, "keys: AWS_ACCESS"),
        (&EVERYTHING[2..], config(&[ROLE, SSO, PROCESS, STATIC]), &credentials, "role: "),
        (&EVERYTHING[2..], config(&[SSO, PROCESS, STATIC]), &credentials, "web-identity: AWS_WEB"),
        (container, config(&[WEB, SSO, PROCESS]), &credentials, "web-identity: profile"),
        (container, config(&[SSO, PROCESS, STATIC]), &credentials, "sso: "),
        (container, config(&["login_session = me\n", PROCESS, STATIC]), "", "login: "),
        (container, config(&[PROCESS, STATIC]), &credentials, "keys: profile `default` (credent"),
        (container, config(&[PROCESS, STATIC]), "", "process: "),
        (container, config(&[STATIC]), "", "keys: profile `default` (config:2)"),
        (container, config(&[]), "", "container: AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        (none, config(&[]), "", "instance: the machine's metadata service"),
        (none, String::new(), "", "instance: "),
        (keys, String::new(), "", "keys: AWS_ACCESS_KEY_ID in the environment"),
        (web, String::new(), "", "web-identity: AWS_WEB_IDENTITY_TOKEN_FILE"),
        (&[("AWS_EC2_METADATA_DISABLED", "TRUE")], String::new(), "", "no-credentials"),
        (&[("AWS_EC2_METADATA_DISABLED", "1")], String::new(), "", "instance: "),
        (&[("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")], String::new(), "", "instance: "),
        (&[("AWS_ACCESS_KEY", "a"), ("AWS_SECRET_KEY", "b")], String::new(), "", "instance: "),
    ] {
        let found = winner(&world(variables, &config, credentials), &implied());
        assert!(found.starts_with(expected), "{expected} != {found}");
    }
}

#[test]
fn an_explicit_profile_disables_the_environment() {
    let config = format!("[profile prod]\n{STATIC}[profile bare]\nregion = eu-west-1\n");
    let world = world(EVERYTHING, &config, "");
    assert_eq!(winner(&world, &profile("prod")), "keys: profile `prod` (config:2)");
    assert_eq!(winner(&world, &profile("bare")), "no-credentials");
    let asked = profile("prod");
    let inventory = Inventory::take(&world, &asked);
    assert_eq!(inventory.entries(AWS_CLI).len(), 1);
    assert_eq!(inventory.notes(AWS_CLI), []);
}

#[test]
fn the_flag_then_aws_profile_then_aws_default_profile_choose() {
    let config = format!("[profile a]\n{STATIC}[profile b]\n{STATIC}[profile c]\n{STATIC}");
    let both = [("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b")];
    for (variables, asked, expected) in [
        (&both[..], profile("c"), "keys: profile `c` (config:8)"),
        (&both, implied(), "keys: profile `a` (config:2)"),
        (&both[1..], implied(), "keys: profile `b` (config:5)"),
        (&[], implied(), "instance: the machine's metadata service"),
    ] {
        assert_eq!(winner(&world(variables, &config, ""), &asked), expected);
    }
}

#[test]
fn unused_sources_are_listed_as_shadowed() {
    let config = format!("[profile prod]\n{STATIC}{PROCESS}");
    let variables = [EVERYTHING, &[("AWS_PROFILE", "prod")]].concat();
    let (here, asked) = (world(&variables, &config, ""), implied());
    let inventory = Inventory::take(&here, &asked);
    let source = inventory.winner(AWS_CLI).unwrap().source;
    let shadowed: Vec<_> =
        inventory.shadowed(AWS_CLI, &source).into_iter().map(|s| s.origin.to_string()).collect();
    assert_eq!(
        shadowed,
        [
            "AWS_WEB_IDENTITY_TOKEN_FILE in the environment",
            "profile `prod` (/home/.aws/config:4)",
            "profile `prod` (/home/.aws/config:2)",
        ]
    );
    let (here, asked) = (world(&ENV_KEYS, "", ""), implied());
    let alone = Inventory::take(&here, &asked);
    let source = alone.winner(AWS_CLI).unwrap().source;
    assert_eq!(
        alone.shadowed(AWS_CLI, &source).len(),
        0,
        "whether there is a metadata service is unknown"
    );
}

#[test]
fn keys_are_not_changed() {
    let variables = [
        ("AWS_ACCESS_KEY_ID", "ASIAX"),
        ("AWS_SECRET_ACCESS_KEY", "a/b+c="),
        ("AWS_SESSION_TOKEN", "new"),
        ("AWS_SECURITY_TOKEN", "old"),
        ("AWS_CREDENTIAL_EXPIRATION", "2027-01-15T09:00:00+01:00"),
    ];
    let mut world = world(&variables, "", "");
    world.now -= Duration::from_secs(1);
    let asked = implied();
    let inventory = Inventory::take(&world, &asked);
    let source = inventory.winner(AWS_CLI).unwrap().source;
    let Kind::Keys(keys) = &source.kind else { panic!("{source:?}") };
    assert_eq!(keys.access_key_id, "ASIAX");
    assert_eq!(keys.secret_access_key.expose(), "a/b+c=");
    assert_eq!(keys.session_token.as_ref().map(Secret::expose), Some("old"));
    assert_eq!(keys.expires_at, Some(world.now + Duration::from_secs(1)));
    assert_eq!(source.claims, []);
    assert!(inventory.notes(AWS_CLI)[0].0.contains("the two differ"));
    let shown = format!("{source:?} {:?}", inventory.notes(AWS_CLI));
    assert!(!shown.contains("a/b+c=") && !shown.contains("old"), "{shown}");
}

#[test]
fn a_configuration_claims_an_account_and_a_role() {
    let role = |name: &str| Some(Claimed::Role(name.to_owned()));
    let set = Some(Claimed::PermissionSet("Admin".to_owned()));
    for (text, account, claimed, key) in [
        (ROLE.to_owned(), "333333333333", role("r"), "role_arn"),
        (WEB.to_owned(), "111111111111", role("web"), "role_arn"),
        (SSO.to_owned(), "222222222222", set, "sso_account_id"),
        (format!("{STATIC}aws_account_id = 444444444444"), "444444444444", None, "aws_account_id"),
        (
            "login_session = arn:aws:sts::555555555555:assumed-role/Admin/me".to_owned(),
            "555555555555",
            None,
            "login_session",
        ),
    ] {
        let config = format!("{SESSION}[profile prod]\n{text}");
        let (here, asked) = (world(&[], &config, ""), profile("prod"));
        let inventory = Inventory::take(&here, &asked);
        let source = inventory.winner(AWS_CLI).unwrap().source;
        let [claim] = source.claims.as_slice() else { panic!("{source:?}") };
        assert_eq!(claim.account, Some(AccountId::parse(account).unwrap()));
        assert_eq!((&claim.role, claim.key), (&claimed, key));
    }
    let (here, asked) = (world(&ENV_WEB, "", ""), implied());
    let inventory = Inventory::take(&here, &asked);
    let source = inventory.winner(AWS_CLI).unwrap().source;
    assert_eq!(source.claims[0].origin, Origin::Variable("AWS_ROLE_ARN"));
    for session in ["me", "arn:aws:iam::me:user/me", "arn:aws:iam:::user/me"] {
        let config = format!("[profile prod]\nlogin_session = {session}\n");
        let (here, asked) = (world(&[], &config, ""), profile("prod"));
        let source = Inventory::take(&here, &asked).winner(AWS_CLI).unwrap().source;
        assert!(source.claims.is_empty(), "{session}");
    }
}

#[test]
fn the_credentials_file_overrides_the_config_file_and_every_value_keeps_its_line() {
    let config = "[profile prod]\nrole_arn = nonsense\nsource_profile = prod\naws_access_key_id = a\naws_secret_access_key = b\n";
    let credentials = "[prod]\n\nrole_arn = arn:aws:iam::333333333333:role/r\n";
    let world = world(&[], config, credentials);
    assert_eq!(winner(&world, &profile("prod")), "role: profile `prod` (credentials:3)");
    let asked = profile("prod");
    let inventory = Inventory::take(&world, &asked);
    let Kind::Role(call) = &inventory.winner(AWS_CLI).unwrap().source.kind else { panic!() };
    assert_eq!(call.from.origin.to_string(), "profile `prod` (/home/.aws/config:4)");
}

#[test]
fn a_session_takes_its_name_from_the_environment_first() {
    let config = "[profile prod]\nrole_session_name = mine\n";
    let named = [("AWS_ROLE_SESSION_NAME", "theirs"), ("AWS_PROFILE", "prod")];
    for (variables, expected) in [(&named[..], "theirs"), (&named[1..], "mine")] {
        let variables = [&ENV_WEB, variables].concat();
        let (here, asked) = (world(&variables, config, ""), implied());
        let inventory = Inventory::take(&here, &asked);
        let Kind::WebIdentity(web) = &inventory.winner(AWS_CLI).unwrap().source.kind else {
            panic!()
        };
        assert_eq!(web.session_name.as_deref(), Some(expected));
    }
}

/// The credentials that assume the role of `[default]` in each family, for these contents of the source profile.
#[test]
fn each_family_has_its_own_order_in_a_source_profile() {
    let by = |config: &str, family| {
        let default = "[default]\nrole_arn = arn:aws:iam::333333333333:role/r\n";
        let more = "[profile more]\naws_access_key_id = AKIAMORE\naws_secret_access_key = hush\n";
        let config = format!("{default}source_profile = base\n[profile base]\n{config}{more}");
        let (here, asked) = (world(&[], &config, ""), implied());
        let winner = Inventory::take(&here, &asked).winner(Tool::of(family));
        winner.map_or_else(
            |why| why.code.name().to_owned(),
            |winner| {
                let layers = winner.source.layers();
                let kinds: Vec<_> = layers.iter().map(|layer| layer.kind.name()).collect();
                kinds.join(" ")
            },
        )
    };
    let chained = "role_arn = arn:aws:iam::333333333333:role/m\nsource_profile = more\n";
    let [keys, role, process] = ["keys role", "keys role role", "process role"];
    let none = "no-credentials";
    for (config, expected) in [
        (chained.to_owned(), [role; 6]),
        (format!("{chained}{STATIC}"), [keys, keys, role, keys, keys, keys]),
        (format!("{chained}{PROCESS}"), [role, role, "invalid-configuration", role, role, role]),
        (format!("{PROCESS}{STATIC}"), [process, process, keys, keys, keys, keys]),
        (PROCESS.to_owned(), [process; 6]),
        // JavaScript sees no section that has no key.
        (
            String::new(),
            [&[none; 3][..], &["unknown-profile"; 2], &[none]].concat().try_into().unwrap(),
        ),
    ] {
        let families =
            [Family::AwsCli, Family::Boto3, Family::Go, Family::Js, Family::Cdk, Family::Rust];
        assert_eq!(families.map(|family| by(&config, family)), expected, "{config}");
    }
}
