//! Decides whether a shell runs the same words as botocore. The answer `true` is certain: it is given only for
//! lines in which no shell expands, redirects or looks up anything.

use std::str::Chars;

use super::split;

/// Builtins and keywords of common shells (dash, bash, `BusyBox`, ksh, zsh).
const TAKEN_BY_SHELLS: &str = "! . : [ [[ ]] alias autoload bg bind bindkey break builtin bye caller \
    case cd chdir command compgen complete compopt continue coproc declare dirs disable disown do \
    done echo echotc echoti elif else emulate enable esac eval exec exit export false fc fg fi float \
    for foreach function functions getln getopts hash help hist history if in integer jobs kill let \
    limit local logout mapfile nameref nocorrect noglob popd print printf pushd pushln pwd r read \
    readarray readonly rehash repeat return sched select set setopt shift shopt sleep source stat \
    suspend test then time times trap true type typeset ulimit umask unalias unfunction unhash \
    unlimit unset unsetopt until vared wait whence where which while zcompile zmodload zparseopts \
    zstyle { }";

/// Builtins of `cmd.exe`.
const TAKEN_BY_CMD: &str = "assoc break call cd chdir cls color copy date del dir dpath echo \
    endlocal erase exit for ftype goto if keys md mkdir mklink move path pause popd prompt pushd rd \
    rem ren rename rmdir set setlocal shift start time title type ver verify vol";

/// Whether `sh -c LINE` runs the words of `shlex.split(LINE)`.
pub(super) fn posix_runs_same(line: &str) -> bool {
    is_literal(line)
        && split::posix(line).is_some_and(|words| words.first().is_some_and(|it| is_program(it)))
}

/// Whether every shell takes the first word for a program, and not for a builtin, a keyword, an assignment or a
/// job.
fn is_program(word: &str) -> bool {
    let is_path = word.contains('/');
    let is_taken = TAKEN_BY_SHELLS.split_ascii_whitespace().any(|taken| taken == word);
    !word.is_empty()
        && !word.starts_with(['%', '-'])
        && !word.contains('=')
        && (is_path || !is_taken)
}

/// Whether every character is literal, or quoted in a way that `shlex` and shells share.
fn is_literal(line: &str) -> bool {
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let is_sound = match c {
            '\'' => is_sound_in_single_quotes(&mut chars),
            '"' => is_sound_in_double_quotes(&mut chars),
            '\\' => chars.next().is_some_and(is_printable),
            c => c.is_alphanumeric() || " \t/._-:,@+%=".contains(c),
        };
        if !is_sound {
            return false;
        }
    }
    true
}

fn is_sound_in_single_quotes(chars: &mut Chars<'_>) -> bool {
    chars.by_ref().take_while(|c| *c != '\'').all(is_sound_in_quotes)
}

/// In double quotes `shlex` and shells agree on `\"` and `\\`, and on no other escape.
fn is_sound_in_double_quotes(chars: &mut Chars<'_>) -> bool {
    while let Some(c) = chars.next() {
        let is_sound = match c {
            '"' => return true,
            '\\' => matches!(chars.next(), Some('"' | '\\')),
            '$' | '`' | '!' => false,
            c => is_sound_in_quotes(c),
        };
        if !is_sound {
            return false;
        }
    }
    false
}

fn is_sound_in_quotes(c: char) -> bool {
    is_printable(c) || c == '\t' || c.is_alphanumeric()
}

fn is_printable(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic()
}

/// Whether `cmd.exe /C LINE` runs the words of botocore's splitting: an `.exe` with plain arguments.
/// Programs with another extension are looked up differently, because only `cmd.exe` uses `PATHEXT`.
pub(super) fn windows_runs_same(line: &str) -> bool {
    let Some(first) = line.split([' ', '\t']).find(|word| !word.is_empty()) else { return false };
    let name = first.to_ascii_lowercase();
    let is_taken = TAKEN_BY_CMD.split_ascii_whitespace().any(|it| name == format!("{it}.exe"));
    name.strip_suffix(".exe").is_some()
        && !is_taken
        && first.chars().all(is_plain)
        && line.chars().all(|c| is_plain(c) || " \t/@+,=".contains(c))
}

/// Whether `cmd.exe` and botocore read the character of a program's path in the same way.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || r"\:._-".contains(c)
}
