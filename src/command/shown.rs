//! A report on its way out: as text in the format that was asked for, and as the document beside it.

use std::path::Path;

use super::{Answer, Exit, FileToWrite, Wrong};
use crate::cli::{CommonArgs, Format};
use crate::files;
use crate::report::Report;
use crate::report::human::human;
use crate::report::json::json;
use crate::report::text::{Colour, harmless};

/// A report, ready to be written.
pub struct Shown {
    /// In the format that was asked for.
    pub text: Vec<u8>,
    /// The document for `--report`.
    pub file: Option<FileToWrite>,
}

impl Shown {
    /// Renders a report.
    pub fn of(
        report: &Report,
        format: Format,
        common: &CommonArgs,
        colour: Colour,
    ) -> Result<Self, Wrong> {
        let document = json(report).map_err(|why| undocumented(&why))?;
        let path = common.report.clone();
        let file = path.map(|path| FileToWrite { path, bytes: document.clone() });
        let text = match format {
            Format::Human => human(report, colour),
            Format::Json => document,
        };
        Ok(Self { text, file })
    }
}

/// Empties the report before anything else: the one of an earlier run must not be taken for ours.
pub fn emptied(report: Option<&Path>) -> Result<(), Wrong> {
    let Some(path) = report else { return Ok(()) };
    files::write(path, b"").map_err(|why| {
        let path = harmless(&path.display().to_string());
        unwritable(&format!("the report `{path}` cannot be written: {why}"))
    })
}

/// A document that cannot be put into words.
pub fn undocumented(why: &serde_json::Error) -> Wrong {
    unwritable(&format!("the report cannot be written: {why}"))
}

/// An answer that nobody would see is none.
pub fn unwritable(what: &str) -> Wrong {
    let stderr = format!("UNKNOWN: {what} (output)\n").into_bytes();
    Wrong(Answer { exit: Exit::Unknown, stdout: Vec::new(), stderr, file: None })
}
