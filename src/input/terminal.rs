//! The terminal of this process. It is opened by its path, because the standard streams can belong to
//! other programs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};

const PATH: &str = "/dev/tty";
/// The longest line that is read, in bytes.
const LONGEST: u64 = 256;

/// An open terminal.
pub(crate) struct Terminal(File);

impl Terminal {
    /// Fails if the process has no terminal.
    pub(crate) fn open() -> io::Result<Self> {
        File::options().read(true).write(true).open(PATH).map(Self)
    }

    /// Prints the prompt and reads one line; `None` at the end of the input.
    ///
    /// The terminal shows what is typed. So the user sees a typing error, and there are no terminal
    /// settings to restore when Ctrl-C ends the process.
    pub(crate) fn ask(&self, prompt: &str) -> io::Result<Option<String>> {
        let mut file = &self.0;
        file.write_all(prompt.as_bytes())?;
        file.flush()?;
        let mut line = String::new();
        let length = BufReader::new(file.take(LONGEST)).read_line(&mut line)?;
        Ok((length > 0).then_some(line))
    }
}
