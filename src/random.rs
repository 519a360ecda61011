//! Random tokens from the operating system.

use std::io;

use ring::rand::{SecureRandom, SystemRandom};

use crate::source::Secret;

/// A token of 256 random bits, in hexadecimal.
pub(crate) fn token() -> io::Result<Secret> {
    let mut bytes = [0; 32];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        return Err(io::Error::other("could not get random bytes from the operating system"));
    }
    Ok(Secret::new(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))))
}
