//! Profiles that tools written in Go refuse while they load them, and roles with a token and a source.

use super::*;

const TERRAFORM: &str = "terraform";
const ROLE: &str = "role_arn = arn:aws:iam::333333333333:role/r\n";
const TOKEN: &str = "web_identity_token_file = /token\n";
const BASE: &str = "[profile base]\naws_access_key_id = B\naws_secret_access_key = b\n";

fn kind(config: &str, variables: &[(&str, &str)], tool: &str) -> Result<String, String> {
    let (here, asked) = (world(variables, &format!("[default]\n{config}{BASE}"), ""), implied());
    let winner = Inventory::take(&here, &asked).winner(Tool::named(tool).unwrap());
    let winner = winner.map_err(|why| why.message)?;
    let layers = winner.source.layers();
    Ok(layers.iter().map(|layer| layer.kind.name()).collect::<Vec<_>>().join(" "))
}

#[test]
fn terraform_refuses_a_broken_profile_even_beside_keys_of_the_environment() {
    for (config, part) in [
        ("source_profile = base\n".to_owned(), "`source_profile` without `role_arn`"),
        ("credential_source = Environment\n".to_owned(), "`credential_source` without `role_arn`"),
        (TOKEN.to_owned(), "`web_identity_token_file` without `role_arn`"),
        (
            format!("{ROLE}source_profile = base\ncredential_process = vend\n"),
            "`source_profile` and `credential_process` in one profile",
        ),
        ("aws_access_key_id = a\n".to_owned(), "is set but `aws_"),
        ("aws_secret_access_key = a\n".to_owned(), "is set but `aws_"),
    ] {
        for variables in [&ENV_KEYS[..], &ENV_WEB, &[]] {
            for tool in [TERRAFORM, "go", "sst"] {
                let error = kind(&config, variables, tool).unwrap_err();
                assert!(error.contains(part), "{tool} {config}: {error}");
            }
        }
        assert_eq!(kind(&config, &ENV_KEYS, "aws-cli").as_deref(), Ok("keys"), "{config}");
    }
}

#[test]
fn terraform_treats_a_blank_value_as_missing() {
    let config = format!("{STATIC}source_profile =\ncredential_source =\n");
    assert_eq!(kind(&config, &[], TERRAFORM).as_deref(), Ok("keys"));
    for tool in [TERRAFORM, "go", "sst"] {
        assert_eq!(
            kind(&format!("role_arn =\n{STATIC}"), &[], tool).as_deref(),
            Ok("keys"),
            "{tool}"
        );
        for source in ["source_profile = base\n", "credential_source = Environment\n", TOKEN] {
            let error = kind(&format!("role_arn =\n{source}"), &ENV_KEYS, tool).unwrap_err();
            assert!(error.contains("without `role_arn`"), "{tool} {source}: {error}");
        }
    }
    assert!(kind("role_arn =\n", &[], TERRAFORM).unwrap_err().contains("not the ARN of a role"));
    let error = kind(&format!("role_arn =\n{STATIC}"), &[], "aws-cli").unwrap_err();
    assert!(error.contains("`role_arn` is not the ARN of a role"), "{error}");
}

#[test]
fn terraform_assumes_a_role_with_other_credentials_of_the_profile() {
    for (config, expected) in [
        (format!("{ROLE}{STATIC}"), "keys role"),
        (format!("{ROLE}credential_process = vend\n"), "process role"),
        (format!("{ROLE}source_profile = base\n{STATIC}"), "keys role"),
        (format!("{ROLE}{TOKEN}"), "web-identity"),
    ] {
        assert_eq!(kind(&config, &[], TERRAFORM).as_deref(), Ok(expected), "{config}");
    }
    assert!(kind(ROLE, &[], TERRAFORM).unwrap_err().contains("`role_arn` without"));
}

#[test]
fn each_family_decides_between_a_token_and_a_source() {
    let source = format!("{ROLE}{TOKEN}source_profile = base\n");
    let environment = format!("{ROLE}{TOKEN}credential_source = Environment\n");
    let refused = "tools differ in which one they use";
    for (tool, by_source, by_environment) in [
        ("aws-cli", Ok("web-identity"), Ok("web-identity")),
        ("js", Ok("keys role"), Ok("keys role")),
        ("cdk", Ok("keys role"), Ok("keys role")),
        ("rust", Ok("web-identity"), Err(refused)),
        (TERRAFORM, Err("in one profile"), Err("in one profile")),
    ] {
        for (config, expected) in [(&source, by_source), (&environment, by_environment)] {
            // The profile is named, so that JavaScript does not take the keys of the environment.
            let variables = [&ENV_KEYS[..], &[("AWS_PROFILE", "default")]].concat();
            let variables = if tool == "js" { &variables[..] } else { &[] };
            match (kind(config, variables, tool), expected) {
                (Ok(kind), Ok(expected)) => assert_eq!(kind, expected, "{tool} {config}"),
                (Err(why), Err(part)) => assert!(why.contains(part), "{tool} {config}: {why}"),
                (found, _) => {
                    let is_cdk = tool == "cdk" && config == &environment;
                    assert!(is_cdk, "{tool} {config}: {found:?}");
                }
            }
        }
    }
}
