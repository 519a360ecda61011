//! Reads whole files, up to a limit, and writes them: a path may lead to a device that never ends, or to
//! a pipe that nobody reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The longest file that is read, in bytes. The largest CA bundle has a tenth of it.
const LONGEST: u64 = 4 << 20;

/// The file that is being read. A read can block for ever, and then only another thread can say on which
/// file.
static BEING_READ: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The file that is being read at this moment. If several threads read, it is the one that began last.
pub(crate) fn being_read() -> Option<PathBuf> {
    BEING_READ.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Runs work that opens or reads a file, and remembers meanwhile which file that is.
pub(crate) fn reading<T>(path: &Path, work: impl FnOnce() -> T) -> T {
    set_being_read(Some(path));
    let result = work();
    set_being_read(None);
    result
}

fn set_being_read(path: Option<&Path>) {
    *BEING_READ.lock().unwrap_or_else(PoisonError::into_inner) = path.map(Path::to_path_buf);
}

/// The whole of a file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    reading(path, || read_whole(path))
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(length).is_ok_and(|length| length <= LONGEST) {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 4 MiB"))
}

/// The whole of a file of text.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Writes the whole of a file. A pipe without a reader is an error; others would wait for one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    opened(OpenOptions::new().create(true), path)?.write_all(bytes)
}

/// Adds lines to a file, which must be there and be no pipe: that may wait for a reader.
pub(crate) fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut file = File::options().read(true).append(true).open(path)?;
    // Whoever wrote there before may have left the line open; and an empty line is not always taken.
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    file.write_all(lines)
}

/// Empties a file, if it is there.
pub(crate) fn empty(path: &Path) -> io::Result<()> {
    opened(&mut OpenOptions::new(), path).map(drop)
}

fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let at_once = rustix::fs::OFlags::NONBLOCK.bits();
        options.custom_flags(at_once.cast_signed());
    }
    options.write(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_never_ends_is_no_file() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read(Path::new("/dev/null")).unwrap(), b"");
    }
}
