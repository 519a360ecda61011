//! Random tokens.

use std::io;

use ring::rand::{SecureRandom, SystemRandom};

use crate::source::Secret;

/// A token of 256 random bits, in hexadecimal digits.
pub(crate) fn token() -> io::Result<Secret> {
    let mut bytes = [0; 32];
    let random = SystemRandom::new().fill(&mut bytes);
    random.map_err(|_| io::Error::other("the machine has no random bytes"))?;
    Ok(Secret::new(hex::encode(bytes)))
}
