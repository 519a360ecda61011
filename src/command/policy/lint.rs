//! `policy lint`: reads the policy, and says what is wrong and what looks unintended.

use std::path::Path;
use std::time::Duration;

use crate::cli::LintArgs;
use crate::input::policy_file;
use crate::output::{Failure, Output};
use crate::policy::{Policy, Text};
use crate::preflight::{QuestionFile, deadline};
use crate::report::problems::problems;
use crate::report::text::{Colour, harmless};
use crate::wrong::Wrong;

/// The limit for reading the policy file.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Lints the policy. Errors are exit 2; warnings are printed and do not change the code.
pub fn lint(args: &LintArgs, colour: Colour) -> Output {
    let path = args.path().map(Path::to_path_buf);
    let read = deadline::run_read(TIMEOUT, move |progress| {
        progress.reading(QuestionFile::Policy);
        policy_file::read(path.as_deref())
    });
    let policy = match read.and_then(valid) {
        Ok(policy) => policy,
        Err(wrong) => return Output::failed(&Failure::Wrong(wrong), colour),
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
    Output { stderr, ..Output::done(stdout) }
}

fn valid(text: Text) -> Result<Policy, Wrong> {
    Policy::read(vec![text]).map_err(Wrong::Policy)
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
