//! Text that tools read differently. Each tool is judged by the text that it reads, and is refused if the other
//! text would have given it credentials.

use super::*;

/// Config files whose `[default]` has keys for some tools, with those tools.
const READ_BY: &[(&str, &[Family])] = &[
    ("[default]\naws_access_key_id = a # mine\naws_secret_access_key = b\n", &[GO, JS, RUST]),
    ("[default]\naws_access_key_id: a\naws_secret_access_key = b\n", &[CLI, GO]),
    ("[default]\n  aws_access_key_id = a\n  aws_secret_access_key = b\n", &[CLI, GO, JS]),
    (" [default]\naws_access_key_id = a\naws_secret_access_key = b\n", &[CLI, GO, JS]),
    ("[default]\naws_access_key_id = a\n  # b\naws_secret_access_key = b\n", &[CLI, GO, JS]),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\nnonsense\n", &[GO, JS]),
    ("[default]\naws_access_key_id = a\naws_secret_access_key = b\n[default]\n", &[GO, JS, RUST]),
    ("[default] x\naws_access_key_id = a\naws_secret_access_key = b\n", &[CLI]),
    ("[default]# x\naws_access_key_id = a\naws_secret_access_key = b\n", &[CLI, GO, RUST]),
    ("[ default ]\naws_access_key_id = a\naws_secret_access_key = b\n", &[GO, RUST]),
    ("\u{feff}[default]\naws_access_key_id = a\naws_secret_access_key = b\n", &[JS]),
    ("[default]\nAWS_ACCESS_KEY_ID = a\nAWS_SECRET_ACCESS_KEY = b\n", &[CLI, GO, RUST]),
    ("[default]\naws_access_key_id = \"a\"\naws_secret_access_key = \"b\"\n", &[GO]),
];
const CLI: Family = Family::AwsCli;
const GO: Family = Family::Go;
const JS: Family = Family::Js;
const RUST: Family = Family::Rust;

#[test]
fn each_tool_is_judged_by_the_text_that_it_reads() {
    for (config, readers) in READ_BY {
        let (here, asked) = (world(&[], config, ""), implied());
        for family in [CLI, GO, JS, RUST] {
            let winner = Inventory::take(&here, &asked).winner(Tool::of(family));
            match winner {
                Ok(winner) => {
                    assert!(readers.contains(&family), "{family} {config:?}");
                    assert_eq!(winner.source.kind.name(), "keys", "{family} {config:?}");
                }
                Err(why) => {
                    assert!(!readers.contains(&family), "{family} {config:?}: {why}");
                    assert!(why.hint.is_some(), "{family} {config:?}: {why}");
                }
            }
        }
    }
}

#[test]
fn a_profile_that_a_tool_does_not_read_is_refused_with_its_line() {
    for (family, config, name, reason) in [
        (JS, "[profile  prod]", "prod", "two spaces"),
        (JS, "[profile prod]#x", "prod", "text after the bracket"),
        (JS, "[profile \"my prod\"]", "my prod", "quotation marks"),
        (JS, "[profile r&d]", "r&d", "the character `&`"),
        (GO, "[profile \"prod\"]", "prod", "quotation marks"),
        (GO, "[profile prod] word", "prod", "text after the bracket"),
        (RUST, "[profile prod(eu)]", "prod(eu)", "the character `(`"),
        (Family::Boto3, "[profile my prod]", "my prod", "a space in the name"),
    ] {
        let variables = [("AWS_PROFILE", name)];
        let (here, asked) = (world(&variables, &format!("{config}\n{STATIC}"), ""), implied());
        let error = Inventory::take(&here, &asked).winner(Tool::of(family)).unwrap_err();
        assert_eq!(error.code.name(), "unknown-profile", "{config}");
        assert!(error.message.contains(reason), "{config}: {error}");
        assert!(error.message.contains("/home/.aws/config:1"), "{config}: {error}");
    }
}

/// The keys below a header that a tool does not read belong to the section above.
#[test]
fn keys_below_an_unread_header_belong_to_the_section_above() {
    let above = "[profile staging]\naws_access_key_id = S\naws_secret_access_key = s\n";
    let below = "aws_access_key_id = P\naws_secret_access_key = p\n";
    for (header, expected) in [
        ("[profile prod]# careful", ["S", "S", "P"]),
        ("[profile prod] /* note */", ["S", "P", "P"]),
        ("[old] x", ["S", "P", "P"]),
        ("[old;x]", ["S", "P", "S"]),
        ("[profile prod] # careful", ["S", "S", "S"]),
    ] {
        let config = format!("{above}{header}\n{below}");
        let (here, asked) = (world(&[("AWS_PROFILE", "staging")], &config, ""), implied());
        let inventory = Inventory::take(&here, &asked);
        let key = |family| match inventory.winner(Tool::of(family)).unwrap().source.kind {
            Kind::Keys(keys) => keys.access_key_id,
            other => other.name().to_owned(),
        };
        assert_eq!([CLI, GO, JS].map(key), expected, "{header}");
        let notes = inventory.notes(Tool::of(JS));
        let is_noted = notes.iter().any(|note| note.0.contains("config:4 as a section"));
        assert_eq!(is_noted, expected[2] == "P", "{header}: {notes:?}");
    }
}

#[test]
fn a_broken_file_is_refused_for_every_profile_in_it() {
    let own = format!("[profile own]\n{STATIC}");
    for (config, part) in [
        ("region = x\n", "config:1 is above the first section"),
        ("[default]\nnonsense\n", "config:2 is neither a section nor a key"),
        ("[a]\n[a]\n", "config:2 repeats a section"),
        ("[a]\nk = 1\nK = 2\n", "config:3 repeats a key"),
        ("[a]\ns3 =\n  x\n", "config:3 is indented and has no `=`"),
    ] {
        let error = error(&world(&[], &format!("{config}{own}"), ""), &profile("own"));
        assert_eq!(error.code.name(), "ambiguous-configuration", "{config:?}");
        assert!(error.message.contains(part), "{config:?}: {error}");
    }
}

#[test]
fn a_session_token_that_a_tool_does_not_read_is_refused() {
    let credentials = format!("[default]\n{STATIC}AWS_SESSION_TOKEN = t\n");
    let (here, asked) = (world(&[], "", &credentials), implied());
    let error = Inventory::take(&here, &asked).winner(Tool::of(JS)).unwrap_err();
    assert!(error.message.contains("credentials:4 as `aws_session_token`"), "{error}");
    assert!(Inventory::take(&here, &asked).winner(Tool::of(GO)).is_ok());
}

#[test]
fn keys_of_the_environment_do_not_depend_on_a_section_that_the_aws_cli_does_not_use() {
    let config = "[default]\nregion = eu-west-1 # mine\n";
    let variables = [&ENV_KEYS[..], &[("AWS_REGION", "eu-west-1")]].concat();
    assert!(winner(&world(&variables, config, ""), &implied()).starts_with("keys: AWS"));
    assert_eq!(winner(&world(&ENV_KEYS, config, ""), &implied()), "invalid-region");
}

#[test]
fn two_tokens_that_differ_are_refused() {
    let config = format!("[default]\n{STATIC}aws_security_token =\naws_session_token = t\n");
    assert_eq!(winner(&world(&[], &config, ""), &implied()), "ambiguous-configuration");
}
