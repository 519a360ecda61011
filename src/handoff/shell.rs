//! Text for a shell to evaluate: it sets the credentials and unsets all that could lead to others, or
//! unsets everything and fails. `eval` of nothing succeeds, so there is never nothing.
//!
//! The text is one block. What is cut off, by whatever killed the program, leaves the block open,
//! and that is an error in every shell. Each command ends with a semicolon besides its line, for those
//! who forget the quotation marks around `$(…)`.

use zeroize::Zeroizing;

use super::environment::Changes;

/// A shell, by its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// bash, dash, zsh, ash and whatever else POSIX describes.
    Posix,
    /// fish.
    Fish,
    /// PowerShell, on one line: `| Invoke-Expression` takes each line for itself.
    PowerShell,
}

impl Shell {
    /// What begins the block, to be written before anything can go wrong.
    pub fn opening(self) -> &'static str {
        match self {
            Self::Posix => "{\n",
            Self::Fish => "begin;\n",
            Self::PowerShell => "if ($true) { ",
        }
    }

    /// The rest of a block that makes these changes.
    pub fn granted(self, changes: &Changes) -> Zeroizing<String> {
        const ROOM: usize = 64 << 10;
        let mut text = Zeroizing::new(String::with_capacity(ROOM));
        text.push_str(&self.unset(&changes.unset));
        for (name, value) in &changes.set {
            let [before, after] = match self {
                Self::Posix => [format!("export {name}='"), "';\n".to_owned()],
                Self::Fish => [format!("set -gx {name} '"), "';\n".to_owned()],
                Self::PowerShell => [format!("$Env:{name} = '"), "'; ".to_owned()],
            };
            text.push_str(&before);
            self.quote(value.expose(), &mut text);
            text.push_str(&after);
        }
        text.push_str(self.closing());
        text
    }

    /// The rest of a block that makes these changes and then fails, with this exit code where the shell
    /// can say so.
    pub fn refused(self, changes: &Changes, code: i32) -> String {
        let failure = match self {
            Self::Posix => format!("(exit {code});\n"),
            // It knows no `set -e`: only an end stops a script, and must not close a terminal. An `exit`
            // that comes through `source` ends no more than that.
            Self::Fish => format!(
                "if not status is-interactive;\nstring match -q -- - (status filename);\n\
                 and kill $fish_pid;\nexit {code};\nend;\nfalse;\n"
            ),
            Self::PowerShell => {
                format!("throw 'account-guard refuses the credentials (exit code {code})'; ")
            }
        };
        format!("{}{failure}{}", self.unset(&changes.unset), self.closing())
    }

    fn closing(self) -> &'static str {
        match self {
            Self::Posix | Self::PowerShell => "}\n",
            Self::Fish => "end;\n",
        }
    }

    fn unset(self, names: &[String]) -> String {
        match self {
            Self::Posix => format!("unset {};\n", names.join(" ")),
            // A universal variable is the user's, in every session to come: it is hidden, not erased.
            Self::Fish => format!(
                "for _account_guard in {};\nif set -qU $_account_guard;\n\
                 set -gx $_account_guard '';\nelse;\nset -e $_account_guard;\nend;\nend;\n",
                names.join(" ")
            ),
            Self::PowerShell => {
                let paths: Vec<_> = names.iter().map(|name| format!("'Env:{name}'")).collect();
                format!("Remove-Item -ErrorAction Ignore -LiteralPath {}; ", paths.join(","))
            }
        }
    }

    /// What stands between single quotation marks, where nothing is expanded.
    fn quote(self, value: &str, text: &mut String) {
        for character in value.chars() {
            match (self, character) {
                (Self::Posix, '\'') => text.push_str("'\\''"),
                (Self::Fish, '\'' | '\\') => text.extend(['\\', character]),
                // The typographic ones end a string there, too.
                (Self::PowerShell, '\'' | '\u{2018}'..='\u{201b}') => {
                    text.extend([character, character]);
                }
                _ => text.push(character),
            }
        }
    }
}
