//! Environment variables that belong to the command line rather than to AWS.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::wrong::Wrong;

/// The variable that names the environment if no argument does.
pub(crate) const ENVIRONMENT: &str = "ACCOUNT_GUARD_ENVIRONMENT";

/// The name of the environment to check: from the argument, the option or the variable, and never from
/// a setting that selects credentials.
///
/// # Errors
///
/// No name is given, a name is blank, or two names differ. `command` is the subcommand for the hint.
pub(crate) fn environment_name(
    command: &str,
    argument: Option<&str>,
    option: Option<&str>,
) -> Result<String, Wrong> {
    let variable = std::env::var_os(ENVIRONMENT).map(|value| value.to_string_lossy().into_owned());
    let given: Vec<(&str, &str)> = [
        ("the argument ENVIRONMENT", argument),
        ("--environment", option),
        (ENVIRONMENT, variable.as_deref()),
    ]
    .into_iter()
    .filter_map(|(origin, name)| name.map(|name| (origin, name)))
    .collect();
    let Some((origin, name)) = given.first() else {
        return Err(Wrong::usage(
            "no environment is named",
            format!("account-guard {command} ENVIRONMENT, or set ACCOUNT_GUARD_ENVIRONMENT"),
        ));
    };
    if let Some((origin, _)) = given.iter().find(|(_, name)| name.trim().is_empty()) {
        return Err(Wrong::usage(
            format!("{origin} is blank"),
            "name the environment, or leave it out: is a variable not set?",
        ));
    }
    if let Some((other_origin, other)) = given.iter().find(|(_, other)| other != name) {
        return Err(Wrong::usage(
            format!("{origin} says `{name}`, and {other_origin} says `{other}`"),
            "name one environment",
        ));
    }
    Ok((*name).to_owned())
}

/// Whether the variable that names the environment is set.
pub(crate) fn has_environment() -> bool {
    std::env::var_os(ENVIRONMENT).is_some()
}

/// Whether this run is a job of a pipeline.
pub(crate) fn is_ci() -> bool {
    let is_set =
        |name| std::env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_set("CI") || is_set("GITHUB_ACTIONS")
}

/// The names of all variables with a value, except those that are not UTF-8.
pub(crate) fn names_with_value() -> Vec<String> {
    let has_value = |name: &OsString| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    let all = std::env::vars_os().map(|(name, _)| name).filter(has_value);
    all.filter_map(|name| name.into_string().ok()).collect()
}

/// The path in a variable; `None` if the variable is unset or empty.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The names of all variables, except those that are not UTF-8.
pub(crate) fn names() -> Vec<String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
}
