//! `man`: the manual pages, generated from the help.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::cli::{Cli, ManArgs};
use crate::output::{Failure, FileToWrite, Output};
use crate::report::text::Colour;

/// Not nothing, in whose place another part of the title would stand.
const EMPTY: &str = "\"\"";

/// The program's page for stdout, or the pages of all commands for a directory.
pub fn man(args: &ManArgs) -> Output {
    pages(args).unwrap_or_else(|why| {
        let failure = Failure::unwritable(&format!("could not write the output: {why}"));
        Output::failed(&failure, Colour::Off)
    })
}

fn pages(args: &ManArgs) -> io::Result<Output> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let (stdout, files) = match &args.directory {
        None => (page(&program)?, Vec::new()),
        Some(directory) => (Vec::new(), files(&program, directory)?),
    };
    Ok(Output { files, ..Output::done(stdout) })
}

fn files(program: &Command, directory: &Path) -> io::Result<Vec<FileToWrite>> {
    let file = |command: &Command| {
        let name = Man::new(command.clone()).get_filename();
        Ok(FileToWrite::Whole(directory.join(name), page(command)?))
    };
    family(program).into_iter().map(file).collect()
}

/// A command and all that are below it.
fn family(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(family)).collect()
}

/// Without a date: the same program has the same pages.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let usage = command.clone().render_usage().to_string();
    // A synopsis of clap_mangen's own would leave out the `--` in front of a command.
    let synopsis = usage.trim_start_matches("Usage: ").to_owned();
    let man = Man::new(command.clone().override_usage(synopsis))
        .date(EMPTY)
        .source(concat!("account-guard ", env!("CARGO_PKG_VERSION")))
        .manual(EMPTY);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    if let Some(codes) = command.get_after_help() {
        exit_status(&codes.to_string()).to_writer(&mut text)?;
    }
    if let Some(ending) = command.get_after_long_help() {
        examples(&ending.to_string()).to_writer(&mut text)?;
    }
    Ok(text)
}

/// The end of the help, which is a heading and a line for each code, as a manual has it.
fn exit_status(codes: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for line in codes.lines().skip(1).map(str::trim) {
        match line.split_once("  ") {
            Some((code, meaning)) => {
                section.control("TP", []).text([bold(code)]).text([roman(meaning)]);
            }
            None => {
                section.control("PP", []).text([roman(line)]);
            }
        }
    }
    section
}

/// The examples at the end of the long help, one paragraph for each.
fn examples(ending: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXAMPLES"]);
    for line in ending.lines().skip_while(|line| *line != "Examples:").skip(1) {
        section.control("PP", []).text([bold(line.trim())]);
    }
    section
}
