//! Parses the log of act: one JSON object per line.

use std::collections::BTreeMap;
use std::process::Output;

use serde_json::Value;

/// The lines of a run.
#[derive(Debug)]
pub(super) struct Log(Vec<Value>);

/// An error annotation.
#[derive(Debug)]
pub(super) struct Annotation {
    /// `file`, `line`, `title`
    pub(super) properties: BTreeMap<String, String>,
    pub(super) message: String,
}

impl Log {
    /// The log of a run that has ended, with or without success.
    #[track_caller]
    pub(super) fn of(output: &Output) -> Self {
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let log = Self(lines);
        let has_ended = log.0.iter().any(|line| line.get("jobResult").is_some());
        assert!(has_ended, "act did not run the workflow: {output:#?}");
        log
    }

    /// The lines of the matrix jobs with this value.
    pub(super) fn of_matrix(&self, name: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|line| line["matrix"][name] == value).cloned().collect())
    }

    /// The result of a job: `success`, `failure`.
    pub(super) fn job(&self, job: &str) -> &str {
        let found =
            self.0.iter().find(|line| line["jobID"] == job && line.get("jobResult").is_some());
        found.map_or("not run", |line| line["jobResult"].as_str().expect("a result"))
    }

    /// The result of a step of a job: `success`, `failure`, or `not run`.
    pub(super) fn step(&self, job: &str, id: &str) -> &str {
        let results = self.lines(job, id).filter(|line| line["stage"] == "Main");
        let own = results.filter(|line| line["stepID"].as_array().is_some_and(|it| it.len() == 1));
        own.into_iter().find_map(|line| line["stepResult"].as_str()).unwrap_or("not run")
    }

    /// The output of the commands in a step.
    pub(super) fn text(&self, job: &str, id: &str) -> String {
        let raw = self.lines(job, id).filter(|line| line["raw_output"] == true);
        raw.filter_map(|line| line["msg"].as_str()).collect()
    }

    /// The error annotations of a step.
    pub(super) fn errors(&self, job: &str, id: &str) -> Vec<Annotation> {
        let errors = self.lines(job, id).filter(|line| line["command"] == "error");
        errors.map(annotation).collect()
    }

    /// The outputs of the whole step.
    pub(super) fn outputs(&self, job: &str, id: &str) -> BTreeMap<String, String> {
        let set = self.lines(job, id).filter(|line| line["command"] == "set-output");
        let own = set.filter(|line| line["stepID"].as_array().is_some_and(|it| it.len() == 1));
        own.map(|line| (text(&line["name"]), text(&line["arg"]))).collect()
    }

    /// The summary of a step.
    pub(super) fn summary(&self, job: &str, id: &str) -> String {
        let found = self.lines(job, id).filter(|line| line["command"] == "summary");
        found.map(|line| text(&line["content"])).collect()
    }

    fn lines(&self, job: &str, id: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |line| line["jobID"] == job && line["stepID"][0] == id)
    }
}

fn annotation(line: &Value) -> Annotation {
    let properties = line["kvPairs"].as_object().into_iter().flatten();
    let properties = properties.map(|(name, value)| (name.clone(), text(value))).collect();
    Annotation { properties, message: text(&line["arg"]) }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
