//! The files in which AWS tools cache their sessions. A file is locked while its session is renewed, replaced whole, and
//! keeps the members that account-guard does not use. Its contents are never shown.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tempfile::{Builder, NamedTempFile};
use zeroize::Zeroizing;

use crate::files;
use crate::source::{Secret, time};
use crate::time::timestamp;
use crate::unknown::{ErrorCode, Unknown};

/// A session that expires within this time is renewed before it is used, as in the SDKs.
const SOON: Duration = Duration::from_mins(5);
/// The pause between two attempts to lock.
const PAUSE: Duration = Duration::from_millis(50);

/// The file of one cached session.
pub(super) struct SessionFile {
    path: PathBuf,
}

/// Keeps other guards from renewing the same session until it is dropped.
pub(super) struct Lock {
    _file: Option<File>,
}

/// The JSON object in a session file. It has no `Debug`, because it contains tokens and keys.
pub(super) struct Fields(Map<String, Value>);

impl SessionFile {
    /// The file of the session whose name has this digest.
    pub(super) fn of(folder: &Path, digest: &[u8]) -> Self {
        Self { path: folder.join(hex::encode(digest)).with_extension("json") }
    }

    /// Reads the file; `None` if it does not exist.
    pub(super) fn read(&self) -> Result<Option<Fields>, Unknown> {
        let bytes = match files::read(&self.path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(self.failed("read", &why)),
        };
        match serde_json::from_slice(&bytes) {
            Ok(fields) => Ok(Some(Fields(fields))),
            Err(_) => Err(self.unusable("is not a JSON object")),
        }
    }

    /// Waits until no other guard renews the session. The wait does not block the thread, because another task of this
    /// process may hold the lock; only the deadline of the run limits it. If the file system has no locks, as
    /// some network file systems, the session is renewed without one.
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

    /// Waits a moment for another tool that renewed the session at the same time without a lock, as the AWS CLI does. The
    /// file may then contain a valid session.
    pub(super) async fn wait_for_other_tool(&self) {
        tokio::time::sleep(4 * PAUSE).await;
    }

    /// Fails if the file cannot be replaced. Call it before the refresh token is used, because a used token
    /// can be invalid afterwards.
    pub(super) fn check_writable(&self) -> Result<(), Unknown> {
        match self.temporary_file() {
            Ok(_) => Ok(()),
            Err(why) => Err(self.not_renewed(&why)),
        }
    }

    /// Replaces the file, whole, with permissions for its owner alone.
    pub(super) fn replace(&self, fields: &Fields) -> Result<(), Unknown> {
        self.write(fields).map_err(|why| self.not_renewed(&why))
    }

    fn write(&self, fields: &Fields) -> io::Result<()> {
        let mut file = self.temporary_file()?;
        file.write_all(&Zeroizing::new(serde_json::to_vec(&fields.0)?))?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// The error for a file with invalid contents.
    pub(super) fn unusable(&self, what: &str) -> Unknown {
        let message = format!("the cached session {} {what}", self.name());
        Unknown::new(ErrorCode::SourceFailed, message)
    }

    fn not_renewed(&self, why: &io::Error) -> Unknown {
        // The text of the error would contain the name of the temporary file.
        let why = io::Error::from(why.kind());
        self.failed("renew", &why).hint("make its directory writable")
    }

    fn failed(&self, verb: &str, why: &io::Error) -> Unknown {
        let message = format!("could not {verb} the cached session {}: {why}", self.name());
        Unknown::new(ErrorCode::SourceFailed, message)
    }

    /// A temporary file in the same directory, so that it can replace the session in one step.
    fn temporary_file(&self) -> io::Result<NamedTempFile> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        Builder::new().prefix(".").suffix(".tmp").tempfile_in(folder)
    }

    fn name(&self) -> String {
        format!("`{}`", self.path.display().to_string().escape_debug())
    }
}

impl Fields {
    /// The text of a member; `None` if it is missing, blank or not a string.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        filled(self.0.get(name)?)
    }

    /// The text of a member of an inner object; `None` if it is missing, blank or not a string.
    pub(super) fn text_in(&self, object: &str, name: &str) -> Option<&str> {
        filled(self.0.get(object)?.get(name)?)
    }

    /// The text of a member that is never shown.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    /// The time in a member; `None` if it is missing or invalid.
    pub(super) fn time(&self, name: &str) -> Option<SystemTime> {
        parse_time(self.text(name)?)
    }

    /// Sets a member.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets a member of an inner object, if the object exists.
    pub(super) fn set_in(&mut self, object: &str, name: &str, value: impl Into<Value>) {
        if let Some(Value::Object(inner)) = self.0.get_mut(object) {
            inner.insert(name.to_owned(), value.into());
        }
    }
}

/// Parses a time of a session file: `2026-11-22T01:00:00Z`, or with the `UTC` of old versions of the AWS CLI.
pub(super) fn parse_time(text: &str) -> Option<SystemTime> {
    time(text.strip_suffix("UTC").unwrap_or(text))
}

/// The expiration of a token that is valid for a number of seconds from now, as a time and as text for a session file.
/// `None` if the number is not positive, or more than a year.
pub(super) fn expiration_in(seconds: i32) -> Option<(SystemTime, String)> {
    const LONGEST: u64 = 366 * 24 * 3600;
    let seconds = u64::try_from(seconds).ok()?;
    if !(1..=LONGEST).contains(&seconds) {
        return None;
    }
    let end = SystemTime::now().checked_add(Duration::from_secs(seconds))?;
    Some((end, timestamp(end)))
}

/// Whether a session with this expiration should be renewed.
pub(super) fn expires_soon(end: SystemTime) -> bool {
    end.duration_since(SystemTime::now()).unwrap_or_default() <= SOON
}

/// Whether a session with this expiration has expired.
pub(super) fn has_expired(end: SystemTime) -> bool {
    end <= SystemTime::now()
}

/// The text of a string that is not blank; `None` for other values.
fn filled(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    if text.trim().is_empty() { None } else { Some(text) }
}

/// Opens the file of the lock. It is never removed, because another process could be waiting for it.
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
            assert_eq!(parse_time(text), Some(noon), "{text}");
        }
        assert_eq!((parse_time("UTC"), parse_time("soon")), (None, None));
        for seconds in [i32::MIN, -1, 0, i32::MAX] {
            assert!(expiration_in(seconds).is_none(), "{seconds}");
        }
        let (end, written) = expiration_in(900).unwrap();
        let off = end.duration_since(parse_time(&written).unwrap()).unwrap();
        assert!(off < Duration::from_secs(1), "{written}");
    }

    #[test]
    fn a_file_is_replaced_whole_with_permissions_for_its_owner_alone() {
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
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }
}
