//! Tests of the result of the Action, and of what it leaves for the rest of the workflow.

use serde_json::{Map, Value, json};

use super::log::Log;
use super::runner::{POLICY, Runner, always, attempt, job, run, uses};
use super::untrusted_inputs::{no_mark_was_left, search};
use super::{KEYS, PROD, STAGING, WITH_KEYS, WITHOUT_KEYS, and, kept, passed, refused};
use crate::pipelines::release::{Release, Releases, given};

/// A repository whose Action installs the tested program, and the inputs of the Action.
struct Setup {
    runner: Runner,
    releases: Releases,
    with: Value,
}

impl Setup {
    fn new() -> Self {
        let release = Release::real();
        let releases = Releases::start(vec![("good", given(release))]);
        let with = json!({ "environment": "prod", "download-url": releases.url("good") });
        Self { runner: Runner::new(&release.sums), releases, with }
    }

    /// The inputs with these changes; the next case still has its keys.
    fn but(&self, inputs: &Value) -> Value {
        and(and(self.with.clone(), &kept()), inputs)
    }

    /// A job with the role `deploy-ci` of this account.
    fn job(&self, account: &str, steps: &[Value]) -> Value {
        job(&self.runner.variables(account, "deploy-ci"), steps)
    }

    /// The same, with these additional variables.
    fn job_with(&self, account: &str, variables: &Value, steps: &[Value]) -> Value {
        let mut all = self.runner.variables(account, "deploy-ci");
        all.extend(variables.as_object().expect("an object").clone());
        job(&all, steps)
    }
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn an_allowed_run_gives_outputs_to_later_steps_and_jobs() {
    let setup = Setup::new();
    let outputs = json!({
        "ACCOUNT": "${{ steps.guard.outputs.aws-account-id }}",
        "REPORT": "${{ steps.guard.outputs.report }}",
        "PROGRAM": "${{ steps.guard.outputs.program }}",
    });
    let script = "echo \"to $ACCOUNT\"; grep '\"verdict\"' \"$REPORT\"; stat -c %a \"${REPORT%/*}\"\n\
                  \"$PROGRAM\" exec prod -- sh -c 'echo \"by $AWS_ACCOUNT_ID\"'";
    let guard = uses("guard", "action", &setup.with);
    let keys = always("keys", &json!({}), KEYS);
    let mut allowed = setup.job(PROD, &[guard, run("after", &outputs, script), keys]);
    allowed["outputs"] = json!({ "result": "${{ steps.guard.outputs.result }}" });
    let told = json!({ "RESULT": "${{ needs.allowed.outputs.result }}" });
    let mut later = job(&Map::new(), &[run("told", &told, "echo \"it was $RESULT\"")]);
    later["needs"] = "allowed".into();
    let log = setup.runner.run(&json!({ "allowed": allowed, "later": later }));
    has_outputs(&log);
    let after = log.text("allowed", "after");
    for line in ["to 111111111111\n", "\"verdict\": \"allowed\",\n", "\n700\n", "by 111111111111\n"]
    {
        assert!(after.contains(line), "{line}: {after}");
    }
    assert_eq!(log.text("allowed", "keys"), WITH_KEYS);
    assert_eq!(log.text("later", "told"), "it was allowed\n");
    assert!(log.errors("allowed", "guard").is_empty());
    assert!(log.summary("allowed", "guard").starts_with("### ✅ prod: allowed\n"));
    assert_eq!(setup.releases.asked().len(), 1, "{:?}", setup.releases.asked());
}

#[track_caller]
fn has_outputs(log: &Log) {
    passed(log, "allowed", "guard");
    let outputs = log.outputs("allowed", "guard");
    for (name, value) in [
        ("environment", "prod"),
        ("aws-account-id", PROD),
        ("account-name", "prod"),
        ("authenticated-arn", "arn:aws:sts::111111111111:assumed-role/deploy-ci/act"),
        ("violations", ""),
    ] {
        assert_eq!(outputs[name], value, "{name}");
    }
}

/// Sources of credentials other than keys that a job may have, as AWS tools read them.
fn other_ways() -> Value {
    json!({
        "AWS_PROFILE": "nobody",
        "AWS_STAGING_PROFILE": "nobody",
        "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/deploy-ci",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "token",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
    })
}

/// A script that prints which of the sources are left.
const WAYS: &str = r#"printf '%s %s %s\n' "$AWS_CONFIG_FILE" "$AWS_SHARED_CREDENTIALS_FILE" "$AWS_EC2_METADATA_DISABLED"
env | grep -E '^AWS_(PROFILE|STAGING_PROFILE|ROLE_ARN|CONTAINER_CREDENTIALS_FULL_URI|WEB_IDENTITY_TOKEN_FILE)=.' || echo 'no way'"#;

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn a_refusal_stops_the_job_and_removes_its_keys() {
    let setup = Setup::new();
    let after = [
        run("deploy", &json!({}), "echo deployed"),
        always("cleanup", &json!({}), KEYS),
        always("ways", &json!({}), WAYS),
    ];
    let steps = |with: &Value| [&[uses("guard", "action", with)], &after[..]].concat();
    let guarded = steps(&setup.with);
    let maybe = steps(&and(setup.with.clone(), &json!({ "scrub-on-failure": "maybe" })));
    let keeps = steps(&setup.but(&json!({})));
    let log = setup.runner.run(&json!({
        "account": setup.job(STAGING, &guarded),
        "role": job(&setup.runner.variables(PROD, "reader"), &guarded),
        "unknown": setup.job_with(STAGING, &other_ways(), &guarded),
        "kept": setup.job_with(STAGING, &other_ways(), &keeps),
        "maybe": setup.job(STAGING, &maybe),
    }));
    for (name, words, result) in [
        ("account", "the account staging (222222222222) is not one that prod allows", "denied"),
        ("role", "reader", "denied"),
        ("unknown", "nobody", "unknown"),
    ] {
        refused(&log, name, "guard", words);
        assert_eq!(log.outputs(name, "guard")["result"], result, "{name}");
        is_left_without_keys(&log, name);
    }
    refused(&log, "maybe", "guard", "`scrub-on-failure` is `maybe`");
    is_left_without_keys(&log, "maybe");
    is_annotated(&log);
    assert_eq!(log.text("kept", "cleanup"), WITH_KEYS, "the control");
    assert!(log.text("kept", "ways").contains("AWS_PROFILE=nobody\n"), "the control");
}

#[track_caller]
fn is_left_without_keys(log: &Log, job: &str) {
    assert_eq!((log.job(job), log.step(job, "deploy")), ("failure", "not run"), "{job}");
    assert_eq!(log.text(job, "cleanup"), WITHOUT_KEYS, "{job}");
    assert_eq!(log.text(job, "ways"), "/dev/null /dev/null true\nno way\n", "{job}");
}

#[track_caller]
fn is_annotated(log: &Log) {
    for (job, line, code) in [("account", "8", "wrong-account"), ("role", "9", "wrong-role")] {
        let errors = log.errors(job, "guard");
        let title = format!("account-guard prod: {code}");
        let found = errors.iter().find(|it| it.properties["title"] == title);
        let found = found.unwrap_or_else(|| panic!("{code}: {errors:#?}"));
        let place = (&*found.properties["file"], &*found.properties["line"]);
        assert_eq!(place, ("account-guard.toml", line), "{code}: {errors:#?}");
        assert_eq!(log.outputs(job, "guard")["violations"], code);
        assert!(log.summary(job, "guard").starts_with("### ❌ prod: denied\n"));
    }
}

/// A variable of the job that names an environment, and programs on its `PATH`, must not decide the
/// result.
#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn variables_and_files_of_the_job_do_not_change_the_answer() {
    let setup = Setup::new();
    let others = [(PROD, "333333333333"), (STAGING, PROD), ("333333333333", STAGING)];
    let lax = others.iter().fold(POLICY.to_owned(), |text, (from, to)| text.replace(from, to));
    setup.runner.file("lax.toml", &lax);
    for name in ["account-guard", "curl", "tar", "sha256sum", "mktemp", "grep", "cat"] {
        setup.runner.file(&format!("bin/{name}"), "#!/bin/sh\ntouch \"$GITHUB_WORKSPACE/pwned\"\n");
    }
    let misled = json!({
        "ACCOUNT_GUARD_ENVIRONMENT": "staging",
        "ACCOUNT_GUARD_POLICY": "lax.toml",
    });
    let path = "chmod 755 bin/*; echo \"$PWD/bin\" >>\"$GITHUB_PATH\"";
    let guard = attempt("guard", "action", &setup.but(&json!({})));
    let lax = attempt("lax", "action", &setup.but(&json!({ "policy": "lax.toml" })));
    let control = run("control", &json!({}), "command -v curl");
    let steps = [run("path", &json!({}), path), control, guard.clone(), search()];
    let log = setup.runner.run(&json!({
        "misled": setup.job_with(PROD, &misled, &steps),
        "refused": setup.job_with(STAGING, &misled, &[guard, lax]),
    }));
    assert!(log.text("misled", "control").ends_with("/hostexecutor/bin/curl\n"), "{log:#?}");
    passed(&log, "misled", "guard");
    refused(&log, "refused", "guard", "is not one that prod allows");
    passed(&log, "refused", "lax");
    no_mark_was_left(&log, "misled");
}

/// Settings of a job for its own shells could end the shell of the Action before the check.
#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn shell_settings_of_the_job_are_ignored() {
    let setup = Setup::new();
    setup.runner.file("exit.sh", "exit 0\n");
    let steps = [
        attempt("control", "fails", &json!({})),
        attempt("guard", "action", &setup.but(&json!({}))),
    ];
    let fails = json!({
        "runs": { "using": "composite", "steps": [run("fails", &json!({}), "exit 1")] },
    });
    setup.runner.file("fails/action.yml", &fails.to_string());
    let by = |name: &str, value: &str| {
        let variables = json!({ (name): value });
        setup.job_with(STAGING, &variables, &steps)
    };
    let log = setup.runner.run(&json!({
        "file": by("BASH_ENV", "${{ github.workspace }}/exit.sh"),
        "options": by("SHELLOPTS", "noexec"),
        "posix": by("POSIXLY_CORRECT", "1"),
    }));
    for job in ["file", "options"] {
        assert_eq!(log.step(job, "control"), "success", "{job} ends the shell that fails");
    }
    for job in ["file", "options", "posix"] {
        refused(&log, job, "guard", "is not one that prod allows");
    }
}

/// Inputs, and the messages with which they are refused.
fn inputs() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let image = |account: &str| format!("{account}.dkr.ecr.eu-west-1.amazonaws.com/app:1");
    let own = image(PROD);
    let images = |lines: String| json!({ "images": lines });
    vec![
        ("images", images(format!("{own}\n  {own}\n")), None),
        ("other", images(format!("{own}\n{}", image(STAGING))), Some("app:1")),
        (
            "blank",
            images("${{ env.NOT_SET }}".to_owned()),
            Some("line 1 of the input `images` is blank"),
        ),
        ("gap", images(format!("{own}\n\n{own}")), Some("line 2 of the input `images` is blank")),
        ("hub", images("nginx:latest".to_owned()), Some("nginx")),
        ("tools", json!({ "tools": "terraform, aws-cli\nsam" }), None),
        ("tool", json!({ "tools": "cobol" }), Some("cobol")),
        ("commas", json!({ "tools": " , " }), Some("contains no tool")),
        ("region", json!({ "aws-region": "eu-west-1" }), None),
        ("nowhere", json!({ "aws-region": "nowhere" }), Some("nowhere")),
        ("time", json!({ "timeout": "" }), Some("`timeout` is empty")),
        ("profile", json!({ "aws-profile": "prod" }), None),
        ("nobody", json!({ "aws-profile": "nobody" }), Some("nobody")),
        ("policy", json!({ "policy": "" }), Some("`policy` is empty")),
        ("gone", json!({ "policy": "gone.toml" }), Some("gone.toml")),
        ("stranger", json!({ "environment": "dev" }), Some("dev")),
    ]
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn the_inputs_decide_the_check() {
    let (setup, inputs) = (Setup::new(), inputs());
    let keys = setup.runner.variables(PROD, "deploy-ci");
    let key = |name: &str| {
        let value = keys[&name.to_uppercase()].as_str().expect("a text");
        format!("{name} = {value}\n")
    };
    let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"].map(key);
    let file = setup.runner.file("../credentials", &format!("[prod]\n{}", keys.concat()));
    let steps: Vec<_> =
        inputs.iter().map(|(id, with, _)| attempt(id, "action", &setup.but(with))).collect();
    let files = json!({ "AWS_SHARED_CREDENTIALS_FILE": file });
    let log = setup.runner.run(&json!({ "cases": setup.job_with(PROD, &files, &steps) }));
    for (id, _, words) in &inputs {
        match words {
            None => passed(&log, "cases", id),
            Some(words) => refused(&log, "cases", id, words),
        }
    }
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn account_ids_are_masked_first() {
    let setup = Setup::new();
    let masked = attempt("guard", "action", &setup.but(&json!({ "mask-aws-account-id": "true" })));
    let plain = attempt("guard", "action", &setup.but(&json!({})));
    let later = always("later", &json!({}), "echo the account 222222222222");
    let log = setup.runner.run(&json!({
        "masked": setup.job(STAGING, &[masked, later.clone()]),
        "plain": setup.job(STAGING, &[plain, later]),
    }));
    assert_eq!(log.text("masked", "later"), "the account ***\n");
    assert_eq!(log.text("plain", "later"), "the account 222222222222\n");
    let [masked, plain] = ["masked", "plain"].map(|job| log.text(job, "guard"));
    assert!(masked.contains("staging (***)") && plain.contains("staging (222222222222)"));
    assert!(!masked.contains(PROD) && !masked.contains(STAGING), "{masked}");
}
