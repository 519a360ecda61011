//! Tests that real shells treat a refusal as the table in `docs/exit-codes.md` documents.

use super::page;
use crate::examples::with_program;
use crate::rig::Credentials;
use crate::rig::guard::Guard;
use crate::rig::hostile::Behaviour;
use crate::rig::setup::{KEY, STAGING, Setup};

/// A script, whether it deploys after a refusal, and its exit code.
struct Row {
    script: String,
    deploys: bool,
    code: i32,
}

fn rows() -> Vec<Row> {
    let text = page("docs/exit-codes.md").text;
    let (_, table) = text.split_once("| script | deploys after a refusal |").expect("the table");
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| row(&line.replace("\\|", "\u{0}"))).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [script, deploys, code] = cells.as_slice() else { panic!("{line}") };
    Row {
        script: script.trim_matches('`').replace('\u{0}', "|"),
        deploys: match *deploys {
            "no" => false,
            "**yes**" => true,
            _ => panic!("{line}"),
        },
        code: code.parse().expect("a code"),
    }
}

/// Runs a script in a shell. Returns whether it deployed, and its exit code.
fn run(setup: &Setup, shell: &str, script: &str) -> (bool, Option<i32>) {
    let guard: Guard = with_program(setup.bare().credentials(&Credentials::of(KEY)))
        .file("deploy.sh", "#!/bin/sh\ntouch deployed\n")
        .program(shell)
        .instead(&["-c", &format!("chmod +x deploy.sh || exit 99\n{script}")]);
    let outcome = guard.run();
    (guard.work().join("deployed").exists(), outcome.code)
}

#[test]
fn shells_treat_a_refusal_as_the_table_documents() {
    let (refused, honest) = (Setup::new(Behaviour::Answers { arn: STAGING }), Setup::honest());
    let rows = rows();
    assert!(rows.iter().any(|row| row.deploys) && rows.len() > 10, "the table is read");
    for Row { script, deploys, code } in &rows {
        // dash has no pipefail before 0.5.13.
        let shells: &[&str] = if script.contains("pipefail") { &["bash"] } else { &["sh", "bash"] };
        for shell in shells {
            assert_eq!(run(&refused, shell, script), (*deploys, Some(*code)), "{shell}: {script}");
            assert_eq!(run(&honest, shell, script), (true, Some(0)), "{shell}: {script}");
        }
    }
}
