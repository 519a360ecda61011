//! Writes the complete output of a command. If a part cannot be written, the exit code is a different one.

use std::io;
use std::path::{Path, PathBuf};

use super::destination::{Destination, HandedOver};
use super::streams::{to_stderr, to_stdout};
use super::{Exit, Output};
use crate::cli::Form;
use crate::files;

/// A file to write, with its contents.
#[derive(Debug)]
pub enum FileToWrite {
    /// The path from the command line, and the whole content. It is written before the streams.
    Whole(PathBuf, Vec<u8>),
    /// The path of a file of a GitHub Actions job, and lines for it. They are appended after all other output.
    Lines(PathBuf, Vec<u8>),
}

impl FileToWrite {
    fn write(&self) -> io::Result<()> {
        match self {
            Self::Whole(path, bytes) => files::write(path, bytes),
            Self::Lines(path, lines) => files::append(path, lines),
        }
    }

    /// Empties a file that was written whole. Does not remove appended lines.
    fn take_back(&self) {
        if let Self::Whole(path, _) = self {
            discard(path);
        }
    }
}

/// Empties a report, if the file exists, because it could contain the verdict of an earlier run. Errors are ignored: a
/// file that cannot be emptied cannot be written either.
pub(super) fn discard(path: &Path) {
    let _ = files::empty(path);
}

/// Writes the output. Returns its exit code if all of it was written, else `unwritten`.
pub fn deliver(output: &Output, unwritten: Exit) -> Exit {
    match write(output) {
        Ok(()) => output.exit,
        Err(why) => not_written(&output.files, &why, unwritten),
    }
}

fn write(output: &Output) -> io::Result<()> {
    let (whole, lines): (Vec<_>, Vec<_>) =
        output.files.iter().partition(|file| matches!(file, FileToWrite::Whole(..)));
    for file in whole {
        file.write()?;
    }
    to_stderr(&output.stderr)?;
    to_stdout(&output.stdout)?;
    for file in lines {
        file.write()?;
    }
    Ok(())
}

/// Reports that output could not be written. Empties the files, because a report must not contain `allowed` then.
fn not_written(files: &[FileToWrite], why: &io::Error, exit: Exit) -> Exit {
    files.iter().for_each(FileToWrite::take_back);
    let _ = to_stderr(format!("UNKNOWN: could not write the output: {why} (output)\n").as_bytes());
    exit
}

/// Writes the verdict of the command `credentials`, then the credentials that the verdict allows.
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

/// Writes a refusal in place of credentials, so that the program that reads them stops. Errors are ignored.
pub(super) fn refuse(destination: &Destination, exit: Exit) {
    let _ = destination.refused(exit).write();
}
