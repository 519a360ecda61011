//! Tests that the output equals that of the AWS CLI byte for byte, as `tests/oracles/identity.py`
//! recorded it, except for the listed differences.

use serde_json::Value;

use super::{Person, asking, serve};
use crate::rig::guard::{Guard, Outcome};
use crate::rig::terminal;

/// Cases in which our output differs, with the reason. `docs/identity.md` documents the same cases.
const ACCEPTED: &[(&str, &str)] = &[
    (
        "yaml: the same object twice",
        "an anchor says that two objects are one to Python, which no answer of STS does",
    ),
    (
        "table · in colour · terminal",
        "on a terminal the AWS CLI's library ends all colours once more when the program ends",
    ),
    (
        "text: a list beside a text in one column",
        "the AWS CLI prints the list as Python would; ours says that it cannot be printed",
    ),
];

struct Case {
    name: String,
    key: String,
    arguments: Vec<String>,
    width: Option<u64>,
    stdout: String,
    code: i64,
}

/// The output of `examples/identity.sh`.
pub(super) struct Script {
    pub(super) key: String,
    pub(super) stdout: String,
    pub(super) code: i64,
}

/// The recorded answers of the AWS CLI.
pub(super) struct Record {
    pub(super) people: Vec<Person>,
    pub(super) scripts: Vec<Script>,
    cases: Vec<Case>,
}

pub(super) fn record() -> Record {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/identity.json");
    let text = std::fs::read_to_string(path).expect("the record");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let all = |name: &str| record[name].as_array().expect("a list").clone();
    let person = |it: &Value| Person {
        key: text(&it["name"]),
        account: text(&it["account"]),
        arn: text(&it["arn"]),
        user_id: text(&it["user_id"]),
    };
    let case = |it: &Value| Case {
        name: text(&it["name"]),
        key: text(&it["as"]),
        arguments: it["arguments"].as_array().expect("a list").iter().map(text).collect(),
        width: it["width"].as_u64(),
        stdout: text(&it["stdout"]),
        code: it["code"].as_i64().expect("a code"),
    };
    let script = |it: &Value| Script {
        key: text(&it["as"]),
        stdout: text(&it["stdout"]),
        code: it["code"].as_i64().expect("a code"),
    };
    Record {
        people: all("identities").iter().map(person).collect(),
        scripts: all("scripts").iter().map(script).collect(),
        cases: all("cases").iter().map(case).collect(),
    }
}

/// Our exit code for an exit code of the AWS CLI.
fn our_code(theirs: i64, case: &Case) -> i32 {
    match theirs {
        0 => 0,
        // STS refused the call.
        254 => 3,
        // A usage error, or a query that cannot be answered, which is a usage error too.
        252 | 255 => 2,
        other => panic!("{}: the AWS CLI ended with {other}", case.name),
    }
}

fn run(case: &Case, url: &str) -> (String, Option<i32>, String) {
    let mut guard = asking(url, &case.key).env("TERM", "xterm");
    let asks_for_output =
        case.arguments.iter().any(|word| matches!(word.as_str(), "--output" | "--query"));
    if !asks_for_output {
        guard = guard.args("--output json");
    }
    let guard = case.arguments.iter().fold(guard, Guard::arg);
    match case.width {
        None => {
            let Outcome { stdout, stderr, code, .. } = guard.run();
            (stdout, code, stderr)
        }
        Some(width) => {
            let session = terminal::wide(&guard, width);
            let code = i32::try_from(session.code).ok();
            (session.screen.replace("\r\n", "\n"), code, session.stderr)
        }
    }
}

#[test]
fn the_output_equals_that_of_the_aws_cli() {
    let Record { people, cases, .. } = record();
    assert!(cases.len() > 300, "{} cases are not the record", cases.len());
    let sts = serve(people);
    let (mut differ, mut accepted) = (Vec::new(), Vec::new());
    for case in &cases {
        let (stdout, code, stderr) = run(case, &sts.url());
        let is_same = stdout == case.stdout && code == Some(our_code(case.code, case));
        if ACCEPTED.iter().any(|(name, _)| *name == case.name) {
            assert!(!is_same, "{} is no difference any more", case.name);
            accepted.push(&case.name);
        } else if !is_same {
            differ.push(format!(
                "{} {:?}\n--- theirs ({})\n{}\n--- ours ({code:?})\n{stdout}\n{stderr}",
                case.name, case.arguments, case.code, case.stdout
            ));
        }
    }
    assert!(
        differ.is_empty(),
        "{} of {} differ:\n{}",
        differ.len(),
        cases.len(),
        differ.join("\n")
    );
    assert_eq!(accepted.len(), ACCEPTED.len(), "an accepted difference is in no case");
}
