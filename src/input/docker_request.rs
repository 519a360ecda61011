//! The request that docker writes to the standard input of its credential helper.

use std::io::{self, Read};

/// The longest request that is read, in bytes.
const LONGEST: u64 = 4 << 10;

/// The server that docker needs credentials for, such as `111111111111.dkr.ecr.eu-west-1.amazonaws.com`. Waits
/// until standard input is closed.
pub(crate) fn server() -> Result<String, String> {
    let bytes = read().map_err(|why| why.to_string())?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(_) => Err("it is not UTF-8".to_owned()),
    }
}

fn read() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    match u64::try_from(length) {
        Ok(length) if length <= LONGEST => Ok(bytes),
        _ => Err(io::ErrorKind::FileTooLarge.into()),
    }
}
