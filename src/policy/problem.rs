//! What can be wrong with a policy, and where. Knows no rule; never prints.

use super::problem_code::ProblemCode;
use super::{Place, Text};

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The policy is not valid: nothing is judged by it.
    Error,
    /// The policy is valid, and probably not what its author meant.
    Warning,
}

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it weighs.
    pub severity: Severity,
    /// The stable code, one for each rule of the file format.
    pub code: ProblemCode,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it stands.
    pub place: Place,
    /// A word to write under that place.
    pub label: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that take part, each with a word to write under it.
    pub also: Vec<(Place, String)>,
}

/// The texts that are no policy, and all that is wrong with them, in the order of the file.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// The texts as they were given.
    pub texts: Vec<Text>,
    /// Never empty, all of them errors.
    pub problems: Vec<Problem>,
}

/// A problem that does not know yet where it stands.
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

/// The errors found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

/// Proof that a problem was reported: only [`Problems::report`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported(());

impl Problems {
    pub(super) fn report(&mut self, fault: Fault, place: &Place) -> Reported {
        self.0.push(fault.error(place));
        Reported(())
    }

    /// Nothing, or all problems in the order of the file.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        sorted(self.0)
    }
}

/// In the order of the file.
pub(super) fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| (problem.place.file, problem.place.span.start));
    problems
}

/// What the user wrote, in backticks, with nothing in it that a terminal would obey.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// Without control characters and their like; quotes stay as they are.
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

/// `a`, `b`, `c`
pub(super) fn codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// The known word that was probably meant: near enough, letter case aside.
pub(super) fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |other: &str| strsim::osa_distance(&text.to_lowercase(), &other.to_lowercase());
    let limit = (text.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|other| (distance(other), other))
        .filter(|&(distance, other)| distance <= limit && distance < other.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, other)| other)
}

/// How many words a hint lists.
const MOST: usize = 10;

/// `did you mean …?` where something is near, else what is known.
pub(super) fn did_you_mean<'a>(
    text: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(text, known.clone()) {
        return Some(format!("did you mean {}?", code(near)));
    }
    let more = if known.clone().into_iter().nth(MOST).is_some() { ", …" } else { "" };
    let known = codes(known.into_iter().take(MOST));
    (!known.is_empty()).then(|| format!("known are {known}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
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
    fn lists_what_is_known_up_to_a_point() {
        let hint = |count| did_you_mean("x", ["accounts"].repeat(count));
        assert_eq!(hint(0), None);
        assert_eq!(hint(2).as_deref(), Some("known are `accounts`, `accounts`"));
        assert!(!hint(MOST).unwrap().ends_with('…'));
        assert!(hint(MOST + 1).unwrap().ends_with(", …"));
    }

    #[test]
    fn quotes_without_control_characters() {
        assert_eq!(code("a\u{1b}[31m\nb"), "`a\\u{1b}[31m\\nb`");
        assert_eq!(code("it's \"\u{202e}"), "`it's \"\\u{202e}`");
    }
}
