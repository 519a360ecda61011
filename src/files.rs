//! Reads and writes whole files. Reads end at a limit and writes do not wait for a reader, because a path may
//! lead to an endless device or to a pipe.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest file that is read, in bytes: ten times the size of the largest CA bundle.
const LARGEST: u64 = 4 << 20;

/// The file that is being read. `None` between reads. If a read blocks for ever, another thread reports this file.
static BEING_READ: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The file that is being read at this moment. `None` if no thread reads a file. If several threads read, the file of
/// the thread that started last.
pub(crate) fn being_read() -> Option<PathBuf> {
    BEING_READ.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Runs work that opens or reads a file. [`being_read`] returns the file during this time.
pub(crate) fn reading<T>(path: &Path, work: impl FnOnce() -> T) -> T {
    set_being_read(Some(path));
    let result = work();
    set_being_read(None);
    result
}

fn set_being_read(path: Option<&Path>) {
    *BEING_READ.lock().unwrap_or_else(PoisonError::into_inner) = path.map(Path::to_path_buf);
}

/// Reads a whole file. A file of more than 4 MiB is an error of the kind `FileTooLarge`.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    reading(path, || read_whole(path))
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(length).is_ok_and(|length| length <= LARGEST) {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 4 MiB"))
}

/// Reads a whole text file. A file that is not UTF-8 is an error of the kind `InvalidData`.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

/// Replaces the contents of a file; creates it if necessary. A pipe without a reader is an error, because a
/// blocking open would wait for one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open(OpenOptions::new().create(true), path)?.write_all(bytes)
}

/// Appends lines to an existing regular file. A pipe is an error, because writing may wait for a reader.
pub(crate) fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut file = File::options().read(true).append(true).open(path)?;
    // An earlier step may have written its last line without a line feed. GitHub refuses an empty line in
    // some of its files, so the line feed is added only where it is missing.
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    file.write_all(lines)
}

/// Empties an existing file. A missing file is an error of the kind `NotFound`.
pub(crate) fn empty(path: &Path) -> io::Result<()> {
    open(&mut OpenOptions::new(), path).map(drop)
}

fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits();
        options.custom_flags(nonblocking.cast_signed());
    }
    options.write(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_device_is_refused() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read(Path::new("/dev/null")).unwrap(), b"");
    }
}
