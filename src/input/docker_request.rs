//! The request that docker writes to the standard input of its credential helper.

use std::io::{self, Read};

/// The longest request that is read, in bytes.
const LONGEST: u64 = 4 << 10;

/// The server that docker asks about, such as `111111111111.dkr.ecr.eu-west-1.amazonaws.com`. Waits
/// until standard input is closed.
pub(crate) fn server() -> Result<String, String> {
    let bytes = read().map_err(|why| why.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    Ok(text.trim().to_owned())
}

fn read() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    let is_whole = u64::try_from(length).is_ok_and(|length| length <= LONGEST);
    if is_whole { Ok(bytes) } else { Err(io::ErrorKind::FileTooLarge.into()) }
}
