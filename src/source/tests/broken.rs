//! Invalid configurations. The default chain of the SDK silently ignores some of them and continues with the
//! machine's role; here each one is an error.

use super::*;

#[track_caller]
fn refused(variables: &[(&str, &str)], config: &str, code: &str, part: &str) {
    let error = error(&world(variables, config, ""), &implied());
    assert_eq!(error.code.name(), code, "{error}");
    let whole = format!("{error} | {}", error.hint.as_deref().unwrap_or_default());
    assert!(whole.contains(part), "{part:?} is not in {whole:?}");
    assert!(!whole.contains("hush") && !whole.contains('\n'), "{whole}");
    let is_plain = |text: &str| !text.ends_with('.') && !text.is_empty();
    assert!(is_plain(&error.message) && error.hint.as_deref().is_none_or(is_plain), "{error:?}");
}

#[test]
fn a_missing_profile() {
    let config = "[profile production]\nregion = eu-west-1\n[prod]\n[default]\n";
    let named = |name| [ENV_KEYS[0], ENV_KEYS[1], ("AWS_PROFILE", name)];
    refused(&named("productoin"), config, "unknown-profile", "did you mean `production`?");
    refused(&named("x"), config, "unknown-profile", "defined: `default`, `production`");
    refused(
        &named("prod"),
        config,
        "unknown-profile",
        "write `[profile prod]` instead of `[prod]`",
    );
    refused(&named(" production"), config, "unknown-profile", "` production`");
    refused(&named("a\nb"), config, "unknown-profile", "`a\\nb`");
    refused(&named("default"), "", "unknown-profile", "no profile is configured");
    refused(&[("AWS_DEFAULT_PROFILE", "x")], "", "unknown-profile", "AWS_DEFAULT_PROFILE");
    let world = world(&ENV_KEYS, "", "[profile prod]\n");
    let error = error(&world, &profile("prod"));
    assert_eq!(error.origin, Some(Origin::Flag("--profile")));
    assert!(error.hint.unwrap().starts_with("write `[prod]` instead of `[profile prod]`"));
}

#[test]
fn a_blank_profile_name() {
    for blank in ["", "  ", "\t"] {
        refused(&[("AWS_PROFILE", blank)], "", "blank-profile", "AWS_PROFILE in the environment");
        refused(&[("AWS_DEFAULT_PROFILE", blank)], "", "blank-profile", "unset AWS_DEFAULT_PROF");
        let both = [("AWS_PROFILE", blank), ("AWS_DEFAULT_PROFILE", "default")];
        refused(&both, "[default]\n", "blank-profile", "AWS_PROFILE");
        assert_eq!(error(&world(&ENV_KEYS, "", ""), &profile(blank)).code.name(), "blank-profile");
    }
}

#[test]
fn a_named_profile_without_credentials_is_not_the_machine() {
    let config = "[default]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n";
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/");
    for name in ["prod", "default"] {
        refused(&[container, ("AWS_PROFILE", name)], config, "no-credentials", name);
    }
    assert!(winner(&world(&[container], config, ""), &implied()).starts_with("container"));
    let named = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_PROFILE", "prod")];
    assert!(winner(&world(&named, config, ""), &implied()).starts_with("keys"));
}

#[test]
fn half_a_key_pair() {
    let lacking = "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not";
    let code = "partial-credentials";
    refused(&ENV_KEYS[..1], "", code, lacking);
    refused(&[ENV_KEYS[0], ("AWS_SECRET_ACCESS_KEY", "")], "", code, lacking);
    refused(&[("AWS_ACCESS_KEY_ID", " ")], "", code, lacking);
    refused(&ENV_KEYS[1..], "", code, "AWS_SECRET_ACCESS_KEY is set but");
    refused(&[("AWS_ACCESS_KEY_ID", ""), ENV_KEYS[1]], "", code, "AWS_ACCESS_KEY_ID is not");
    for (text, part) in [
        ("aws_access_key_id = a\n", "but `aws_secret_access_key` is not"),
        ("aws_access_key_id = a\naws_secret_access_key =\n", "but `aws_secret_access_key` is not"),
        ("aws_secret_access_key = hush\n", "but `aws_access_key_id` is not"),
        ("aws_access_key_id =\naws_secret_access_key = hush\n", "but `aws_access_key_id` is not"),
        ("aws_access_key_id =\naws_secret_access_key =\n", "are blank"),
    ] {
        refused(&[], &format!("[default]\n{text}"), code, part);
    }
    let split =
        world(&[], "[default]\naws_access_key_id = a\n", "[default]\naws_secret_access_key = b\n");
    assert_eq!(error(&split, &implied()).code.name(), code);
}

#[test]
fn keys_with_characters_from_a_wrong_copy() {
    for (id, secret, part) in [
        ("AKIA\n", "hush", "`AWS_ACCESS_KEY_ID` contains a line break"),
        (" ", "\t", "`AWS_ACCESS_KEY_ID` contains white space"),
        ("AKIA", " ", "`AWS_SECRET_ACCESS_KEY` contains white space"),
        (" AKIA", "hush", "`AWS_ACCESS_KEY_ID` contains white space"),
        ("AKIA", "hush ", "`AWS_SECRET_ACCESS_KEY` contains white space"),
        ("AKIA", "hush\r\n", "`AWS_SECRET_ACCESS_KEY` contains a line break"),
        ("AKIA", "\u{7f}hush", "a control character"),
        ("AKIA", "\"hush\"", "a quotation mark"),
        ("AKIA", "hush\u{201d}", "not ASCII"),
    ] {
        let variables = [("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)];
        refused(&variables, "", "invalid-credentials", part);
    }
    let token = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_SESSION_TOKEN", "hush ")];
    refused(&token, "", "invalid-credentials", "`AWS_SESSION_TOKEN` contains white space");
    let config = "[default]\naws_access_key_id = a\naws_secret_access_key = 'hush'\n";
    refused(
        &[],
        config,
        "invalid-credentials",
        "`aws_secret_access_key` contains a quotation mark",
    );
}

#[test]
fn a_past_or_invalid_expiry() {
    for (end, code) in [
        ("2026-11-21T10:00:00Z", "expired-credentials"),
        ("2026-11-21T10:00:00+00:00", "expired-credentials"),
        ("2027-01-15T08:00:00Z", "expired-credentials"),
        ("1970-01-01T00:00:00+02:00", "invalid-credentials"),
        ("soon", "invalid-credentials"),
        ("1763719200", "invalid-credentials"),
    ] {
        let variables = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_CREDENTIAL_EXPIRATION", end)];
        refused(&variables, "", code, "unset");
    }
}

#[test]
fn an_incomplete_web_identity() {
    let code = "invalid-configuration";
    refused(&ENV_WEB[..1], "", code, "but AWS_ROLE_ARN is not");
    let white = [("AWS_WEB_IDENTITY_TOKEN_FILE", " "), ENV_WEB[1]];
    refused(&white, "", code, "AWS_WEB_IDENTITY_TOKEN_FILE is blank");
    refused(&[ENV_WEB[0], ("AWS_ROLE_ARN", "")], "", code, "but AWS_ROLE_ARN is not");
    refused(&[ENV_WEB[0], ("AWS_ROLE_ARN", "deploy")], "", code, "not the ARN of a role: `deploy`");
    let file = "[default]\nweb_identity_token_file = /t\n";
    let whole = format!("{file}role_arn = arn:aws:iam::222222222222:role/own\n");
    refused(&[], file, code, "`web_identity_token_file` without `role_arn`");
    refused(&[], "[default]\nweb_identity_token_file =\n", code, "is blank");
    refused(&ENV_WEB[..1], &whole, code, "but AWS_ROLE_ARN is not");
    refused(&ENV_WEB[1..], &whole, code, "AWS_ROLE_ARN is `arn:aws:iam::111111111111:role/web`");
    refused(&ENV_WEB[1..], file, code, "without `role_arn`");
    refused(&[("AWS_ROLE_ARN", "")], &whole, code, "AWS_ROLE_ARN is ``");
    refused(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "")], &whole, code, "overrides");
    let same = [("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/own")];
    assert!(winner(&world(&same, &whole, ""), &implied()).starts_with("web-identity: profile"));
    assert!(winner(&world(&ENV_WEB[1..], &whole, ""), &profile("default")).starts_with("web"));
}

#[test]
fn a_role_without_a_valid_source() {
    let role = "[default]\nrole_arn = arn:aws:iam::111111111111:role/r\n";
    let code = "invalid-configuration";
    refused(&[], role, code, "without `source_profile` or `credential_source`");
    refused(&[], &format!("{role}source_profile = gone\n"), "unknown-profile", "`gone`");
    refused(&[], &format!("{role}source_profile =\n"), "unknown-profile", "``");
    refused(&[], &format!("{role}credential_source = Ec2\n"), code, "`Ec2`");
    refused(&[], &format!("{role}source_profile = default\n"), code, "is the profile itself");
    let both = format!("{role}source_profile = default\ncredential_source = EcsContainer\n");
    refused(&[], &both, code, "in one profile");
    refused(
        &[],
        "[default]\nrole_arn =\nsource_profile = default\n",
        code,
        "not the ARN of a role",
    );
}

#[test]
fn an_sso_profile_that_is_incomplete() {
    let whole = [
        "sso_start_url = https://a.awsapps.com/start\n",
        "sso_region = eu-west-1\n",
        "sso_account_id = 222222222222\n",
        "sso_role_name = Admin\n",
    ];
    let code = "invalid-configuration";
    assert!(
        winner(&world(&[], &format!("[default]\n{}", whole.concat()), ""), &implied())
            .starts_with("sso")
    );
    for line in whole {
        let config = format!("[default]\n{}", whole.concat().replace(line, ""));
        let key = line.split(' ').next().unwrap();
        refused(&[], &config, code, &format!("missing `{key}`"));
        let blank = format!("[default]\n{}", whole.concat().replace(line, &format!("{key} =\n")));
        refused(&[], &blank, code, &format!("missing `{key}`"));
    }
    let wrong = |from, to| format!("[default]\n{}", whole.concat().replace(from, to));
    refused(&[], &wrong("222222222222", "12"), code, "`12` is not an account ID");
    refused(&[], &wrong("eu-west-1", "s3"), code, "`s3` is not the name of an AWS region");
    refused(&[], "[default]\nsso_session = corp\n", code, "[sso-session corp]");
    let session = "[default]\nsso_session = corp\n[sso-session corp]\nsso_region = eu-west-1\n";
    refused(&[], session, code, "missing `sso_start_url`, `sso_account_id`, `sso_role_name`");
    let torn =
        format!("{}sso_session = c\n[sso-session c]\nsso_region = us-east-1\n", wrong("", ""));
    refused(&[], &torn, code, "`sso_region` is `eu-west-1`, but `us-east-1` in the sso-session");
}

#[test]
fn blank_commands_sessions_and_addresses() {
    let code = "invalid-configuration";
    refused(&[], "[default]\ncredential_process =\n", code, "`credential_process` is blank");
    refused(&[], "[default]\nlogin_session =\n", code, "`login_session` is blank");
    for name in ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
        refused(&[(name, "")], "", code, name);
        refused(&[(name, " ")], "", code, name);
    }
    let account = format!("[default]\n{STATIC}aws_account_id = 12\n");
    refused(&[], &account, code, "`aws_account_id`: `12` is not an account ID");
}

#[test]
fn a_missing_file_that_a_variable_names() {
    let missing = |variables: &[(&str, &str)]| {
        world(&[variables, &[("AWS_CONFIG_FILE", "gone")]].concat(), "", "")
    };
    for variables in [&[][..], &ENV_WEB, &[("AWS_PROFILE", "prod")]] {
        let error = error(&missing(variables), &implied());
        assert_eq!(error.code.name(), "unreadable-configuration");
        assert!(error.message.contains("AWS_CONFIG_FILE names the file `gone`"), "{error}");
    }
    assert!(
        winner(&missing(&ENV_KEYS), &implied()).starts_with("keys: AWS"),
        "nothing else counts"
    );
    assert_eq!(winner(&missing(&ENV_KEYS), &profile("default")), "unreadable-configuration");
    let mut unnamed = world(&[], "", "");
    put(&mut unnamed, CONFIG_FILE, Contents::Missing);
    assert!(winner(&unnamed, &implied()).starts_with("instance"));
}

#[test]
fn an_unreadable_file() {
    for contents in [|| Contents::Unreadable("permission denied".to_owned())] {
        for asked in [implied(), profile("default")] {
            let mut world = world(&ENV_KEYS, "", "[default]\n");
            put(&mut world, CONFIG_FILE, contents());
            assert_eq!(winner(&world, &asked), "unreadable-configuration");
            let inventory = Inventory::take(&world, &asked);
            assert_eq!(
                inventory.region(AWS_CLI).unwrap_err().code.name(),
                "unreadable-configuration"
            );
            let endpoint = Settings::of(&world, &asked, Family::AwsCli).endpoint(Service::Sts);
            assert_eq!(endpoint.unwrap_err().code.name(), "unreadable-configuration");
        }
    }
}

#[test]
fn blank_variables_that_count_as_unset_are_noted() {
    for (variables, part) in [
        (&[("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")][..], "AWS_SECRET_ACCESS_KEY"),
        (&[("AWS_ACCESS_KEY_ID", "")], "AWS_ACCESS_KEY_ID"),
        (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "")], "AWS_WEB_IDENTITY_TOKEN_FILE"),
        (&[ENV_KEYS[0], ENV_KEYS[1], ("AWS_SESSION_TOKEN", "")], "AWS_SESSION_TOKEN"),
    ] {
        let notes = notes(&world(variables, "", ""), &implied());
        assert!(
            notes.iter().any(|note| note.contains(part) && note.contains("blank")),
            "{notes:?}"
        );
    }
}
