//! A wrong question as text: one line with a hint, or the problems of the policy file.

use super::missing_policy;
use super::problems::problems;
use super::text::{Colour, harmless};
use crate::wrong::Wrong;

/// The text for stderr.
pub(crate) fn wrong(wrong: &Wrong, colour: Colour) -> Vec<u8> {
    match wrong {
        Wrong::Usage { message, hint } => usage(message, hint.as_deref()),
        Wrong::MissingPolicy { path, advice } => missing_policy::text(path, advice).into_bytes(),
        Wrong::Policy(invalid) => problems(&invalid.problems, &invalid.texts, colour),
        Wrong::Environment(unknown) => usage(&unknown.to_string(), Some(&unknown.hint())),
    }
}

fn usage(message: &str, hint: Option<&str>) -> Vec<u8> {
    let hint = hint.map_or_else(String::new, |hint| format!("\n  next: {}", harmless(hint)));
    format!("error: {}{hint}\n", harmless(message)).into_bytes()
}

/// The first line of that text: `error: …`, or for a policy `error[CODE]: …`.
pub(crate) fn first_line(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Usage { message, .. } => format!("error: {}", harmless(message)),
        Wrong::Environment(unknown) => format!("error: {}", harmless(&unknown.to_string())),
        Wrong::MissingPolicy { path, .. } => {
            format!("error: {}", harmless(&missing_policy::message(path)))
        }
        Wrong::Policy(invalid) => match invalid.problems.first() {
            Some(problem) => {
                format!("error[{}]: {}", problem.code.name(), harmless(&problem.message))
            }
            None => "error: the policy is invalid".to_owned(),
        },
    }
}
