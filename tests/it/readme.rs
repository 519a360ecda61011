//! The documentation's examples: every console block is run, every policy in it is read.

use std::path::{Path, PathBuf};

use account_guard::policy::{Policy, Text};

use crate::demo::Demo;

/// A command of a console block, and what stands below it.
#[derive(Debug, PartialEq)]
struct Example<'a> {
    variables: Vec<(&'a str, &'a str)>,
    arguments: Vec<&'a str>,
    output: String,
    code: i32,
}

/// The fenced blocks of a language, each with the line that it begins at.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((index + 1, language.trim(), String::new())),
            (Some(_), Some(_)) => {
                let (at, is, inside) = open.take().expect("an open block");
                blocks.extend((is == language).then_some((at, inside)));
            }
            (Some((.., inside)), None) => {
                inside.push_str(line);
                inside.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end: {open:?}");
    blocks
}

/// The examples of a console block: `$ VARIABLE=value account-guard …`, its output, its exit code.
fn examples(block: &str) -> Result<Vec<Example<'_>>, String> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            examples.push(example(command)?);
            continue;
        }
        let Some(example) = examples.last_mut() else {
            return Err(format!("`{line}` stands before any command"));
        };
        if let Some(code) = line.trim_start_matches("# ").strip_prefix("exit code ") {
            example.code = code.parse().map_err(|_| format!("`{line}` is no code"))?;
        } else {
            example.output.push_str(line);
            example.output.push('\n');
        }
    }
    if examples.is_empty() { Err("it has no command".to_owned()) } else { Ok(examples) }
}

fn example(command: &str) -> Result<Example<'_>, String> {
    if command.contains(['\'', '"', '\\', '|', '&', ';', '>', '<', '$', '`', '*']) {
        return Err(format!("`{command}` needs a shell"));
    }
    let words: Vec<&str> = command.split_whitespace().collect();
    let count = words.iter().take_while(|word| word.contains('=')).count();
    let (variables, rest) = words.split_at(count);
    let Some((&"account-guard", arguments)) = rest.split_first() else {
        return Err(format!("`{command}` does not run account-guard"));
    };
    let variables = variables.iter().filter_map(|word| word.split_once('=')).collect();
    Ok(Example { variables, arguments: arguments.to_vec(), output: String::new(), code: 0 })
}

/// The README and the pages of `docs`.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).expect("docs");
    let mut paths: Vec<PathBuf> = docs.map(|entry| entry.expect("a page").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.extend(
        [
            "README.md",
            "examples/github/README.md",
            "examples/make/README.md",
            "examples/pre-commit/README.md",
        ]
        .map(|page| root.join(page)),
    );
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_console_block_is_what_the_program_says() {
    let demo = Demo::start();
    let mut count = 0;
    for (path, page) in pages() {
        for (line, block) in blocks(&page, "console") {
            let place = format!("{}:{line}", path.display());
            for example in examples(&block).unwrap_or_else(|why| panic!("{place}: {why}")) {
                let outcome = demo.run(&example.variables, &example.arguments);
                let output = outcome.stable(&format!("{}{}", outcome.stdout, outcome.stderr));
                assert_eq!(output, example.output, "{place}: the program says\n{output}");
                assert_eq!(outcome.code, Some(example.code), "{place}");
                count += 1;
            }
        }
    }
    assert!(count >= 2, "the README shows a pass and a refusal");
}

#[test]
fn every_policy_of_the_documentation_is_one() {
    let mut count = 0;
    for (path, page) in pages() {
        for (line, text) in blocks(&page, "toml") {
            if text.lines().any(|line| line.starts_with("version = 1")) {
                let name = format!("{}:{line}", path.display());
                let read = Policy::read(vec![Text { name: name.clone(), text }]);
                assert!(read.is_ok(), "{name}: {:#?}", read.err().map(|why| why.problems));
                count += 1;
            }
        }
    }
    assert!(count >= 1, "the README shows a policy");
}

#[test]
fn the_examples_are_policies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for name in ["account-guard.toml", "demo/account-guard.toml", "make/account-guard.toml"] {
        let text = std::fs::read_to_string(root.join(name)).expect("an example");
        let read = Policy::read(vec![Text { name: name.to_owned(), text }]);
        assert!(read.is_ok(), "{name}: {:#?}", read.err().map(|why| why.problems));
    }
}

#[test]
fn a_block_without_a_command_is_no_example() {
    for block in [
        "",
        "ALLOWED prod\n",
        "ALLOWED prod\n$ account-guard check prod\n",
        "$ docker push x\n",
        "$ A=b\n",
        "$ account-guard check prod && docker push x\n",
        "$ account-guard check prod\nexit code none\n",
    ] {
        assert!(examples(block).is_err(), "{block}");
    }
}

#[test]
fn a_block_may_have_variables_and_several_commands() {
    let block = "$ A=b C= account-guard check prod\nDENIED\n\n  more\nexit code 1\n\
                 $ account-guard --version\n# exit code 0\n";
    let first = Example {
        variables: vec![("A", "b"), ("C", "")],
        arguments: vec!["check", "prod"],
        output: "DENIED\n\n  more\n".to_owned(),
        code: 1,
    };
    let arguments = vec!["--version"];
    let second = Example { variables: Vec::new(), arguments, output: String::new(), code: 0 };
    assert_eq!(examples(block), Ok(vec![first, second]));
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    for (path, page) in pages() {
        for target in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            assert!(path.with_file_name(file).exists(), "{}: {target}", path.display());
        }
    }
}
