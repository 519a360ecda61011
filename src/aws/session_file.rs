//! The files in which AWS tools keep their sessions: read as they are, locked while a session is
//! renewed, and replaced whole. What stands in them besides stays as it is. Nothing of it is shown.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tempfile::{Builder, NamedTempFile};
use zeroize::Zeroizing;

use crate::files;
use crate::source::{Secret, time};
use crate::unknown::{ErrorCode, Unknown};

/// A session that ends sooner is renewed before it is used, as the SDKs do it.
const SOON: Duration = Duration::from_mins(5);
/// How long to wait before the lock is tried again.
const PAUSE: Duration = Duration::from_millis(50);

/// Where a tool keeps one session.
pub(super) struct SessionFile {
    path: PathBuf,
}

/// Keeps others from renewing the same session until it goes.
pub(super) struct Lock {
    _file: Option<File>,
}

/// What stands in such a file. It has no `Debug`: it holds tokens and keys.
pub(super) struct Fields(Map<String, Value>);

impl SessionFile {
    /// The file of the session whose name has this digest.
    pub(super) fn of(folder: &Path, digest: &[u8]) -> Self {
        let name = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        Self { path: folder.join(name).with_extension("json") }
    }

    /// What stands in it; nothing where there is none.
    pub(super) fn read(&self) -> Result<Option<Fields>, Unknown> {
        match files::read(&self.path).map(Zeroizing::new) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(fields) => Ok(Some(Fields(fields))),
                Err(_) => Err(self.unusable("is no JSON object")),
            },
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(self.unusable(&format!("cannot be read: {why}"))),
        }
    }

    /// Waits until nobody else renews the session. Another guard may be this very process, so that
    /// waiting must not keep it from going on; the run's deadline is the only other end. Where no lock
    /// is to be had, as on some file systems of a network, it is done without one.
    pub(super) async fn lock(&self) -> Lock {
        let path = self.path.with_extension("lock");
        let Ok(file) = files::reading(&path, || lock_file(&path)) else {
            return Lock { _file: None };
        };
        loop {
            match file.try_lock() {
                Ok(()) => return Lock { _file: Some(file) },
                Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                Err(TryLockError::Error(_)) => return Lock { _file: None },
            }
        }
    }

    /// Waits for somebody who renews the session without a lock, as the AWS CLI does, and was faster: what
    /// stands there in a moment may be good.
    pub(super) async fn settled(&self) {
        tokio::time::sleep(4 * PAUSE).await;
    }

    /// Fails if the file cannot be replaced. Call it before the refresh token is used, because a used token
    /// can be invalid afterwards.
    pub(super) fn check_writable(&self) -> Result<(), Unknown> {
        self.beside().map(drop).map_err(|why| self.not_written(&why))
    }

    /// Puts these in the place of what stands there: as a whole, and for its owner's eyes alone.
    pub(super) fn replace(&self, fields: &Fields) -> Result<(), Unknown> {
        let write = || {
            let mut file = self.beside()?;
            file.write_all(&Zeroizing::new(serde_json::to_vec(&fields.0)?))?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|why| why.error)
        };
        write().map(drop).map_err(|why| self.not_written(&why))
    }

    /// What stands there cannot be followed.
    pub(super) fn unusable(&self, what: &str) -> Unknown {
        let message = format!("the cached session {} {what}", self.shown());
        Unknown::new(ErrorCode::SourceFailed, message)
    }

    fn not_written(&self, why: &io::Error) -> Unknown {
        // What the error itself says would name a file of a moment.
        let why = io::Error::from(why.kind());
        self.unusable(&format!("has to be renewed and cannot be replaced: {why}"))
            .hint("make its directory writable")
    }

    fn beside(&self) -> io::Result<NamedTempFile> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        Builder::new().prefix(".").suffix(".tmp").tempfile_in(folder)
    }

    fn shown(&self) -> String {
        format!("`{}`", self.path.display().to_string().escape_debug())
    }
}

impl Fields {
    /// A text, where there is one that is not blank.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(filled)
    }

    /// A text of the object that stands there by this name.
    pub(super) fn text_in(&self, object: &str, name: &str) -> Option<&str> {
        self.0.get(object)?.get(name).and_then(filled)
    }

    /// A text that is not shown.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    /// Puts a value in the place of another.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Puts a value in the place of another, in the object that stands there by this name.
    pub(super) fn set_in(&mut self, object: &str, name: &str, value: impl Into<Value>) {
        if let Some(Value::Object(inner)) = self.0.get_mut(object) {
            inner.insert(name.to_owned(), value.into());
        }
    }
}

/// A time as these files hold it: `2026-11-22T01:00:00Z`, or with the `UTC` of an older AWS CLI.
pub(super) fn end(text: &str) -> Option<SystemTime> {
    time(text.strip_suffix("UTC").unwrap_or(text))
}

/// The end of something that lasts so many seconds from now, and as these files hold it. Nothing where
/// it lasts no time, or longer than any session.
pub(super) fn end_in(seconds: i32) -> Option<(SystemTime, String)> {
    const LONGEST: u64 = 366 * 24 * 3600;
    let seconds = u64::try_from(seconds).ok().filter(|it| (1..=LONGEST).contains(it))?;
    let end = SystemTime::now().checked_add(Duration::from_secs(seconds))?;
    Some((end, humantime::format_rfc3339_seconds(end).to_string()))
}

/// Whether it is time to renew what ends then.
pub(super) fn ends_soon(end: SystemTime) -> bool {
    end.duration_since(SystemTime::now()).unwrap_or_default() <= SOON
}

/// Whether it has ended.
pub(super) fn has_ended(end: SystemTime) -> bool {
    end <= SystemTime::now()
}

fn filled(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// The file stays: whoever removed it could take it from under somebody who waits for it.
fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_the_tools_write_it() {
        let noon = humantime::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        for text in ["2026-11-22T12:00:00Z", "2026-11-22T12:00:00UTC", "2026-11-22T12:00:00+00:00"]
        {
            assert_eq!(end(text), Some(noon), "{text}");
        }
        assert_eq!((end("UTC"), end("soon")), (None, None));
        for seconds in [i32::MIN, -1, 0, i32::MAX] {
            assert!(end_in(seconds).is_none(), "{seconds}");
        }
        let (end_of_it, written) = end_in(900).unwrap();
        let off = end_of_it.duration_since(end(&written).unwrap()).unwrap();
        assert!(off < Duration::from_secs(1), "{written}");
    }

    #[test]
    fn a_file_is_replaced_whole_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::of(folder.path(), &[0xab, 0x01]);
        assert!(file.read().unwrap().is_none());
        let path = folder.path().join("ab01.json");
        std::fs::write(&path, r#"{"token": "old", "inner": {"a": 1}, "other": [1]}"#).unwrap();
        let mut fields = file.read().unwrap().unwrap();
        fields.set("token", "new");
        fields.set_in("inner", "b", "2");
        file.check_writable().unwrap();
        file.replace(&fields).unwrap();
        let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let expected =
            serde_json::json!({"token": "new", "inner": {"a": 1, "b": "2"}, "other": [1]});
        assert_eq!(written, expected);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }
}
