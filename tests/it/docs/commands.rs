//! Tests that `docs/commands.md` equals the `--help` of every command.

use std::fmt::Write;

use super::{hold, pages};
use crate::rig::guard::Guard;

const INTRODUCTION: &str = "# Commands and options

The output of `--help` for each command. `-h` is shorter, and `account-guard man` prints manual pages:
[packaging.md](packaging.md).
";

/// Every command, as `--help` lists them.
pub(super) fn commands() -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut next = 0;
    while let Some(command) = found.get(next).cloned() {
        for name in subcommands(&help(&command)) {
            let mut below = command.clone();
            below.push(name);
            found.push(below);
        }
        next += 1;
    }
    found.sort_by_key(|command| command.first().cloned());
    found
}

fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The help of a command for a page, eighty columns wide.
pub(super) fn help(command: &[String]) -> String {
    let guard = Guard::new().env("COLUMNS", "80");
    let outcome = command.iter().fold(guard, Guard::arg).arg("--help").run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    outcome.stdout
}

/// The long options of a help text.
pub(super) fn options(help: &str) -> impl Iterator<Item = &str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines.flat_map(|line| line.split([' ', ',', '=']).filter(|word| word.starts_with("--")))
}

#[test]
fn the_page_of_commands_equals_the_help() {
    let mut drawn = INTRODUCTION.to_owned();
    for command in commands() {
        let name = if command.is_empty() { "account-guard".to_owned() } else { command.join(" ") };
        let help = help(&command);
        let help: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
        write!(drawn, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n")).unwrap();
    }
    hold("docs/commands.md", &drawn);
}

/// A page besides the list of commands explains the purpose of each option.
#[test]
fn every_option_is_explained_on_some_page() {
    let prose: String = pages()
        .iter()
        .filter(|page| page.name != "docs/commands.md" && page.name != "CHANGELOG.md")
        .map(|page| page.text.as_str())
        .collect();
    let is_said = |option: &str| {
        prose.match_indices(option).any(|(at, _)| {
            let after = prose[at + option.len()..].chars().next();
            !after.is_some_and(|next| next.is_ascii_alphanumeric() || next == '-')
        })
    };
    let help: String = commands().iter().map(|it| help(it)).collect();
    let mut silent: Vec<_> = options(&help).filter(|option| !is_said(option)).collect();
    silent.retain(|option| !["--help", "--version"].contains(option));
    assert!(silent.is_empty(), "no page speaks of {silent:?}");
}
