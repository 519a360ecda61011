//! Settings of single tools that select a profile, a region or a role, in addition to the settings of the SDKs:
//! variables and files of the CDK, AWS SAM, Serverless, SST and Terragrunt.

use std::collections::BTreeSet;
use std::path::Path;

use super::paths::{SAM_FILES, SERVERLESS_FILES, is_dotenv};
use super::precedence::Precedence;
use super::profile::{Choosing, Profile, choose, named};
use super::shared_files::{SharedFiles, line_of};
use super::world::{Asked, Contents, World};
use super::{Misconfiguration, Origin, quoted};
use crate::tool::{Family, Tool};
use crate::unknown::ErrorCode;

/// A setting of a tool, with its position.
pub(crate) struct Setting {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// The profile that a tool uses. It exists if a setting names it.
pub(crate) fn profile<'w>(
    world: &'w World,
    asked: &Asked,
    tool: Tool,
) -> Result<Profile<'w>, Misconfiguration> {
    Profile::of(SharedFiles::of(world, tool.family()), chosen(world, asked, tool)?)
}

/// Whether an option or the tool's own settings name the profile, whether or not it exists. `true` also for
/// settings that cannot be read, because they may name one.
pub(crate) fn is_explicit(world: &World, asked: &Asked, tool: Tool) -> bool {
    if asked.profile.is_some() {
        return true;
    }
    match setting(world, tool, "profile") {
        Ok(Some(setting)) => !setting.text.is_empty(),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// The name of the profile: from the option, the tool's own settings or the environment.
fn chosen(world: &World, asked: &Asked, tool: Tool) -> Result<Choosing, Misconfiguration> {
    if asked.profile.is_none()
        && let Some(Setting { text, origin }) = setting(world, tool, "profile")?
        && !text.is_empty()
    {
        return Ok(Choosing { is_explicit: true, ..named(&text, origin)? });
    }
    choose(world, asked, Precedence::of(tool.family()).profile)
}

/// The region in the tool's own settings; `None` if they contain none.
pub(crate) fn region(world: &World, tool: Tool) -> Result<Option<Setting>, Misconfiguration> {
    setting(world, tool, "region")
}

fn setting(
    world: &World,
    tool: Tool,
    key: &'static str,
) -> Result<Option<Setting>, Misconfiguration> {
    match (tool.family(), tool.name()) {
        (Family::Cdk, _) => of_cdk(world, key),
        (_, "sam") => of_sam(world, key),
        _ => Ok(None),
    }
}

/// Refuses settings that account-guard cannot follow, because they depend on the tool's own arguments.
pub(crate) fn check(world: &World, tool: Tool) -> Result<(), Misconfiguration> {
    match tool.name() {
        "terragrunt" => refuse_terragrunt_role(world),
        "serverless" => {
            refuse_stage_variables(world)?;
            refuse_amazon_variables(world)?;
            refuse_file_of_serverless(world)
        }
        "sst" => {
            check_home_of_sst(world)?;
            refuse_dotenv(world)
        }
        _ => Ok(()),
    }
}

/// A setting of the CDK: from `CDK_PROFILE` or `CDK_REGION`, else from the project's `cdk.json`, else from the
/// user's.
fn of_cdk(world: &World, key: &'static str) -> Result<Option<Setting>, Misconfiguration> {
    let variable = if key == "profile" { "CDK_PROFILE" } else { "CDK_REGION" };
    refuse_other_spelling(world, key, variable)?;
    if let Some(text) = world.variables.get(variable) {
        return Ok(Some(Setting { text: text.clone(), origin: Origin::Variable(variable) }));
    }
    for path in world.lookup().cdk_files() {
        let Some(bytes) = bytes_of(world, &path, "the CDK")? else { continue };
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let document: serde_json::Value = serde_json::from_slice(bytes)
            .map_err(|why| unreadable(&path, "the CDK", &why.to_string()))?;
        let text = match document.get(key) {
            None => continue,
            // `null` overrides the value in the other file.
            Some(serde_json::Value::Null) => "",
            Some(value) => value.as_str().unwrap_or_default(),
        };
        let origin = origin_of(&path, bytes, key, text);
        return Ok(Some(Setting { text: text.to_owned(), origin }));
    }
    Ok(None)
}

/// Refuses other names for the variable. The CDK reads every variable that begins with `CDK` and whose other
/// letters spell the option.
fn refuse_other_spelling(
    world: &World,
    key: &str,
    variable: &'static str,
) -> Result<(), Misconfiguration> {
    for name in world.variables.keys() {
        if name == variable || !is_read_as(name, key) {
            continue;
        }
        let message = format!("the CDK reads {} as `--{key}`", name.escape_debug());
        return Err(
            invalid(message).hint(format!("rename the variable to {variable}, or unset it"))
        );
    }
    Ok(())
}

/// Whether the CDK reads the variable as this option.
fn is_read_as(name: &str, key: &str) -> bool {
    let rest = name.strip_prefix("CDK").unwrap_or_default();
    let letters: String = rest.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.eq_ignore_ascii_case(key)
}

/// A setting of SAM for `sam deploy`. Different values for several environments or commands are an error,
/// because an option of SAM selects one of them.
fn of_sam(world: &World, key: &'static str) -> Result<Option<Setting>, Misconfiguration> {
    for path in SAM_FILES.into_iter().map(Path::new) {
        if let Some(bytes) = bytes_of(world, path, "SAM")? {
            return of_sam_file(path, bytes, key);
        }
    }
    Ok(None)
}

fn of_sam_file(
    path: &Path,
    bytes: &[u8],
    key: &'static str,
) -> Result<Option<Setting>, Misconfiguration> {
    let text = String::from_utf8_lossy(bytes);
    if path.extension().is_some_and(|it| it != "toml") {
        return refuse_yaml_key(path, &text, key).map(|()| None);
    }
    let document: toml::Table =
        text.parse().map_err(|why: toml::de::Error| unreadable(path, "SAM", why.message()))?;
    let values = sam_values(&document, key);
    match values.iter().collect::<Vec<_>>().as_slice() {
        [] | [None] => Ok(None),
        [Some(one)] => {
            let origin = origin_of(path, bytes, key, one);
            Ok(Some(Setting { text: one.clone(), origin }))
        }
        several => {
            let mut names = Vec::new();
            for value in several {
                match value {
                    Some(value) => names.push(quoted(value)),
                    None => names.push("none".to_owned()),
                }
            }
            let message = format!(
                "{} contains several {key}s, {}, and SAM's `--config-env` and command select one",
                path.display(),
                names.join(", ")
            );
            Err(invalid(message).hint(format!("pass --{key}")))
        }
    }
}

/// The distinct values of a key: for `deploy` in each environment (`None` if it has none), and for other commands
/// that have one.
fn sam_values(document: &toml::Table, key: &str) -> BTreeSet<Option<String>> {
    let mut values = BTreeSet::new();
    for environment in document.values().filter_map(toml::Value::as_table) {
        let of_deploy = environment.get("deploy").and_then(|command| parameter(command, key));
        let of_global = environment.get("global").and_then(|command| parameter(command, key));
        values.insert(of_deploy.or(of_global));
        for command in environment.values() {
            if let Some(value) = parameter(command, key) {
                values.insert(Some(value));
            }
        }
    }
    values
}

/// The parameter of a command in the configuration of SAM.
fn parameter(command: &toml::Value, key: &str) -> Option<String> {
    Some(command.get("parameters")?.get(key)?.as_str()?.to_owned())
}

/// Refuses a YAML file with this key. The file is not parsed: the key is searched by its line.
fn refuse_yaml_key(path: &Path, text: &str, key: &str) -> Result<(), Misconfiguration> {
    let Some(place) = line_with_key(path, text, key) else { return Ok(()) };
    let message = format!("{place} sets the {key} of SAM, but account-guard does not read YAML");
    Err(invalid(message).hint(format!("pass the same value with --{key}")))
}

/// The position (`file:line`) of the first line of a YAML file with this key.
fn line_with_key(path: &Path, text: &str, key: &str) -> Option<String> {
    let index = text.lines().position(|line| has_key(line, key))?;
    Some(super::shared_files::line(path, index + 1))
}

/// Whether a line of a YAML file has this key, with or without quotation marks.
fn has_key(line: &str, key: &str) -> bool {
    const MARKS: [char; 2] = ['"', '\''];
    match line.trim_start().trim_start_matches(MARKS).strip_prefix(key) {
        Some(rest) => rest.trim_start_matches(MARKS).trim_start().starts_with(':'),
        None => false,
    }
}

fn origin_of(path: &Path, bytes: &[u8], key: &str, value: &str) -> Origin {
    let text = String::from_utf8_lossy(bytes);
    let index = text.lines().position(|line| line.contains(key) && line.contains(value));
    line_of(path, index.unwrap_or(0) + 1, Some(value))
}

/// The contents of a tool's own file; `None` if it does not exist. A file that cannot be read is an error, because
/// it may name any profile.
fn bytes_of<'w>(
    world: &'w World,
    path: &Path,
    tool: &str,
) -> Result<Option<&'w [u8]>, Misconfiguration> {
    let Some(file) = world.file(path) else { return Ok(None) };
    match file.contents() {
        Contents::Missing => Ok(None),
        Contents::Bytes(bytes) => Ok(Some(bytes)),
        Contents::Unreadable(why) => Err(unreadable(path, tool, why)),
    }
}

fn unreadable(path: &Path, tool: &str, why: &str) -> Misconfiguration {
    let place = path.display().to_string();
    let why = why.lines().next().unwrap_or_default();
    let message = format!("{tool} cannot read {}: {}", quoted(&place), why.escape_debug());
    Misconfiguration::new(ErrorCode::UnreadableConfiguration, message).hint("correct this file")
}

/// Refuses variables with which Terragrunt assumes a role or runs a command for credentials before it starts
/// Terraform.
fn refuse_terragrunt_role(world: &World) -> Result<(), Misconfiguration> {
    let names = TERRAGRUNT.iter().find(|name| world.value(name).is_some());
    let Some(name) = names else { return Ok(()) };
    let action = if name.ends_with("_CMD") { "run the command" } else { "assume the role" };
    let message = format!("Terragrunt would {action} in {name}, and deploy with its credentials");
    Err(invalid(message)
        .at(&Origin::Variable(name))
        .hint(format!("unset {name}, and run terragrunt through `account-guard exec`")))
}

/// Variables with which Terragrunt deploys with other credentials: `TG_` names of version 1.1.3, and older names
/// that it still reads.
pub(crate) const TERRAGRUNT: [&str; 4] = [
    "TG_IAM_ASSUME_ROLE",
    "TERRAGRUNT_IAM_ROLE",
    "TG_AUTH_PROVIDER_CMD",
    "TERRAGRUNT_AUTH_PROVIDER_CMD",
];

/// Refuses variables for a stage of Serverless, such as `AWS_PROD_PROFILE`, which override all others. The stage
/// comes from an option or the configuration of Serverless.
fn refuse_stage_variables(world: &World) -> Result<(), Misconfiguration> {
    for (name, value) in &world.variables {
        if value.is_empty() || !is_of_stage(name) {
            continue;
        }
        let message = format!(
            "{} is set, and Serverless 3 uses it for the stage of this name, but the stage is unknown",
            name.escape_debug()
        );
        return Err(invalid(message)
            .hint("run serverless through `account-guard exec`, which unsets it, or unset it"));
    }
    Ok(())
}

/// Whether the variable belongs to a stage of Serverless other than the default.
fn is_of_stage(name: &str) -> bool {
    const ENDINGS: [&str; 4] =
        ["_PROFILE", "_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN"];
    let rest = name.strip_prefix("AWS_").unwrap_or_default();
    match ENDINGS.into_iter().find_map(|ending| rest.strip_suffix(ending)) {
        Some(stage) => !matches!(stage, "" | "DEFAULT"),
        None => false,
    }
}

/// Whether the environment has a variable that overrides the file of Serverless and the `AMAZON_` variables.
fn overrides_serverless(world: &World) -> bool {
    ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"].into_iter().any(|name| world.value(name).is_some())
}

/// Refuses `AMAZON_` variables, which the SDK of Serverless reads after all other sources.
fn refuse_amazon_variables(world: &World) -> Result<(), Misconfiguration> {
    const NAME: &str = "AMAZON_ACCESS_KEY_ID";
    if world.value(NAME).is_none() || overrides_serverless(world) {
        return Ok(());
    }
    Err(invalid(format!("{NAME} is set, which only Serverless 3 may use"))
        .at(&Origin::Variable(NAME))
        .hint(format!("unset {NAME}, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead")))
}

/// Refuses a profile in the file of Serverless if neither keys nor `AWS_PROFILE` override it. The value may be an
/// expression.
fn refuse_file_of_serverless(world: &World) -> Result<(), Misconfiguration> {
    if overrides_serverless(world) {
        return Ok(());
    }
    for path in SERVERLESS_FILES.into_iter().map(Path::new) {
        let Some(bytes) = bytes_of(world, path, "Serverless")? else { continue };
        let text = String::from_utf8_lossy(bytes);
        let Some(place) = line_with_key(path, &text, "profile") else { continue };
        let message = format!("{place} sets the profile of Serverless");
        return Err(
            invalid(message).hint("set AWS_PROFILE to the same profile, which overrides the file")
        );
    }
    Ok(())
}

/// Refuses an unset home directory, without which SST fails.
fn check_home_of_sst(world: &World) -> Result<(), Misconfiguration> {
    let names = ["HOME", "XDG_CONFIG_HOME"];
    if world.machine.is_windows || names.into_iter().any(|name| world.value(name).is_some()) {
        return Ok(());
    }
    Err(invalid("HOME is not set, and SST fails without it".to_owned())
        .at(&Origin::Variable("HOME"))
        .hint("set HOME"))
}

/// Refuses `.env` files with variables of AWS, which SST loads into its environment before it looks for
/// credentials.
fn refuse_dotenv(world: &World) -> Result<(), Misconfiguration> {
    for path in world.files.keys().filter(|path| is_dotenv(path)) {
        let Some(bytes) = bytes_of(world, path, "SST")? else { continue };
        let text = String::from_utf8_lossy(bytes);
        let Some(index) = text.lines().position(sets_aws_variable) else { continue };
        let place = super::shared_files::line(path, index + 1);
        return Err(invalid(format!(
            "{place} sets an AWS variable, which SST loads into its environment"
        ))
        .hint("set it in the environment instead, or run sst through `account-guard exec`"));
    }
    Ok(())
}

/// Whether a line of a `.env` file sets a variable of AWS.
fn sets_aws_variable(line: &str) -> bool {
    let line = line.trim_start();
    let setting = line.strip_prefix("export ").map_or(line, str::trim_start);
    setting.starts_with("AWS_") && setting.contains(['=', ':'])
}

fn invalid(message: String) -> Misconfiguration {
    Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
}
