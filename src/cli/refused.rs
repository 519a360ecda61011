//! The message for a command line that clap refuses, with a suggestion where clap makes none.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use super::{Cli, Command};

/// The name of the program in suggestions.
const PROGRAM: &str = "account-guard";

/// The message of a usage error, in several lines. `words` is the whole command line.
///
/// It quotes the command line, which may contain control characters.
pub(crate) fn message(error: &clap::Error, words: &[OsString]) -> String {
    let text = error.render().to_string();
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let Some(tip) = tip(error, &words) else { return text };
    let (message, usage) = text.split_once("\n\n").unwrap_or((&text, ""));
    // A tip of clap would contradict this one.
    let usage = match usage.split_once("\n\n") {
        Some((tip, usage)) if tip.starts_with("  tip:") => usage,
        _ => usage,
    };
    format!("{message}\n\n  tip: {tip}\n\n{usage}")
}

fn tip(error: &clap::Error, words: &[String]) -> Option<String> {
    let arguments = words.get(1..)?;
    match error.kind() {
        ErrorKind::InvalidSubcommand => match error.get(ContextKind::InvalidSubcommand) {
            Some(ContextValue::String(name)) => subcommand(name, arguments),
            _ => None,
        },
        ErrorKind::UnknownArgument if is_exec_without_separator(arguments) => separated(words),
        ErrorKind::MissingRequiredArgument if is_exec_without_separator(arguments) => {
            Some(format!("put the command after `--`: {PROGRAM} exec ENVIRONMENT -- COMMAND"))
        }
        _ => None,
    }
}

/// A subcommand with this name elsewhere in the program, as `lint` is in `policy`; or a similar one behind
/// `help`, where clap suggests none.
fn subcommand(name: &str, arguments: &[String]) -> Option<String> {
    let mut program = Cli::command();
    program.build();
    let is_help = arguments.first().is_some_and(|word| word == "help");
    if let Some(path) = path_of(&program, name) {
        let help = if is_help { "help " } else { "" };
        return Some(format!("run `{PROGRAM} {help}{path}`"));
    }
    if !is_help {
        return None;
    }
    let mut command = &program;
    for word in arguments.iter().skip(1).take_while(|word| *word != name) {
        command = command.find_subcommand(word)?;
    }
    let similar = similar_subcommand(command, name)?;
    Some(format!("a similar subcommand exists: '{similar}'"))
}

/// The path of a subcommand below the first level: `policy lint`.
fn path_of(program: &clap::Command, name: &str) -> Option<String> {
    program.get_subcommands().filter(|group| group.get_name() != "help").find_map(|group| {
        let found = group.get_subcommands().find(|it| it.get_name() == name)?;
        Some(format!("{} {}", group.get_name(), found.get_name()))
    })
}

/// The subcommand whose name is the most similar, by the measure and the limit of clap.
fn similar_subcommand<'a>(command: &'a clap::Command, name: &str) -> Option<&'a str> {
    const LEAST: f64 = 0.7;
    let names = command.get_subcommands().flat_map(clap::Command::get_name_and_visible_aliases);
    let rated = names.map(|other| (strsim::jaro(name, other), other));
    let (rating, similar) = rated.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (rating > LEAST).then_some(similar)
}

fn is_exec_without_separator(arguments: &[String]) -> bool {
    arguments.first().is_some_and(|word| word == "exec") && !arguments.iter().any(|it| it == "--")
}

/// The command line with `--` before the command: before the first word that is neither the environment nor
/// an option or its value.
///
/// Options of ours are left out, and all but the first words of the command: they may contain secrets.
fn separated(words: &[String]) -> Option<String> {
    for at in 2..words.len() {
        let (before, command) = words.split_at_checked(at)?;
        if command.first().is_some_and(|word| word.starts_with('-')) {
            continue;
        }
        let Some(environment) = environment(before) else { continue };
        let line = format!("{PROGRAM} exec {environment} -- {}", beginning(command));
        return Some(format!("put `--` before the command: {line}"));
    }
    None
}

/// The environment of these words, if they would run a command that followed.
fn environment(words: &[String]) -> Option<String> {
    let with_command = words.iter().map(String::as_str).chain(["--", "command"]);
    match Cli::try_parse_from(with_command).ok()?.command {
        Command::Exec(args) => args.environment.environment.or(args.environment.environment_option),
        _ => None,
    }
}

/// The first two words of a command, the second only if it is a name: `terraform apply …`.
fn beginning(command: &[String]) -> String {
    let is_name = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c));
    let mut shown = Vec::new();
    for (at, word) in command.iter().enumerate() {
        if at > 1 || (at == 1 && (word.starts_with('-') || !is_name(word))) {
            shown.push("…");
            break;
        }
        shown.push(word);
    }
    shown.join(" ")
}
