//! `policy lint`: reads the policy, and says what is wrong and what looks unintended.

use super::{Answer, Exit, Wrong, discovery};
use crate::cli::LintArgs;
use crate::policy::Policy;
use crate::report::problems::problems;
use crate::report::text::{Colour, harmless};

/// Lints the policy. Errors are exit 2; warnings are printed and do not change the code.
pub fn lint(args: &LintArgs, colour: Colour) -> Answer {
    let text = match discovery::read(args.path()) {
        Ok(text) => text,
        Err(Wrong(answer)) => return answer,
    };
    let policy = match Policy::read(vec![text]) {
        Ok(policy) => policy,
        Err(invalid) => {
            return Answer::question_bytes(problems(&invalid.problems, &invalid.texts, colour));
        }
    };
    let warnings = policy.lint();
    let name = policy.texts().first().map_or("", |text| text.name.as_str());
    let environments: Vec<&str> = policy.environments().collect();
    let summary = format!(
        "{}: {} ({}), {}\n",
        harmless(name),
        counted(environments.len(), "environment"),
        environments.join(", "),
        counted(warnings.len(), "warning"),
    );
    let is_silent = args.quiet && warnings.is_empty();
    let stderr =
        if warnings.is_empty() { Vec::new() } else { problems(&warnings, policy.texts(), colour) };
    let stdout = if is_silent { Vec::new() } else { summary.into_bytes() };
    Answer { exit: Exit::Allowed, stdout, stderr, files: Vec::new() }
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
