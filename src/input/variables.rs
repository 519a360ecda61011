//! Environment variables that belong to the command line rather than to AWS.

use std::path::PathBuf;

use crate::wrong::Wrong;

/// The variable with the environment, if no argument contains it.
pub(crate) const ENVIRONMENT: &str = "ACCOUNT_GUARD_ENVIRONMENT";

/// The name of the environment to check: from the argument, the option or the variable. It never depends on
/// a setting that selects credentials. `command` is the subcommand for the hint.
///
/// # Errors
///
/// The name is missing, a name is blank, or two names differ.
pub(crate) fn environment_name(
    command: &str,
    argument: Option<&str>,
    option: Option<&str>,
) -> Result<String, Wrong> {
    let variable = std::env::var_os(ENVIRONMENT).map(|value| value.to_string_lossy().into_owned());
    let candidates =
        [("argument", argument), ("--environment", option), (ENVIRONMENT, variable.as_deref())];
    let mut given = Vec::new();
    for (origin, name) in candidates {
        match name {
            Some(name) if name.trim().is_empty() => return Err(blank(origin)),
            Some(name) => given.push((origin, name)),
            None => {}
        }
    }
    let Some((origin, name)) = given.first() else {
        return Err(Wrong::usage(
            "missing environment",
            format!("run account-guard {command} ENVIRONMENT, or set {ENVIRONMENT}"),
        ));
    };
    for (other_origin, other) in &given {
        if other != name {
            return Err(Wrong::usage(
                format!("conflicting environments: {origin} `{name}`, {other_origin} `{other}`"),
                "pass one environment",
            ));
        }
    }
    Ok((*name).to_owned())
}

fn blank(origin: &str) -> Wrong {
    let origin = if origin == "argument" { "the argument ENVIRONMENT" } else { origin };
    Wrong::usage(format!("{origin} is blank"), "pass an environment name; is a CI variable empty?")
}

/// Whether the variable with the environment is set.
pub(crate) fn has_environment() -> bool {
    std::env::var_os(ENVIRONMENT).is_some()
}

/// Whether this run is a job of a CI system.
pub(crate) fn is_ci() -> bool {
    is_true("CI") || is_true("GITHUB_ACTIONS")
}

fn is_true(name: &str) -> bool {
    match std::env::var(name) {
        Ok(value) => !matches!(value.as_str(), "" | "0" | "false"),
        Err(_) => false,
    }
}

/// The names of all variables with a value, except those that are not UTF-8.
pub(crate) fn names_with_value() -> Vec<String> {
    let mut names = Vec::new();
    for (name, value) in std::env::vars_os() {
        if let Ok(name) = name.into_string()
            && !value.is_empty()
        {
            names.push(name);
        }
    }
    names
}

/// The path in a variable; `None` if the variable is unset or empty.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os(name)?;
    if path.is_empty() { None } else { Some(PathBuf::from(path)) }
}

/// The names of all variables, except those that are not UTF-8.
pub(crate) fn names() -> Vec<String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
}
