//! Tests of the completions, the manual pages and, in its submodules, the archives and packages of
//! a release.

mod archive;
mod binstall;
mod deb;
mod release;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::rig::guard::{Guard, Outcome, Stdout};

fn run(words: &str) -> Outcome {
    Guard::new().args(words).run()
}

/// The completions for this shell, in the working directory of a run.
fn completions(shell: &str) -> Guard {
    let outcome = run(&format!("completions {shell}"));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
    Guard::new().path().file("completions", &outcome.stdout)
}

/// The output of this shell for a script, next to a file of completions.
#[track_caller]
fn shell(guard: Guard, program: &str, arguments: &[&str]) -> Vec<String> {
    let outcome = guard.program(program).instead(arguments).run();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
    outcome.stdout.lines().map(str::to_owned).collect()
}

/// The completions that bash finds at the end of these words; it calls the function in the same
/// way.
#[track_caller]
fn by_bash(words: &[&str]) -> Vec<String> {
    let script = r#"
        source ./completions
        function=$(complete -p account-guard)
        function=${function#*-F }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        "${function%% *}" "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut arguments = vec!["-uc", script, "bash", "account-guard"];
    arguments.extend(words);
    shell(completions("bash"), "bash", &arguments)
}

#[test]
fn bash_completes_commands_options_and_values() {
    assert_eq!(shell(completions("bash"), "bash", &["-n", "completions"]), [""; 0]);
    assert_eq!(by_bash(&["che"]), ["check"]);
    assert_eq!(by_bash(&["policy", "l"]), ["lint"]);
    assert_eq!(by_bash(&["check", "prod", "--mas"]), ["--mask-aws-account-id"]);
    assert_eq!(by_bash(&["check", "--format", "j"]), ["json"]);
    assert_eq!(by_bash(&["whoami", "--outp"]), ["--output"]);
    assert_eq!(by_bash(&["chek"]), [""]);
}

#[test]
fn environment_names_are_not_completed() {
    assert!(run("completions --help").stdout.contains("environments are not completed"));
    assert_eq!(by_bash(&["check", "pro"]), [""]);
}

#[test]
#[ignore = "needs zsh: tests/root.sh installs it"]
fn zsh_loads_its_completions() {
    assert_eq!(shell(completions("zsh"), "zsh", &["-n", "completions"]), [""; 0]);
    let script =
        "autoload -Uz compinit; compinit -D -u; source ./completions; print $_comps[account-guard]";
    assert_eq!(shell(completions("zsh"), "zsh", &["-fc", script]), ["_account-guard"]);
}

#[test]
#[ignore = "needs fish: tests/root.sh installs it"]
fn fish_completes_commands_and_options() {
    assert_eq!(shell(completions("fish"), "fish", &["-n", "completions"]), [""; 0]);
    for (line, expected) in [
        ("account-guard che", "check\t"),
        ("account-guard policy l", "lint\t"),
        ("account-guard check prod --mas", "--mask-aws-account-id\t"),
        ("account-guard check prod --format j", "json\t"),
    ] {
        let script = format!("source ./completions; complete --do-complete '{line}'");
        let found = shell(completions("fish"), "fish", &["--no-config", "-c", &script]);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{line}: {found:#?}");
    }
}

/// These shells are not installed here.
#[test]
fn completions_of_elvish_and_powershell_contain_every_command() {
    for (shell, begin) in [
        ("elvish", "\nset edit:completion:arg-completer[account-guard] ="),
        ("powershell", "\nRegister-ArgumentCompleter -Native -CommandName 'account-guard'"),
    ] {
        let outcome = run(&format!("completions {shell}"));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome:#?}");
        assert!(outcome.stdout.contains(begin), "{outcome:#?}");
        for command in commands("") {
            let name = format!("account-guard;{}'", command.replace(' ', ";"));
            assert!(outcome.stdout.contains(&name), "{shell}: {command}");
        }
    }
}

#[test]
fn an_unknown_shell_is_a_usage_error() {
    for words in ["completions", "completions tcsh", "completions bash zsh"] {
        let outcome = run(words);
        assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""), "{words}: {outcome:#?}");
    }
}

/// The subcommands of this command according to its help: `check`, `policy`, `policy lint`, …
fn commands(of: &str) -> Vec<String> {
    let help = run(&format!("{of} --help")).stdout;
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty()).filter_map(|it| it.strip_prefix("  "));
    let names = lines.filter_map(|line| line.split(' ').next()).filter(|it| !it.is_empty());
    let mut found = Vec::new();
    for name in names.filter(|name| *name != "help") {
        let name = format!("{of} {name}").trim().to_owned();
        found.extend(std::iter::once(name.clone()).chain(commands(&name)));
    }
    found
}

/// The file names of the pages that `man DIR` writes.
fn pages() -> BTreeMap<String, String> {
    let guard = Guard::new().file("man1/README", "").args("man man1");
    let outcome = guard.run();
    let seen = (outcome.code, &*outcome.stdout, &*outcome.stderr);
    assert_eq!(seen, (Some(0), "", ""), "{outcome:#?}");
    let directory = guard.work().join("man1");
    fs::remove_file(directory.join("README")).expect("the file of the test");
    let entries = fs::read_dir(directory).expect("the directory");
    let read = |path: &Path| fs::read_to_string(path).expect("a page");
    entries
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().into_string().expect("UTF-8"), read(&entry.path())))
        .collect()
}

#[test]
fn every_command_has_a_manual_page() {
    let pages = pages();
    let names = commands("").into_iter().map(|name| format!("-{}", name.replace(' ', "-")));
    let names = names.chain([String::new()]);
    let mut expected: Vec<_> = names.map(|name| format!("account-guard{name}.1")).collect();
    assert!(expected.contains(&"account-guard-policy-lint.1".to_owned()), "{expected:?}");
    expected.sort();
    assert_eq!(pages.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    let version = env!("CARGO_PKG_VERSION");
    for (file, text) in &pages {
        let name = file.trim_end_matches(".1");
        let title = format!(".TH {name} 1 \"\" \"account-guard {version}\" \"\"\n");
        assert!(text.contains(&title), "{file}: {text}");
    }
    assert_eq!(run("man").stdout, pages["account-guard.1"]);
}

#[test]
fn a_manual_page_contains_the_help() {
    let pages = pages();
    let synopsis = "\\fBaccount\\-guard exec\\fR [OPTIONS] [ENVIRONMENT] \\-\\- <COMMAND>...\n";
    assert!(pages["account-guard-exec.1"].contains(synopsis), "{}", pages["account-guard-exec.1"]);
    for (page, status) in [
        ("account-guard.1", "\n.SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nallowed\n"),
        ("account-guard-exec.1", "\n.TP\n\\fB127\\fR\nthe command is not found\n"),
    ] {
        assert!(pages[page].contains(status), "{}", pages[page]);
    }
}

#[test]
#[ignore = "needs groff: tests/root.sh installs it"]
fn manual_pages_render_without_warnings() {
    let manual = Guard::new();
    for (name, text) in pages() {
        let title = format!("{}(1)", name.trim_end_matches(".1"));
        fs::write(manual.work().join(&name), text).expect("a page");
        let command = ["-man", "-Tutf8", "-ww", "-P-cbou", &name];
        let output =
            Command::new("groff").args(command).current_dir(manual.work()).output().expect("groff");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains("SYNOPSIS") && shown.contains(&title), "{name}: {shown}");
    }
}

#[test]
fn unwritable_output_exits_3() {
    for words in ["completions bash", "completions fish", "man"] {
        for stdout in [Stdout::Full, Stdout::BrokenPipe] {
            let outcome = Guard::new().args(words).stdout(stdout).run();
            assert_eq!(outcome.code, Some(3), "{words}: {outcome:#?}");
            assert!(outcome.stderr.contains("could not write"), "{words}: {outcome:#?}");
        }
    }
    for directory in ["gone", "a-file", "/proc", "/dev/full"] {
        let outcome = Guard::new().file("a-file", "").args("man").arg(directory).run();
        assert_eq!((outcome.code, &*outcome.stdout), (Some(3), ""), "{directory}: {outcome:#?}");
        assert!(outcome.stderr.contains("could not write"), "{directory}: {outcome:#?}");
    }
}
