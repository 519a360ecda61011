//! Problems in a policy file, with their positions. Contains no rules and prints nothing.

use super::problem_code::ProblemCode;
use super::{Location, Place, Text};

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The policy is invalid and cannot be used.
    Error,
    /// The policy is valid, but a setting is probably unintended.
    Warning,
}

/// A problem in a policy file, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The severity: an error or a warning.
    pub severity: Severity,
    /// The stable code, one for each rule of the file format.
    pub code: ProblemCode,
    /// One line in lower case, without a full stop.
    pub message: String,
    /// The position of the problem.
    pub place: Place,
    /// A few words to print below the position.
    pub label: Option<String>,
    /// The next step; begins with a verb.
    pub hint: Option<String>,
    /// Related positions, each with a few words to print below it.
    pub also: Vec<(Place, String)>,
}

/// The error of a text that is not a valid policy.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// The texts that were parsed.
    pub texts: Vec<Text>,
    /// The errors in the order of the file; never empty.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// The file, line and column of a position.
    pub fn locate(&self, place: &Place) -> Location<'_> {
        super::locate(&self.texts, place)
    }
}

/// A problem without a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: ProblemCode,
    message: String,
    label: Option<String>,
    hint: Option<String>,
    also: Vec<(Place, String)>,
}

impl Fault {
    pub(super) fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), label: None, hint: None, also: Vec::new() }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn also(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.also.push((place.clone(), label.into()));
        self
    }

    pub(super) fn error(self, place: &Place) -> Problem {
        self.at(place, Severity::Error)
    }

    pub(super) fn warning(self, place: &Place) -> Problem {
        self.at(place, Severity::Warning)
    }

    fn at(self, place: &Place, severity: Severity) -> Problem {
        let Self { code, message, label, hint, also } = self;
        Problem { severity, code, message, place: place.clone(), label, hint, also }
    }
}

/// The errors that were found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

/// Proof that a problem was reported. Only [`Problems::report`] creates one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported(());

impl Problems {
    pub(super) fn report(&mut self, fault: Fault, place: &Place) -> Reported {
        self.0.push(fault.error(place));
        Reported(())
    }

    /// The problems in the order of the file.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        sorted(self.0)
    }
}

/// Sorts problems into the order of the file.
pub(super) fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| (problem.place.file, problem.place.span.start));
    problems
}

/// User input in backticks, with control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// User input with control characters escaped. Quotation marks are not escaped.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' => plain.push(c),
            _ => plain.extend(c.escape_debug()),
        }
    }
    plain
}

/// User input as a list: `a`, `b`, `c`, each in backticks.
pub(super) fn quoted_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The most similar word, ignoring letter case; `None` if no word is similar enough.
pub(super) fn nearest<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let limit = (text.chars().count() / 3).max(1);
    let mut nearest = None;
    let mut least = usize::MAX;
    for word in words {
        let distance = strsim::osa_distance(&lower, &word.to_lowercase());
        let is_similar = distance <= limit && distance < word.chars().count();
        if is_similar && distance < least {
            nearest = Some(word);
            least = distance;
        }
    }
    nearest
}

/// The most words that a hint lists.
const MOST: usize = 10;

/// The hint for an unknown word: `did you mean …?` if a word is similar, else a list of the defined words.
pub(super) fn did_you_mean<'a>(
    text: &str,
    defined: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(text, defined.clone()) {
        return Some(format!("did you mean {}?", quoted(near)));
    }
    let more = if defined.clone().into_iter().nth(MOST).is_some() { ", …" } else { "" };
    let list = quoted_list(defined.into_iter().take(MOST));
    if list.is_empty() { None } else { Some(format!("defined: {list}{more}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["accounts", "callers", "roles", "regions", "min_lifetime"];
        for (text, near) in [
            ("account", Some("accounts")),
            ("Accounts", Some("accounts")),
            ("rolse", Some("roles")),
            ("min-lifetime", Some("min_lifetime")),
            ("x", None),
            ("", None),
            ("tools", None),
        ] {
            assert_eq!(nearest(text, known), near, "{text}");
        }
    }

    #[test]
    fn a_hint_lists_a_limited_number_of_words() {
        let hint = |count| did_you_mean("x", ["accounts"].repeat(count));
        assert_eq!(hint(0), None);
        assert_eq!(hint(2).as_deref(), Some("defined: `accounts`, `accounts`"));
        assert!(!hint(MOST).unwrap().ends_with('…'));
        assert!(hint(MOST + 1).unwrap().ends_with(", …"));
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(quoted("a\u{1b}[31m\nb"), "`a\\u{1b}[31m\\nb`");
        assert_eq!(quoted("it's \"\u{202e}"), "`it's \"\\u{202e}`");
    }
}
