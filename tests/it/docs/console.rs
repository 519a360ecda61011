//! Tests that every console block equals the output of the program in the setup of the demo.

use account_guard::policy::{Policy, Text};

use super::{blocks, entries, root};
use crate::demo::Demo;

/// A command of a console block, and the lines below it.
#[derive(Debug, PartialEq)]
struct Example<'a> {
    variables: Vec<(&'a str, &'a str)>,
    arguments: Vec<&'a str>,
    output: String,
    code: i32,
}

/// The commands of a console block: `$ VARIABLE=value account-guard …`, its output, its exit code.
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

#[test]
fn every_console_block_equals_the_output_of_the_program() {
    let demo = Demo::start();
    let mut count = 0;
    for block in blocks().iter().filter(|block| block.language == "console") {
        let place = block.place();
        for example in examples(&block.text).unwrap_or_else(|why| panic!("{place}: {why}")) {
            let outcome = demo.run(&example.variables, &example.arguments);
            let output = outcome.stable(&format!("{}{}", outcome.stdout, outcome.stderr));
            assert_eq!(output, example.output, "{place}: the program says\n{output}");
            assert_eq!(outcome.code, Some(example.code), "{place}");
            count += 1;
        }
    }
    assert!(count >= 2, "the README shows a pass and a refusal");
}

#[test]
fn the_example_policies_are_valid() {
    let folders =
        entries("examples").into_iter().map(|folder| format!("{folder}/account-guard.toml"));
    let mut policies: Vec<_> = folders.filter(|path| root().join(path).exists()).collect();
    policies.push("examples/account-guard.toml".to_owned());
    assert!(policies.len() > 2, "{policies:?}");
    for name in policies {
        let text = std::fs::read_to_string(root().join(&name)).expect("an example");
        let read = Policy::read(vec![Text { name: name.clone(), text }]);
        assert!(read.is_ok(), "{name}: {:#?}", read.err().map(|why| why.problems));
    }
}

#[test]
fn a_block_without_a_command_is_refused() {
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
