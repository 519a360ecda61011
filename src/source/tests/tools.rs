//! Settings of single tools, in addition to the rules of their SDK.

use super::*;

fn tool(name: &str) -> Tool {
    Tool::named(name).unwrap()
}

const PROFILES: &str = "[default]\naws_access_key_id = D\naws_secret_access_key = d\n\
    [dev]\naws_access_key_id = DEV\naws_secret_access_key = d\n\
    [prod]\naws_access_key_id = P\naws_secret_access_key = p\nregion = eu-west-3\n";

/// The key ID and the region that a tool would use, or the error.
fn key(world: &World, name: &str) -> Result<String, String> {
    let winner = Inventory::take(world, &implied()).winner(tool(name));
    let winner = winner.map_err(|why| format!("{}: {}", why.code.name(), why.message))?;
    let region = winner.region.map_or_else(|| "none".to_owned(), |region| region.to_string());
    match winner.source.kind {
        Kind::Keys(keys) => Ok(format!("{} {region}", keys.access_key_id)),
        other => Ok(format!("{} {region}", other.name())),
    }
}

#[test]
fn the_cdks_own_profile_overrides_keys_in_the_environment() {
    let json = |text: &str| Contents::Bytes(text.into());
    let mut here = world(&[ENV_KEYS[0], ENV_KEYS[1]], "", PROFILES);
    assert_eq!(key(&here, "cdk").unwrap(), "AKIAENVIRONMENT us-east-1");
    put(&mut here, "/home/.cdk.json", json("{\"profile\": \"dev\"}"));
    assert_eq!(key(&here, "cdk").unwrap(), "DEV us-east-1");
    put(&mut here, "cdk.json", json("{\n\"app\": \"x\",\n\"profile\": \"prod\"}"));
    assert_eq!(key(&here, "cdk").unwrap(), "P eu-west-3");
    assert_eq!(key(&here, "js").unwrap(), "AKIAENVIRONMENT none");
    here.variables.insert("CDK_PROFILE".to_owned(), "dev".to_owned());
    assert_eq!(key(&here, "cdk").unwrap(), "DEV us-east-1");
    here.variables.insert("CDK_PROFILE".to_owned(), "gone".to_owned());
    assert!(key(&here, "cdk").unwrap_err().starts_with("unknown-profile: CDK_PROFILE"));
    put(&mut here, "cdk.json", json("{\"profile\": null}"));
    here.variables.remove("CDK_PROFILE");
    assert_eq!(key(&here, "cdk").unwrap(), "AKIAENVIRONMENT us-east-1");
    here.variables.insert("CDK-Profile".to_owned(), "dev".to_owned());
    assert!(key(&here, "cdk").unwrap_err().contains("CDK-Profile as `--profile`"));
    here.variables.remove("CDK-Profile");
    put(&mut here, "cdk.json", json("{ // no JSON\n}"));
    here.variables.remove("CDK_PROFILE");
    assert!(key(&here, "cdk").unwrap_err().contains("the CDK cannot read `cdk.json`"));
}

#[test]
fn a_missing_profile_in_a_tools_own_settings_is_refused_despite_keys() {
    let bytes = |text: &str| Contents::Bytes(text.into());
    let region = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-1")];
    let keys = [&ENV_KEYS[..], &region].concat();
    let with = |more: &[(&str, &str)]| world(&[&keys, more].concat(), "", PROFILES);
    assert!(key(&with(&[]), "cdk").is_ok() && key(&with(&[]), "sam").is_ok());
    assert!(key(&with(&[("CDK_PROFILE", "gone")]), "cdk").is_err());
    assert!(key(&with(&[("CDK_PROFILE", " ")]), "cdk").is_err());
    assert!(key(&with(&[("CDK-PROFILE", "dev")]), "cdk").is_err());
    for (file, text, tool) in [
        ("cdk.json", "{\"profile\": \"gone\"}", "cdk"),
        ("cdk.json", "{", "cdk"),
        ("/home/.cdk.json", "{\"profile\": \"gone\"}", "cdk"),
        ("samconfig.toml", "[default.deploy.parameters]\nprofile = \"gone\"\n", "sam"),
        ("samconfig.toml", "[default.deploy", "sam"),
        ("samconfig.yml", "profile: gone\n", "sam"),
    ] {
        let mut here = with(&[]);
        put(&mut here, file, bytes(text));
        assert!(key(&here, tool).is_err(), "{file} {text}");
    }
}

#[test]
fn for_sst_aws_profile_overrides_keys_and_keys_override_aws_default_profile() {
    let keys = [ENV_KEYS[0], ENV_KEYS[1]];
    let with = |name, value| [&keys[..], &[(name, value)]].concat();
    let at = |variables: &[(&str, &str)]| key(&world(variables, "", PROFILES), "sst");
    assert_eq!(at(&with("AWS_PROFILE", "prod")).unwrap(), "P eu-west-3");
    assert_eq!(at(&with("AWS_DEFAULT_PROFILE", "prod")).unwrap(), "AKIAENVIRONMENT eu-west-3");
    assert_eq!(at(&with("AWS_DEFAULT_REGION", "eu-west-2")).unwrap(), "AKIAENVIRONMENT eu-west-2");
    assert_eq!(at(&with("AWS_PROFILE", "")).unwrap(), "AKIAENVIRONMENT us-east-1");
    assert!(at(&with("AWS_PROFILE", "gone")).unwrap_err().starts_with("unknown-profile"));
    let login = world(&[], "[default]\nlogin_session = me\n", "");
    assert!(key(&login, "sst").unwrap_err().contains("SST does not read `login_session`"));
    let both = world(&[], "[default]\nlogin_session = me\n", PROFILES);
    assert_eq!(key(&both, "sst").unwrap(), "D us-east-1");
}

#[test]
fn serverless_reads_the_sources_of_its_sdk() {
    let at = |variables: &[(&str, &str)], config: &str| {
        key(&world(variables, config, PROFILES), "serverless")
    };
    let keys = [ENV_KEYS[0], ENV_KEYS[1]];
    let with = |name, value| [&keys[..], &[(name, value)]].concat();
    assert_eq!(at(&[("AWS_DEFAULT_PROFILE", "dev")], "").unwrap(), "DEV us-east-1");
    assert_eq!(at(&with("AWS_PROFILE", "prod"), "").unwrap(), "P us-east-1");
    assert_eq!(at(&with("AWS_DEFAULT_PROFILE", "prod"), "").unwrap(), "AKIAENVIRONMENT us-east-1");
    assert_eq!(at(&with("AWS_REGION", "eu-west-1"), "").unwrap(), "AKIAENVIRONMENT us-east-1");
    assert_eq!(at(&with("AWS_DEFAULT_PROFILE", "gone"), "").unwrap(), "AKIAENVIRONMENT us-east-1");
    for name in ["AWS_DEV_PROFILE", "AWS_DEV_ACCESS_KEY_ID", "AWS_PROD_SECRET_ACCESS_KEY"] {
        let error = at(&with(name, "x"), "").unwrap_err();
        assert!(error.contains(name) && error.contains("stage"), "{error}");
    }
    let config = format!("[profile own]\n{STATIC}");
    let own = [("AWS_PROFILE", "own")];
    assert!(at(&own, &config).unwrap_err().starts_with("unknown-profile"));
    let load = [own[0], ("AWS_SDK_LOAD_CONFIG", "1")];
    assert_eq!(at(&load, &config).unwrap(), "AKIAPROFILE us-east-1");
}

#[test]
fn a_config_file_that_serverless_does_not_read_is_refused_with_a_hint() {
    let (here, asked) = (world(&[], &format!("[default]\n{STATIC}"), ""), implied());
    let error = Inventory::take(&here, &asked).winner(tool("serverless")).unwrap_err();
    assert!(error.hint.unwrap().contains("AWS_SDK_LOAD_CONFIG=1"));
}

#[test]
fn sam_uses_the_profile_in_its_file_unless_there_are_several() {
    let toml = |text: &str| Contents::Bytes(text.into());
    let mut here = world(&[ENV_KEYS[0], ENV_KEYS[1]], "", PROFILES);
    put(
        &mut here,
        "samconfig.toml",
        toml(
            "version = 0.1\n[default.deploy.parameters]\nprofile = \"dev\"\nregion = \"eu-west-1\"\n",
        ),
    );
    assert_eq!(key(&here, "sam").unwrap(), "DEV eu-west-1");
    assert_eq!(key(&here, "boto3").unwrap(), "AKIAENVIRONMENT none");
    put(
        &mut here,
        "samconfig.toml",
        toml(
            "[default.global.parameters]\nprofile = \"dev\"\n[prod.deploy.parameters]\nprofile = \"prod\"\n",
        ),
    );
    let error = key(&here, "sam").unwrap_err();
    assert!(error.contains("several profiles, `dev`, `prod`"), "{error}");
    let one = "[default.deploy.parameters]\nregion = \"eu-west-1\"\n[prod.deploy.parameters]\nprofile = \"prod\"\n";
    put(&mut here, "samconfig.toml", toml(one));
    assert!(key(&here, "sam").unwrap_err().contains("several profiles, none, `prod`"));
    here.files.remove(std::path::Path::new("samconfig.toml"));
    put(
        &mut here,
        "samconfig.yaml",
        toml("default:\n  deploy:\n    parameters:\n      profile: dev\n"),
    );
    assert!(key(&here, "sam").unwrap_err().contains("samconfig.yaml:4 sets the profile of SAM"));
}

#[test]
fn a_dotenv_file_that_sst_loads_is_refused() {
    let text = |text: &str| Contents::Bytes(text.into());
    let mut here = world(&[ENV_KEYS[0], ENV_KEYS[1]], "", PROFILES);
    put(&mut here, ".env.production", text("STRIPE=1\n"));
    assert!(key(&here, "sst").is_ok());
    put(&mut here, ".env", text("STRIPE=1\nexport AWS_PROFILE=dev\n"));
    assert!(key(&here, "sst").unwrap_err().contains(".env:2 sets an AWS variable"));
    assert!(key(&here, "terraform").is_ok());
}

#[test]
fn a_profile_in_serverless_yml_is_refused_if_it_is_used() {
    let yaml = Contents::Bytes("service: a\nprovider:\n  name: aws\n  profile: dev\n".into());
    let mut here = world(&[], "", PROFILES);
    put(&mut here, "serverless.yml", yaml);
    assert!(key(&here, "serverless").unwrap_err().contains("serverless.yml:4 sets the profile"));
    here.variables.insert("AWS_PROFILE".to_owned(), "prod".to_owned());
    assert_eq!(key(&here, "serverless").unwrap(), "P us-east-1");
}

#[test]
fn an_unreadable_file_of_a_tool_is_refused_for_that_tool() {
    for (file, tool) in [
        ("cdk.json", "cdk"),
        ("samconfig.toml", "sam"),
        (".env", "sst"),
        ("serverless.yml", "serverless"),
    ] {
        let mut here = world(&[], "", PROFILES);
        put(&mut here, file, Contents::Unreadable("permission denied".to_owned()));
        let error = key(&here, tool).unwrap_err();
        assert!(error.starts_with("unreadable-configuration"), "{file}: {error}");
        assert!(key(&here, "aws-cli").is_ok(), "{file}");
    }
}

#[test]
fn terragrunts_own_role_is_refused() {
    for name in ["TG_IAM_ASSUME_ROLE", "TERRAGRUNT_IAM_ROLE", "TG_AUTH_PROVIDER_CMD"] {
        let here = world(&[(name, "x")], "", PROFILES);
        let error = key(&here, "terragrunt").unwrap_err();
        assert!(error.contains(name), "{error}");
        assert_eq!(key(&here, "terraform").unwrap(), "D none");
    }
}

#[test]
fn terraform_fails_on_a_missing_profile_beside_keys_and_the_go_sdk_does_not() {
    let variables = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_PROFILE", "gone")];
    let here = world(&variables, "", PROFILES);
    assert_eq!(key(&here, "terraform").unwrap_err().split(':').next(), Some("unknown-profile"));
    assert_eq!(key(&here, "tofu").unwrap_err().split(':').next(), Some("unknown-profile"));
    let variables =
        [ENV_KEYS[0], ENV_KEYS[1], ("AWS_DEFAULT_PROFILE", "gone"), ("AWS_REGION", "eu-west-1")];
    assert_eq!(
        key(&world(&variables, "", PROFILES), "terraform").unwrap(),
        "AKIAENVIRONMENT eu-west-1"
    );
}

#[test]
fn a_variable_that_is_set_twice_is_refused_or_noted() {
    let mut here = world(&[ENV_KEYS[0], ENV_KEYS[1]], "", "");
    here.repeated.insert("AWS_SECRET_ACCESS_KEY".to_owned());
    here.repeated.insert("PATH".to_owned());
    assert!(key(&here, "aws-cli").unwrap_err().contains("AWS_SECRET_ACCESS_KEY is set twice"));
    let asked = Asked { audience: Audience::OurselvesOnly, ..Asked::default() };
    let inventory = Inventory::take(&here, &asked);
    assert!(inventory.winner(AWS_CLI).is_ok());
    let notes = inventory.notes(AWS_CLI);
    assert!(notes.iter().any(|note| note.0.contains("AWS_SECRET_ACCESS_KEY is set twice")));
}

#[test]
fn a_blank_variable_that_exec_unsets_is_not_an_error() {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"] {
        let here = world(&[ENV_KEYS[0], ENV_KEYS[1], (name, "")], "", "");
        let asked = Asked { audience: Audience::OurselvesOnly, ..Asked::default() };
        let inventory = Inventory::take(&here, &asked);
        assert!(inventory.winner(AWS_CLI).is_ok(), "{name}");
        assert!(inventory.notes(AWS_CLI).iter().any(|note| note.0.contains(name)), "{name}");
        assert!(Inventory::take(&here, &implied()).winner(AWS_CLI).is_err(), "{name}");
    }
}

#[test]
fn a_boto_file_with_credentials_is_refused_if_it_is_used() {
    let credentials = "[Credentials]\nAWS_ACCESS_KEY_ID = B\naws_secret_access_key = b\n";
    let bytes = |text: &str| Contents::Bytes(text.into());
    let mut here = world(&[], "", "");
    put(&mut here, "/home/.boto", bytes(credentials));
    assert!(key(&here, "aws-cli").unwrap_err().contains("/home/.boto:2 contains credentials"));
    assert_eq!(key(&here, "go").unwrap(), "instance none");
    assert!(has_boto_credentials(&here));
    here.variables.insert("BOTO_CONFIG".to_owned(), "/dev/null".to_owned());
    assert_eq!(key(&here, "aws-cli").unwrap(), "instance none");
    here.variables.remove("BOTO_CONFIG");
    put(&mut here, "/home/.boto", bytes("[Boto]\nhttps_validate_certificates = True\n"));
    assert_eq!(key(&here, "aws-cli").unwrap(), "instance none");
    assert!(!has_boto_credentials(&here));
    put(&mut here, "/etc/boto.cfg", bytes("no ini\n"));
    assert!(key(&here, "boto3").unwrap_err().contains("/etc/boto.cfg:1"));
    let keys = world(&[ENV_KEYS[0], ENV_KEYS[1]], "", "");
    assert!(key(&keys, "aws-cli").is_ok());
}

#[test]
fn tools_that_get_their_region_from_the_metadata_service() {
    let variables = [ENV_KEYS[0], ENV_KEYS[1], ("AWS_DEFAULT_REGION", "eu-west-1")];
    let asks = |variables: &[(&str, &str)], name: &str| {
        let here = world(variables, "", "");
        Inventory::take(&here, &implied()).winner(tool(name)).unwrap().asks_machine_for_region
    };
    assert!(asks(&variables, "js"));
    assert!(!asks(&variables, "aws-cli") && !asks(&variables, "rust") && !asks(&variables, "go"));
    assert!(asks(&variables[..2], "aws-cli") && asks(&variables[..2], "rust"));
    assert!(!asks(&variables[..2], "boto3") && !asks(&variables[..2], "terraform"));
    let (mut here, asked) = (world(&variables[..2], "", ""), implied());
    let cdk = |here: &World| Inventory::take(here, &asked).winner(tool("cdk")).unwrap();
    assert!(cdk(&here).region.is_some() && !cdk(&here).asks_machine_for_region);
    here.machine.is_ec2 = true;
    assert!(cdk(&here).region.is_none() && cdk(&here).asks_machine_for_region);
    let here = world(&[], "", "");
    let terraform = Inventory::take(&here, &asked).winner(tool("terraform")).unwrap();
    assert!(terraform.asks_machine_for_region, "with the machine's credentials");
    let off = [&variables[..], &[("AWS_EC2_METADATA_DISABLED", "false")]].concat();
    assert!(!asks(&off, "js"), "JavaScript takes any text for yes");
}

#[test]
fn rust_fails_on_a_blank_token_file_if_it_reads_it() {
    let blank = ("AWS_WEB_IDENTITY_TOKEN_FILE", "");
    let error = key(&world(&[blank, ENV_WEB[1]], "", ""), "rust").unwrap_err();
    assert!(error.contains("AWS_WEB_IDENTITY_TOKEN_FILE is blank"), "{error}");
    assert!(key(&world(&[blank, ENV_WEB[1]], "", ""), "js").unwrap().starts_with("instance"));
    let keys = world(&[blank, ENV_KEYS[0], ENV_KEYS[1]], "", PROFILES);
    assert!(key(&keys, "rust").unwrap().starts_with("AKIAENVIRONMENT"));
    assert!(key(&world(&[blank], "", PROFILES), "rust").unwrap().starts_with('D'));
}
