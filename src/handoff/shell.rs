//! Text for `eval`. If the credentials are granted, it sets them and unsets the variables that could select
//! others; if not, it unsets all of them and fails. The text is never empty, because `eval ""` succeeds.
//!
//! The text is one block. If account-guard is killed while it writes, the block is incomplete, which is an
//! error in every shell. Each command ends with a semicolon in addition to the line feed, because an unquoted
//! `$(…)` replaces line feeds by spaces.

use zeroize::Zeroizing;

use super::environment::Changes;

/// The language of a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// bash, dash, zsh, ash and other POSIX shells.
    Posix,
    /// fish.
    Fish,
    /// PowerShell. The text is one line, because `| Invoke-Expression` evaluates each line separately.
    #[expect(clippy::enum_variant_names, reason = "the shell has this name")]
    PowerShell,
}

impl Shell {
    /// The beginning of the block. It is written first, so that a failure at any later time leaves the block open.
    pub(crate) fn opening(self) -> &'static str {
        match self {
            Self::Posix => "{\n",
            Self::Fish => "begin;\n",
            Self::PowerShell => "if ($true) { ",
        }
    }

    /// The rest of the block, which makes these changes.
    pub(crate) fn granted(self, changes: &Changes) -> Zeroizing<String> {
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

    /// The rest of the block, which makes these changes and then fails: with this exit code in POSIX shells and
    /// fish, with an exception in PowerShell.
    pub(crate) fn refused(self, changes: &Changes, code: i32) -> String {
        let failure = match self {
            Self::Posix => format!("(exit {code});\n"),
            // fish has no `set -e`, so that only an exit stops a script. An interactive shell must stay open.
            // In a block that is piped to `source`, `exit` ends only the `source`: the process is killed.
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
            // Erasing a universal variable would erase it in all sessions of the user: it is shadowed instead.
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

    /// Writes the value for single quotation marks, between which the shell expands nothing.
    fn quote(self, value: &str, text: &mut String) {
        for character in value.chars() {
            match (self, character) {
                (Self::Posix, '\'') => text.push_str("'\\''"),
                (Self::Fish, '\'' | '\\') => text.extend(['\\', character]),
                // PowerShell takes typographic quotation marks for the plain one.
                (Self::PowerShell, '\'' | '\u{2018}'..='\u{201b}') => {
                    text.extend([character, character]);
                }
                _ => text.push(character),
            }
        }
    }
}
