//! What tools read differently is refused where it takes part, and nowhere else.

use super::*;

/// Each is doubtful as a whole config file with a `[default]` that has keys.
const DOUBTFUL: &[(&str, &str)] = &[
    ("[default]\naws_access_key_id = a # mine\naws_secret_access_key = b\n", "config:2 "),
    ("[default]\naws_access_key_id = a ;mine\naws_secret_access_key = b\n", "config:2 "),
    ("[default]\naws_access_key_id: a\naws_secret_access_key = b\n", "`:`"),
    (
        "[default]\naws_access_key_id = a\naws_secret_access_key = b\nAWS_ACCESS_KEY_ID = c\n",
        "config:4",
    ),
    ("[default]\naws_access_key_id = a\n  b\naws_secret_access_key = b\n", "continues"),
    ("[default]\naws_access_key_id = a\n  # b\naws_secret_access_key = b\n", "indented comment"),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\nnonsense\n", "neither"),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\n= c\n", "no key"),
    ("[default]\n  aws_access_key_id = a\n  aws_secret_access_key = b\n", "indented below no key"),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\n[default]\n", "config:4"),
    (
        "[default]\naws_access_key_id = a\naws_secret_access_key = b\n[profile default]\n",
        "config:4",
    ),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\n [profile x]\n", "indented"),
    ("[default] x\naws_access_key_id = a\naws_secret_access_key = b\n", "tools read"),
    ("[default] # [x]\naws_access_key_id = a\naws_secret_access_key = b\n", "tools read"),
    ("[ default ]\naws_access_key_id = a\naws_secret_access_key = b\n", "tools read"),
    ("[default\naws_access_key_id = a\naws_secret_access_key = b\n", "closing bracket"),
    (" [default]\naws_access_key_id = a\naws_secret_access_key = b\n", "indented"),
    ("region = x\n[default]\naws_access_key_id = a\naws_secret_access_key = b\n", "before"),
    ("\u{feff}[default]\naws_access_key_id = a\naws_secret_access_key = b\n", "byte order mark"),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\u{a0}\n", "white space"),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\u{0}\n", "control"),
    ("[default]\naws_access_key_id = a\r[x]\naws_secret_access_key = b\n", "carriage return"),
    (
        "[DEFAULT]\nregion = x\n[default]\naws_access_key_id = a\naws_secret_access_key = b\n",
        "adds",
    ),
];

#[test]
fn a_doubtful_profile_is_refused_with_its_line() {
    for (config, part) in DOUBTFUL {
        let error = error(&world(&[], config, ""), &implied());
        assert_eq!(error.code.name(), "ambiguous-configuration", "{config:?}");
        assert!(error.message.contains(part), "{config:?}: {error}");
        assert!(matches!(error.origin, Some(Origin::Line { .. })));
        let named = [("AWS_PROFILE", "default")];
        assert_eq!(
            winner(&world(&named, config, ""), &implied()),
            "ambiguous-configuration",
            "{config:?}"
        );
    }
}

#[test]
fn a_strangers_doubtful_section_stops_nobody() {
    let own = format!("[profile own]\n{STATIC}region = eu-west-1\n");
    for (config, part) in DOUBTFUL {
        let world = world(&[], &format!("{config}{own}"), "");
        let is_whole_file =
            ["before", "byte order", "carriage", "adds"].iter().any(|whole| part.contains(whole));
        let expected = if is_whole_file { "ambiguous-configuration" } else { "keys" };
        assert!(winner(&world, &profile("own")).starts_with(expected), "{config:?}");
    }
}

#[test]
fn a_doubtful_key_that_nobody_asks_for_stops_nobody() {
    let config = format!("[default]\n{STATIC}output = json # mine\ns3 =\n  # mine\n  a = b\n");
    assert!(winner(&world(&[], &config, ""), &implied()).starts_with("keys"));
    let config = format!("[default]\n{STATIC}region = eu-west-1 # mine\n");
    let (here, asked) = (world(&[], &config, ""), implied());
    let inventory = Inventory::take(&here, &asked);
    assert!(inventory.entries(Family::AwsCli)[0].is_ok());
    assert_eq!(
        inventory.region(Family::AwsCli).unwrap_err().code.name(),
        "ambiguous-configuration"
    );
}

#[test]
fn keys_of_the_environment_do_not_depend_on_a_doubtful_profile() {
    let (config, _) = DOUBTFUL[0];
    assert!(winner(&world(&ENV_KEYS, config, ""), &implied()).starts_with("keys: AWS"));
}

#[test]
fn what_tools_agree_on_is_accepted() {
    for config in [
        "# c\n; c\n\n[profile p]\n#c = d\naws_access_key_id=a\n\naws_secret_access_key   =   b\n",
        "[profile p]\r\naws_access_key_id = a\r\naws_secret_access_key = b\r\n",
        "[profile   p] # mine\nAWS_Access_Key_ID = a\naws_secret_access_key = b#c;d",
        "[profile \"p\"]\naws_access_key_id = a\naws_secret_access_key = b==\n",
        "[profile p]\naws_access_key_id = a \naws_secret_access_key = b\t\n\ts3_ignored =\n",
    ] {
        let found = winner(&world(&[], config, ""), &profile("p"));
        let is_indented = config.contains("\ts3");
        assert_eq!(found.starts_with("keys"), !is_indented, "{config:?}: {found}");
    }
    let quoted = format!("[profile \"my prod\"]\n{STATIC}");
    assert!(winner(&world(&[], &quoted, ""), &profile("my prod")).starts_with("keys"));
    let odd = format!("[my prod]\n{STATIC}");
    assert!(winner(&world(&[], "", &odd), &profile("my prod")).starts_with("keys"));
}

#[test]
fn two_tokens_that_differ_are_refused() {
    let config = format!("[default]\n{STATIC}aws_security_token =\naws_session_token = t\n");
    assert_eq!(winner(&world(&[], &config, ""), &implied()), "ambiguous-configuration");
}
