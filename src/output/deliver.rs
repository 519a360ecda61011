//! Writes the output of a command whole, or ends with another exit code.

use std::io;
use std::path::{Path, PathBuf};

use super::destination::{Destination, HandedOver};
use super::streams::{to_stderr, to_stdout};
use super::{Exit, Output};
use crate::cli::Form;
use crate::files;

/// Bytes for a file.
#[derive(Debug)]
pub enum FileToWrite {
    /// The whole content of a file that the user named. It is written before the streams.
    Whole(PathBuf, Vec<u8>),
    /// Lines for a file of a job of GitHub Actions. They are appended after everything else.
    Lines(PathBuf, Vec<u8>),
}

impl FileToWrite {
    fn write(&self) -> io::Result<()> {
        match self {
            Self::Whole(path, bytes) => files::write(path, bytes),
            Self::Lines(path, lines) => files::append(path, lines),
        }
    }

    /// Empties a file that was written whole. Appended lines stay.
    fn take_back(&self) {
        if let Self::Whole(path, _) = self {
            discard(path);
        }
    }
}

/// Empties a report, if the file exists, so that nobody takes the report of an earlier run for that of
/// this one. A file that cannot be emptied could not have been written either.
pub(super) fn discard(path: &Path) {
    let _ = files::empty(path);
}

/// Writes everything. Returns the exit code of the output if all of it was written, else `unwritten`.
pub fn deliver(output: &Output, unwritten: Exit) -> Exit {
    let (whole, lines): (Vec<_>, Vec<_>) =
        output.files.iter().partition(|file| matches!(file, FileToWrite::Whole(..)));
    let all = |files: Vec<&FileToWrite>| files.into_iter().try_for_each(FileToWrite::write);
    let written = all(whole)
        .and_then(|()| to_stderr(&output.stderr))
        .and_then(|()| to_stdout(&output.stdout))
        .and_then(|()| all(lines));
    match written {
        Ok(()) => output.exit,
        Err(why) => not_written(&output.files, &why, unwritten),
    }
}

/// Empties the files, because a report must not contain `allowed` if the rest was not written.
fn not_written(files: &[FileToWrite], why: &io::Error, exit: Exit) -> Exit {
    files.iter().for_each(FileToWrite::take_back);
    let _ =
        to_stderr(format!("UNKNOWN: the answer cannot be written: {why} (output)\n").as_bytes());
    exit
}

/// Writes the verdict of `credentials`, and only then the credentials that it allows.
pub fn hand_over(
    form: Form,
    credentials: impl FnOnce(&Destination) -> (Output, Option<HandedOver>),
) -> Exit {
    let destination = Destination::of(form);
    // If stdout cannot be written, the credentials cannot be written either.
    let _ = to_stdout(destination.opening().as_bytes());
    let (output, handed) = credentials(&destination);
    let exit = match (deliver(&output, Exit::Unknown), handed) {
        (allowed @ Exit::Allowed(_), Some(handed)) => match handed.write() {
            Ok(()) => return allowed,
            Err(why) => not_written(&output.files, &why, Exit::Unknown),
        },
        (Exit::Allowed(_), None) => Exit::Unknown,
        (exit, _) => exit,
    };
    refuse(&destination, exit);
    exit
}

/// Writes the refusal that stops the program that reads the credentials, as far as it can be written.
pub(super) fn refuse(destination: &Destination, exit: Exit) {
    let _ = destination.refused(exit).write();
}
