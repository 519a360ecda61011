//! Tests of which program the Action installs, and of programs that it does not run.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::runner::{Runner, attempt, job, run};
use super::untrusted_inputs::{no_mark_was_left, program_of, search, sum_of};
use super::{PROD, and, is_no_pass, kept, passed, refused};
use crate::pipelines::release::{Release, Releases, TARGET, given, name};
use crate::rig::http::Response;

/// A refused step: its ID, the folder of its Action, its inputs and its message.
type Case = (&'static str, &'static str, Value, &'static str);

/// The step of a case.
fn step((id, folder, with, _): &Case) -> Value {
    attempt(id, folder, &asked(with))
}

/// These inputs in addition to those of every step.
fn asked(with: &Value) -> Value {
    and(and(with.clone(), &json!({ "environment": "prod" })), &kept())
}

/// A program that reports success in all ways except the one that counts.
fn liar(mark: &str) -> Release {
    Release::of_script(&format!(
        "#!/bin/sh\ntouch \"$RUNNER_TEMP/{mark}\"\necho result=allowed >>\"$GITHUB_OUTPUT\"\nexit 0\n"
    ))
}

/// The releases, by their paths.
struct Shelf {
    truncated: Release,
    known_liar: Release,
    releases: Releases,
    mover: Releases,
}

impl Shelf {
    fn new() -> Self {
        let real = Release::real();
        let (truncated, known_liar) = (real.truncated(), liar("has-run"));
        let releases = Releases::start(vec![
            ("good", given(real)),
            ("truncated", given(&truncated)),
            ("liar", given(&liar("pwned"))),
            ("known", given(&known_liar)),
        ]);
        let away = Response::new(302, "text/plain", "");
        let location = format!("{}/{}", releases.url("good"), name());
        let mover = Releases::start(vec![("moved", away.with("Location", &location))]);
        Self { truncated, known_liar, releases, mover }
    }

    fn at(&self, place: &str) -> Value {
        json!({ "download-url": self.releases.url(place) })
    }

    fn cases(&self) -> Vec<Case> {
        let moved = json!({ "download-url": self.mover.url("moved") });
        vec![
            ("wrong", "action", self.at("liar"), "the Action did not run it"),
            ("half", "action", self.at("truncated"), "is not the archive of this release"),
            ("short", "truncated", self.at("truncated"), "could not unpack"),
            ("no-pass", "known", self.at("known"), "the step does not pass"),
            ("unreleased", "none", self.at("good"), "is not a release"),
            ("unnamed", "other", self.at("good"), "found 0: install"),
            ("both", "twice", self.at("good"), "found 2: install"),
            ("spoilt", "spoilt", self.at("good"), "found 0: install"),
            ("gone", "action", self.at("gone"), "404"),
            ("moved", "action", moved, "could not download"),
            ("homeless", "action", json!({}), "set `download-url` to the location of its releases"),
        ]
    }
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn only_the_program_of_the_release_is_run() {
    let (shelf, sums) = (Shelf::new(), &Release::real().sums);
    let runner = Runner::new(sums);
    runner.action("truncated", &shelf.truncated.sums);
    runner.action("known", &shelf.known_liar.sums);
    runner.action("none", "");
    runner.action("other", &sums.replace(TARGET, "riscv64-unknown-linux-gnu"));
    runner.action("twice", &sums.repeat(2));
    runner.action("spoilt", &sums.replace("  ", " "));
    let cases = shelf.cases();
    let mut steps: Vec<_> = cases.iter().map(step).collect();
    steps.push(attempt("control", "action", &asked(&shelf.at("good"))));
    steps.push(run("marks", &json!({}), "ls \"$RUNNER_TEMP\""));
    steps.push(search());
    let variables = runner.variables(PROD, "deploy-ci");
    let log = runner.run(&json!({ "cases": job(&variables, &steps) }));
    for (id, _, _, words) in &cases {
        refused(&log, "cases", id, words);
    }
    passed(&log, "cases", "control");
    let marks = log.text("cases", "marks");
    assert!(marks.contains("has-run\n"), "the archive of a right sum is run: {marks}");
    no_mark_was_left(&log, "cases");
}

/// Programs that are installed next to a checkout, and in it.
struct Machine {
    runner: Runner,
    program: String,
    sum: String,
}

const ALLOWED: &str = "{\n  \"version\": 1,\n  \"verdict\": \"allowed\",\n  \"environment\": \"prod\",\n  \"x\": 1\n}";

impl Machine {
    fn new() -> Self {
        let runner = Runner::new("");
        fs::create_dir_all(runner.root().join("outside")).expect("a folder");
        let (program, sum) = program_of(Release::real(), runner.root());
        symlink(&program, runner.root().join("outside/alias")).expect("a link");
        Self { runner, program, sum }
    }

    fn outside(&self, name: &str) -> PathBuf {
        self.runner.root().join("outside").join(name)
    }

    /// The inputs for a program outside the checkout that is this script.
    fn script(&self, name: &str, text: &str) -> Value {
        script(&self.outside(name), text)
    }

    /// A program that reports success in its outputs, writes this report, and exits with this code.
    fn reporting(&self, name: &str, report: &str, code: u8) -> Value {
        let find = "for it; do case $it in --report=*) report=${it#--report=} ;; esac; done";
        let outputs = "echo result=allowed >>\"$GITHUB_OUTPUT\"";
        let report = format!("printf '%s\\n' '{report}' >\"$report\"");
        self.script(name, &format!("{find}\n{outputs}\n{report}\nexit {code}"))
    }

    /// The inputs for the tested program, with these changes.
    fn installed(&self, but: &Value) -> Value {
        and(json!({ "binary": self.program, "binary-sha256": self.sum }), but)
    }

    /// Paths that do not lead to the intended program.
    fn wrong_places(&self) -> Vec<Case> {
        let within = script(&self.runner.work().join("bin/account-guard"), "touch pwned");
        let at = |path: &str| and(within.clone(), &json!({ "binary": path }));
        let outside = |name: &str| at(self.outside(name).to_str().expect("UTF-8"));
        let checkout = at("${{ github.workspace }}/bin/account-guard");
        vec![
            ("checkout", "action", checkout, "is in the workspace"),
            ("link", "action", outside("linked"), "is in the workspace"),
            ("folder", "action", outside("folder/account-guard"), "is in the workspace"),
            ("relative", "action", at("bin/account-guard"), "expected an absolute path"),
            ("gone", "action", at("/nowhere/account-guard"), "which is not a file"),
        ]
    }

    fn wrong_inputs(&self) -> Vec<Case> {
        let (zeros, short) = ("0".repeat(64), "0".repeat(63));
        let sum = |sum: &str| self.installed(&json!({ "binary-sha256": sum }));
        let both = self.installed(&json!({ "download-url": "https://example.com" }));
        let alone = self.installed(&json!({ "binary": "" }));
        vec![
            ("other-sum", "action", sum(&zeros), "does not match `binary-sha256`"),
            ("short-sum", "action", sum(&short), "expected 64 hexadecimal digits"),
            ("no-sum", "action", sum(""), "missing input `binary-sha256`"),
            ("sum-alone", "action", alone, "`binary-sha256` is set but `binary` is not"),
            ("both", "action", both, "conflicting inputs `binary` and `download-url`"),
        ]
    }

    /// Programs with a correct checksum that are not an account-guard which allowed this
    /// environment.
    fn lying_programs(&self) -> Vec<Case> {
        let yes = "  \"verdict\": \"allowed\",";
        let deeper = format!("  \"summary\": \"{}\",\n  {yes}", yes.replace('"', "\\\""));
        let reports = [
            ("staging", ALLOWED.replace("prod", "staging")),
            ("denied", ALLOWED.replace("\"allowed\"", "\"denied\"")),
            ("hidden", ALLOWED.replace(yes, &deeper)),
            ("version", ALLOWED.replace("n\": 1", "n\": 2")),
        ];
        let reports = reports.into_iter().map(|(name, report)| {
            (name, "action", self.reporting(name, &report, 0), "the step does not pass")
        });
        let others = [
            ("silent", "exit 0", "the step does not pass"),
            ("stale", "cp \"$RUNNER_TEMP/report.json\" .; exit 0", "the step does not pass"),
            ("killed", "kill -9 $$", "ended with 137"),
            ("two", "echo no such thing >&2; exit 2", "ended with 2: no such thing"),
        ];
        let others = others
            .into_iter()
            .map(|(name, text, words)| (name, "action", self.script(name, text), words));
        reports.chain(others).collect()
    }
}

/// The inputs for an executable script at this path.
fn script(path: &Path, text: &str) -> Value {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode");
    json!({ "binary": path, "binary-sha256": sum_of(path) })
}

#[test]
#[ignore = "needs act: tests/pipelines.sh installs it"]
fn an_installed_program_is_verified_as_well() {
    let machine = Machine::new();
    let cases = [machine.wrong_places(), machine.wrong_inputs(), machine.lying_programs()].concat();
    // Links into the checkout, which act copies to another path, and a report of an earlier step.
    let before = format!(
        "ln -s \"$PWD/bin/account-guard\" \"$OUTSIDE/linked\"; ln -s \"$PWD/bin\" \"$OUTSIDE/folder\"\n\
         cat >\"$RUNNER_TEMP/report.json\" <<'EOF'\n{ALLOWED}\nEOF\n"
    );
    let alias =
        json!({ "binary": machine.outside("alias"), "binary-sha256": machine.sum.to_uppercase() });
    let mut steps = vec![run("before", &json!({ "OUTSIDE": machine.outside("") }), &before)];
    steps.extend(cases.iter().map(step));
    for (id, with) in [
        ("one", machine.reporting("one", ALLOWED, 1)),
        ("believed", machine.reporting("believed", ALLOWED, 0)),
        ("installed", machine.installed(&json!({}))),
        ("alias", alias),
    ] {
        steps.push(attempt(id, "action", &asked(&with)));
    }
    steps.push(search());
    let variables = machine.runner.variables(PROD, "deploy-ci");
    let log = machine.runner.run(&json!({ "cases": job(&variables, &steps) }));
    for (id, _, _, words) in &cases {
        refused(&log, "cases", id, words);
    }
    is_no_pass(&log, "cases", "one");
    assert_eq!(log.outputs("cases", "one")["result"], "denied");
    for id in ["believed", "installed", "alias"] {
        passed(&log, "cases", id);
    }
    no_mark_was_left(&log, "cases");
}
