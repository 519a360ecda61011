//! Regions, endpoints and the settings of a connection.

use super::*;

fn region(world: &World, asked: &Asked) -> Result<Option<String>, String> {
    let region = Inventory::take(world, asked).region(AWS_CLI);
    region.map(|found| found.map(|(r, o)| format!("{r} from {o}"))).map_err(|e| e.message)
}

#[test]
fn a_region_comes_from_the_flag_the_environment_or_the_profile() {
    let config = "[default]\nregion = eu-west-1\n[profile b]\nregion = s3\n[profile c]\n";
    let set = [("AWS_REGION", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3")];
    let blank = [("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "")];
    let flag = |name: &str| Asked { region: Some(name.to_owned()), ..Asked::default() };
    for (variables, asked, expected) in [
        (&set[..], flag("us-east-1"), Ok(Some("us-east-1 from --region"))),
        (&set, implied(), Ok(Some("eu-west-2 from AWS_REGION in the environment"))),
        (&set, profile("c"), Ok(Some("eu-west-2 from AWS_REGION in the environment"))),
        (&set[1..], implied(), Ok(Some("eu-west-3 from AWS_DEFAULT_REGION in the environment"))),
        (&blank, implied(), Err("AWS_REGION in the environment is blank")),
        (&[], implied(), Ok(Some("eu-west-1 from profile `default` (/home/.aws/config:2)"))),
        (&[], profile("c"), Ok(None)),
        (&set, flag(""), Err("--region: `` is not the name of an AWS region")),
        (&set, flag("s3"), Err("--region: `s3` is not the name of an AWS region")),
        (
            &[("AWS_REGION", "s3")],
            implied(),
            Err("AWS_REGION in the environment: `s3` is not the name of an AWS region"),
        ),
        (
            &[],
            profile("b"),
            Err("profile `b` (/home/.aws/config:4): `s3` is not the name of an AWS region"),
        ),
        (&[], profile("gone"), Err("--profile names the profile `gone`, which does not exist")),
    ] {
        let expected = expected.map(|o| o.map(str::to_owned)).map_err(str::to_owned);
        assert_eq!(region(&world(variables, config, ""), &asked), expected);
    }
}

const CONFIG: &str = "[default]\nservices = local\nendpoint_url = https://all\n\
    [services local]\nsts =\n  endpoint_url = https://services\n\
    [profile ignoring]\nignore_configured_endpoint_urls = TRUE\nendpoint_url = https://all\n\
    [profile gone]\nservices = gone\n[profile flat]\nservices = flat\n[services flat]\nsts = x\n";

#[test]
fn an_endpoint_is_computed_as_botocore_does() {
    const OWN: (&str, &str) = ("AWS_ENDPOINT_URL_STS", "https://own");
    const ALL: (&str, &str) = ("AWS_ENDPOINT_URL", "https://env");
    const ON: (&str, &str) = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True");
    const OFF: (&str, &str) = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "");
    for (variables, asked, expected) in [
        (&[OWN, ALL][..], implied(), Ok(Some("https://own"))),
        (&[ALL], implied(), Ok(Some("https://env"))),
        (&[ALL], profile("gone"), Ok(Some("https://env"))),
        (&[("AWS_ENDPOINT_URL_STS", ""), ALL], implied(), Ok(Some("https://env"))),
        (&[("AWS_ENDPOINT_URL_SSO", "https://sso")], implied(), Ok(Some("https://services"))),
        (&[], implied(), Ok(Some("https://services"))),
        (&[], profile("ignoring"), Ok(None)),
        (&[OWN], profile("ignoring"), Ok(None)),
        (&[OFF], profile("ignoring"), Ok(Some("https://all"))),
        (&[ON, OWN, ALL], implied(), Ok(None)),
        (&[ON], profile("unknown"), Ok(None)),
        (&[OWN], profile("unknown"), Err("unknown-profile")),
        (&[], profile("gone"), Err("invalid-configuration")),
        (&[], profile("flat"), Err("invalid-configuration")),
    ] {
        let found = Settings::of(&world(variables, CONFIG, ""), &asked, Family::AwsCli)
            .endpoint(Service::Sts);
        let found = found.map(|f| f.map(|(url, _)| url)).map_err(|e| e.code.name());
        assert_eq!(found, expected.map(|o| o.map(str::to_owned)), "{variables:?} {asked:?}");
    }
    let found = Settings::of(&world(&[], CONFIG, ""), &implied(), Family::AwsCli)
        .endpoint(Service::SsoOidc);
    let (url, origin) = found.unwrap().unwrap();
    assert_eq!(
        (url.as_str(), origin.to_string().as_str()),
        ("https://all", "profile `default` (/home/.aws/config:3)")
    );
}

#[test]
fn settings_come_from_the_environment_or_the_profile() {
    let config = "[default]\nca_bundle = /own\nuse_fips_endpoint = True\n\
        use_dualstack_endpoint = yes\n";
    let own = world(&[("AWS_CA_BUNDLE", "")], config, "");
    let set = world(&[("AWS_CA_BUNDLE", "/env"), ("AWS_USE_FIPS_ENDPOINT", "false")], config, "");
    let bundle = |world: &World| {
        Settings::of(world, &implied(), Family::AwsCli).text(Setting::CaBundle).unwrap().unwrap()
    };
    assert_eq!(bundle(&own).0, "/own");
    assert_eq!(bundle(&set), ("/env".to_owned(), Origin::Variable("AWS_CA_BUNDLE")));
    assert_eq!(
        Settings::of(&own, &implied(), Family::AwsCli).is_on(Setting::UseFipsEndpoint),
        Ok(true)
    );
    assert_eq!(
        Settings::of(&set, &implied(), Family::AwsCli).is_on(Setting::UseFipsEndpoint),
        Ok(false)
    );
    let error = Settings::of(&own, &implied(), Family::AwsCli)
        .is_on(Setting::UseDualstackEndpoint)
        .unwrap_err();
    assert_eq!(error.message, "`use_dualstack_endpoint`: expected true or false, got `yes`");
}
